import type { Hardfork, Rules } from '../../primitives/index.ts'
import type { Machines } from '../../router/index.ts'
import type { AccountProof, Journal, ReadNode, StateTrie } from '../../state/index.ts'
import type { Archive } from '../archive.ts'
import type { Block } from '../block.ts'
import type {
  AccessListOutcome,
  BlockSchedule,
  EstimateOutcome,
  ScheduleQuery,
  Simulation,
  SimulationOutcome,
} from '../simulator.ts'
import { createAccessList } from './accessList.ts'
import { estimateGas } from './estimate.ts'
import { simulationOutcome } from './outcome.ts'
import {
  createPendingBlocks,
  type PendingAccount,
  type PendingAccountQuery,
  type PendingQuery,
} from './pendingBlock.ts'
import { scheduleBlock } from './schedule.ts'
import { buildStage, withGasLimit } from './stage.ts'

/** What simulations need from the composition root. */
export type SimulationParts = {
  readonly rules: Rules
  readonly chainId: bigint
  machinesOf(hardfork: Hardfork): Machines
  createJournal(): Journal
}

/**
 * The synchronous half of a {@link Simulator}, for a worker thread. `archive` is the moment to look at: a snapshot, so
 * that blocks that come meanwhile do not show. A clock limit is the caller's affair: it ends the worker.
 */
export interface SimulationCore {
  call(archive: Archive, simulation: Simulation): SimulationOutcome
  estimateGas(archive: Archive, simulation: Simulation): EstimateOutcome
  createAccessList(archive: Archive, simulation: Simulation): AccessListOutcome
  schedule(archive: Archive, query: ScheduleQuery): BlockSchedule
  pendingBlock(archive: Archive, trie: StateTrie, query: PendingQuery): Promise<Block>
  pendingAccount(archive: Archive, query: PendingAccountQuery): PendingAccount
  pendingProof(archive: Archive, readNode: ReadNode, query: PendingAccountQuery): Promise<AccountProof>
}

/** Builds a core with machines and a journal of its own: one per thread. */
export function createSimulationCore(simulationParts: SimulationParts): SimulationCore {
  const { rules, chainId, machinesOf, createJournal } = simulationParts
  const journal = createJournal()
  const pending = createPendingBlocks({ rules, chainId, machinesOf, createJournal: () => journal })
  const parts = { rules, chainId, machines: machinesOf(rules.hardfork), journal, pending }
  return {
    call(archive, simulation) {
      const stage = buildStage(parts, archive, simulation)
      return simulationOutcome(stage.run(withGasLimit(simulation.transaction)))
    },
    estimateGas(archive, simulation) {
      return estimateGas(buildStage(parts, archive, simulation), simulation.transaction)
    },
    createAccessList(archive, simulation) {
      const stage = buildStage(parts, archive, simulation)
      return createAccessList(stage, withGasLimit(simulation.transaction))
    },
    schedule: (archive, query) => scheduleBlock(simulationParts, archive, query),
    pendingBlock: (archive, trie, query) => pending.seal(archive, trie, query),
    pendingProof: (archive, readNode, query) => pending.prove(archive, readNode, query),
    pendingAccount: (archive, query) => pending.account(archive, query, query.address, query.slots),
  }
}
