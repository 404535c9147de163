import { beforeAll, describe, expect, test } from 'vitest'
import {
  type BlockRequest,
  type ChainEvent,
  createMempool,
  createProducer,
  DEFAULT_POOL_LIMITS,
  nextBaseFee,
} from '../../../src/chain/index.ts'
import { planBlock } from '../../../src/chain/production/nextBlock.ts'
import { BLOCK_HASHES, rulesOf, WITHDRAWAL_REQUESTS, ZERO_ADDRESS, ZERO_HASH } from '../../../src/primitives/index.ts'
import { createMemoryStore, KEY_PREFIX, type Store } from '../../../src/state/index.ts'
import { dump, KEEPER, keep, openTestChain, SENDERS, signed, type TestChain } from '../../harness/testChain.ts'
import { virtualClock } from '../../harness/virtualClock.ts'

const settings = {
  coinbase: ZERO_ADDRESS,
  gasLimit: 30_000_000n,
  offsetSeconds: 0n,
  timestampIntervalSeconds: 7n,
  overrides: {},
}

function requestAfter({ archive }: TestChain): BlockRequest {
  const { hash, header } = archive.headBlock()
  return { ...planBlock({ hash, header }, settings, 0n), baseFeeWei: undefined, transactions: [] }
}

/** Mines so many blocks in bulk; how many commits that took. */
async function mineIdle(chain: TestChain, count: number): Promise<number> {
  let commits = 0
  for (let made = 0; made < count; commits += 1) {
    const now = await chain.ledger.produceIdle({
      first: requestAfter(chain),
      count: count - made,
      intervalSeconds: 7n,
    })
    expect(now).toBeGreaterThan(0)
    made += now
  }
  return commits
}

async function mineOneByOne(chain: TestChain, count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) await chain.ledger.produce(requestAfter(chain))
}

/** All that a store holds but undo records and head, which count commits, and what only bulk leaves out. */
async function content(store: Store): Promise<ReadonlyMap<string, string>> {
  const left = [KEY_PREFIX.undo, KEY_PREFIX.trieNode, KEY_PREFIX.idleSegment, KEY_PREFIX.meta].map((it) => prefixOf(it))
  return new Map([...(await dump(store))].filter(([key]) => !left.includes(key.slice(0, 2))))
}

function prefixOf(prefix: number): string {
  return prefix.toString(16).padStart(2, '0')
}

/** Keys under which two stores do not hold the same. */
function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key))
}

/** The same chain twice: mined in bulk, and one by one. 600 blocks, with transactions before and between. */
async function makeTwins() {
  const stores = [createMemoryStore(), createMemoryStore()] as const
  const [bulk, single] = await Promise.all(stores.map((store) => openTestChain(store)))
  if (bulk === undefined || single === undefined) throw new Error('two stores, two chains')
  for (const [chain, mine] of [
    [bulk, mineIdle],
    [single, mineOneByOne],
  ] as const) {
    await chain.produce(signed(0, 0n, { to: KEEPER, data: keep(1n, 5n) }))
    await mine(chain, 280)
    await chain.produce(signed(0, 1n, { to: KEEPER, data: keep(1n, 6n) }))
    // Beyond the state's root that the header names, and within a segment's start.
    await mine(chain, 230)
    await chain.ledger.edit([{ kind: 'balance', address: SENDERS[1] ?? ZERO_ADDRESS, balanceWei: 77n }])
    await mine(chain, 300)
  }
  return { bulk, single }
}

describe('idle blocks in bulk', () => {
  let twins: Awaited<ReturnType<typeof makeTwins>>
  beforeAll(async () => {
    twins = await makeTwins()
  }, 60_000)

  test('are the blocks that produce makes, in every record', async () => {
    const { bulk, single } = twins
    expect(bulk.archive.headBlock()).toEqual(single.archive.headBlock())
    expect(differences(await content(bulk.store), await content(single.store))).toEqual([])
    const { header } = bulk.archive.headBlock()
    const parent = bulk.archive.header(header.parentHash)
    expect(parent && nextBaseFee(parent)).toBe(header.baseFeeWei)
    expect(parent && header.timestampSeconds - parent.timestampSeconds).toBe(7n)
  })

  test('have their state, roots and proofs, those of a segment without stored nodes as well', async () => {
    const { bulk, single } = twins
    const { blockNumber } = bulk.archive.head()
    for (const number of [
      1n,
      2n,
      255n,
      256n,
      257n,
      281n,
      282n,
      511n,
      512n,
      513n,
      514n,
      640n,
      767n,
      768n,
      blockNumber,
    ]) {
      const hash = bulk.archive.blockHash(number)
      if (hash === undefined) throw new Error(`no block ${number}`)
      const slots = [0n, (number - 1n) % 8191n, 8000n]
      const proof = await bulk.archive.prove(hash, BLOCK_HASHES.address, slots)
      expect(proof).toEqual(await single.archive.prove(hash, BLOCK_HASHES.address, slots))
      expect(proof?.storageProofs[1]?.value).toBe(BigInt(bulk.archive.header(hash)?.parentHash ?? 0))
      const [state, other] = [bulk.archive.stateAt(hash), single.archive.stateAt(hash)]
      expect(state?.storage(KEEPER, 1n)).toBe(other?.storage(KEEPER, 1n))
      for (const slot of slots) {
        expect(state?.storage(BLOCK_HASHES.address, slot)).toBe(other?.storage(BLOCK_HASHES.address, slot))
      }
      expect(state?.account(SENDERS[1] ?? ZERO_ADDRESS)).toEqual(other?.account(SENDERS[1] ?? ZERO_ADDRESS))
    }
  })

  test('of a whole segment leave out the trie nodes of all but its last', async () => {
    const [one, all] = [await openTestChain(), await openTestChain()]
    const nodes = async ({ store }: TestChain) =>
      [...(await dump(store)).keys()].filter((key) => key.startsWith(prefixOf(KEY_PREFIX.trieNode))).length
    expect(await mineIdle(one, 512)).toBe(2)
    await mineOneByOne(all, 512)
    expect(await nodes(one)).toBeLessThan((await nodes(all)) / 2)
  })

  test('are taken back commit by commit, whole', async () => {
    const chain = await openTestChain()
    await mineIdle(chain, 256)
    const before = await content(chain.store)
    const { version, blockNumber } = chain.archive.head()
    await mineIdle(chain, 300)
    await chain.ledger.rewind(version)
    expect(differences(await content(chain.store), before)).toEqual([])
    expect(chain.archive.head()).toMatchObject({ version, blockNumber })
    await mineOneByOne(chain, 1)
    await mineIdle(chain, 40)
    expect(chain.archive.head().blockNumber).toBe(blockNumber + 41n)
  })

  test('are none while a request waits, and none where a system contract is another', async () => {
    const chain = await openTestChain()
    await chain.ledger.edit([{ kind: 'storage', address: WITHDRAWAL_REQUESTS.address, slot: 0n, value: 3n }])
    const run = () => ({ first: requestAfter(chain), count: 40, intervalSeconds: 7n })
    expect(await chain.ledger.produceIdle(run())).toBe(0)
    // Each block lowers the excess by its target of two.
    await mineOneByOne(chain, 2)
    expect(await chain.ledger.produceIdle(run())).toBe(40)
    await chain.ledger.edit([{ kind: 'code', address: BLOCK_HASHES.address, code: Uint8Array.of(0) }])
    expect(await chain.ledger.produceIdle(run())).toBe(0)
  })
})

describe('mining many blocks', () => {
  async function setUp() {
    const chain = await openTestChain()
    const { archive, ledger } = chain
    const mempool = createMempool({ archive, rules: rulesOf('osaka'), chainId: 31_337n, limits: DEFAULT_POOL_LIMITS })
    const clock = virtualClock(5_000_000)
    const parts = { archive, ledger, mempool, clock, coinbase: ZERO_ADDRESS, gasLimit: 30_000_000n }
    const producer = createProducer({ ...parts, mode: { kind: 'manual' }, onFailure: unexpected })
    const events: ChainEvent[] = []
    producer.subscribe((event) => events.push(event))
    const timestampOf = (number: bigint) => {
      const hash = archive.blockHash(number)
      return hash === undefined ? undefined : archive.header(hash)?.timestampSeconds
    }
    return { chain, producer, events, timestampOf, clock }
  }
  const unexpected = (error: unknown): never => {
    throw error
  }

  test('is told commit by commit, and once in the end', async () => {
    const { producer, events } = await setUp()
    await producer.mine(600)
    expect(events).toEqual([
      { kind: 'idleBlocks', first: 1n, last: 256n },
      { kind: 'idleBlocks', first: 257n, last: 512n },
      { kind: 'idleBlocks', first: 513n, last: 600n },
      { kind: 'idleRun', first: 1n, last: 600n },
    ])
  })

  test('so many seconds apart, from the clock on, which goes on from the last', async () => {
    const { producer, timestampOf } = await setUp()
    await producer.mine(300, { seconds: 12n, movesFirst: false })
    expect([timestampOf(1n), timestampOf(2n), timestampOf(257n)]).toEqual([5_000n, 5_012n, 5_000n + 256n * 12n])
    await producer.mine(300, { seconds: 10n, movesFirst: true })
    const last = 5_000n + 299n * 12n
    expect([timestampOf(301n), timestampOf(302n)]).toEqual([last + 10n, last + 20n])
    expect(producer.next().timestampSeconds).toBe(last + 3_001n)
  })

  test('honours what was asked of the next block, and only of that', async () => {
    const { chain, producer, timestampOf } = await setUp()
    producer.setNextTimestamp(9_000n)
    producer.setNextBaseFee(77n)
    await producer.mine(40)
    const header = (number: bigint) => chain.archive.header(chain.archive.blockHash(number) ?? ZERO_HASH)
    expect([timestampOf(1n), timestampOf(40n)]).toEqual([9_000n, 9_039n])
    expect([header(1n)?.baseFeeWei, header(2n)?.baseFeeWei]).toEqual([77n, 68n])
  })

  test('ends with the commit during which nobody wants any more', async () => {
    const { chain, producer, events } = await setUp()
    await producer.mine(100_000, undefined, () => chain.archive.head().blockNumber < 300n)
    expect(chain.archive.head().blockNumber).toBe(512n)
    expect(events.at(-1)).toEqual({ kind: 'idleRun', first: 1n, last: 512n })
  })

  test('puts what waits into the first block', async () => {
    const { chain, producer, events } = await setUp()
    const transaction = signed(0, 0n)
    await producer.submit(transaction)
    await producer.mine(100)
    expect(chain.archive.transaction(transaction.hash)?.blockNumber).toBe(1n)
    expect(events.at(-1)).toEqual({ kind: 'idleRun', first: 2n, last: 100n })
  })
})
