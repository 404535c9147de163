import type { Worker } from 'node:worker_threads'
import type { HeavyReadOutcome, HeavyReads } from '../rpc/index.ts'
import type { StartThread } from './nodeStore.ts'
import type { ReaderWorkerData } from './readerWorker.ts'
import { connect, type Remote } from './remote.ts'

/** Heavy reads in a thread of their own. */
export type ReaderThread = HeavyReads & { close(): Promise<void> }

/** The thread starts with the first read: a small node never needs it. One that died is started again. */
export function createReaderThread(startThread: StartThread, data: ReaderWorkerData): ReaderThread {
  type Running = { readonly worker: Worker; readonly remote: Remote }
  let running: Running | undefined

  const start = (): Running => {
    const worker = startThread('readerWorker.js', data)
    const started: Running = { worker, remote: connect(worker, 'reader') }
    worker.on('exit', () => {
      if (running === started) running = undefined
    })
    return started
  }
  return {
    run(read) {
      running ??= start()
      return running.remote.call<HeavyReadOutcome>('run', read)
    },
    async close() {
      const last = running
      running = undefined
      // It only reads: what is under way need not end first.
      await last?.worker.terminate()
    },
  }
}
