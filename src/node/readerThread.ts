import type { HeavyReadOutcome, HeavyReads } from '../rpc/index.ts'
import type { StartThread } from './nodeStore.ts'
import type { ReaderWorkerData } from './readerWorker.ts'
import { connect } from './remote.ts'
import { createSpareThread } from './spareThread.ts'

/** Heavy reads in a thread of their own. */
export type ReaderThread = HeavyReads & { close(): Promise<void> }

/** The thread starts with the first read: a small node never needs it. One that died is started again. */
export function createReaderThread(startThread: StartThread, data: ReaderWorkerData): ReaderThread {
  const thread = createSpareThread(() => {
    const worker = startThread('readerWorker.js', data)
    return { worker, remote: connect(worker, 'reader') }
  })
  return {
    run: (read) => thread.running().remote.call<HeavyReadOutcome>('run', read),
    close: thread.close,
  }
}
