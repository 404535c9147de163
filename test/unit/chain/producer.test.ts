import { describe, expect, test } from 'vitest'
import {
  type ChainEvent,
  createMempool,
  createProducer,
  DEFAULT_POOL_LIMITS,
  type MiningMode,
  nextBaseFee,
} from '../../../src/chain/index.ts'
import { type Hash, InvariantError, rulesOf } from '../../../src/primitives/index.ts'
import { fakeChain, signed } from '../../harness/fakeChain.ts'
import { virtualClock } from '../../harness/virtualClock.ts'
import { addr, hash } from '../../harness/world.ts'

const [alice, bob] = [addr(0xa1), addr(0xb0)]
const rich = 10n ** 18n
/** The genesis block's timestamp is 1,000,000 s. */
const startSeconds = 2_000_000

function setUp(mode: MiningMode = { kind: 'automine' }) {
  const chain = fakeChain({ [alice]: { balanceWei: rich }, [bob]: { balanceWei: rich } })
  const clock = virtualClock(startSeconds * 1000)
  const limits = DEFAULT_POOL_LIMITS
  const discarded: { hash: Hash; reason: string }[] = []
  const mempool = createMempool({
    archive: chain.archive,
    rules: rulesOf('osaka'),
    chainId: 31_337n,
    limits,
    onDiscarded: (hash, reason) => discarded.push({ hash, reason }),
  })
  const failures: unknown[] = []
  const producer = createProducer({
    archive: chain.archive,
    ledger: chain.ledger,
    mempool,
    clock,
    mode,
    coinbase: addr(0xcb),
    gasLimit: 30_000_000n,
    onFailure: (error) => failures.push(error),
  })
  const events: ChainEvent[] = []
  producer.subscribe((event) => events.push(event))
  return { chain, clock, mempool, producer, failures, events, discarded }
}

type World = ReturnType<typeof setUp>
const fromAlice = (nonce: bigint, parts = {}) => signed({ sender: alice, nonce, ...parts })
const height = ({ chain }: World) => chain.blocks().length - 1
const newest = ({ chain }: World) => chain.archive.headBlock().header
const sizes = ({ chain }: World) =>
  chain
    .blocks()
    .slice(1)
    .map(({ block }) => block.transactions.length)
const settled = () => new Promise((resolve) => setImmediate(resolve))

/** Holds every block back until the returned function is called. */
function holdBlocks(world: World): () => void {
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  world.chain.delay = () => gate
  return release
}

describe('automine', () => {
  test('a submission resolves once its block is stored and listeners have heard of it', async () => {
    const world = setUp()
    const transaction = fromAlice(0n)
    expect(await world.producer.submit(transaction)).toEqual({ kind: 'ready', replaced: undefined })
    expect([height(world), world.chain.nonceOf(alice), world.mempool.pendingCount]).toEqual([1, 1n, 0])
    expect(world.events.map(({ kind }) => kind)).toEqual(['pendingTransaction', 'block'])
  })

  test('what arrives while a block is made shares the next one', async () => {
    const world = setUp()
    const release = holdBlocks(world)
    const first = world.producer.submit(fromAlice(0n))
    await settled()
    const others = [1n, 2n, 3n].map((nonce) => world.producer.submit(fromAlice(nonce)))
    release()
    await Promise.all([first, ...others])
    expect(sizes(world)).toEqual([1, 3])
  })

  test('a queued transaction resolves at once and goes in with the one it waited for', async () => {
    const world = setUp()
    expect(await world.producer.submit(fromAlice(1n))).toMatchObject({ kind: 'queued' })
    expect(height(world)).toBe(0)
    await world.producer.submit(fromAlice(0n))
    expect(sizes(world)).toEqual([2])
  })

  test('a rejected transaction resolves as that and makes no block', async () => {
    const world = setUp()
    const outcome = await world.producer.submit(fromAlice(0n, { gasLimit: 1n }))
    expect(outcome).toMatchObject({ rejection: { code: 'INTRINSIC_GAS_TOO_LOW' } })
    expect([height(world), world.events.length]).toEqual([0, 0])
  })

  test('a fee cap below the base fee is told at once, not left waiting', async () => {
    const world = setUp()
    const cheap = fromAlice(0n, { maxFeePerGasWei: 10n, maxPriorityFeePerGasWei: 1n })
    expect(await world.producer.submit(cheap)).toMatchObject({ rejection: { code: 'INSUFFICIENT_MAX_FEE_PER_GAS' } })
  })

  test('a transaction that the block leaves out resolves as rejected; the one behind it waits', async () => {
    const world = setUp()
    const bad = fromAlice(0n)
    world.chain.unwanted.add(bad.hash)
    const release = holdBlocks(world)
    const outcomes = [bad, fromAlice(1n)].map((transaction) => world.producer.submit(transaction))
    release()
    expect(await Promise.all(outcomes)).toMatchObject([
      { kind: 'rejected', rejection: { code: 'SENDER_NOT_EOA' } },
      { kind: 'ready' },
    ])
    expect([world.mempool.pendingCount, world.mempool.queuedCount]).toEqual([0, 1])
  })

  test('the one behind a dropped one does not wait for a busy chain to rest', async () => {
    const world = setUp()
    const bad = fromAlice(0n)
    world.chain.unwanted.add(bad.hash)
    const release = holdBlocks(world)
    const outcomes = [bad, fromAlice(1n)].map((transaction) => world.producer.submit(transaction))
    await settled()
    const other = world.producer.submit(signed({ sender: bob }))
    release()
    const releaseSecond = holdBlocks(world)
    expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(['rejected', 'ready'])
    expect(height(world)).toBe(1)
    releaseSecond()
    await other
    expect(height(world)).toBe(2)
  })

  test('more than a block holds goes into several', async () => {
    const world = setUp()
    world.producer.setGasLimit(50_000n)
    await Promise.all([0n, 1n, 2n, 3n, 4n].map((nonce) => world.producer.submit(fromAlice(nonce))))
    expect(sizes(world)).toEqual([2, 2, 1])
  })

  test('a replaced transaction is not waited for for ever', async () => {
    const world = setUp()
    const release = holdBlocks(world)
    const first = world.producer.submit(signed({ sender: bob }))
    await settled()
    const replaced = world.producer.submit(fromAlice(0n))
    const replacing = world.producer.submit(fromAlice(0n, { maxFeePerGasWei: 20_000n, maxPriorityFeePerGasWei: 20n }))
    release()
    expect((await Promise.all([first, replaced, replacing])).map(({ kind }) => kind)).toEqual([
      'ready',
      'ready',
      'ready',
    ])
    expect(sizes(world)).toEqual([1, 1])
  })

  test('when the base fee overtakes a waiting transaction its client is told so, however busy the chain is', async () => {
    const world = setUp()
    const release = holdBlocks(world)
    const first = world.producer.submit(signed({ sender: bob }))
    await settled()
    const cheap = world.producer.submit(fromAlice(0n, { maxFeePerGasWei: 900n, maxPriorityFeePerGasWei: 1n }))
    const dear = world.producer.submit(signed({ sender: bob, nonce: 1n }))
    world.producer.setNextBaseFee(5_000n)
    release()
    const releaseSecond = holdBlocks(world)
    await Promise.all([first, cheap])
    expect([height(world), world.mempool.pendingCount]).toEqual([1, 2])
    releaseSecond()
    await dear
    expect([height(world), world.mempool.pendingCount]).toEqual([2, 1])
  })

  test('leaving automine lets go of those who wait', async () => {
    const world = setUp()
    const release = holdBlocks(world)
    const first = world.producer.submit(fromAlice(0n))
    await settled()
    const second = world.producer.submit(fromAlice(1n))
    world.producer.setMode({ kind: 'manual' })
    release()
    await Promise.all([first, second])
    expect([height(world), world.mempool.pendingCount]).toEqual([1, 1])
  })
})

describe('a ledger that fails', () => {
  test('the submission is rejected with the cause, the transaction stays, the next call works', async () => {
    const world = setUp()
    const disk = new Error('the disk is full')
    world.chain.failNext(disk)
    const failed = world.producer.submit(fromAlice(0n))
    await expect(failed).rejects.toMatchObject({ code: 'BLOCK_NOT_STORED', cause: disk })
    await expect(failed).rejects.toThrow('the disk is full')
    expect([height(world), world.mempool.pendingCount, world.failures]).toEqual([0, 1, []])
    await world.producer.submit(fromAlice(1n))
    expect(sizes(world)).toEqual([2])
  })

  test('mining by hand fails the same way, and what was wished is still wished unless something newer is', async () => {
    const world = setUp({ kind: 'manual' })
    world.producer.setNextTimestamp(3_000_000n)
    world.producer.setNextBaseFee(7n)
    world.chain.failNext(new Error('gone'))
    const release = holdBlocks(world)
    const failed = world.producer.mine(1)
    await settled()
    world.producer.setNextBaseFee(8n)
    release()
    await expect(failed).rejects.toMatchObject({ code: 'BLOCK_NOT_STORED' })
    await world.producer.mine(1)
    expect(newest(world)).toMatchObject({ timestampSeconds: 3_000_000n, baseFeeWei: 8n })
  })

  test('where nobody waits the node hears of it', async () => {
    const world = setUp({ kind: 'interval', milliseconds: 1000 })
    world.chain.failNext(new Error('gone'))
    world.clock.advance(1000)
    await settled()
    expect(world.failures).toMatchObject([{ code: 'BLOCK_NOT_STORED' }])
    world.clock.advance(1000)
    await settled()
    expect(height(world)).toBe(1)
  })

  test('a bug stays a bug and reaches the node', async () => {
    const world = setUp()
    const bug = new InvariantError('L2')
    world.chain.failNext(bug)
    await expect(world.producer.submit(fromAlice(0n))).rejects.toBe(bug)
    await settled()
    expect(world.failures).toEqual([bug])
  })

  test('a listener that throws harms nobody', async () => {
    const world = setUp()
    world.producer.subscribe(() => {
      throw new Error('listener')
    })
    await world.producer.submit(fromAlice(0n))
    expect([height(world), world.failures.length]).toEqual([1, 2])
  })
})

describe('interval and manual', () => {
  test('a block at every tick, empty or not', async () => {
    const world = setUp({ kind: 'interval', milliseconds: 5000 })
    expect(await world.producer.submit(fromAlice(0n))).toMatchObject({ kind: 'ready' })
    expect(height(world)).toBe(0)
    for (let tick = 0; tick < 3; tick += 1) {
      world.clock.advance(5000)
      await settled()
    }
    expect(sizes(world)).toEqual([1, 0, 0])
    world.producer.setMode({ kind: 'manual' })
    world.clock.advance(60_000)
    await settled()
    expect([height(world), world.producer.mode.kind]).toEqual([3, 'manual'])
  })

  test('a tick during a slow block is passed over', async () => {
    const world = setUp({ kind: 'interval', milliseconds: 1000 })
    const release = holdBlocks(world)
    world.clock.advance(5000)
    release()
    await settled()
    expect(height(world)).toBe(1)
  })

  test('by hand: transactions wait, cheap ones too, until a block is asked for', async () => {
    const world = setUp({ kind: 'manual' })
    const cheap = signed({ sender: bob, maxFeePerGasWei: 10n, maxPriorityFeePerGasWei: 1n })
    expect(await world.producer.submit(cheap)).toMatchObject({ kind: 'ready' })
    await world.producer.submit(fromAlice(0n))
    await world.producer.mine(2)
    expect(sizes(world)).toEqual([1, 0])
    expect(world.events.filter(({ kind }) => kind === 'block').length).toBe(2)
    expect(world.mempool.get(cheap.hash)).toEqual(cheap)
  })

  test('automine begins with what waits', async () => {
    const world = setUp({ kind: 'manual' })
    await world.producer.submit(fromAlice(0n))
    world.producer.setMode({ kind: 'automine' })
    await settled()
    expect(sizes(world)).toEqual([1])
  })
})

describe('what the next block is like', () => {
  test('follows the clock, the base fee rule and the settings; its randomness only the parent', async () => {
    const world = setUp({ kind: 'manual' })
    world.producer.setCoinbase(bob)
    world.producer.setGasLimit(40_000_000n)
    const genesis = world.chain.archive.headBlock()
    const next = world.producer.next()
    expect(next).toMatchObject({
      number: 1n,
      timestampSeconds: 2_000_000n,
      baseFeeWei: nextBaseFee(genesis.header),
      gasLimit: 40_000_000n,
      coinbase: bob,
    })
    world.clock.advance(1000)
    expect(world.producer.next().prevRandao).toBe(next.prevRandao)
    await world.producer.mine(1)
    const { prevRandao, coinbase, gasLimit, baseFeeWei, timestampSeconds } = newest(world)
    expect({ prevRandao, coinbase, gasLimit, baseFeeWei }).toEqual({
      prevRandao: next.prevRandao,
      coinbase: bob,
      gasLimit: 40_000_000n,
      baseFeeWei: next.baseFeeWei,
    })
    expect(timestampSeconds).toBe(2_000_001n)
    expect(world.producer.next().prevRandao).not.toBe(next.prevRandao)
  })

  test('base fee and randomness can be set for one block', async () => {
    const world = setUp({ kind: 'manual' })
    world.producer.setNextBaseFee(123n)
    world.producer.setNextPrevRandao(hash(7))
    expect(world.producer.next()).toMatchObject({ baseFeeWei: 123n, prevRandao: hash(7) })
    await world.producer.mine(2)
    const [, first, second] = world.chain.blocks().map(({ block }) => block.header)
    expect(first).toMatchObject({ baseFeeWei: 123n, prevRandao: hash(7) })
    expect(second?.baseFeeWei).toBe(nextBaseFee({ gasLimit: 30_000_000n, gasUsed: 0n, baseFeeWei: 123n }))
    expect(second?.prevRandao).not.toBe(hash(7))
  })
})

describe('time', () => {
  const timestamps = ({ chain }: World) =>
    chain
      .blocks()
      .slice(1)
      .map(({ block }) => Number(block.header.timestampSeconds) - startSeconds)

  test('blocks of the same second follow one another by one', async () => {
    const world = setUp({ kind: 'manual' })
    await world.producer.mine(3)
    expect(timestamps(world)).toEqual([0, 1, 2])
  })

  test('the clock can be moved, and goes on from there', async () => {
    const world = setUp({ kind: 'manual' })
    expect([world.producer.increaseTime(100n), world.producer.increaseTime(11n)]).toEqual([100n, 111n])
    await world.producer.mine(1)
    world.clock.advance(10_000)
    await world.producer.mine(1)
    world.producer.setTime(BigInt(startSeconds) + 1000n)
    world.clock.advance(5_000)
    await world.producer.mine(1)
    expect(timestamps(world)).toEqual([111, 121, 1005])
  })

  test('the next timestamp holds for one block, and the clock goes on from it', async () => {
    const world = setUp({ kind: 'manual' })
    world.producer.setNextTimestamp(BigInt(startSeconds) + 500n)
    await world.producer.mine(1)
    world.clock.advance(7_000)
    await world.producer.mine(1)
    expect(timestamps(world)).toEqual([500, 507])
  })

  test('also into the past, as long as it is after the newest block', async () => {
    const world = setUp({ kind: 'manual' })
    world.producer.setNextTimestamp(1_000_001n)
    await world.producer.mine(2)
    expect(timestamps(world)).toEqual([-999_999, -999_998])
  })

  test('several blocks, so many seconds apart', async () => {
    const world = setUp({ kind: 'manual' })
    await world.producer.mine(3, { seconds: 60n, movesFirst: false })
    world.clock.advance(5_000)
    await world.producer.mine(1)
    expect(timestamps(world)).toEqual([0, 60, 120, 125])
    await world.producer.mine(2, { seconds: 60n, movesFirst: true })
    expect(timestamps(world).slice(4)).toEqual([185, 245])
  })

  test('blocks that nobody wants any more are not made', async () => {
    const world = setUp({ kind: 'manual' })
    let asked = 0
    const wanted = () => {
      asked += 1
      return asked <= 3
    }
    await world.producer.mine(100, undefined, wanted)
    expect(height(world)).toBe(3)
  })

  test('a spacing that leads beyond the clock makes no block', async () => {
    const world = setUp({ kind: 'manual' })
    const mined = world.producer.mine(3, { seconds: 2n ** 51n, movesFirst: true })
    await expect(mined).rejects.toMatchObject({ code: 'INVALID_TIMESTAMP' })
    expect(height(world)).toBe(0)
  })

  test.each<[string, (world: World) => Promise<unknown>]>([
    ['forty blocks of one second', ({ producer }) => producer.mine(40)],
    ['spaced blocks', ({ producer }) => producer.mine(3, { seconds: 86_400n, movesFirst: true })],
    [
      'an interval that was taken back',
      async ({ producer }) => {
        producer.setTimestampInterval(10_000_000n)
        await producer.mine(2)
        producer.setTimestampInterval(undefined)
      },
    ],
    [
      'an interval that is still there',
      async ({ producer }) => {
        producer.setTimestampInterval(10_000_000n)
        await producer.mine(2)
      },
    ],
  ])('the clock is moved on from the newest block after %s', async (_title, push) => {
    const world = setUp({ kind: 'manual' })
    await push(world)
    const { timestampSeconds } = newest(world)
    const offset = world.producer.increaseTime(100n)
    expect(offset).toBe(timestampSeconds + 100n - BigInt(startSeconds))
    await world.producer.mine(1)
    expect(newest(world).timestampSeconds).toBeGreaterThanOrEqual(timestampSeconds + 100n)
  })

  test.each([undefined, 5n])(
    'the clock is moved on from a first block in the future (interval %s)',
    async (interval) => {
      const world = setUp({ kind: 'manual' })
      world.clock.advance(-1_500_000_000)
      const { timestampSeconds } = newest(world)
      world.producer.setTimestampInterval(interval)
      world.producer.increaseTime(100n)
      world.producer.increaseTime(50n)
      await world.producer.mine(1)
      expect(newest(world).timestampSeconds).toBe(timestampSeconds + 150n + (interval ?? 0n))
    },
  )

  test('a fixed interval, until it is taken back', async () => {
    const world = setUp({ kind: 'manual' })
    world.producer.setTimestampInterval(12n)
    await world.producer.mine(2)
    world.producer.setTimestampInterval(undefined)
    await world.producer.mine(1)
    expect(timestamps(world)).toEqual([-999_988, -999_976, 0])
  })

  test.each([
    ["the newest block's own", 1_000_000n],
    ['beyond what a header can say', 2n ** 64n],
  ])('refuses %s', (_title, timestamp) => {
    const { producer } = setUp()
    const refusal = expect.objectContaining({ code: 'INVALID_TIMESTAMP' })
    expect(() => producer.setNextTimestamp(timestamp)).toThrow(refusal)
    expect(() => producer.setTime(timestamp)).toThrow(refusal)
    expect(() => producer.increaseTime(2n ** 64n)).toThrow(refusal)
  })
})

describe('edits, snapshots, reset', () => {
  test('an edit is told, and what it makes ready goes in', async () => {
    const world = setUp()
    await world.producer.submit(fromAlice(5n))
    await world.producer.edit([{ kind: 'nonce', address: alice, nonce: 5n }])
    await settled()
    expect([sizes(world), world.chain.nonceOf(alice)]).toEqual([[1], 6n])
    expect(world.events.map(({ kind }) => kind)).toEqual(['pendingTransaction', 'rewound', 'block'])
  })

  test('revert undoes state, clock, settings and pool; ids count from 1 and are used up', async () => {
    const world = setUp({ kind: 'manual' })
    const waiting = fromAlice(0n)
    await world.producer.submit(waiting)
    expect(world.producer.snapshot()).toBe(1)
    const before = world.producer.next()

    world.producer.increaseTime(1000n)
    world.producer.setCoinbase(bob)
    world.producer.setNextBaseFee(1n)
    await world.producer.mine(1)
    const late = fromAlice(1n)
    await world.producer.submit(late)
    expect(world.producer.snapshot()).toBe(2)

    expect(await world.producer.revert(1)).toBe(true)
    expect(height(world)).toBe(0)
    expect(world.producer.next()).toEqual(before)
    expect([world.mempool.get(waiting.hash), world.mempool.get(late.hash)]).toEqual([waiting, undefined])
    expect([await world.producer.revert(2), await world.producer.revert(1)]).toEqual([false, false])
    expect(world.producer.snapshot()).toBe(3)
  })

  test('a transaction that comes while the chain is being rewound is kept', async () => {
    const world = setUp({ kind: 'manual' })
    const snapshot = world.producer.snapshot()
    await world.producer.mine(1)
    const reverting = world.producer.revert(snapshot)
    await Promise.resolve()
    const submitted = fromAlice(0n)
    await world.producer.submit(submitted)
    await reverting
    expect([height(world), world.mempool.pendingCount]).toEqual([0, 1])
  })

  test('reset goes back to the beginning and forgets snapshots, settings and transactions', async () => {
    const world = setUp({ kind: 'manual' })
    world.producer.snapshot()
    world.producer.setGasLimit(1_000_000n)
    await world.producer.submit(fromAlice(0n))
    await world.producer.mine(2)
    await world.producer.submit(fromAlice(1n))
    await world.producer.reset()
    expect([height(world), world.mempool.pendingCount, world.producer.next().gasLimit]).toEqual([0, 0, 30_000_000n])
    expect(await world.producer.revert(1)).toBe(false)
    expect(world.events.at(-1)).toMatchObject({ kind: 'rewound', head: { blockNumber: 0n } })
  })
})

test('stop forgets the tick that waits behind a slow block', async () => {
  const world = setUp({ kind: 'interval', milliseconds: 1000 })
  const release = holdBlocks(world)
  const mined = world.producer.mine(1)
  await settled()
  world.clock.advance(1000)
  const stopped = world.producer.stop()
  release()
  await Promise.all([mined, stopped])
  expect([height(world), world.failures]).toEqual([1, []])
})

test('stop finishes the block under way and takes nothing more', async () => {
  const world = setUp()
  const release = holdBlocks(world)
  const first = world.producer.submit(fromAlice(0n))
  await settled()
  const second = world.producer.submit(fromAlice(1n))
  const stopped = world.producer.stop()
  release()
  const stopping = { code: 'NODE_STOPPING' }
  await expect(second).rejects.toMatchObject(stopping)
  await Promise.all([first, stopped])
  expect(height(world)).toBe(1)
  await expect(world.producer.submit(fromAlice(1n))).rejects.toMatchObject(stopping)
  await expect(world.producer.mine(1)).rejects.toMatchObject(stopping)
  await expect(world.producer.edit([])).rejects.toMatchObject(stopping)
})

describe('a block that breaks an invariant', () => {
  test('is not tried again: the transaction that the error names leaves the pool, the others stay', async () => {
    const world = setUp({ kind: 'manual' })
    const [first, second] = [fromAlice(0n), signed({ sender: bob, nonce: 0n })]
    await world.producer.submit(first)
    await world.producer.submit(second)
    const [, named] = world.mempool.select(1_000n, 30_000_000n)
    world.chain.failNext(new InvariantError('J1: broken', { transactionIndex: 1 }))
    await expect(world.producer.mine(1)).rejects.toThrow('J1: broken')
    expect(world.discarded.map(({ hash }) => hash)).toEqual([named?.hash])
    await world.producer.mine(1)
    expect([sizes(world), world.mempool.pendingCount]).toEqual([[1], 0])
  })

  test('and that names none takes all that it held with it; a disk that fails takes nothing', async () => {
    const world = setUp({ kind: 'manual' })
    await world.producer.submit(fromAlice(0n))
    world.chain.failNext(new Error('no space left on device'))
    await expect(world.producer.mine(1)).rejects.toThrow('no space left')
    expect(world.mempool.pendingCount).toBe(1)
    world.chain.failNext(new InvariantError('L1: broken'))
    await expect(world.producer.mine(1)).rejects.toThrow('L1: broken')
    expect([world.mempool.pendingCount, world.discarded.map(({ reason }) => reason)]).toEqual([
      0,
      ['its block could not be executed: L1: broken'],
    ])
  })
})

describe('values at their bounds', () => {
  test('an interval counts up to the latest time, and then each block is a second after its parent', async () => {
    const world = setUp({ kind: 'manual' })
    const { producer } = world
    producer.setTimestampInterval(2n ** 51n)
    await producer.mine(4)
    const times = world.chain
      .blocks()
      .slice(-3)
      .map(({ block }) => block.header.timestampSeconds)
    expect(times).toEqual([2n ** 52n, 2n ** 52n + 1n, 2n ** 52n + 2n])
  })

  test('an interval beyond that is refused, and so are gas limits that no block may have', async () => {
    const world = setUp({ kind: 'manual' })
    const { producer } = world
    for (const seconds of [2n ** 52n, 2n ** 64n - 1n]) {
      expect(() => producer.setTimestampInterval(seconds)).toThrow(
        expect.objectContaining({ code: 'INVALID_TIMESTAMP' }),
      )
      await expect(producer.mine(2, { seconds, movesFirst: false })).rejects.toMatchObject({
        code: 'INVALID_TIMESTAMP',
      })
    }
    for (const gasLimit of [0n, 4_999n, 2n ** 63n, 2n ** 64n - 1n]) {
      expect(() => producer.setGasLimit(gasLimit)).toThrow(expect.objectContaining({ code: 'INVALID_GAS_LIMIT' }))
    }
    producer.setGasLimit(2n ** 63n - 1n)
    await producer.mine(1)
    expect(newest(world)).toMatchObject({ gasLimit: 2n ** 63n - 1n })
  })
})
