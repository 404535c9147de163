import { MemoryFull } from '../memory/arena.ts'
import { STOP_MEMORY } from '../memory/control.ts'
import { TRANSACTION_READS, TRANSACTION_RESULT, TRANSACTION_WORKER, TRANSACTION_WRITES } from '../memory/records.ts'
import type { Claim } from '../scheduler/scheduler.ts'
import type { Bench } from './bench.ts'
import { commitReady } from './commit.ts'
import { type Execution, execute } from './execute.ts'
import { steps } from './steps.ts'

/** What a step found to do. `over`: the block needs nobody any more. */
export type Step = 'worked' | 'idle' | 'over'

/** An execution that has ended and that nobody else sees yet. */
type Unpublished = { readonly claim: Claim; readonly execution: Execution }

/**
 * One of a block's workers, in steps: commit what can be, else execute what is next, else look for what went stale. Between an
 * execution and its publication stands a step's end, so that a deterministic scheduler can put others in between.
 */
export class BlockWorker {
  readonly #bench: Bench
  readonly #number: number
  #claim: Claim | undefined
  #unpublished: Unpublished | undefined

  constructor(bench: Bench, number: number) {
    this.#bench = bench
    this.#number = number
  }

  /** Does one thing. */
  step(): Step {
    const { scheduler } = this.#bench
    if (scheduler.isOver) return 'over'
    try {
      return this.#work() ? 'worked' : 'idle'
    } catch (thrown) {
      if (!(thrown instanceof MemoryFull)) throw thrown
      scheduler.stop(STOP_MEMORY)
      return 'over'
    }
  }

  #work(): boolean {
    if (this.#unpublished !== undefined) {
      this.#publish(this.#unpublished)
      return true
    }
    if (this.#claim === undefined) {
      const { count, retry } = commitReady(this.#bench)
      this.#claim = retry
      if (count > 0 && retry === undefined) return true
    }
    const claim = this.#claim ?? this.#bench.scheduler.claim() ?? this.#stale()
    this.#claim = undefined
    if (claim === undefined) return false
    this.#unpublished = { claim, execution: execute(this.#bench, claim.transaction) }
    return true
  }

  #publish({ claim, execution }: Unpublished): void {
    this.#unpublished = undefined
    const { arena, scheduler } = this.#bench
    if (execution.kind === 'blocked') {
      scheduler.block(claim, execution.by)
      return
    }
    const words = scheduler.at(claim.transaction)
    steps.publishWrites(arena, claim.transaction, execution.writes, arena.load(words + TRANSACTION_WRITES))
    arena.store(words + TRANSACTION_READS, execution.reads)
    arena.store(words + TRANSACTION_WRITES, execution.writes)
    arena.store(words + TRANSACTION_RESULT, execution.result)
    arena.set(words + TRANSACTION_WORKER, this.#number)
    this.#claim = scheduler.finish(claim)
  }

  /** Whoever has nothing to execute looks at what was: the sooner it is known to be stale, the sooner it is made again. */
  #stale(): Claim | undefined {
    const { arena, scheduler, state } = this.#bench
    const claim = scheduler.takeStale((transaction) =>
      steps.looksStale(state, arena.load(scheduler.at(transaction) + TRANSACTION_READS), transaction),
    )
    if (claim !== undefined) {
      steps.markEstimates(arena, arena.load(scheduler.at(claim.transaction) + TRANSACTION_WRITES))
    }
    return claim
  }
}
