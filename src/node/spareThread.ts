import type { Worker } from 'node:worker_threads'

/** A thread that only reads the store, so that it may end at any time. */
export type SpareThread<thread> = {
  /** The thread that runs; starts one when none does. */
  running(): thread
  /** Ends it. It only reads: what is under way need not end first. */
  close(): Promise<void>
}

/** Starts a thread with `start`; one that died or that `end` ended is started again when it is asked for next. */
export function createSpareThread<thread extends { readonly worker: Worker }>(
  start: (end: () => void) => thread,
): SpareThread<thread> {
  let running: thread | undefined

  const begin = (): thread => {
    const forget = (): void => {
      if (running === started) running = undefined
    }
    const end = (): void => {
      forget()
      void started.worker.terminate()
    }
    const started = start(end)
    started.worker.on('error', forget)
    started.worker.on('exit', forget)
    return started
  }
  return {
    running() {
      running ??= begin()
      return running
    },
    async close() {
      const last = running
      running = undefined
      await last?.worker.terminate()
    },
  }
}
