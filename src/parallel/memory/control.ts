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
export const STOPPED = 14
/** Transactions that had to be executed again when all below them were final: in all, and when the window that is open began. */
export const RETRIES = 15
export const WINDOW_RETRIES = 16
/** Counts up whenever there may be something to do; workers without work sleep on it, and say so. */
export const WORK = 17
export const SLEEPERS = 18
/** 1 when workers can read the state before the block from the node's store, but for what was entered before they begin. */
export const IS_STORED = 19
/** Transactions that stand in the memory: all below it may be claimed. The others follow while the first are executed. */
export const LAID_OUT = 29
/** A bug that a worker met: its length in bytes, then the text. 0 is none. */
export const BUG = 30
/** What the team is to do: 0 is to execute the block. */
export const TASK = 20
/** A batch of transactions without senders: where they are, how many, and the next that nobody took. */
export const BATCH = 26
export const BATCH_COUNT = 27
export const BATCH_NEXT = 28
/** Room of the block, unsigned 64-bit: gas, and blobs. */
export const GAS_LEFT = 22
export const BLOBS_LEFT = 24

/** It is to recover the senders of a batch. */
export const TASK_RECOVER = 1

/** Each waits for the one below it: the rest is better executed in order. */
export const STOP_CONFLICTS = 1
/** Something was thrown that only the sequential execution can judge. */
export const STOP_FAILURE = 2
/** The memory is full. */
export const STOP_MEMORY = 3
/** An invariant does not hold: {@link BUG}. */
export const STOP_BUG = 4

/** From here on the words are the team's: they outlive a block. */

/** Counts up when a block begins; workers sleep on it between blocks. */
export const BLOCK_SEQUENCE = 64
/** Workers that have not left the block yet. */
export const ACTIVE = 65
/** Counts up whenever a worker asks for a part of the state, leaves or is lost; who started the block sleeps on it. */
export const SERVICE = 66
/** 1 when a thread of the team ended: what it was about to do will not be done. */
export const IS_LOST = 67

/** Per worker: what it asks for (0 is nothing), and a number that changes as long as it gets on. */
export const WORKERS = 128
export const WORKER_WORDS = 4
export const WORKER_REQUEST = 0
export const WORKER_PULSE = 1
/** As many as the reserved words have room for. */
export const MAX_WORKERS = 96
