/** The thread that executes and stores blocks: the one writer of the data directory. */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { BlockRequest, Genesis, Ledger, StateEdit } from '../chain/index.ts'
import { openLedger } from '../chain/index.ts'
import type { BlockExecutor, ParallelThreshold } from '../parallel/index.ts'
import { createParallelExecutor, createSequentialExecutor, createThreadTeam } from '../parallel/index.ts'
import { assert } from '../primitives/index.ts'
import { createMptTrie, nodeReader, openLevelStore, refuseCutTables } from '../state/index.ts'
import type { EvmEngineName } from './machines.ts'
import { createExecution } from './machines.ts'
import { serve } from './remote.ts'
import { teamAt } from './team.ts'

/** What the main thread hands over at the start. */
export type LedgerWorkerData = {
  readonly storePath: string
  readonly create: boolean
  readonly durable: boolean
  readonly genesis: Genesis
  readonly evm: EvmEngineName
  /** Who executes blocks with this thread; undefined when nobody does. */
  readonly team: LedgerTeam | undefined
}

/** A team's port (it is transferred), its size, and the blocks that are big enough for it. */
export type LedgerTeam = {
  readonly port: MessagePort
  readonly size: number
  readonly threshold: ParallelThreshold
}

async function open({ storePath, create, durable, genesis, evm, team }: LedgerWorkerData): Promise<Ledger> {
  refuseCutTables(storePath)
  const store = await openLevelStore(storePath, { create, durable })
  const executor = executorOf(evm, team)
  return openLedger({ store, trie: createMptTrie(nodeReader(store)), executor, genesis })
}

function executorOf(evm: EvmEngineName, team: LedgerTeam | undefined): BlockExecutor {
  const parts = createExecution(evm)
  if (team === undefined) return createSequentialExecutor(parts)
  const { port, size, threshold } = team
  return createParallelExecutor({ ...parts, team: createThreadTeam(teamAt(port, size)), threshold })
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
  edit: (edits: readonly StateEdit[]) => opened().edit(edits),
  rewind: (version: bigint) => opened().rewind(version),
  close: async () => ledger?.close(),
})
