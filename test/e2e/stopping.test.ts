import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { keccak256 } from 'viem'
import { afterAll, describe, expect, it } from 'vitest'
import {
  cliPath,
  projectRoot,
  runNode,
  startBehind,
  startNodeProcess,
  temporaryDirectory,
} from '../harness/nodeProcess.ts'

const directory = temporaryDirectory()
afterAll(() => directory.remove())

async function ask(url: string, method: string, params: readonly unknown[] = []) {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return (await response.json()) as { readonly result?: unknown; readonly error?: { readonly message: string } }
}

/** A development node behind a shell's limits. */
const startLimited = (limit: string, args: readonly string[]) => startBehind(limit, ['dev', '--port', '0', ...args])

describe('a node that stops', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('at %s ends with exit code 0', async (signal) => {
    const node = await startNodeProcess(['--ephemeral'])
    expect(await node.end(signal)).toBe(0)
  })

  it('ends with exit code 0 again and again in the middle of its work (npm run stops: 200 times)', async () => {
    const { code, stderr } = await runNode([join(projectRoot, 'scripts/stops.mjs'), '--rounds', '4', '--cli', cliPath])
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('0 faults') })
  })

  it('goes on when whoever read its output is gone', async () => {
    const { child, exited, ready } = await startLimited('true', ['--ephemeral'])
    child.stdout.destroy()
    for (let count = 0; count < 3; count += 1) await ask(ready?.url ?? '', 'evm_mine')
    expect(await ask(ready?.url ?? '', 'eth_blockNumber')).toMatchObject({ result: '0x3' })
    child.kill('SIGTERM')
    expect(await exited).toEqual({ code: 0, stderr: '' })
  })
})

describe('a node that cannot go on ends with exit code 1 and says why:', () => {
  it('no room on the disk', async () => {
    const path = join(directory.path, 'full')
    // No file may grow beyond 600 KB.
    const { exited, ready } = await startLimited('ulimit -f 600', ['--datadir', path])
    const [{ address } = { address: '' }] = ready?.accounts ?? []
    const data = `0x${'5a'.repeat(60_000)}`
    let served = 0
    for (let answer = {}; !('error' in answer); ) {
      answer = await ask(ready?.url ?? '', 'eth_sendTransaction', [{ from: address, to: address, data }]).catch(
        (error) => ({ error }),
      )
      if (!('error' in answer)) served += 1
    }
    const { code, stderr } = await exited
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^The store in .* cannot be used/) })
    expect(stderr.trim().split('\n')).toHaveLength(1)
    // With room again it is whole, and has every block that was answered for.
    const again = await startNodeProcess(['--datadir', path])
    expect(again.ready.blockNumber).toBeGreaterThanOrEqual(served)
    expect(await again.end('SIGTERM')).toBe(0)
  })

  it('the data directory was deleted', async () => {
    const path = join(directory.path, 'gone')
    const { exited } = await startLimited('true', ['--datadir', path])
    rmSync(path, { recursive: true })
    const { code, stderr } = await exited
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/was deleted while the node ran/) })
  })

  it('an account whose record is not what was written', async () => {
    const path = join(directory.path, 'damaged')
    const first = await startNodeProcess(['--datadir', path])
    const [from, to, other] = first.ready.accounts.map(({ address }) => address)
    await ask(first.ready.url, 'eth_sendTransaction', [{ from, to, value: '0x1' }])
    expect(await first.end('SIGTERM')).toBe(0)

    const raw = new ClassicLevel<Buffer, Buffer>(join(path, 'db'), { keyEncoding: 'buffer', valueEncoding: 'buffer' })
    const key = Buffer.concat([Buffer.from('a'), keccak256(to ?? '0x', 'bytes')])
    const record = Buffer.from((await raw.get(key)) ?? [])
    record.writeUInt8((record[4] ?? 0) ^ 1, 4)
    await raw.put(key, record)
    await raw.close()

    const { exited, ready } = await startLimited('true', ['--datadir', path])
    const balance = await ask(ready?.url ?? '', 'eth_getBalance', [to, 'latest'])
    expect(balance.error?.message).toMatch(/damaged: the checksum of record 0x61/)
    // The block cannot be made, so the node ends; before or after it has answered.
    await ask(ready?.url ?? '', 'eth_sendTransaction', [{ from: other, to, value: '0x1', gas: '0x5208' }]).catch(
      () => undefined,
    )
    const { code, stderr } = await exited
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/damaged: the checksum of record/) })
  })
})
