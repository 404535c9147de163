import type { Hash } from '../../primitives/index.ts'
import type { AddOutcome } from '../mempool.ts'

/** Those who wait for their transaction's block. */
export interface Waiters {
  /** Waits until `settle`, `release` or `fail` names this hash. `accepted` is what the pool said. */
  wait(hash: Hash, accepted: AddOutcome): Promise<AddOutcome>
  /** Answers with `outcome`, or without one with what the pool had said. Does nothing when nobody waits. */
  settle(hash: Hash, outcome?: AddOutcome): void
  fail(hash: Hash, error: unknown): void
  /** Transactions that are waited for now. */
  hashes(): readonly Hash[]
}

type Waiter = {
  readonly accepted: AddOutcome
  resolve(outcome: AddOutcome): void
  reject(error: unknown): void
}

/** Creates an empty list. The pool takes a hash once, so each has one waiter at most. */
export function createWaiters(): Waiters {
  const waiting = new Map<Hash, Waiter>()

  function take(hash: Hash): Waiter | undefined {
    const waiter = waiting.get(hash)
    waiting.delete(hash)
    return waiter
  }

  return {
    wait: (hash, accepted) =>
      new Promise((resolve, reject) => {
        // A transaction that was dropped from the pool and sent again before its first sender heard of it.
        take(hash)?.resolve(accepted)
        waiting.set(hash, { accepted, resolve, reject })
      }),
    settle(hash, outcome) {
      const waiter = take(hash)
      waiter?.resolve(outcome ?? waiter.accepted)
    },
    fail: (hash, error) => take(hash)?.reject(error),
    hashes: () => [...waiting.keys()],
  }
}
