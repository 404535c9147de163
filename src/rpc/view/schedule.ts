import type { Block, BlockSchedule } from '../../chain/index.ts'
import type { TeamRun } from '../../parallel/index.ts'
import { toQuantity } from '../../primitives/index.ts'
import type { JsonObject } from '../json.ts'

/** How a block's transactions depend on each other, and how this node's workers executed them if they did. */
export function scheduleView(block: Block, schedule: BlockSchedule, run: TeamRun | undefined): JsonObject {
  const { gasUsed, dependencies, conflicts, criticalPath, lanes, laneSpeedUp, idealSpeedUp, inOrderMs } = schedule
  return {
    blockHash: block.hash,
    blockNumber: toQuantity(block.header.number),
    gasUsed: toQuantity(gasUsed),
    idealSpeedUp: rounded(idealSpeedUp),
    criticalPath: { gas: toQuantity(criticalPath.gas), transactions: criticalPath.transactions },
    conflicts: conflicts.map(({ location, transactions }) => ({ ...locationView(location), transactions })),
    dependencies,
    lanes: { speedUp: rounded(laneSpeedUp), transactions: lanes },
    run: run === undefined ? null : runView(run, inOrderMs),
  }
}

/** `speedUp` is against executing the block in order, just now. */
function runView({ workers, elapsedMs, transactions }: TeamRun, inOrderMs: number): JsonObject {
  const executions = transactions.reduce((sum, one) => sum + one.executions, 0)
  return {
    workers,
    milliseconds: rounded(elapsedMs),
    inOrderMilliseconds: rounded(inOrderMs),
    speedUp: rounded(elapsedMs === 0 ? 1 : inOrderMs / elapsedMs),
    repeatedExecutions: executions - transactions.length,
    transactions: transactions.map(({ worker, executions: incarnations }) => ({ worker, incarnations })),
  }
}

/** `kind:address` or `storage:address:slot`, in its parts. */
function locationView(location: string): JsonObject {
  const [kind, address, slot] = location.split(':')
  return slot === undefined ? { kind, address } : { kind, address, slot: `0x${slot}` }
}

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000
}
