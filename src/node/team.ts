import { availableParallelism } from 'node:os'
import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads'
import { allocateShared, MAX_WORKERS, reportLoss, type TeamThreads } from '../parallel/index.ts'
import { coreModule, type EvmEngineName } from './machines.ts'
import type { StartThread } from './nodeStore.ts'
import type { TeamWorkerData, TeamWorkerMessage } from './teamWorker.ts'

/** Enough for blocks of 60,000 transfers. Pages cost nothing before they are written. */
const MEMORY_BYTES = 512 * 2 ** 20
/** See {@link TeamThreads.hangAfterMs}. */
const HANG_AFTER_MS = 15_000
/** How long a team that failed stays away; twice as long each time, up to the other. A team that held is forgiven. */
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/** What a team of threads is to be. */
export type TeamOptions = {
  readonly size: number
  readonly evm: EvmEngineName
  /** See {@link TeamWorkerData}. */
  readonly storePath: string | undefined
  /** Of the store at `storePath`, if there is one. */
  readonly startThread: StartThread
  /** Told when threads ended that nobody ended, or could not go on. */
  readonly onFailure: (message: string) => void
}

/** The threads of a team, seen from the thread that owns them. */
export type OwnedTeam = {
  /** For {@link teamAt} in the thread that starts blocks. */
  readonly port: MessagePort
  /**
   * Starts the threads, which else start when there is a block for them; resolves when they are up, or could not come up.
   */
  start(): Promise<void>
  close(): Promise<void>
}

/** As many workers as the machine has cores. */
export function defaultWorkers(): number {
  return Math.min(availableParallelism(), MAX_WORKERS)
}

/** What the owner tells: a memory that threads serve. */
type Renewal = { readonly memory: SharedArrayBuffer }
/** What it is told: that there is a block for a team, or that the threads of a memory are to go. */
type Wish = { readonly kind: 'start' } | Discard
type Discard = { readonly kind: 'discard'; readonly memory: SharedArrayBuffer; readonly reason: string }

/**
 * Threads that serve one memory together. If one of them ends or fails, all of them and the memory are given up, as
 * nobody knows what stands in it half written; new ones come up in their place, and until then there is no team.
 */
export function createTeam(options: TeamOptions): OwnedTeam {
  const { port1: own, port2: port } = new MessageChannel()
  const core = coreModule()
  let crew: Crew | undefined
  let pauseMs = FIRST_PAUSE_MS
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  const start = async (): Promise<void> => {
    if (isClosed || crew !== undefined) return
    const started = startCrew(options, core, (reason) => fail(started, reason))
    crew = started
    await started.up
    if (crew === started) own.postMessage({ memory: started.memory } satisfies Renewal)
  }
  const fail = (failed: Crew, reason: string): void => {
    if (isClosed || crew !== failed) return
    crew = undefined
    options.onFailure(`workers are started anew: ${reason}`)
    reportLoss(failed.memory)
    void failed.end()
    pauseMs = Date.now() - failed.startedMs > LONGEST_PAUSE_MS ? FIRST_PAUSE_MS : pauseMs
    timer = setTimeout(() => void start(), pauseMs)
    timer.unref()
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
  }
  own.on('message', (wish: Wish) => {
    if (wish.kind === 'start') void start()
    else if (crew?.memory === wish.memory) fail(crew, wish.reason)
  })
  own.unref()
  return {
    port,
    start,
    async close() {
      isClosed = true
      clearTimeout(timer)
      own.close()
      await crew?.end()
    },
  }
}

/** The team behind the port of {@link createTeam}, for the thread that starts blocks. Everything is asked for, nothing awaited. */
export function teamAt(port: MessagePort, size: number): TeamThreads {
  let memory: SharedArrayBuffer | undefined
  let isWished = false
  return {
    size,
    hangAfterMs: HANG_AFTER_MS,
    memory: () => {
      for (let news = receiveMessageOnPort(port); news !== undefined; news = receiveMessageOnPort(port)) {
        memory = (news.message as Renewal).memory
      }
      if (memory === undefined && !isWished) {
        isWished = true
        port.postMessage({ kind: 'start' } satisfies Wish)
      }
      return memory
    },
    discard: (reason) => {
      if (memory !== undefined) port.postMessage({ kind: 'discard', memory, reason } satisfies Wish)
      memory = undefined
    },
  }
}

/** Threads that came up together and serve one memory. */
type Crew = {
  readonly memory: SharedArrayBuffer
  readonly up: Promise<void>
  readonly startedMs: number
  end(): Promise<void>
}

function startCrew(
  { size, evm, storePath, startThread }: TeamOptions,
  core: TeamWorkerData['core'],
  onFailure: (reason: string) => void,
): Crew {
  const memory = allocateShared(MEMORY_BYTES)
  const workers = Array.from({ length: size }, (_, number) => {
    const data: TeamWorkerData = { memory, number, evm, core, storePath }
    return startThread('teamWorker.js', data)
  })
  return {
    memory,
    startedMs: Date.now(),
    up: Promise.all(workers.map((worker) => whenUp(worker, onFailure))).then(() => undefined),
    end: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

/** Resolves when a worker is up, or never will be. */
function whenUp(worker: Worker, onFailure: (reason: string) => void): Promise<void> {
  worker.unref()
  return new Promise((resolve) => {
    const fail = (reason: string): void => {
      onFailure(reason)
      resolve()
    }
    worker.on('error', (error) => fail(`a worker ended: ${error.message}`))
    worker.on('exit', () => fail('a worker ended'))
    worker.on('message', (message: TeamWorkerMessage) => {
      if (message.kind === 'up') resolve()
      else fail(`a worker could not go on: ${message.message}`)
    })
  })
}
