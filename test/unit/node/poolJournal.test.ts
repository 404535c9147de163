import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { DEFAULT_POOL_LIMITS } from '../../../src/chain/index.ts'
import { createKeptMempool, openPoolJournal } from '../../../src/node/poolJournal.ts'
import { impersonateTransaction, rulesOf } from '../../../src/primitives/index.ts'
import { openTestChain, SENDERS, signed } from '../../harness/testChain.ts'

const directories: string[] = []
function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'evmpp-pool-'))
  directories.push(made)
  return made
}
afterEach(() => {
  for (const made of directories.splice(0)) rmSync(made, { recursive: true, force: true })
})

const silent = () => undefined
const door = { gasLimit: 30_000_000n, minFeeCapWei: 0n }

async function pool(path: string) {
  const { archive, produce } = await openTestChain()
  const parts = { archive, rules: rulesOf('osaka'), chainId: 31_337n, limits: DEFAULT_POOL_LIMITS }
  const open = () => createKeptMempool(parts, path, door, silent)
  return { open, produce }
}

describe('a pool that is kept', () => {
  test('holds after the end of the process what it held before, queued and impersonated ones too', async () => {
    const { open } = await pool(directory())
    const first = open().mempool
    const gap = signed(1, 5n)
    const unsigned = impersonateTransaction({ ...signed(2, 0n), sender: SENDERS[2] ?? gap.sender })
    for (const transaction of [signed(0, 0n), signed(0, 1n), gap, unsigned]) first.add(transaction, door)
    // Nothing was closed: as after kill -9.
    const second = open().mempool
    expect([second.pendingCount, second.queuedCount]).toEqual([3, 1])
    expect(second.get(unsigned.hash)).toEqual(unsigned)
    expect(second.add(signed(0, 1n), door)).toMatchObject({ rejection: { code: 'ALREADY_KNOWN' } })
  })

  test('leaves out what blocks took, and what was taken out by name', async () => {
    const { open, produce } = await pool(directory())
    const first = open().mempool
    const [mined, dropped, poison, kept] = [signed(0, 0n), signed(0, 2n), signed(1, 0n), signed(2, 0n)]
    for (const transaction of [mined, signed(0, 1n), dropped, poison, kept]) first.add(transaction, door)
    first.remove(dropped.hash)
    first.discard(poison.hash, 'its block broke')
    await produce(mined)
    const second = open().mempool
    expect([second.pendingCount, second.queuedCount]).toEqual([2, 0])
    expect(second.get(kept.hash)).toBeDefined()
  })

  test('does not grow with what has gone', async () => {
    const path = directory()
    const { open } = await pool(path)
    const { mempool, close } = open()
    for (let nonce = 0n; nonce < 50n; nonce += 1n) mempool.add(signed(0, nonce), door)
    mempool.clear()
    close()
    open().close()
    expect(statSync(join(path, 'pool.journal')).size).toBe(0)
  })
})

describe('a damaged journal', () => {
  test('gives what stands before the damage, wherever it is', () => {
    const path = directory()
    const file = join(path, 'pool.journal')
    const journal = openPoolJournal(path, silent)
    const all = [0n, 1n, 2n, 3n].map((nonce) => signed(0, nonce))
    for (const transaction of all) journal.added(transaction)
    journal.close()
    const whole = readFileSync(file)
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, isCut) => {
        const bytes = Buffer.from(isCut ? whole.subarray(0, at) : whole)
        if (!isCut) bytes[at] = (bytes[at] ?? 0) ^ change
        writeFileSync(file, bytes)
        const opened = openPoolJournal(path, silent)
        opened.close()
        expect(opened.found).toEqual(all.slice(0, opened.found.length))
        expect(opened.found.length).toBeLessThan(all.length)
      }),
      { numRuns: 60 },
    )
  })

  test('of noise is empty', () => {
    const path = directory()
    appendFileSync(join(path, 'pool.journal'), Buffer.alloc(5_000, 7))
    expect(openPoolJournal(path, silent).found).toEqual([])
  })
})
