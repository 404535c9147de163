/**
 * Shares the main thread: among clients, who take turns, and with everything else that runs there (consensus, block
 * production), which gets its turn after a few milliseconds of requests.
 *
 * - TURN-1 *Bounded.* Between two turns of the event loop requests run for {@link SLICE_MS} and the one that crosses it.
 * - TURN-2 *Fair.* While several clients wait, each runs one request before one of them runs a second.
 * - TURN-3 *In order.* The requests of one client begin in the order in which they came.
 */
export interface Turns {
  /** Runs `job` in the turn of `client`; what it returns may be a promise, whose waiting costs nothing. */
  run<result>(client: object, job: () => result): Promise<Awaited<result>>
  /** Runs `work` now, and counts its time. */
  now<result>(work: () => result): result
}

/** How long requests run before the event loop gets its turn. */
const SLICE_MS = 5

/** Nobody waits at first. */
export function createTurns(clock: () => number = () => performance.now()): Turns {
  /** Who waits, in the order of their turns, and each one's jobs. */
  const waiting = new Map<object, (() => void)[]>()
  let usedMs = 0
  let isResetDue = false

  const now = <result>(work: () => result): result => {
    const startMs = clock()
    try {
      return work()
    } finally {
      usedMs += clock() - startMs
      if (!isResetDue) {
        isResetDue = true
        setImmediate(reset)
      }
    }
  }

  const reset = (): void => {
    usedMs = 0
    isResetDue = false
    for (const [client, jobs] of waiting) {
      // Behind the others, if anything is left of it.
      waiting.delete(client)
      const job = jobs.shift()
      if (jobs.length > 0) waiting.set(client, jobs)
      if (job !== undefined) now(job)
      if (usedMs >= SLICE_MS) return
    }
  }

  return {
    now,
    run(client, job) {
      if (waiting.size === 0 && usedMs < SLICE_MS) return settled(() => now(job))
      return new Promise((resolve, reject) => {
        const jobs = waiting.get(client) ?? []
        jobs.push(() => settled(job).then(resolve, reject))
        waiting.set(client, jobs)
      })
    },
  }
}

/** What `job` returns or throws, as a promise. */
async function settled<result>(job: () => result): Promise<Awaited<result>> {
  return await job()
}
