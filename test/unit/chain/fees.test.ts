import { describe, expect, test } from 'vitest'
import { feeHistory, MIN_SUGGESTED_TIP_WEI, nextBaseFee, suggestTip } from '../../../src/chain/index.ts'
import { rulesOf, type SignedTransaction, ZERO_HASH } from '../../../src/primitives/index.ts'
import { fakeChain, signed } from '../../harness/fakeChain.ts'
import { addr } from '../../harness/world.ts'

const GWEI = 10n ** 9n
const senders = Array.from({ length: 5 }, (_, index) => addr(0x100 + index))

/** A chain with one block per list of tips (in gwei); every transaction has room for its whole tip. */
async function chainOf(...tipsOfBlocks: readonly (readonly number[])[]) {
  const chain = fakeChain(Object.fromEntries(senders.map((sender) => [sender, { balanceWei: 10n ** 24n }])))
  for (const tips of tipsOfBlocks) {
    const transactions = tips.map((tip, index): SignedTransaction => {
      const sender = senders[index] ?? addr(0)
      const tipWei = BigInt(tip) * GWEI
      const fees = { maxFeePerGasWei: tipWei + 2_000n, maxPriorityFeePerGasWei: tipWei }
      return signed({ sender, nonce: chain.nonceOf(sender), ...fees })
    })
    const { timestampSeconds, gasLimit, coinbase } = chain.archive.headBlock().header
    await chain.ledger.produce({
      timestampSeconds: timestampSeconds + 1n,
      coinbase,
      prevRandao: ZERO_HASH,
      gasLimit,
      baseFeeWei: undefined,
      transactions,
    })
  }
  return chain.archive
}

const rules = rulesOf('osaka')

describe('feeHistory', () => {
  const history = async (count: bigint, newest: bigint, percentiles: readonly number[] = []) =>
    feeHistory(await chainOf([3, 1, 2], [], [7]), rules, { count, newest, percentiles }, 777n)

  test('base fees have one entry more: the next block, as it was or as it will be', async () => {
    const atHead = await history(2n, 3n)
    expect(atHead.oldestBlock).toBe(2n)
    expect(atHead.baseFeesWei.length).toBe(3)
    expect(atHead.baseFeesWei.at(-1)).toBe(777n)
    const before = await history(2n, 2n)
    expect(before.baseFeesWei.slice(1)).toEqual(atHead.baseFeesWei.slice(0, 2))
    const genesisBaseFee = 1_000n
    const parts = { gasLimit: 30_000_000n, gasUsed: 0n, baseFeeWei: genesisBaseFee }
    expect((await history(1n, 0n)).baseFeesWei).toEqual([genesisBaseFee, nextBaseFee(parts)])
  })

  test('ratios, and blobs that nobody uses', async () => {
    const { gasUsedRatios, blobGasUsedRatios, blobBaseFeesWei } = await history(3n, 3n)
    expect(gasUsedRatios).toEqual([63_000 / 30_000_000, 0, 21_000 / 30_000_000])
    expect(blobGasUsedRatios).toEqual([0, 0, 0])
    expect(blobBaseFeesWei).toEqual([1n, 1n, 1n, 1n])
  })

  test('rewards by share of the gas; absent unless asked for; zero for an empty block', async () => {
    expect((await history(3n, 3n)).rewardsWei).toBeUndefined()
    const { rewardsWei } = await history(3n, 3n, [0, 33, 34, 50, 100])
    expect(rewardsWei).toEqual([
      [1n, 1n, 2n, 2n, 3n].map((tip) => tip * GWEI),
      [0n, 0n, 0n, 0n, 0n],
      [7n, 7n, 7n, 7n, 7n].map((tip) => tip * GWEI),
    ])
  })

  test('a percentile that falls between two transactions is the lower one', async () => {
    const archive = await chainOf([3, 1])
    const { rewardsWei } = feeHistory(archive, rules, { count: 1n, newest: 1n, percentiles: [50, 51] }, 0n)
    expect(rewardsWei).toEqual([[GWEI, 3n * GWEI]])
  })

  test.each([
    ['to the beginning of the chain', 10n, 3n, 0n, 4],
    ['to what was asked for', 1n, 3n, 3n, 1],
    ['to nothing', 0n, 3n, 0n, 0],
  ])('the count is cut: %s', async (_title, count, newest, oldest, length) => {
    const { oldestBlock, gasUsedRatios, baseFeesWei } = await history(count, newest)
    expect([oldestBlock, gasUsedRatios.length, baseFeesWei.length]).toEqual([oldest, length, length && length + 1])
  })

  test.each([
    ['a block to come', 4n, [], 'BEYOND_HEAD', 'request beyond head block: requested 4, head 3'],
    ['percentiles that fall', 3n, [50, 20], 'INVALID_PERCENTILES', 'invalid reward percentile: #0:50 >= #1:20'],
    ['a percentile above 100', 3n, [101], 'INVALID_PERCENTILES', 'invalid reward percentile: 101'],
    ['a percentile below 0', 3n, [-1], 'INVALID_PERCENTILES', 'invalid reward percentile: -1'],
    ['no number', 3n, [Number.NaN], 'INVALID_PERCENTILES', 'invalid reward percentile: NaN'],
    ['too many', 3n, Array(101).fill(1), 'INVALID_PERCENTILES', 'invalid reward percentile: over the query limit 100'],
  ])('refuses %s', async (_title, newest, percentiles, code, message) => {
    await expect(history(1n, newest, percentiles)).rejects.toMatchObject({ code, message })
  })
})

describe('suggestTip', () => {
  test.each([
    ['a chain without transactions', [], MIN_SUGGESTED_TIP_WEI],
    ['the median of what was paid', [[5, 2, 9], [], [4, 3]], 4n * GWEI],
    ['never less than 1 gwei', [[0, 0, 0, 5]], MIN_SUGGESTED_TIP_WEI],
    ['what is more than 20 blocks old does not count', [[9], ...Array<number[]>(20).fill([])], MIN_SUGGESTED_TIP_WEI],
    ['20 blocks do', [[9], ...Array<number[]>(19).fill([])], 9n * GWEI],
  ])('%s', async (_title, tips, expected) => {
    expect(suggestTip(await chainOf(...tips))).toBe(expected)
  })
})
