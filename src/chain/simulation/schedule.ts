import type { BlockInput, ExecutorParts } from '../../parallel/index.ts'
import { conflictGraph, criticalPath, listSchedule, traceBlock } from '../../parallel/index.ts'
import { assert, BaseError } from '../../primitives/index.ts'
import type { StateView } from '../../state/index.ts'
import type { Archive } from '../archive.ts'
import type { BlockSchedule, ScheduleQuery } from '../simulator.ts'
import { contextOf, type StageParts } from './stage.ts'

type ScheduleParts = ExecutorParts & Pick<StageParts, 'rules' | 'chainId'>

/** See `Simulator.schedule`. */
export function scheduleBlock(
  parts: ScheduleParts,
  archive: Archive,
  { blockHash, workers }: ScheduleQuery,
): BlockSchedule {
  const { input, before, gasUsed } = storedBlock(parts, archive, blockHash)
  const startMs = performance.now()
  const { result, transactions } = traceBlock(parts, input, before)
  const inOrderMs = performance.now() - startMs
  if (result.gasUsed !== gasUsed) {
    throw new BaseError('BLOCK_NOT_REPEATED', 'the block did not go as it went: the state was edited before it')
  }
  const accessed = transactions.map((one) => ({ ...one, weight: Number(one.gasUsed) }))
  const graph = conflictGraph(accessed, input.context.coinbase, 'commutative')
  const path = criticalPath(graph)
  const plan = listSchedule(graph, workers)
  const total = Number(result.gasUsed)
  const speedUp = (gas: number): number => (gas === 0 ? 1 : total / gas)
  return {
    gasUsed: result.gasUsed,
    dependencies: graph.dependencies,
    conflicts: [...graph.conflicts]
      .map(([location, count]) => ({ location, transactions: count }))
      .sort((a, b) => b.transactions - a.transactions || (a.location < b.location ? -1 : 1)),
    criticalPath: { gas: BigInt(path.weight), transactions: path.transactions },
    lanes: lanesOf(plan.transactions, workers),
    laneSpeedUp: speedUp(plan.makespan),
    idealSpeedUp: speedUp(path.weight),
    inOrderMs,
  }
}

type StoredBlock = { readonly input: BlockInput; readonly before: StateView; readonly gasUsed: bigint }

function storedBlock(
  { rules, chainId }: ScheduleParts,
  archive: Archive,
  blockHash: ScheduleQuery['blockHash'],
): StoredBlock {
  const block = archive.block(blockHash)
  if (block === undefined) throw new BaseError('UNKNOWN_BLOCK', 'header not found')
  const { header, transactions } = block
  const before = header.number === 0n ? archive.stateAt(blockHash) : archive.stateAt(header.parentHash)
  assert(before !== undefined, 'a block is stored with its parent')
  const input = {
    rules,
    context: contextOf(rules, chainId, header),
    parentHash: header.parentHash,
    parentBeaconBlockRoot: header.parentBeaconBlockRoot,
    transactions,
    // One that throws is in a block only where it ends as a halt: who builds a block alone leaves it out.
    throwPolicy: 'halt' as const,
    blockHash: (number: bigint) =>
      number < header.number && number + 256n >= header.number ? archive.blockHash(number) : undefined,
  }
  return { input, before, gasUsed: header.gasUsed }
}

function lanesOf(
  planned: readonly { readonly worker: number; readonly start: number }[],
  workers: number,
): readonly (readonly number[])[] {
  const lanes = Array.from({ length: workers }, (): number[] => [])
  const order = [...planned.keys()].sort((a, b) => (planned[a]?.start ?? 0) - (planned[b]?.start ?? 0) || a - b)
  for (const transaction of order) lanes[planned[transaction]?.worker ?? 0]?.push(transaction)
  return lanes
}
