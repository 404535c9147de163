import type { Help } from '../../../src/parallel/block/help.ts'
import type { ExecutorParts, Team } from '../../../src/parallel/index.ts'
import { allocateShared } from '../../../src/parallel/index.ts'
import { Arena } from '../../../src/parallel/memory/arena.ts'
import type { LoadBase } from '../../../src/parallel/memory/versionedState.ts'
import { createWorkerParts, openBench, type WorkerParts } from '../../../src/parallel/run/bench.ts'
import { BlockWorker, type Step } from '../../../src/parallel/run/blockWorker.ts'

/** What the last block would have taken so many workers, and how long it really kept this thread. */
export type Prediction = { readonly makespanMs: number; readonly elapsedMs: number }

/** Falling asleep and being woken: 12 us, of which a worker that is woken bears half (notes on primitive costs, docs/parallel.md). */
const WAKE_MS = 0.006
/** A worker without work looks again so soon. */
const LOOK_MS = 0.001
/** Who started the block and has nothing to help with looks again so soon: as threads do (threadTeam.ts). */
const CALLER_LOOK_MS = 2
/** Who started the block needs a core as well; with more workers it shares theirs. */
const FEWEST_CORES = 2

/** A worker, or who started the block and helps. */
type Seat = {
  readonly step: () => Step
  readonly lookMs: number
  clockMs: number
  busyMs: number
  /** When its last piece of work was done. */
  doneMs: number
  isIdle: boolean
}

/**
 * Any number of workers in one thread, each with a clock of its own, and so has who started the block: whose clock is behind makes the
 * next step, and the step takes what it really takes. So the scheduler's own code runs in the order in which so many threads would
 * run it, on as many cores as there are workers. What is not in it is what threads do to each other's caches and memory.
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
    const startMs = performance.now()
    const links = () => ({ loadBase, pause: () => undefined })
    const workers = Array.from({ length: this.size }, (_, number): Seat => {
      const worker = new BlockWorker(openBench(new Arena(this.#memory), this.#parts, links), number)
      return seat(() => worker.step(), LOOK_MS)
    })
    const seats = [...workers, seat(() => (help() ? 'worked' : 'idle'), CALLER_LOOK_MS)]
    while (stepOne(seats) !== 'over');
    const busyMs = seats.reduce((sum, one) => sum + one.busyMs, 0)
    this.#last = {
      makespanMs: Math.max(...seats.map(({ doneMs }) => doneMs), busyMs / Math.max(this.size, FEWEST_CORES)),
      elapsedMs: performance.now() - startMs,
    }
    return undefined
  }
}

function seat(step: () => Step, lookMs: number): Seat {
  return { step, lookMs, clockMs: 0, busyMs: 0, doneMs: 0, isIdle: false }
}

function stepOne(seats: readonly Seat[]): 'over' | 'goes on' {
  const one = seats.reduce((first, other) => (other.clockMs < first.clockMs ? other : first))
  const startMs = performance.now()
  const done = one.step()
  const tookMs = performance.now() - startMs
  if (done === 'over') return 'over'
  if (done === 'worked') {
    one.clockMs += tookMs + (one.isIdle ? WAKE_MS : 0)
    one.busyMs += tookMs
    one.doneMs = one.clockMs
    one.isIdle = false
    return 'goes on'
  }
  one.isIdle = true
  // Nothing changes for it before somebody else has done something.
  const others = seats.filter((other) => other !== one && !other.isIdle).map(({ clockMs }) => clockMs)
  one.clockMs = Math.max(one.clockMs + one.lookMs, others.length === 0 ? 0 : Math.min(...others) + LOOK_MS)
  return 'goes on'
}
