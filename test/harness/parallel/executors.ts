import { isDeepStrictEqual } from 'node:util'
import { createExecution } from '../../../src/node/machines.ts'
import type { BlockExecutor, BlockInput, BlockResult, ExecutorParts } from '../../../src/parallel/index.ts'
import {
  allocateShared,
  createParallelExecutor,
  createSequentialExecutor,
  createVirtualTeam,
  EVERY_BLOCK,
} from '../../../src/parallel/index.ts'
import { toHex } from '../../../src/primitives/index.ts'
import type { StateView } from '../../../src/state/index.ts'
import { differencesBetween, observeIncluded } from '../observation.ts'

const MEMORY_BYTES = 256 * 2 ** 20

/** A parallel executor whose workers take turns in this thread as `below` says, and read `stored` themselves if it is given. */
export function createVirtualExecutor(
  workers: number,
  below: (bound: number) => number,
  interruptions = 4,
  parts: ExecutorParts = createExecution('interpreter'),
  stored?: StateView,
): BlockExecutor & { readonly failures: readonly string[] } {
  const failures: string[] = []
  const team = createVirtualTeam({
    size: workers,
    memory: allocateShared(MEMORY_BYTES),
    createParts: () => createExecution('interpreter'),
    stored,
    below,
    interruptions,
  })
  const executor = createParallelExecutor({
    ...parts,
    team,
    threshold: EVERY_BLOCK,
    onFailure: (reason) => failures.push(reason),
  })
  return { execute: (input, view) => executor.execute(input, view), failures }
}

/** The oracle. */
export function createOracle(): BlockExecutor {
  return createSequentialExecutor(createExecution('interpreter'))
}

/** Where the workers' result of a block differs from `expected`, its result in order: without its access list, and with it. */
export function workersDifferences(
  expected: BlockResult,
  workers: BlockExecutor,
  input: BlockInput,
  view: StateView,
): readonly string[] {
  const told = (block: BlockInput): readonly string[] => differencesOf(expected, workers.execute(block, view))
  const replayed = { ...input, foretold: expected.accessList }
  return [...told(input), ...told(replayed).map((difference) => `with the access list: ${difference}`)]
}

/** Where two results of one block differ; nothing when they are the same. */
export function differencesOf(expected: BlockResult, actual: BlockResult): readonly string[] {
  const differences = expected.outcomes.flatMap((outcome, index) => {
    const other = actual.outcomes[index]
    if (other === undefined) return [`transaction ${index} has no outcome`]
    return differencesBetween(`transaction ${index}`, observeIncluded(outcome), observeIncluded(other))
  })
  if (expected.outcomes.length !== actual.outcomes.length) differences.push('there are not as many outcomes')
  for (const part of ['gasUsed', 'blobGasUsed'] as const) {
    if (expected[part] !== actual[part]) differences.push(`${part}: ${expected[part]} and ${actual[part]}`)
  }
  if (String(expected.requests.map(toHex)) !== String(actual.requests.map(toHex))) differences.push('requests differ')
  if (!isDeepStrictEqual(expected.diff, actual.diff)) differences.push('the diff differs')
  if (!isDeepStrictEqual(expected.accessList, actual.accessList)) differences.push('the access list differs')
  return differences
}
