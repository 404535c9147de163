import type { Address, Hash } from '../../primitives/index.ts'
import type { Account } from '../../state/index.ts'
import type { Head } from '../ledger.ts'
import type { PendingBlock } from '../producer.ts'
import type { BranchResult } from './branchLedger.ts'

/** Blocks that were executed before they were final: what clients see as `pending`. */
export interface ExecutedAhead {
  add(result: BranchResult): void
  /** The one that was executed last, if it descends from the head. It may still lose against another. */
  pending(head: Head): PendingBlock | undefined
  /** Everything up to the head is stored, or has lost. */
  forget(head: Head): void
}

export function createExecutedAhead(): ExecutedAhead {
  const results = new Map<Hash, BranchResult>()
  let newest: BranchResult | undefined

  return {
    add(result) {
      results.set(result.block.hash, result)
      newest = result
    },
    pending(head) {
      const accounts = new Map<Address, Account | undefined>()
      let at = newest
      while (at !== undefined && at.block.hash !== head.blockHash) {
        // Newest first: what a later block changed counts.
        for (const { address, after } of at.accounts) if (!accounts.has(address)) accounts.set(address, after)
        const { parentHash } = at.block.header
        if (parentHash === head.blockHash) return newest && { block: newest.block, accounts }
        at = results.get(parentHash)
      }
      return undefined
    },
    forget({ blockNumber }) {
      for (const [hash, { block }] of results) if (block.header.number <= blockNumber) results.delete(hash)
    },
  }
}
