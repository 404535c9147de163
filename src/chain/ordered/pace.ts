/** How long the execution of a block may take: about a round, so that the order is not kept waiting. */
const TARGET_MS = 250
/** Blocks with less gas tell more of the overhead than of the pace. */
const TELLING_GAS = 1_000_000n
/** What one more block counts against those before it. */
const WEIGHT = 0.25

/** The gas that a leader may put into a block, by how fast this node executed the ones before. */
export interface Pace {
  executed(gasUsed: bigint, tookMs: number): void
  budgetGas(): bigint
}

/**
 * A leader that fills blocks to the gas limit on a machine that takes seconds to execute them makes every round after them time out:
 * nobody votes without the result of the third last block. So it proposes what can be executed in time. Nobody checks this;
 * `leastGas` has room for the largest single transaction, so that none waits for ever.
 */
export function createPace({ leastGas, mostGas }: { readonly leastGas: bigint; readonly mostGas: bigint }): Pace {
  let gasPerMs: number | undefined
  return {
    executed(gasUsed, tookMs) {
      if (gasUsed < TELLING_GAS || tookMs <= 0) return
      const newest = Number(gasUsed) / tookMs
      gasPerMs = gasPerMs === undefined ? newest : gasPerMs + WEIGHT * (newest - gasPerMs)
    },
    budgetGas() {
      const wish = gasPerMs === undefined ? mostGas : BigInt(Math.floor(gasPerMs * TARGET_MS))
      if (wish > mostGas) return mostGas
      return wish < leastGas ? leastGas : wish
    },
  }
}
