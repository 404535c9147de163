import type { SignedTransaction } from '../../primitives/index.ts'
import { InvariantError, messageOf } from '../../primitives/index.ts'
import type { Mempool } from '../mempool.ts'

/**
 * Empties the pool of the cause when the execution of a block broke an invariant: the transaction that the error names,
 * or all of them when it names none. No later block tries them again, nor does one after a restart. Does nothing for
 * other errors: those are the machine's, such as a full disk, and the transactions may still be good.
 */
export function discardBroken(mempool: Mempool, transactions: readonly SignedTransaction[], error: unknown): void {
  if (!(error instanceof InvariantError)) return
  const named = error.transactionIndex === undefined ? undefined : transactions[error.transactionIndex]
  const reason = `its block could not be executed: ${messageOf(error)}`
  for (const { hash } of named === undefined ? transactions : [named]) mempool.discard(hash, reason)
}
