import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ClassicLevel } from 'classic-level'
import { afterAll, describe, expect, it } from 'vitest'
import { cliPath, type Ready, startNodeProcess, temporaryDirectory } from '../harness/nodeProcess.ts'

const directory = temporaryDirectory()
afterAll(() => directory.remove())

type Answer = { readonly result?: unknown; readonly error?: { readonly message: string } }

async function ask(url: string, method: string, params: readonly unknown[] = []): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  return (await response.json()) as Answer
}

/** A chain of five blocks in which `damage` changes or removes a record of block 2. */
async function damagedChain(name: string, damage: (db: ClassicLevel<Buffer, Buffer>) => Promise<void>) {
  const path = join(directory.path, name)
  const node = await startNodeProcess(['--datadir', path])
  await ask(node.ready.url, 'hardhat_mine', ['0x5'])
  expect(await node.end('SIGTERM')).toBe(0)
  const db = new ClassicLevel<Buffer, Buffer>(join(path, 'db'), { keyEncoding: 'buffer', valueEncoding: 'buffer' })
  await db.open()
  await damage(db)
  await db.close()
  return path
}

function keyOf(prefix: string, block: number): Buffer {
  const key = Buffer.alloc(9)
  key.write(prefix)
  key.writeBigUInt64BE(BigInt(block), 1)
  return key
}

const lose = (prefix: string) => (db: ClassicLevel<Buffer, Buffer>) => db.del(keyOf(prefix, 2))

async function flip(db: ClassicLevel<Buffer, Buffer>): Promise<void> {
  const key = keyOf('b', 2)
  const value = await db.get(key)
  if (value === undefined) throw new Error('no header 2')
  value[10] = (value[10] ?? 0) ^ 1
  await db.put(key, value)
}

/** Starts a node on the chain; how it ended and what it wrote to stderr. */
function startOn(path: string) {
  const child = spawn(process.execPath, [cliPath, 'dev', '--port', '0', '--json', '--datadir', path])
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk
  })
  const ended = new Promise<{ readonly code: number | null; readonly stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stderr })),
  )
  const ready = new Promise<Ready>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as { readonly kind: string }
      if (event.kind === 'ready') resolve(event as Ready)
    })
  })
  return { ready, ended }
}

describe('N4: damage that a read finds while the node runs', () => {
  it.each<[string, (db: ClassicLevel<Buffer, Buffer>) => Promise<void>, string, readonly unknown[]]>([
    ['a header whose checksum fails, by the main thread', flip, 'eth_getBlockByNumber', ['0x2', false]],
    ['a header that is gone', lose('b'), 'eth_getBlockByNumber', ['0x2', false]],
    ['a body that is gone', lose('B'), 'eth_getBlockByNumber', ['0x2', false]],
    ['receipts that are gone, by the reader thread', lose('r'), 'eth_getBlockReceipts', ['0x2']],
    ['a header that is gone, by the simulator', lose('b'), 'evmpp_getBlockSchedule', ['0x3']],
  ])(
    '%s: the client is told, and the node stops with exit code 1',
    async (name, damage, method, params) => {
      const path = await damagedChain(name.replaceAll(/\W/g, '-'), damage)
      const { ready, ended } = startOn(path)
      const { url } = await ready
      const { result, error } = await ask(url, method, params)
      expect(result).toBeUndefined()
      expect(error?.message).toMatch(/damaged/)
      const { code, stderr } = await ended
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('damaged') })
    },
    60_000,
  )
})
