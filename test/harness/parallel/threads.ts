import type { EvmEngineName } from '../../../src/node/machines.ts'
import { createExecution } from '../../../src/node/machines.ts'
import { spawn } from '../../../src/node/spawn.ts'
import { createTeam, teamAt } from '../../../src/node/team.ts'
import {
  type BlockExecutor,
  createParallelExecutor,
  createThreadTeam,
  EVERY_BLOCK,
} from '../../../src/parallel/index.ts'

/** An executor on threads of this process, and what it could not do with them. */
export type ThreadedExecutor = BlockExecutor & { readonly failures: readonly string[]; close(): Promise<void> }

/** Starts `workers` threads, which read the store at `storePath` if there is one, and waits until they are up. */
export async function createThreadedExecutor(
  workers: number,
  evm: EvmEngineName,
  storePath?: string,
): Promise<ThreadedExecutor> {
  const failures: string[] = []
  const note = (reason: string): void => void failures.push(reason)
  const owned = createTeam({ startThread: spawn, size: workers, evm, storePath, onFailure: note })
  await owned.start()
  const team = createThreadTeam(teamAt(owned.port, workers))
  const parts = createExecution(evm)
  const executor = createParallelExecutor({ ...parts, team, threshold: EVERY_BLOCK, onFailure: note })
  return { execute: (input, view) => executor.execute(input, view), failures, close: () => owned.close() }
}
