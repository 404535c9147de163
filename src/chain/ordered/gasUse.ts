import type { Address, SignedTransaction } from '../../primitives/index.ts'
import type { ExecutedBlock } from '../block.ts'

/** Senders that are remembered: some 10 MB. */
const REMEMBERED_SENDERS = 65_536
/** Shares are counted in parts of this. */
const WHOLE = 1_000_000n

/** What senders use of the gas limits that they ask for. A leader's own knowledge: nobody checks it. */
export interface GasUse {
  /** The receipts of a block that was stored tell what its transactions used. */
  learn(block: ExecutedBlock): void
  /** The gas that a transaction will probably use, from `minGas`, the least that it can, to its gas limit. */
  expectedGas(transaction: SignedTransaction, minGas: bigint): bigint
}

/**
 * Creates an empty memory. A sender is expected to use the share of its gas limit that its last stored transaction used;
 * one that is not known, the least that it can. So a claim to more counts only for who has paid for as much before.
 */
export function createGasUse(): GasUse {
  // A Map keeps the order of insertion: the first one spoke longest ago.
  const shares = new Map<Address, bigint>()

  return {
    learn({ block, receipts }) {
      for (const [index, { sender, gasLimit }] of block.transactions.entries()) {
        const gasUsed = receipts[index]?.gasUsed ?? 0n
        shares.delete(sender)
        shares.set(sender, (gasUsed * WHOLE) / gasLimit)
      }
      for (const sender of shares.keys()) {
        if (shares.size <= REMEMBERED_SENDERS) break
        shares.delete(sender)
      }
    },
    expectedGas({ sender, gasLimit }, minGas) {
      const expected = (gasLimit * (shares.get(sender) ?? 0n)) / WHOLE
      return expected > minGas ? expected : minGas
    },
  }
}
