import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMempool, createProducer, DEFAULT_POOL_LIMITS, type MiningMode } from '../../../src/chain/index.ts'
import type { Address, SignedTransaction } from '../../../src/primitives/index.ts'
import { rulesOf } from '../../../src/primitives/index.ts'
import { type FakeChain, fakeChain, signed } from '../../harness/fakeChain.ts'
import { virtualClock } from '../../harness/virtualClock.ts'
import { addr } from '../../harness/world.ts'

const rich = 10n ** 18n

function nodeWith(senders: readonly Address[], mode: MiningMode, gasLimit: bigint) {
  const chain = fakeChain(Object.fromEntries(senders.map((sender) => [sender, { balanceWei: rich }])))
  const limits = DEFAULT_POOL_LIMITS
  const mempool = createMempool({ archive: chain.archive, rules: rulesOf('osaka'), chainId: 31_337n, limits })
  const failures: unknown[] = []
  const producer = createProducer({
    archive: chain.archive,
    ledger: chain.ledger,
    mempool,
    clock: virtualClock(2_000_000_000),
    mode,
    coinbase: addr(0xcb),
    gasLimit,
    onFailure: (error) => failures.push(error),
  })
  return { chain, mempool, producer, failures }
}

const included = (chain: FakeChain) => chain.blocks().flatMap(({ block }) => block.transactions)

/** B2 for those who are in blocks: each once, a sender's in the order of their nonces from 0 on. */
function checkOrder(chain: FakeChain, senders: readonly Address[]): void {
  const all = included(chain)
  expect(new Set(all.map(({ hash }) => hash)).size).toBe(all.length)
  for (const sender of senders) {
    const nonces = all.filter((transaction) => transaction.sender === sender).map(({ nonce }) => Number(nonce))
    expect(nonces).toEqual(nonces.map((_, index) => index))
  }
}

/** Lets everything that is due happen. */
const pause = () => new Promise((resolve) => setImmediate(resolve))

test('30 senders at once, their nonces in any order: all land, each once, in order', async () => {
  const senders = Array.from({ length: 30 }, (_, index) => addr(0x1000 + index))
  // Small blocks that are always full drive the base fee up; the caps leave it room.
  const transactions = senders.flatMap((sender) =>
    [0n, 1n, 2n, 3n].map((nonce) => signed({ sender, nonce, maxFeePerGasWei: 10n ** 12n })),
  )
  const order = fc.shuffledSubarray([...transactions.keys()], { minLength: transactions.length })
  const turns = fc.infiniteStream(fc.nat(3))
  await fc.assert(
    fc.asyncProperty(order, turns, fc.integer({ min: 1, max: 40 }), async (indices, turnsBetween, perBlock) => {
      const { chain, mempool, producer } = nodeWith(senders, { kind: 'automine' }, 21_000n * BigInt(perBlock))
      const outcomes: Promise<unknown>[] = []
      for (const index of indices) {
        outcomes.push(producer.submit(transactions[index] ?? signed()))
        for (let turn = turnsBetween.next().value; turn > 0; turn -= 1) await Promise.resolve()
      }
      await Promise.all(outcomes)
      while (mempool.pendingCount > 0) await pause()
      await producer.stop()
      expect(mempool.queuedCount).toBe(0)
      expect(included(chain).length).toBe(transactions.length)
      checkOrder(chain, senders)
    }),
    { numRuns: 40 },
  )
})

type Step =
  | { readonly kind: 'submit'; readonly sender: number; readonly ahead: number; readonly tip: number }
  | { readonly kind: 'mine'; readonly count: number }
  | { readonly kind: 'snapshot' | 'fail' | 'automine' | 'manual' | 'pause' }
  | { readonly kind: 'revert'; readonly id: number }
  | { readonly kind: 'time'; readonly seconds: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      sender: fc.nat(2),
      ahead: fc.nat(3),
      tip: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('mine' as const), count: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constantFrom('snapshot', 'fail', 'automine', 'manual', 'pause', 'pause') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revert' as const), id: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('time' as const), seconds: fc.nat(1000) }) },
)

test('whatever is asked in whatever order: every promise settles, time and nonces only go forward, the pool is sound', async () => {
  const senders = [addr(0x1000), addr(0x1001), addr(0x1002)]
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const node = nodeWith(senders, { kind: 'automine' }, 21_000n * 3n)
      const { chain, mempool, producer } = node
      const promises: Promise<unknown>[] = []
      const heads: bigint[] = []
      producer.subscribe((event) => {
        if (event.kind === 'block') heads.push(event.produced.block.header.number)
        if (event.kind === 'rewound') heads.length = Number(event.head.blockNumber)
      })
      for (const one of steps) {
        if (one.kind === 'pause') await pause()
        const asked = run(one)
        if (asked !== undefined)
          promises.push(asked.catch((error: unknown) => expect(error).toMatchObject({ code: 'BLOCK_NOT_STORED' })))
      }
      await Promise.all(promises)
      await producer.stop()

      checkOrder(chain, senders)
      checkPool(node, senders)
      // B1: listeners heard of every block of the chain, in order.
      expect(heads).toEqual(
        chain
          .blocks()
          .slice(1)
          .map(({ block }) => block.header.number),
      )

      function run(one: Step): Promise<unknown> | undefined {
        switch (one.kind) {
          case 'submit': {
            const sender = senders[one.sender] ?? addr(0)
            const nonce = mempool.nextNonce(sender) + BigInt(one.ahead)
            return producer.submit(signed({ sender, nonce, maxPriorityFeePerGasWei: BigInt(one.tip) }))
          }
          case 'mine':
            return producer.mine(one.count)
          case 'snapshot':
            producer.snapshot()
            return undefined
          case 'revert':
            return producer.revert(one.id)
          case 'fail':
            chain.failNext(new Error('disk'))
            return undefined
          case 'time':
            producer.increaseTime(BigInt(one.seconds))
            return undefined
          case 'pause':
            return undefined
          default:
            producer.setMode({ kind: one.kind })
            return undefined
        }
      }
    }),
    { numRuns: 300 },
  )
})

/** M1 and M2 against what the state says. */
function checkPool({ chain, mempool }: ReturnType<typeof nodeWith>, senders: readonly Address[]): void {
  const { pending, queued } = mempool.content()
  const count = (content: typeof pending) => [...content.values()].reduce((sum, byNonce) => sum + byNonce.size, 0)
  expect([mempool.pendingCount, mempool.queuedCount]).toEqual([count(pending), count(queued)])
  const mined = new Set(included(chain).map(({ hash }) => hash))
  for (const sender of senders) {
    const ready = [...(pending.get(sender)?.keys() ?? [])]
    const first = chain.nonceOf(sender)
    expect(ready).toEqual(ready.map((_, index) => first + BigInt(index)))
    const next = first + BigInt(ready.length)
    expect(mempool.nextNonce(sender)).toBe(next)
    const waiting = [...(queued.get(sender)?.entries() ?? [])]
    for (const [nonce] of waiting) expect(nonce).toBeGreaterThan(next)
    const all: readonly SignedTransaction[] = [
      ...(pending.get(sender)?.values() ?? []),
      ...waiting.map(([, one]) => one),
    ]
    for (const { hash } of all) expect(mined.has(hash)).toBe(false)
  }
}
