import { describe, expect, it } from 'vitest'
import { createExecution } from '../../../src/node/machines.ts'
import type { BlockExecutor, ExecutorParts } from '../../../src/parallel/index.ts'
import { allocateShared, createParallelExecutor, createVirtualTeam, EVERY_BLOCK } from '../../../src/parallel/index.ts'
import { InvariantError } from '../../../src/primitives/index.ts'
import { Random } from '../../fuzz/random.ts'
import { createOracle, differencesOf } from '../../harness/parallel/executors.ts'
import { randomBlock } from '../../harness/parallel/randomBlock.ts'
import { buildTreeContracts } from '../../harness/wasm/treeContracts.ts'

const FULL = 'the block does not fit into the shared memory'

const own = createExecution('interpreter')

type Failing = { readonly executor: BlockExecutor; readonly failures: string[] }

/** Two workers on machines of theirs; the executor's own are sound. */
function virtual(bytes: number, machines: readonly [ExecutorParts, ExecutorParts], seed: number): Failing {
  const failures: string[] = []
  const random = new Random(seed, 0)
  const parts = machines.values()
  const team = createVirtualTeam({
    size: 2,
    memory: allocateShared(bytes),
    createParts: () => parts.next().value ?? machines[0],
    stored: undefined,
    below: (bound) => random.below(bound),
    interruptions: 4,
  })
  const onFailure = (reason: string): void => void failures.push(reason)
  const executor = createParallelExecutor({
    ...own,
    team,
    threshold: EVERY_BLOCK,
    onFailure,
  })
  return { executor, failures }
}

/** Machines whose EVM throws. */
function partsThatThrow(thrown: Error): ExecutorParts {
  const { machinesOf, createJournal } = createExecution('interpreter')
  const fail = (): never => {
    throw thrown
  }
  return {
    createJournal,
    machinesOf: (hardfork) => {
      const machines = machinesOf(hardfork)
      return { ...machines, evm: { ...machines.evm, execute: fail } }
    },
  }
}

describe('a block that workers fail on', async () => {
  const oracle = createOracle()
  const codes = await buildTreeContracts()
  const blockOf = (index: number) => randomBlock(new Random(11, index), codes)

  it('is executed in order when the memory is full, wherever that is found out', () => {
    const sizes = Array.from({ length: 16 }, (_, index) => (index + 1) * 80 * 2 ** 10)
    const machines = [createExecution('interpreter'), createExecution('interpreter')] as const
    const gaveUp = sizes.filter((bytes, index) => {
      const { executor, failures } = virtual(bytes, machines, index)
      const { input, view } = blockOf(0)
      expect(differencesOf(oracle.execute(input, view), executor.execute(input, view))).toEqual([])
      expect(failures.filter((reason) => reason !== FULL)).toEqual([])
      return failures.length > 0
    })
    // The smallest do not hold a block's table, the largest hold all.
    expect(gaveUp.length).toBeGreaterThan(3)
    expect(gaveUp.length).toBeLessThan(sizes.length)
  })

  it('is executed in order when an operation fails', () => {
    const { executor, failures } = virtual(
      2 ** 26,
      [partsThatThrow(new Error('the disk')), partsThatThrow(new Error('the disk'))],
      1,
    )
    const { input, view } = blockOf(1)
    expect(differencesOf(oracle.execute(input, view), executor.execute(input, view))).toEqual([])
    expect(failures).toEqual(['a worker met what it could not judge'])
  })

  it('has no result when an invariant does not hold for the workers and no transaction is to blame in order', () => {
    const bug = new InvariantError('J9: so it is')
    const { executor, failures } = virtual(2 ** 26, [partsThatThrow(bug), partsThatThrow(bug)], 2)
    const { input, view } = blockOf(1)
    expect(() => executor.execute(input, view)).toThrow(bug)
    expect(failures).toEqual([bug.message])
  })
})
