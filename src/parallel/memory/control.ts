/**
 * The control words: what the threads that execute a block tell each other, besides the transactions' own words. Indexes
 * into the shared memory; all but those of {@link CONTEXT} and the table are atomic.
 */

/** Table of locations: where its cells are, their number less 1, how many are in use, and the secret of its hash. */
export const TABLE_CELLS = 4
export const TABLE_MASK = 5
export const TABLE_USED = 6
export const TABLE_SECRET = 7
/** Transactions: how many, and where their words are. */
export const TRANSACTION_COUNT = 8
export const TRANSACTIONS = 9
/** The block itself, encoded, and how many bytes that is. */
export const CONTEXT = 10
export const CONTEXT_BYTES = 11
/** No transaction below it waits for a worker that looks for the next one to execute. */
export const CURSOR = 12
/** Transactions that are final: all below it. */
export const COMMITTED = 13
/** 0, or why nobody goes on: one of the `STOP_` numbers. */
export const STOPPED = 15
/** Executions thrown away: in all, and when the window of commits that is open now began. */
export const ABORTS = 16
export const WINDOW_ABORTS = 17
/** Counts up whenever there may be something to do; workers without work sleep on it. */
export const WORK = 18
/** Room of the block, unsigned 64-bit: gas, and blobs. */
export const GAS_LEFT = 22
export const BLOBS_LEFT = 24

/** Too many executions were thrown away: the rest is better executed in order. */
export const STOP_CONFLICTS = 1
/** Something failed that only the sequential execution can judge: memory that is full, an invariant. */
export const STOP_FAILURE = 2
