/** Runs asynchronous jobs one after the other, in the order in which they came. */
export interface JobQueue {
  /** Settles as the job does. A job that fails does not stop those behind it. */
  run<result>(job: () => Promise<result>): Promise<result>
  /** Resolves once no job is left, those included that came in the meantime. */
  idle(): Promise<void>
}

/** Creates an empty queue. */
export function createJobQueue(): JobQueue {
  let tail: Promise<unknown> = Promise.resolve()
  return {
    run(job) {
      const result = tail.then(job)
      tail = result.catch(() => undefined)
      return result
    },
    async idle() {
      for (let seen: Promise<unknown> | undefined; seen !== tail; ) {
        seen = tail
        await seen
      }
    },
  }
}
