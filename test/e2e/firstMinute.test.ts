import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { cliPath, runCli, startNodeProcess, temporaryDirectory } from '../harness/nodeProcess.ts'

let directory: ReturnType<typeof temporaryDirectory>
beforeEach(() => {
  directory = temporaryDirectory()
})
afterEach(() => directory.remove())

describe('evmpp dev', () => {
  it('serves, with the ten accounts that every tool knows', async () => {
    const node = await startNodeProcess(['--ephemeral'])
    try {
      expect(node.ready.chainId).toBe(31_337)
      expect(node.ready.accounts).toHaveLength(10)
      expect(node.ready.accounts[0]).toEqual({
        address: '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266',
        privateKey: '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
      })
      expect(node.ready.accounts[9]?.address).toBe('0xa0ee7a142d267c1f36714e4a8f75612f20a79720')
    } finally {
      await node.end('SIGINT')
    }
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with exit code 0 on %s, even while a client is connected',
    async (signal) => {
      const node = await startNodeProcess(['--ephemeral'])
      const socket = new WebSocket(node.ready.url.replace('http', 'ws'))
      await new Promise((resolve) => socket.on('open', resolve))
      socket.on('error', () => undefined)
      expect(await node.end(signal)).toBe(0)
    },
  )
})

describe('the metrics of a development node', () => {
  it('are on a port of their own, when asked for', async () => {
    const node = await startNodeProcess(['--ephemeral', '--metrics-port', '0'])
    try {
      const url = node.ready.metricsUrl ?? ''
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^evmpp_chain_head_block 0$/m)
      expect((await fetch(`${url}/readyz`)).status).toBe(200)
    } finally {
      expect(await node.end('SIGINT')).toBe(0)
    }
  })

  it('evmpp status says that such a node has no consensus', async () => {
    const node = await startNodeProcess(['--ephemeral'])
    try {
      const { code, stdout } = await runCli(['status', '--rpc-url', node.ready.url])
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringMatching(/Head +block 0,[\s\S]*a development node/),
      })
      const json = JSON.parse((await runCli(['status', '--json', '--rpc-url', node.ready.url])).stdout)
      expect(json).toMatchObject({ chainId: 31_337, head: { number: 0, transactions: 0 }, peers: 0 })
    } finally {
      await node.end('SIGINT')
    }
  })
})

describe('what a user gets wrong', () => {
  it('a taken port is one sentence and exit code 1', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { code, stdout, stderr } = await runCli(['dev', '--ephemeral', '--port', String(port)])
    server.close()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^Port \d+ on 127\.0\.0\.1 is in use\. .*--port\.\n$/)
  })

  it.each([
    [['dev', '--prot', '1'], /--prot/],
    [['dev', '--port', 'x'], /--port takes a whole number/],
    [['dev', '--port', '65536'], /--port takes a whole number/],
    [['dev', '--hardfork', 'london'], /--hardfork takes cancun, prague, osaka/],
    [['dev', '--block-time', '0'], /--block-time takes seconds/],
    [['dev', '--block-time', '1', '--no-mining'], /exclude each other/],
    [['dev', 'extra'], /takes no argument "extra"/],
    [['dev', '--metrics-port', '65536'], /--metrics-port takes a whole number/],
    [['init'], /--out is needed/],
    [['init', '--out', 'net', '--validators', '0'], /--validators takes a whole number from 1 to 100/],
    [['init', '--out', 'net', '--port', '65400'], /--port takes at most/],
    [['init', '--out', 'net', '--fund', '0x12'], /--fund takes addresses/],
    [['init', '--out', 'net', '--block-time', '0'], /--block-time takes seconds/],
    [['testnet', '--validators', 'x'], /--validators takes a whole number/],
    [['testnet', 'extra'], /takes no argument "extra"/],
    [['node'], /--config or --genesis is needed/],
    [['node', '--config', 'a', '--genesis', 'b'], /--config and --genesis exclude each other/],
    [['node', '--genesis', 'a', '--sign-from', '5'], /--sign-from is for validators/],
    [['status', '--rpc-url', 'nowhere'], /--rpc-url takes a URL/],
    [['nothing'], /no command "nothing"/],
    [['call', '0x12', 'f()'], /must be an address/],
    [['call', `0x${'11'.repeat(20)}`, 'not a signature'], /is not a function signature/],
    [['send', `0x${'11'.repeat(20)}`, 'f(uint256)', 'x'], /is no uint256/],
    [['deploy'], /./],
  ])('%j is one sentence and exit code 2', async (words, sentence) => {
    const { code, stdout, stderr } = await runCli(words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(sentence)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('a data directory with other files is refused and not touched', async () => {
    writeFileSync(join(directory.path, 'thesis.txt'), 'mine')
    const { code, stderr } = await runCli(['dev', '--port', '0', '--datadir', directory.path])
    expect(code).toBe(1)
    expect(stderr).toMatch(/holds files that are not evmpp's/)
    expect(readdirSync(directory.path)).toEqual(['thesis.txt'])
  })

  it.each([
    ['its database is gone', (path: string) => mkdirSync(path, { recursive: true }), []],
    ['its marker is garbage', (path: string) => writeFileSync(join(path, 'evmpp.json'), 'garbage'), ['evmpp.json']],
  ])('a data directory is refused when %s', async (_name, damage, left) => {
    if (left.length === 0) writeFileSync(join(directory.path, 'evmpp.json'), '{"format":3,"state":"ready"}\n')
    damage(directory.path)
    const { code, stderr } = await runCli(['dev', '--port', '0', '--datadir', directory.path])
    expect(code).toBe(1)
    expect(stderr).toMatch(/is damaged/)
    expect(readdirSync(directory.path)).toEqual(['evmpp.json'])
  })

  it('a data directory of another format is refused', async () => {
    writeFileSync(join(directory.path, 'evmpp.json'), '{"format":99,"state":"ready"}\n')
    const { code, stderr } = await runCli(['dev', '--port', '0', '--datadir', directory.path])
    expect(code).toBe(1)
    expect(stderr).toMatch(/data format 99/)
  })

  it('a file instead of a directory is refused', async () => {
    const path = join(directory.path, 'file')
    writeFileSync(path, 'mine')
    const { code, stderr } = await runCli(['dev', '--port', '0', '--datadir', path])
    expect(code).toBe(1)
    expect(stderr).toMatch(/is a file, not a directory/)
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  it('a data directory in use is refused', async () => {
    const path = join(directory.path, 'chain')
    const node = await startNodeProcess(['--datadir', path])
    const { code, stderr } = await runCli(['dev', '--port', '0', '--datadir', path])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Another process is using/)
    expect(await node.end('SIGTERM')).toBe(0)
  })

  // In /proc nobody makes a directory, and Node's own recursive way to try never ends.
  it.skipIf(process.platform !== 'linux')('a data directory that cannot be made is refused', async () => {
    const { code, stderr } = await runCli(['dev', '--port', '0', '--datadir', '/proc/evmpp/chain'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^\/proc\/evmpp\/chain cannot be used as data directory: .*--datadir\.\n$/)
  })

  it('a key file that others can read is refused, and so is a genesis of no network', async () => {
    const net = join(directory.path, 'net')
    expect((await runCli(['init', '--out', net, '--validators', '1', '--port', '0'])).code).toBe(0)
    chmodSync(join(net, 'node0/keys.json'), 0o640)
    const exposed = await runCli(['node', '--config', join(net, 'node0.json')])
    expect(exposed).toMatchObject({ code: 1, stderr: expect.stringMatching(/others than its owner .*chmod 600/) })
    const genesis = join(directory.path, 'genesis.json')
    const { evmpp: _section, ...file } = JSON.parse(readFileSync(join(net, 'genesis.json'), 'utf8'))
    writeFileSync(genesis, JSON.stringify(file))
    const words = ['--genesis', genesis, '--datadir', join(directory.path, 'follower')]
    const foreign = await runCli(['node', ...words])
    expect(foreign).toMatchObject({ code: 1, stderr: expect.stringMatching(/genesis file is of no network/) })
  })

  it('another chain id on an existing chain is refused', async () => {
    const path = join(directory.path, 'chain')
    const node = await startNodeProcess(['--datadir', path])
    await node.end('SIGTERM')
    const { code, stderr } = await runCli(['dev', '--port', '0', '--datadir', path, '--chain-id', '5'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/genesis/)
  })
})

describe('the banner', () => {
  it('has fewer than 40 lines, the keys with a warning, the address and a line to deploy each kind', async () => {
    const node = await startBanner()
    const lines = node.text.split('\n')
    expect(lines.length).toBeLessThan(40)
    expect(node.text).toContain('0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80')
    expect(node.text).toMatch(/keys are public/)
    expect(node.text).toMatch(/http:\/\/127\.0\.0\.1:\d+/)
    expect(node.text).toMatch(/npx evmpp deploy \S+\.sol/)
    expect(node.text).toMatch(/npx evmpp deploy \S+\.ts/)
  })
})

/** What `evmpp dev` prints until it serves. */
function startBanner(): Promise<{ readonly text: string }> {
  const child = spawn(process.execPath, [cliPath, 'dev', '--ephemeral', '--port', '0'])
  let text = ''
  return new Promise((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('Ctrl-C')) child.kill('SIGTERM')
    })
    child.on('close', () => resolve({ text }))
  })
}
