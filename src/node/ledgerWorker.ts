/** The thread that executes and stores blocks: the one writer of the data directory. */
import { parentPort, workerData } from 'node:worker_threads'
import type { BlockRequest, Genesis, IdleRun, Ledger, StateEdit } from '../chain/index.ts'
import { openLedger } from '../chain/index.ts'
import { assert } from '../primitives/index.ts'
import { createMptTrie, nodeReader, openLevelStore } from '../state/index.ts'
import { createLedgerExecutor, type LedgerTeam } from './executors.ts'
import type { EvmEngineName } from './machines.ts'
import { serve } from './remote.ts'

/** What the main thread hands over at the start. */
export type LedgerWorkerData = {
  /** Of a store that the main thread has opened. */
  readonly storePath: string
  readonly durable: boolean
  readonly genesis: Genesis
  /** True opens a stored chain also when it began at another time than `genesis` says. */
  readonly acceptsAnyStart: boolean
  readonly evm: EvmEngineName
  /** Who executes blocks with this thread; undefined when nobody does. */
  readonly team: LedgerTeam | undefined
}

async function open(data: LedgerWorkerData): Promise<Ledger> {
  const { storePath, durable, genesis, acceptsAnyStart, evm, team } = data
  const store = await openLevelStore(storePath, { create: false, durable })
  const executor = createLedgerExecutor(evm, team)
  return openLedger({ store, trie: createMptTrie(nodeReader(store)), executor, genesis, acceptsAnyStart })
}

assert(parentPort !== null, 'the ledger runs in a worker thread')
let ledger: Ledger | undefined
const opened = (): Ledger => {
  assert(ledger !== undefined, 'the ledger is opened before it is used')
  return ledger
}

serve(parentPort, {
  async open() {
    ledger = await open(workerData as LedgerWorkerData)
  },
  produce: (request: BlockRequest) => opened().produce(request),
  produceIdle: (run: IdleRun) => opened().produceIdle(run),
  edit: (edits: readonly StateEdit[]) => opened().edit(edits),
  rewind: (version: bigint) => opened().rewind(version),
  close: async () => ledger?.close(),
})
