import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { createWalletClient, http, keccak256 } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, describe, expect, it } from 'vitest'
import {
  executorArguments,
  projectRoot,
  runCli,
  startBehind,
  startNodeProcess,
  startProcess,
  temporaryDirectory,
} from '../harness/nodeProcess.ts'
import { developmentAccounts, eventually, PACE } from '../harness/testnetProcess.ts'

const directory = temporaryDirectory()
afterAll(() => directory.remove())

/** A network of one validator, in a folder of this name: its config. */
async function configOf(name: string): Promise<string> {
  const folder = join(directory.path, name)
  const made = await runCli(['init', '--validators', '1', '--port', '0', '--out', folder, ...PACE])
  expect(made).toMatchObject({ code: 0 })
  return join(folder, 'node0.json')
}

const nodeArguments = (config: string) => ['node', '--config', config, '--port', '0', ...executorArguments]

async function ask(url: string, method: string, params: readonly unknown[] = []) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return (await response.json()) as { readonly result?: unknown; readonly error?: { readonly message: string } }
}

function accountOf(index: number) {
  const account = developmentAccounts()[index]
  if (account === undefined) throw new Error(`no account ${index}`)
  return privateKeyToAccount(account.privateKey)
}

/** Sends a wei, and so much data, from one development account to another. */
function send(url: string, from: number, to: number, byteLength = 0) {
  const wallet = createWalletClient({
    account: accountOf(from),
    chain: foundry,
    transport: http(url, { retryCount: 0 }),
  })
  const data = `0x${'5a'.repeat(byteLength)}` as const
  const gas = 21_000n + 40n * BigInt(byteLength)
  return wallet.sendTransaction({ to: accountOf(to).address, value: 1n, data, gas })
}

describe('a node of a network that stops', () => {
  it('ends with exit code 0 at the first SIGTERM, SIGINT or SIGHUP, and goes on at its next start', async () => {
    const config = await configOf('signals')
    let height = 0
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      const node = await startProcess(nodeArguments(config))
      const heightOf = async () => Number((await ask(node.ready.url, 'eth_blockNumber')).result)
      await eventually('a new block', async () => (await heightOf()) > height)
      height = await heightOf()
      expect(await node.end(signal)).toBe(0)
    }
  })
})

describe('a node of a network that cannot go on ends with exit code 1 and says why:', () => {
  it('the data directory was deleted', async () => {
    const config = await configOf('gone')
    const { exited, ready } = await startBehind('true', nodeArguments(config))
    expect(ready).toBeDefined()
    const beginMs = Date.now()
    rmSync(join(config, '../node0/data'), { recursive: true })
    const { code, stderr } = await exited
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/was deleted while the node ran/) })
    expect(Date.now() - beginMs).toBeLessThan(30_000)
  })

  it('an account whose record is not what was written', async () => {
    const config = await configOf('damaged')
    const first = await startProcess(nodeArguments(config))
    const hash = await send(first.ready.url, 0, 1)
    await eventually('its block', async () => {
      const { result } = await ask(first.ready.url, 'eth_getTransactionReceipt', [hash])
      return result !== null
    })
    expect(await first.end('SIGTERM')).toBe(0)

    const store = join(config, '../node0/data/db')
    const raw = new ClassicLevel<Buffer, Buffer>(store, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
    const key = Buffer.concat([Buffer.from('a'), keccak256(accountOf(1).address, 'bytes')])
    const record = Buffer.from((await raw.get(key)) ?? [])
    record.writeUInt8((record[4] ?? 0) ^ 1, 4)
    await raw.put(key, record)
    await raw.close()

    const { exited, ready } = await startBehind('true', nodeArguments(config))
    // The block that pays the account cannot be executed.
    await send(ready?.url ?? '', 2, 1).catch(() => undefined)
    const { code, stderr } = await exited
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/damaged: the checksum of record/) })
  })

  it('no room on the disk', async () => {
    const config = await configOf('full')
    // No file may grow beyond 600 KB.
    const { exited, ready } = await startBehind('ulimit -f 600', nodeArguments(config))
    for (let isServing = true; isServing; ) {
      isServing = await send(ready?.url ?? '', 0, 1, 60_000).then(
        () => true,
        () => false,
      )
    }
    const { code, stderr } = await exited
    expect({ code, stderr: stderr.trim().split('\n') }).toEqual({
      code: 1,
      stderr: [expect.stringMatching(/cannot be /)],
    })
    // With room again it goes on, signs, and stops when it is told to.
    const again = await startProcess(nodeArguments(config))
    expect(again.warnings.filter((warning) => warning.includes('does not vote'))).toEqual([])
    expect(await again.end('SIGTERM')).toBe(0)
  })
})

describe('a process that may open few files', () => {
  it('is told so when there are too few to load the program', async () => {
    // The package as npm installs it: without sources to build.
    const root = join(directory.path, 'package')
    mkdirSync(join(root, 'bin'), { recursive: true })
    copyFileSync(join(projectRoot, 'bin/evmpp.mjs'), join(root, 'bin/evmpp.mjs'))
    symlinkSync(join(projectRoot, 'dist'), join(root, 'dist'))
    const child = spawn('sh', [
      '-c',
      'ulimit -n 30; exec "$@"',
      'sh',
      process.execPath,
      join(root, 'bin/evmpp.mjs'),
      'dev',
    ])
    let stderr = ''
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'evmpp cannot be loaded: this process may open too few files. Raise the limit: "ulimit -n 4096".\n',
    })
  })

  it.each(['dev', 'node'])('is told so when there are too few for evmpp %s', async (command) => {
    const args = command === 'dev' ? ['dev', '--port', '0', '--ephemeral'] : nodeArguments(await configOf('few'))
    const { exited, ready } = await startBehind('ulimit -n 100', args)
    expect(ready).toBeUndefined()
    const { code, stderr } = await exited
    expect(code).toBe(1)
    expect(stderr).toMatch(/may open 100 files, and a node needs 128.*ulimit -n 4096/)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('serves with a warning on some more, and outlives more clients than it may have files', async () => {
    const { child, exited, ready } = await startBehind('ulimit -n 160', ['dev', '--port', '0', '--ephemeral'])
    const url = ready?.url ?? ''
    const clients = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1')
        socket.on('error', () => undefined)
        await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve))
        return socket
      }),
    )
    for (const socket of clients) socket.destroy()
    await eventually('an answer', async () => (await ask(url, 'eth_chainId')).result === '0x7a69')
    child.kill('SIGTERM')
    expect((await exited).code).toBe(0)
  })

  it('is not warned where there are enough', async () => {
    const node = await startNodeProcess(['--ephemeral'])
    expect(node.warnings.filter((warning) => warning.includes('files'))).toEqual([])
    expect(await node.end('SIGTERM')).toBe(0)
    expect(readFileSync(join(projectRoot, 'docs/errors.md'), 'utf8')).toContain('TOO_FEW_FILES')
  })
})
