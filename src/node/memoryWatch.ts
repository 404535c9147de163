import { BaseError } from '../primitives/index.ts'

/**
 * What calls may make the process grow by, in bytes, before their thread is ended. A call of 50M gas
 * holds at most 140 MB of the EVM's memory (1,024 frames), and V8's optimiser takes up to 200 MB for
 * code that the rules allow; the rest is for what other threads may need meanwhile: a team's memory is
 * 512 MB, LevelDB's caches are less.
 */
const MOST_GROWTH_BYTES = 1_536 * 1_024 * 1_024
/** A thread that V8 fills at 1 GB a second is seen before the growth has doubled. */
const LOOK_EVERY_MS = 250

/** When a thread is to be ended for its memory; tests choose their own. */
export type MemoryLimits = {
  readonly growthBytes: number
  readonly lookEveryMs: number
  /** Memory that the whole process has of the machine. */
  readonly residentBytes: () => number
}

/** What a node keeps to. */
export const DEFAULT_MEMORY_LIMITS: MemoryLimits = {
  growthBytes: MOST_GROWTH_BYTES,
  lookEveryMs: LOOK_EVERY_MS,
  residentBytes: () => process.memoryUsage.rss(),
}

/** Watches the process while a thread has work. */
export type MemoryWatch = {
  /** The same work, which fails with `OUT_OF_MEMORY` when the thread is ended for its memory. */
  during<result>(work: Promise<result>): Promise<result>
}

/**
 * A watch that calls `end` once the process has grown by more than the limit since the thread had
 * nothing to do, and, when its work is done, if a quarter of that stayed: then the next work begins
 * in a thread that holds nothing. The kernel counts by process: growth of other threads counts with
 * it. Every open work fails at once, for nobody knows which it was.
 */
export function createMemoryWatch(
  { growthBytes, lookEveryMs, residentBytes }: MemoryLimits,
  end: () => void,
): MemoryWatch {
  let open = 0
  let idleBytes = 0
  let timer: NodeJS.Timeout | undefined
  let fail: (error: Error) => void = () => undefined
  const exceeded = new Promise<never>((_resolve, reject) => {
    fail = reject
  })
  exceeded.catch(() => undefined)

  const growth = (): number => residentBytes() - idleBytes
  const look = (): void => {
    if (growth() <= growthBytes) return
    clearInterval(timer)
    const limit = `${Math.round(growthBytes / 2 ** 20)} MiB`
    fail(new BaseError('OUT_OF_MEMORY', `execution aborted (memory of the node grew by more than ${limit})`))
    end()
  }
  const begin = (): void => {
    open += 1
    if (open > 1) return
    idleBytes = residentBytes()
    timer = setInterval(look, lookEveryMs)
    timer.unref()
  }
  const finish = (): void => {
    open -= 1
    if (open > 0) return
    clearInterval(timer)
    if (growth() > growthBytes / 4) end()
  }
  return {
    async during(work) {
      begin()
      try {
        return await Promise.race([work, exceeded])
      } finally {
        finish()
      }
    },
  }
}
