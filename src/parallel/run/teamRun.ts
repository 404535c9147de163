import { TRANSACTION_RUNS, TRANSACTION_WORKER } from '../memory/records.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'

/**
 * Who did what of a block that a team executed: it differs from run to run and is no part of the block. `transactions` are
 * those that the team made final, all or the first ones; the rest was executed in order after them.
 */
export type TeamRun = {
  readonly workers: number
  /** From the block's beginning to its end, by the wall's clock. */
  readonly elapsedMs: number
  readonly transactions: readonly TransactionRun[]
}

/** The worker whose execution became final, from 0, and how many executions there were. */
export type TransactionRun = { readonly worker: number; readonly executions: number }

/** What the memory says of a final transaction's executions. */
export function transactionRunAt(scheduler: Scheduler, transaction: number): TransactionRun {
  const { arena } = scheduler
  const words = scheduler.at(transaction)
  return { worker: arena.get(words + TRANSACTION_WORKER), executions: arena.load(words + TRANSACTION_RUNS) }
}
