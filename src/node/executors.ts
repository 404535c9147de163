import type { MessagePort } from 'node:worker_threads'
import type { BlockExecutor, ParallelThreshold } from '../parallel/index.ts'
import {
  createParallelExecutor,
  createSequentialExecutor,
  createThreadTeam,
  DEFAULT_THRESHOLD,
  EVERY_BLOCK,
} from '../parallel/index.ts'
import type { EvmEngineName } from './machines.ts'
import { createExecution } from './machines.ts'
import type { NodeStore } from './nodeStore.ts'
import type { ExecutorOptions } from './options.ts'
import { createTeam, type OwnedTeam, teamAt } from './team.ts'

/** A team, for the ledger's thread: its port (it is transferred), its size, and the blocks that are big enough for it. */
export type LedgerTeam = {
  readonly port: MessagePort
  readonly size: number
  readonly threshold: ParallelThreshold
}

/** What the main thread has of a team. */
export type NodeTeam = Pick<OwnedTeam, 'close'> & {
  readonly forLedger: LedgerTeam
  /** Starts the threads if every block needs them; else the first big block does. */
  ready(): Promise<void>
}

/** The threads that execute blocks with the ledger's; undefined when it is to do that alone. None of them starts yet. */
export function createNodeTeam(
  { executor, workers }: ExecutorOptions,
  evm: EvmEngineName,
  { path, startThread }: Pick<NodeStore, 'path' | 'startThread'>,
  onFailure: (message: string) => void,
): NodeTeam | undefined {
  if (executor === 'sequential' || (executor === 'auto' && workers < 2)) return undefined
  const { port, start, close } = createTeam({ size: workers, evm, storePath: path, startThread, onFailure })
  const isAlways = executor === 'parallel'
  return {
    forLedger: { port, size: workers, threshold: isAlways ? EVERY_BLOCK : DEFAULT_THRESHOLD },
    ready: async () => (isAlways ? start() : undefined),
    close,
  }
}

/** The executor of the ledger's thread. */
export function createLedgerExecutor(evm: EvmEngineName, team: LedgerTeam | undefined): BlockExecutor {
  const parts = createExecution(evm)
  if (team === undefined) return createSequentialExecutor(parts)
  const { port, size, threshold } = team
  return createParallelExecutor({ ...parts, team: createThreadTeam(teamAt(port, size)), threshold })
}
