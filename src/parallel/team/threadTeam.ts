import type { Help } from '../block/help.ts'
import { Arena } from '../memory/arena.ts'
import {
  ACTIVE,
  BLOCK_SEQUENCE,
  IS_LOST,
  SERVICE,
  WORKER_PULSE,
  WORKER_REQUEST,
  WORKER_WORDS,
  WORKERS,
} from '../memory/control.ts'
import type { LoadBase } from '../memory/versionedState.ts'
import type { Team, TeamFailure } from './team.ts'
import { recordOf, whatOf } from './workerLoop.ts'

/** The threads of a team, as their owner gives them to the one who starts blocks. */
export type TeamThreads = {
  readonly size: number
  /** The memory of threads that are all up and serve it; undefined while there are none. */
  readonly memory: () => SharedArrayBuffer | undefined
  /** Something is wrong with these threads: they are to be ended, and others may take their place. Gives no memory from now on. */
  readonly discard: (reason: string) => void
  /**
   * A worker that for so long neither read a location nor ended an execution hangs. Longer than any transaction takes: a
   * full one of 2^24 gas at the price of the slowest instruction takes 2 s.
   */
  readonly hangAfterMs: number
}

/** How often someone looks whether the threads get on, and whether there is something to help with. */
const LOOK_EVERY_MS = 2

/**
 * A team of threads that run {@link serveTeam}. Nothing is posted: a block begins with a word that all sleep on, and what a worker
 * asks for is answered where it stands. Who starts a block waits for its end, and serves meanwhile.
 */
export function createThreadTeam(threads: TeamThreads): Team {
  return {
    size: threads.size,
    memory: threads.memory,
    run(arena, loadBase, help) {
      const failure = runTask(arena, threads, loadBase, help)
      if (failure !== undefined) threads.discard(failure.reason)
      return failure
    },
  }
}

/** Says that a thread of the team ended, from whatever thread saw it. */
export function reportLoss(memory: SharedArrayBuffer): void {
  const arena = new Arena(memory)
  arena.store(IS_LOST, 1)
  arena.add(SERVICE, 1)
  arena.wake(SERVICE)
}

function runTask(
  arena: Arena,
  { size, hangAfterMs }: TeamThreads,
  loadBase: LoadBase,
  help: Help,
): TeamFailure | undefined {
  arena.store(ACTIVE, size)
  arena.add(BLOCK_SEQUENCE, 1)
  arena.wake(BLOCK_SEQUENCE)
  const watch = createWatch(arena, size, hangAfterMs)
  while (true) {
    const seen = arena.load(SERVICE)
    if (arena.load(IS_LOST) !== 0) return { reason: 'a worker has ended' }
    if (arena.load(ACTIVE) === 0) return undefined
    if (serve(arena, size, loadBase) || help()) continue
    arena.wait(SERVICE, seen, LOOK_EVERY_MS)
    if (watch.sawHang()) return { reason: `a worker hangs: nothing for ${hangAfterMs} ms` }
  }
}

/** Answers what the workers ask for; false when nobody asks. */
function serve(arena: Arena, size: number, loadBase: LoadBase): boolean {
  let isNews = false
  for (let number = 0; number < size; number += 1) {
    const at = WORKERS + number * WORKER_WORDS + WORKER_REQUEST
    const request = arena.load(at)
    if (request === 0) continue
    loadBase(recordOf(request), whatOf(request))
    arena.store(at, 0)
    arena.wake(at)
    isNews = true
  }
  return isNews
}

/** Sees when some worker's pulse has stood still for too long. Those that sleep count theirs, too. */
function createWatch(arena: Arena, size: number, hangAfterMs: number) {
  const pulses = Array.from({ length: size }, () => ({ count: 0, sinceMs: performance.now() }))
  return {
    sawHang(): boolean {
      const nowMs = performance.now()
      return pulses.some((pulse, number) => {
        const count = arena.load(WORKERS + number * WORKER_WORDS + WORKER_PULSE)
        if (count !== pulse.count) {
          pulse.count = count
          pulse.sinceMs = nowMs
        }
        return nowMs - pulse.sinceMs >= hangAfterMs
      })
    },
  }
}
