import { assert } from '../../primitives/index.ts'
import type { Arena, Pointer } from '../memory/arena.ts'
import {
  COMMITTED,
  CURSOR,
  LAID_OUT,
  RETRIES,
  SLEEPERS,
  STOP_CONFLICTS,
  STOPPED,
  TRANSACTION_COUNT,
  TRANSACTIONS,
  WINDOW_RETRIES,
  WORK,
} from '../memory/control.ts'
import {
  TRANSACTION_RUNS,
  TRANSACTION_STATUS,
  TRANSACTION_WAITERS,
  TRANSACTION_WORDS,
  WAITER_NEXT,
  WAITER_STATUS,
  WAITER_TRANSACTION,
  WAITER_WORDS,
} from '../memory/records.ts'
import {
  BLOCKED,
  COMMITTED_FOR_GOOD,
  COMMITTING,
  EXECUTED,
  EXECUTING,
  incarnationOf,
  READY,
  stateOf,
  statusOf,
} from './status.ts'

/** After so many executions a transaction is executed again only when all below it are final. */
export const MAX_INCARNATIONS = 8

/** Commits after each of which it is weighed how many of them waited for an execution that only began then. */
export const WINDOW = 32
/**
 * So many in a window, and the rest is executed in order. In a chain it is nearly all of them, with any number of workers; in the
 * most tangled of the other workloads a quarter.
 */
export const MOST_WINDOW_RETRIES = 24

/** How far beyond the first transaction that is not final someone without work looks for stale executions. */
export const LOOK_AHEAD = 64

/** Who waits for transactions to be laid out is told so often: that takes 2 us each, to execute one takes 10 times as long. */
const OFFERED_AT_ONCE = 4

/** The right and the duty to execute a transaction once. */
export type Claim = { readonly transaction: number; readonly incarnation: number }

/**
 * Who executes what: words in the shared memory and rules on them. All of a block's workers have one, each over the same words.
 *
 * - E1 *One at a time.* A transaction is executed by whoever moved it from READY or EXECUTED to EXECUTING, and by nobody else.
 * - E2 *Nothing is forgotten.* What becomes READY lowers the cursor afterwards, so that someone passes by; what is laid out, the
 *   cursor has not passed.
 * - E3 *One blocker.* A transaction waits for at most one other, a lower one; a wake-up names the execution that waited.
 * - E4 *In order.* Only the lowest transaction that is not final can become final, by whoever moved it from EXECUTED to COMMITTING.
 * - E5 *It ends.* The lowest one that is not final waits for nobody, and once all below it are final one execution is enough.
 */
export class Scheduler {
  readonly arena: Arena
  readonly count: number
  readonly #transactions: Pointer

  /** For the block that stands in `arena`. */
  constructor(arena: Arena) {
    this.arena = arena
    this.count = arena.load(TRANSACTION_COUNT)
    this.#transactions = arena.load(TRANSACTIONS)
  }

  /** A transaction's words. */
  at(transaction: number): Pointer {
    return this.#transactions + transaction * TRANSACTION_WORDS
  }

  status(transaction: number): number {
    return this.arena.load(this.at(transaction) + TRANSACTION_STATUS)
  }

  /** The lowest transaction that is not final; `count` when all are. */
  get committed(): number {
    return this.arena.load(COMMITTED)
  }

  /** True when there is nothing more to do: all is final, or someone said so. */
  get isOver(): boolean {
    return this.arena.load(STOPPED) !== 0 || this.committed >= this.count
  }

  /** Ends the work on the block, for one of the `STOP_` reasons. The first reason stands. */
  stop(reason: number): void {
    this.arena.replace(STOPPED, 0, reason)
    this.signal()
  }

  /** Wakes who has nothing to do: whoever falls asleep says so before it looks at the count for the last time. */
  signal(): void {
    this.arena.add(WORK, 1)
    if (this.arena.load(SLEEPERS) > 0) this.arena.wake(WORK)
  }

  /** The first `laidOut` transactions may be claimed from now on. */
  offer(laidOut: number): void {
    this.arena.store(LAID_OUT, laidOut)
    if (laidOut % OFFERED_AT_ONCE === 0 || laidOut === this.count) this.signal()
  }

  /** The next transaction to execute; undefined when nobody is needed now. */
  claim(): Claim | undefined {
    const { arena } = this
    while (true) {
      const next = arena.load(CURSOR)
      if (next >= arena.load(LAID_OUT)) return undefined
      if (!arena.replace(CURSOR, next, next + 1)) continue
      const claim = this.take(next, READY)
      if (claim !== undefined) return claim
    }
  }

  /** Claims a transaction that is READY or, to be executed again, EXECUTED or COMMITTING, and is so still. */
  take(transaction: number, from: number): Claim | undefined {
    const status = this.status(transaction)
    return stateOf(status) === from ? this.#takeFrom(transaction, status) : undefined
  }

  #takeFrom(transaction: number, status: number): Claim | undefined {
    const incarnation = incarnationOf(status) + (stateOf(status) === READY ? 0 : 1)
    if (incarnation >= MAX_INCARNATIONS && this.committed !== transaction) return undefined
    if (!this.#move(transaction, status, statusOf(EXECUTING, incarnation))) return undefined
    this.arena.add(this.at(transaction) + TRANSACTION_RUNS, 1)
    return { transaction, incarnation }
  }

  /** An execution is published. Returns the lowest one that waited for it, claimed: the same worker executes it next. */
  finish({ transaction, incarnation }: Claim): Claim | undefined {
    const isMine = this.#move(transaction, statusOf(EXECUTING, incarnation), statusOf(EXECUTED, incarnation))
    assert(isMine, 'E1: an execution is finished by who began it')
    const next = this.wake(transaction)
    this.signal()
    return next
  }

  /** An execution asked for what `by` is about to make again: it waits. */
  block(claim: Claim, by: number): void {
    assert(by < claim.transaction, 'E3: a transaction waits for a lower one')
    const { arena } = this
    const waiting = statusOf(BLOCKED, claim.incarnation)
    const isMine = this.#move(claim.transaction, statusOf(EXECUTING, claim.incarnation), waiting)
    assert(isMine, 'E1: an execution is given up by who began it')
    const waiter = arena.takeZeroed(WAITER_WORDS)
    arena.set(waiter + WAITER_TRANSACTION, claim.transaction)
    arena.set(waiter + WAITER_STATUS, waiting)
    const list = this.at(by) + TRANSACTION_WAITERS
    let first: Pointer
    do {
      first = arena.load(list)
      arena.store(waiter + WAITER_NEXT, first)
    } while (!arena.replace(list, first, waiter))
    // Whoever finishes `by` looks at the list after it says so: if it has said so already, it may have looked too early.
    if (isFinished(stateOf(this.status(by)))) this.release(claim.transaction, waiting)
  }

  /** Makes all that wait for a transaction READY, but for the lowest, which is returned claimed. */
  wake(transaction: number): Claim | undefined {
    const { arena } = this
    const woken: number[] = []
    let waiter = arena.exchange(this.at(transaction) + TRANSACTION_WAITERS, 0)
    for (; waiter !== 0; waiter = arena.load(waiter + WAITER_NEXT)) {
      const who = arena.get(waiter + WAITER_TRANSACTION)
      if (this.release(who, arena.get(waiter + WAITER_STATUS))) woken.push(who)
    }
    return woken.length === 0 ? undefined : this.take(Math.min(...woken), READY)
  }

  /** Makes a transaction READY that waits since the status `waiting`; false when it does not any more. */
  release(transaction: number, waiting: number): boolean {
    if (!this.#move(transaction, waiting, statusOf(READY, incarnationOf(waiting) + 1))) return false
    this.arena.lower(CURSOR, transaction)
    this.signal()
    return true
  }

  /** Claims, to execute it again, a transaction above the first that is not final, if `isStale` says so of its execution. */
  takeStale(isStale: (transaction: number) => boolean): Claim | undefined {
    const first = this.committed + 1
    const end = Math.min(first + LOOK_AHEAD, this.count)
    for (let transaction = first; transaction < end; transaction += 1) {
      const status = this.status(transaction)
      if (stateOf(status) !== EXECUTED || !isStale(transaction)) continue
      const claim = this.#takeFrom(transaction, status)
      if (claim !== undefined) return claim
    }
    return undefined
  }

  /** The lowest transaction that is not final, if it is executed: from now on only the caller decides on it. */
  head(): number | undefined {
    const transaction = this.committed
    if (this.isOver) return undefined
    const status = this.status(transaction)
    if (stateOf(status) !== EXECUTED) return undefined
    return this.#move(transaction, status, statusOf(COMMITTING, incarnationOf(status))) ? transaction : undefined
  }

  /** The head is final. */
  commit(transaction: number): void {
    assert(transaction === this.committed, 'E4: transactions become final in order')
    const { arena } = this
    const status = this.status(transaction)
    assert(stateOf(status) === COMMITTING, 'E4: only the head becomes final')
    arena.store(this.at(transaction) + TRANSACTION_STATUS, statusOf(COMMITTED_FOR_GOOD, incarnationOf(status)))
    arena.store(COMMITTED, transaction + 1)
    const next = transaction + 1
    // It may have been passed over: after many executions a transaction waits for this moment.
    if (next < this.count && stateOf(this.status(next)) === READY) arena.lower(CURSOR, next)
    if (next % WINDOW === 0) this.#weigh()
    if (next >= this.count) this.signal()
  }

  /** The head's execution does not hold: the caller executes it again, and that one will. */
  retry(transaction: number): Claim {
    const claim = this.take(transaction, COMMITTING)
    assert(claim !== undefined, 'E4: only the head is taken back')
    this.arena.add(RETRIES, 1)
    return claim
  }

  #weigh(): void {
    const { arena } = this
    const retries = arena.load(RETRIES)
    const isChain = retries - arena.load(WINDOW_RETRIES) >= MOST_WINDOW_RETRIES
    arena.store(WINDOW_RETRIES, retries)
    if (isChain && this.committed < this.count) this.stop(STOP_CONFLICTS)
  }

  #move(transaction: number, from: number, to: number): boolean {
    return this.arena.replace(this.at(transaction) + TRANSACTION_STATUS, from, to)
  }
}

function isFinished(state: number): boolean {
  return state === EXECUTED || state === COMMITTING || state === COMMITTED_FOR_GOOD
}
