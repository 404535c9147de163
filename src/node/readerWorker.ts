/** The thread of heavy reads (logs, fee history, receipts of whole blocks): it reads snapshots and never writes. */
import { parentPort, workerData } from 'node:worker_threads'
import { createArchive } from '../chain/index.ts'
import { assert, type Rules } from '../primitives/index.ts'
import { type HeavyRead, type RpcLimits, runHeavyRead } from '../rpc/index.ts'
import { createMptTrie, nodeReader, openLevelStore } from '../state/index.ts'
import { serve } from './remote.ts'

/** What the main thread hands over at the start. */
export type ReaderWorkerData = {
  readonly storePath: string
  readonly rules: Rules
  readonly limits: RpcLimits
}

assert(parentPort !== null, 'the reader runs in a worker thread')
const { storePath, rules, limits } = workerData as ReaderWorkerData
const store = await openLevelStore(storePath, { create: false, durable: false })

serve(parentPort, {
  /** On one moment of the chain, whatever is committed meanwhile. */
  async run(read: HeavyRead) {
    const snapshot = store.snapshot()
    try {
      const archive = createArchive(snapshot, createMptTrie(nodeReader(snapshot)))
      return await runHeavyRead({ archive, config: { rules }, limits }, read)
    } finally {
      await snapshot.close()
    }
  },
})
