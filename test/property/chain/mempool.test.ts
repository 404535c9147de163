import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMempool, type Mempool, type PoolLimits } from '../../../src/chain/index.ts'
import type { Hash, SignedTransaction } from '../../../src/primitives/index.ts'
import { rulesOf } from '../../../src/primitives/index.ts'
import { type FakeChain, fakeChain, signed } from '../../harness/fakeChain.ts'
import { addr } from '../../harness/world.ts'

const senders = [addr(0x1000), addr(0x1001), addr(0x1002), addr(0x1003)]
const limits: PoolLimits = { transactions: 8, transactionsPerSender: 4, bytes: 900 }

type Step =
  | { readonly kind: 'add'; readonly parts: Partial<SignedTransaction> }
  | { readonly kind: 'remove'; readonly pick: number }
  | { readonly kind: 'nonce'; readonly sender: number; readonly nonce: bigint }
  | { readonly kind: 'balance'; readonly sender: number; readonly balanceWei: bigint }
  | { readonly kind: 'clear' }

/** Counts on over all runs: only the order matters. */
let arrivalCount = 0

const senderIndex = fc.nat(senders.length - 1)
const transactionParts = fc
  .record({
    sender: senderIndex,
    nonce: fc.bigInt(0n, 6n),
    cap: fc.bigInt(1n, 6n),
    tip: fc.bigInt(0n, 3n),
    size: fc.nat(300),
  })
  .map(({ sender, nonce, cap, tip, size }) => ({
    sender: senders[sender] ?? addr(0),
    nonce,
    maxFeePerGasWei: cap * 1_000n,
    maxPriorityFeePerGasWei: tip * 100n,
    raw: new Uint8Array(size),
  }))
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('add' as const), parts: transactionParts }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), pick: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('nonce' as const), sender: senderIndex, nonce: fc.bigInt(0n, 7n) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('balance' as const),
      sender: senderIndex,
      balanceWei: fc.bigInt(0n, 21_000n * 12_000n),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
)

test('whatever happens to a small pool, M1 to M3 hold and a block takes what a naive search would', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const chain = fakeChain(Object.fromEntries(senders.map((sender) => [sender, { balanceWei: 10n ** 18n }])))
      const mempool = createMempool({ archive: chain.archive, rules: rulesOf('osaka'), chainId: 31_337n, limits })
      const arrivals = new Map<Hash, number>()
      for (const one of steps) {
        const before = standings(mempool)
        await run(one, chain, mempool, arrivals)
        check(chain, mempool)
        if (one.kind === 'add') checkEviction(before, mempool, signed(one.parts))
        for (const [baseFeeWei, gasLimit] of [
          [0n, 10n ** 9n],
          [2_500n, 21_000n * 3n],
        ] as const) {
          expect(mempool.select(baseFeeWei, gasLimit)).toEqual(naiveSelect(mempool, arrivals, baseFeeWei, gasLimit))
        }
      }
    }),
    { numRuns: 400 },
  )
})

async function run(one: Step, chain: FakeChain, mempool: Mempool, arrivals: Map<Hash, number>): Promise<void> {
  switch (one.kind) {
    case 'add': {
      const transaction = signed(one.parts)
      const outcome = mempool.add(transaction, { gasLimit: 30_000_000n, minFeeCapWei: 0n })
      if (outcome.kind !== 'rejected') arrivals.set(transaction.hash, ++arrivalCount)
      expect(mempool.get(transaction.hash) !== undefined).toBe(
        outcome.kind !== 'rejected' || outcome.rejection.code === 'ALREADY_KNOWN',
      )
      return
    }
    case 'remove': {
      const all = [...standings(mempool).keys()]
      const picked = all[one.pick % Math.max(all.length, 1)]
      if (picked !== undefined) expect(mempool.remove(picked.hash)).toBe(true)
      return
    }
    case 'clear':
      mempool.clear()
      expect(standings(mempool).size).toBe(0)
      return
    default: {
      const address = senders[one.sender] ?? addr(0)
      await chain.ledger.edit([one.kind === 'nonce' ? { ...one, address } : { ...one, address }])
      mempool.refresh([address])
    }
  }
}

/** All transactions in the pool and where they stand. */
function standings(mempool: Mempool): ReadonlyMap<SignedTransaction, 'ready' | 'queued'> {
  const { pending, queued } = mempool.content()
  const all = new Map<SignedTransaction, 'ready' | 'queued'>()
  for (const byNonce of pending.values()) for (const one of byNonce.values()) all.set(one, 'ready')
  for (const byNonce of queued.values()) for (const one of byNonce.values()) all.set(one, 'queued')
  return all
}

function check(chain: FakeChain, mempool: Mempool): void {
  const all = standings(mempool)
  const ready = [...all].filter(([, standing]) => standing === 'ready').length
  expect([mempool.pendingCount, mempool.queuedCount]).toEqual([ready, all.size - ready])
  // M3
  expect(all.size).toBeLessThanOrEqual(limits.transactions)
  expect([...all.keys()].reduce((sum, { raw }) => sum + raw.length, 0)).toBeLessThanOrEqual(limits.bytes)
  for (const sender of senders) {
    const own = [...all].filter(([one]) => one.sender === sender)
    expect(own.length).toBeLessThanOrEqual(limits.transactionsPerSender)
    // M2
    expect(new Set(own.map(([{ nonce }]) => nonce)).size).toBe(own.length)
    // M1
    let next = chain.nonceOf(sender)
    for (; own.some(([{ nonce }]) => nonce === next); next += 1n) {
      expect(own.find(([{ nonce }]) => nonce === next)?.[1]).toBe('ready')
    }
    expect(mempool.nextNonce(sender)).toBe(next)
    for (const [{ nonce }, standing] of own) expect(standing).toBe(nonce < next ? 'ready' : 'queued')
  }
}

/** M3: what made way for a queued transaction was queued. */
function checkEviction(
  before: ReadonlyMap<SignedTransaction, 'ready' | 'queued'>,
  mempool: Mempool,
  newcomer: SignedTransaction,
): void {
  const after = standings(mempool)
  const taken = [...after].find(([{ hash }]) => hash === newcomer.hash)
  for (const [one, standing] of before) {
    const isGone = mempool.get(one.hash) === undefined
    const isReplaced = one.sender === newcomer.sender && one.nonce === newcomer.nonce
    if (isGone && !isReplaced && taken?.[1] !== 'ready') expect(standing).toBe('queued')
  }
}

/** Of all transactions that could come next always the best, by looking at each of them. */
function naiveSelect(
  mempool: Mempool,
  arrivals: ReadonlyMap<Hash, number>,
  baseFeeWei: bigint,
  gasLimit: bigint,
): readonly SignedTransaction[] {
  const runs = [...mempool.content().pending.values()].map((byNonce) => [...byNonce.values()])
  const tipOf = ({ maxFeePerGasWei, maxPriorityFeePerGasWei }: SignedTransaction) =>
    [maxFeePerGasWei - baseFeeWei, maxPriorityFeePerGasWei].reduce((a, b) => (a < b ? a : b))
  const selected: SignedTransaction[] = []
  let gasLeft = gasLimit
  for (;;) {
    const candidates = runs
      .map((run) => run[0])
      .filter((one) => one !== undefined)
      .filter((one) => one.maxFeePerGasWei >= baseFeeWei && one.gasLimit <= gasLeft)
      .sort((a, b) => Number(tipOf(b) - tipOf(a)) || (arrivals.get(a.hash) ?? 0) - (arrivals.get(b.hash) ?? 0))
    const best = candidates[0]
    if (best === undefined) return selected
    selected.push(best)
    gasLeft -= best.gasLimit
    runs.find((run) => run[0] === best)?.shift()
  }
}
