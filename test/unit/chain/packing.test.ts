import { expect, test } from 'vitest'
import { createMempool, createProducer, DEFAULT_POOL_LIMITS } from '../../../src/chain/index.ts'
import { rulesOf, toAddress } from '../../../src/primitives/index.ts'
import { openTestChain, signed } from '../../harness/testChain.ts'
import { virtualClock } from '../../harness/virtualClock.ts'

async function setUp(gasLimit: bigint) {
  const { archive, ledger } = await openTestChain()
  const mempool = createMempool({ archive, rules: rulesOf('osaka'), chainId: 31_337n, limits: DEFAULT_POOL_LIMITS })
  const producer = createProducer({
    archive,
    ledger,
    mempool,
    clock: virtualClock(2_000_000_000),
    mode: { kind: 'manual' },
    coinbase: toAddress(`0x${'fe'.repeat(20)}`),
    gasLimit,
    onFailure: (error) => {
      throw error
    },
  })
  const dropped: unknown[] = []
  const sizes: number[] = []
  producer.subscribe((event) => {
    if (event.kind !== 'block') return
    dropped.push(...event.produced.dropped)
    sizes.push(event.produced.block.transactions.length)
  })
  return { mempool, producer, dropped, sizes }
}

test('a transaction is admitted while its gas limit fits in what those before it left', async () => {
  const { mempool, producer, dropped, sizes } = await setUp(300_000n)
  for (let nonce = 0n; nonce < 12n; nonce += 1n) await producer.submit(signed(0, nonce))
  await producer.mine(1)
  // Each may use 100,000 and uses 21,000: after nine of them 111,000 are left, after ten 90,000.
  expect(sizes).toEqual([10])
  expect([dropped, mempool.pendingCount]).toEqual([[], 2])
  await producer.mine(1)
  expect(sizes).toEqual([10, 2])
})

test('four transactions with large limits do not keep the others out of a block', async () => {
  const { producer, sizes } = await setUp(60_000_000n)
  const tips = { maxFeePerGasWei: 10n ** 11n, maxPriorityFeePerGasWei: 10n ** 10n, gasLimit: 15_000_000n }
  for (let nonce = 0n; nonce < 4n; nonce += 1n) await producer.submit(signed(0, nonce, tips))
  for (let nonce = 0n; nonce < 50n; nonce += 1n) await producer.submit(signed(1, nonce))
  await producer.mine(1)
  expect(sizes).toEqual([54])
})
