import type { BlockExecutor } from '../../../src/parallel/index.ts'
import { messageOf } from '../../../src/primitives/index.ts'
import { Random } from '../../fuzz/random.ts'
import { createOracle, createVirtualExecutor, differencesOf } from '../../harness/parallel/executors.ts'
import { randomBlock } from '../../harness/parallel/randomBlock.ts'
import { buildTreeContracts } from '../../harness/wasm/treeContracts.ts'

/** Sizes of the teams that take turns. */
const TEAMS = [1, 2, 3, 5] as const

/** Executes the block that a seed and an index name, in order and by a virtual team; returns what differs. */
export type Simulation = (seed: number, index: number) => readonly string[]

/** Builds executors once for any number of blocks. */
export async function createSimulation(): Promise<Simulation> {
  const codes = await buildTreeContracts()
  const oracle = createOracle()
  let random = new Random(0, 0)
  const executors = TEAMS.map((workers) => createVirtualExecutor(workers, (bound) => random.below(bound)))
  return (seed, index) => {
    random = new Random(seed, index)
    const { input, view } = randomBlock(random, codes)
    const executor = executors[index % executors.length]
    if (executor === undefined) return ['there is no executor']
    const expected = oracle.execute(input, view)
    return compared(() => differencesOf(expected, executor.execute(input, view)), executor)
  }
}

function compared(
  compare: () => readonly string[],
  { failures }: BlockExecutor & { readonly failures: readonly string[] },
): readonly string[] {
  const failuresBefore = failures.length
  try {
    const differences = compare()
    return failures.length === failuresBefore ? differences : ['the team gave up', ...differences]
  } catch (thrown) {
    return [`it threw: ${messageOf(thrown)}`]
  }
}
