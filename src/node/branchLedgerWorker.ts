/** The thread that executes and stores what a network has ordered: the one writer of the data directory. */
import { parentPort, workerData } from 'node:worker_threads'
import { type BlockRequest, type BranchLedger, openBranchLedger } from '../chain/index.ts'
import { assert, type Bytes, type Hash } from '../primitives/index.ts'
import { createMptTrie, openLevelStore } from '../state/index.ts'
import { createLedgerExecutor } from './executors.ts'
import type { LedgerWorkerData } from './ledgerWorker.ts'
import { serve } from './remote.ts'

async function open({ storePath, durable, genesis, evm, team }: LedgerWorkerData): Promise<BranchLedger> {
  const store = await openLevelStore(storePath, { create: false, durable })
  const executor = createLedgerExecutor(evm, team)
  return openBranchLedger({ store, trieOf: createMptTrie, executor, genesis })
}

assert(parentPort !== null, 'the ledger runs in a worker thread')
let ledger: BranchLedger | undefined
const opened = (): BranchLedger => {
  assert(ledger !== undefined, 'the ledger is opened before it is used')
  return ledger
}

serve(parentPort, {
  async open() {
    ledger = await open(workerData as LedgerWorkerData)
  },
  execute: (parentHash: Hash, request: BlockRequest) => opened().execute(parentHash, request),
  commit: (blockHash: Hash, order: Bytes) => opened().commit(blockHash, order),
  close: async () => ledger?.close(),
})
