import type { Help } from '../../../src/parallel/block/help.ts'
import type { ExecutorParts, Team } from '../../../src/parallel/index.ts'
import { allocateShared } from '../../../src/parallel/index.ts'
import { Arena } from '../../../src/parallel/memory/arena.ts'
import type { LoadBase } from '../../../src/parallel/memory/versionedState.ts'
import { createWorkerParts, openBench, type WorkerParts } from '../../../src/parallel/run/bench.ts'
import { BlockWorker } from '../../../src/parallel/run/blockWorker.ts'

/** What the last block would have taken so many workers, and how long it really kept this thread. */
export type Prediction = { readonly makespanMs: number; readonly elapsedMs: number }

/** Falling asleep and being woken: 12 us, of which a worker that is woken bears half (notes on primitive costs, docs/parallel.md). */
const WAKE_MS = 0.006
/** A worker without work looks again so soon. */
const LOOK_MS = 0.001

type Seat = { readonly worker: BlockWorker; clockMs: number; isIdle: boolean }

/**
 * Any number of workers in one thread, each with a clock of its own: whose clock is behind makes the next step, and the step takes
 * what it really takes. So the scheduler's own code runs in the order in which so many threads would run it. What is not in
 * it is what threads do to each other's caches and memory.
 */
export class TimedTeam implements Team {
  readonly size: number
  readonly #memory: SharedArrayBuffer
  readonly #parts: WorkerParts
  #last: Prediction = { makespanMs: 0, elapsedMs: 0 }

  /** One set of machines serves all seats: steps do not overlap. */
  constructor(size: number, parts: ExecutorParts, memory = allocateShared(256 * 2 ** 20)) {
    this.size = size
    this.#memory = memory
    this.#parts = createWorkerParts(parts)
  }

  memory(): SharedArrayBuffer {
    return this.#memory
  }

  get last(): Prediction {
    return this.#last
  }

  run(_arena: Arena, loadBase: LoadBase, help: Help): undefined {
    while (help());
    const startMs = performance.now()
    const links = () => ({ loadBase, pause: () => undefined })
    const seats = Array.from(
      { length: this.size },
      (_, number): Seat => ({
        worker: new BlockWorker(openBench(new Arena(this.#memory), this.#parts, links), number),
        clockMs: 0,
        isIdle: false,
      }),
    )
    while (step(seats) !== 'over');
    // Who waits at the end has nothing to do with it.
    const busy = seats.filter(({ isIdle }) => !isIdle)
    this.#last = {
      makespanMs: Math.max(...(busy.length > 0 ? busy : seats).map(({ clockMs }) => clockMs)),
      elapsedMs: performance.now() - startMs,
    }
    return undefined
  }
}

function step(seats: readonly Seat[]): 'over' | 'goes on' {
  const seat = seats.reduce((first, one) => (one.clockMs < first.clockMs ? one : first))
  const startMs = performance.now()
  const done = seat.worker.step()
  const tookMs = performance.now() - startMs
  if (done === 'over') return 'over'
  if (done === 'worked') {
    seat.clockMs += tookMs + (seat.isIdle ? WAKE_MS : 0)
    seat.isIdle = false
    return 'goes on'
  }
  seat.isIdle = true
  // Nothing changes for it before somebody else has done something.
  const others = seats.filter((one) => one !== seat && !one.isIdle).map(({ clockMs }) => clockMs)
  seat.clockMs = Math.max(seat.clockMs + LOOK_MS, others.length === 0 ? 0 : Math.min(...others) + LOOK_MS)
  return 'goes on'
}
