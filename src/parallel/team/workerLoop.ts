import { InvariantError } from '../../primitives/index.ts'
import type { StateView } from '../../state/index.ts'
import { workerLoad } from '../block/unstored.ts'
import { Arena, type Pointer } from '../memory/arena.ts'
import { reportBug } from '../memory/bug.ts'
import {
  ACTIVE,
  BLOCK_SEQUENCE,
  SERVICE,
  SLEEPERS,
  STOP_FAILURE,
  STOPPED,
  TASK,
  TASK_RECOVER,
  WORK,
  WORKER_PULSE,
  WORKER_REQUEST,
  WORKER_WORDS,
  WORKERS,
} from '../memory/control.ts'
import type { LoadBase } from '../memory/versionedState.ts'
import { recoverSenders } from '../recovery.ts'
import { createWorkerParts, openBench, type WorkerLinks, type WorkerParts } from '../run/bench.ts'
import { BlockWorker } from '../run/blockWorker.ts'
import type { ExecutorParts } from '../sequential.ts'

/** A worker's thread. */
export type TeamWorker = {
  readonly memory: SharedArrayBuffer
  /** From 0 to below the team's size. */
  readonly number: number
  /** Machines of its own. */
  readonly parts: ExecutorParts
  /** The newest committed state, read from the node's store; undefined when only who starts the blocks can read. */
  readonly stored: StateView | undefined
  /** Told of what is thrown. The team does not finish the block then. */
  readonly onFailure: (thrown: unknown) => void
}

/** Looks at the work that there may be so often before it sleeps: falling asleep and being woken costs 12 us. */
const LOOKS_BEFORE_SLEEP = 200
/** A sleeper's pulse. */
const SLEEP_MS = 1_000

/** Works on one block after the other that is put into the memory. Never returns: the thread's owner ends it. */
export function serveTeam(worker: TeamWorker): never {
  const arena = new Arena(worker.memory)
  const parts = createWorkerParts(worker.parts)
  const beats = wordsOf(worker) + WORKER_PULSE
  const pulse = (): void => arena.set(beats, arena.get(beats) + 1)
  for (let sequence = 0; ; ) {
    while (arena.load(BLOCK_SEQUENCE) === sequence) arena.wait(BLOCK_SEQUENCE, sequence, Number.POSITIVE_INFINITY)
    // The next block begins as soon as all have left this one: what is waited for after it must be known before.
    sequence = arena.load(BLOCK_SEQUENCE)
    arena.release()
    try {
      if (arena.load(TASK) === TASK_RECOVER) recoverSenders(arena, pulse)
      else workOnBlock(arena, parts, worker, pulse)
    } catch (thrown) {
      if (thrown instanceof InvariantError) reportBug(arena, thrown.message)
      else arena.store(STOPPED, STOP_FAILURE)
      arena.add(WORK, 1)
      arena.wake(WORK)
      worker.onFailure(thrown)
    }
    arena.add(ACTIVE, -1)
    callService(arena)
  }
}

function workOnBlock(arena: Arena, parts: WorkerParts, worker: TeamWorker, pulse: () => void): void {
  const requests = wordsOf(worker) + WORKER_REQUEST
  const ask: LoadBase = (record, what) => request(arena, requests, record, what)
  const bench = openBench(
    arena,
    parts,
    (locations): WorkerLinks => ({
      loadBase: workerLoad(arena, locations, worker.stored, ask),
      pause: pulse,
    }),
  )
  const blockWorker = new BlockWorker(bench, worker.number)
  while (true) {
    const seen = arena.load(WORK)
    const step = blockWorker.step()
    if (step === 'over') return
    pulse()
    if (step === 'idle') rest(arena, seen)
  }
}

function wordsOf({ number }: TeamWorker): Pointer {
  return WORKERS + number * WORKER_WORDS
}

/** Until there may be something to do: the count is not `seen` any more. */
function rest(arena: Arena, seen: number): void {
  for (let looks = 0; looks < LOOKS_BEFORE_SLEEP; looks += 1) if (arena.load(WORK) !== seen) return
  arena.add(SLEEPERS, 1)
  arena.wait(WORK, seen, SLEEP_MS)
  arena.add(SLEEPERS, -1)
}

/** Asks whoever started the block. A record stands at an even place: the last bit says what of it is asked for. */
function request(arena: Arena, at: Pointer, record: Pointer, what: 'record' | 'stored'): void {
  const asked = record | (what === 'stored' ? 1 : 0)
  arena.store(at, asked)
  callService(arena)
  while (arena.load(at) === asked) arena.wait(at, asked, SLEEP_MS)
}

/** The record of a request. */
export function recordOf(request: number): Pointer {
  return request & ~1
}

/** What of the record is asked for. */
export function whatOf(request: number): 'record' | 'stored' {
  return (request & 1) === 0 ? 'record' : 'stored'
}

function callService(arena: Arena): void {
  arena.add(SERVICE, 1)
  arena.wake(SERVICE)
}
