import { assert } from '../../primitives/index.ts'
import type { StateView } from '../../state/index.ts'
import type { Help } from '../block/help.ts'
import { workerLoad } from '../block/unstored.ts'
import { Arena } from '../memory/arena.ts'
import { TASK, TASK_RECOVER, TRANSACTION_COUNT, WORK } from '../memory/control.ts'
import type { Locations } from '../memory/locations.ts'
import type { LoadBase } from '../memory/versionedState.ts'
import { recoverSenders } from '../recovery.ts'
import { type Bench, createWorkerParts, openBench, type WorkerParts } from '../run/bench.ts'
import { BlockWorker, type Step } from '../run/blockWorker.ts'
import { MAX_INCARNATIONS } from '../scheduler/scheduler.ts'
import type { ExecutorParts } from '../sequential.ts'
import type { Team } from './team.ts'

/** What a virtual team is made of. */
export type VirtualTeamOptions = {
  readonly size: number
  readonly memory: SharedArrayBuffer
  /** Machines of its own for every worker. */
  readonly createParts: () => ExecutorParts
  /** As in {@link TeamWorker}. */
  readonly stored: StateView | undefined
  /** A number from 0 to below `bound`: decides all that threads would decide by their speed. */
  readonly below: (bound: number) => number
  /** One in so many reads of an execution is preceded by other workers' steps. */
  readonly interruptions: number
}

/** At most so many executions are interrupted inside of each other: they nest on one stack. */
const MAX_NESTED = 3
/** Steps of others in one interruption. */
const MAX_STEPS_AT_ONCE = 12
/** One in so many steps is followed by a little help from who started the block. */
const ONE_HELP_IN = 3
/** Idle steps of a whole team in a row that are a lost wake-up. */
const MAX_IDLE_ROUNDS = 50
/**
 * Steps that a transaction may cost: an execution and its publication for each incarnation, the look ahead that threw it away,
 * and the commit. Far more than it ever needs, so that more is an endless loop.
 */
const MAX_STEPS_PER_TRANSACTION = 8 * MAX_INCARNATIONS

/**
 * Workers that take turns in one thread: after each step, and in the middle of executions before a read, chance decides who goes
 * on. An interrupted execution goes on when those that were interrupted later have ended. The code that the workers run is the one that
 * threads run, so what chance finds here is a run that threads could make.
 */
export function createVirtualTeam(options: VirtualTeamOptions): Team {
  const { size, memory, createParts, stored, below, interruptions } = options
  const parts = Array.from({ length: size }, () => createWorkerParts(createParts()))
  return {
    size,
    memory: () => memory,
    run: (arena, loadBase, help) => {
      if (arena.load(TASK) === TASK_RECOVER) {
        recoverSenders(arena, () => undefined)
        return undefined
      }
      const links = (locations: Locations): LoadBase => workerLoad(arena, locations, stored, loadBase)
      new VirtualRun(parts, memory, links, below, interruptions).run(arena, help)
      return undefined
    },
  }
}

type Seat = { readonly worker: BlockWorker; isBusy: boolean }

class VirtualRun {
  readonly #seats: readonly Seat[]
  readonly #below: (bound: number) => number
  readonly #interruptions: number
  #nested = 0
  #stepsLeft = 0
  /** What was thrown inside an interruption. */
  #broken: unknown

  constructor(
    parts: readonly WorkerParts[],
    memory: SharedArrayBuffer,
    loadBaseOf: (locations: Locations) => LoadBase,
    below: (bound: number) => number,
    interruptions: number,
  ) {
    this.#below = below
    this.#interruptions = interruptions
    const links = (locations: Locations) => ({ loadBase: loadBaseOf(locations), pause: () => this.#interrupt() })
    this.#seats = parts.map((one, number) => {
      const bench: Bench = openBench(new Arena(memory), one, links)
      return { worker: new BlockWorker(bench, number), isBusy: false }
    })
  }

  run(arena: Arena, help: Help): void {
    this.#stepsLeft = (arena.load(TRANSACTION_COUNT) + this.#seats.length) * MAX_STEPS_PER_TRANSACTION
    let idleSteps = 0
    let work = arena.load(WORK)
    for (let step: Step = 'worked'; step !== 'over'; ) {
      step = this.#stepOne()
      if (this.#below(ONE_HELP_IN) === 0) help()
      if (this.#broken !== undefined) throw this.#broken
      const isNews = step !== 'idle' || arena.load(WORK) !== work
      work = arena.load(WORK)
      idleSteps = isNews ? 0 : idleSteps + 1
      assert(idleSteps < MAX_IDLE_ROUNDS * this.#seats.length, 'E2: a block goes on until it is over')
    }
  }

  #stepOne(): Step {
    const free = this.#seats.filter(({ isBusy }) => !isBusy)
    const seat = free[this.#below(free.length)]
    if (seat === undefined) return 'idle'
    seat.isBusy = true
    const step = seat.worker.step()
    seat.isBusy = false
    if (step === 'worked') this.#stepsLeft -= 1
    assert(this.#stepsLeft > 0, 'E5: a block ends')
    return step
  }

  #interrupt(): void {
    if (this.#nested >= MAX_NESTED || this.#below(this.#interruptions) !== 0) return
    this.#nested += 1
    try {
      for (let steps = this.#below(MAX_STEPS_AT_ONCE); steps > 0; steps -= 1) this.#stepOne()
    } catch (thrown) {
      // It must not end in the interrupted execution, which takes what is thrown in it for its own.
      this.#broken ??= thrown
    }
    this.#nested -= 1
  }
}
