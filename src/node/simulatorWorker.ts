/** The thread that tries transactions (`eth_call`, estimates): it reads snapshots and never writes. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Archive, PendingAccountQuery, PendingQuery, ScheduleQuery, Simulation } from '../chain/index.ts'
import { createArchive, createSimulationCore } from '../chain/index.ts'
import type { Rules } from '../primitives/index.ts'
import { assert } from '../primitives/index.ts'
import { createMptTrie, nodeReader, openLevelStore, type ReadNode, type StateTrie } from '../state/index.ts'
import type { EvmEngineName } from './machines.ts'
import { createExecution } from './machines.ts'
import { serve } from './remote.ts'

/** What the main thread hands over at the start. */
export type SimulatorWorkerData = {
  readonly storePath: string
  readonly chainId: bigint
  readonly rules: Rules
  readonly evm: EvmEngineName
}

assert(parentPort !== null, 'the simulator runs in a worker thread')
const { storePath, chainId, rules, evm } = workerData as SimulatorWorkerData
const store = await openLevelStore(storePath, { create: false, durable: false })
const core = createSimulationCore({ ...createExecution(evm), rules, chainId })

/** Runs `work` on one moment of the chain, whatever is committed meanwhile. */
async function atOneMoment<result>(
  work: (archive: Archive, trie: StateTrie, readNode: ReadNode) => result | Promise<result>,
): Promise<result> {
  const snapshot = store.snapshot()
  try {
    const readNode = nodeReader(snapshot)
    const trie = createMptTrie(readNode)
    return await work(createArchive(snapshot, trie), trie, readNode)
  } finally {
    await snapshot.close()
  }
}

serve(parentPort, {
  call: (simulation: Simulation) => atOneMoment((archive) => core.call(archive, simulation)),
  estimateGas: (simulation: Simulation) => atOneMoment((archive) => core.estimateGas(archive, simulation)),
  createAccessList: (simulation: Simulation) => atOneMoment((archive) => core.createAccessList(archive, simulation)),
  schedule: (query: ScheduleQuery) => atOneMoment((archive) => core.schedule(archive, query)),
  pendingBlock: (query: PendingQuery) => atOneMoment((archive, trie) => core.pendingBlock(archive, trie, query)),
  pendingProof: (query: PendingAccountQuery) =>
    atOneMoment((archive, _trie, readNode) => core.pendingProof(archive, readNode, query)),
  pendingAccount: (query: PendingAccountQuery) => atOneMoment((archive) => core.pendingAccount(archive, query)),
})
