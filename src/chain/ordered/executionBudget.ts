/** Blocks whose times tell how fast the network has executed of late. */
export const BUDGET_WINDOW_BLOCKS = 16

/** Gas that the transactions of a block may always have: some fifty transfers. */
const LEAST_BUDGET_GAS = 2n ** 20n

/** What one interval between two blocks may halve at most: it may have been an outage. */
const MOST_HALVINGS_OF_ONE = 4

/**
 * The gas limits that the transactions of a block may sum up to, beyond its first one. The gas limit, halved for each time
 * that two of the blocks before it were more than `slowSeconds` apart, and again for each doubling of that: nobody votes
 * without the result of the third last block, so blocks that take long to execute are far apart. A function of the chain:
 * whoever votes checks it.
 *
 * @param seconds Times of the blocks before it, ascending, the genesis block's left out; only the last
 *   {@link BUDGET_WINDOW_BLOCKS} intervals count.
 */
export function executionBudgetGas(gasLimit: bigint, slowSeconds: number, seconds: readonly number[]): bigint {
  const counted = seconds.slice(-BUDGET_WINDOW_BLOCKS - 1)
  const halvings = counted
    .slice(1)
    .reduce((sum, time, index) => sum + halvingsOf(time - (counted[index] ?? time), slowSeconds), 0)
  const budget = gasLimit >> BigInt(halvings)
  if (budget >= LEAST_BUDGET_GAS) return budget
  return gasLimit < LEAST_BUDGET_GAS ? gasLimit : LEAST_BUDGET_GAS
}

function halvingsOf(intervalSeconds: number, slowSeconds: number): number {
  let halvings = 0
  for (let limit = slowSeconds; intervalSeconds > limit && halvings < MOST_HALVINGS_OF_ONE; limit *= 2) halvings += 1
  return halvings
}
