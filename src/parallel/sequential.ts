import type { Hardfork } from '../primitives/index.ts'
import type { Environment, Machines } from '../router/index.ts'
import type { Journal } from '../state/index.ts'
import type { BlockExecutor, BlockInput } from './executor.ts'
import { closeBlock, executeRest, openBlock } from './openBlock.ts'

/** What an executor needs from the composition root. */
export type ExecutorParts = {
  machinesOf(hardfork: Hardfork): Machines
  createJournal(): Journal
}

/** Executes a block's transactions one after the other: the meaning that every other executor must reproduce. */
export function createSequentialExecutor({ machinesOf, createJournal }: ExecutorParts): BlockExecutor {
  const journal = createJournal()
  return {
    execute(input, view) {
      const block = openBlock(environmentOf(input, machinesOf, journal), input, view)
      executeRest(block)
      return closeBlock(block)
    },
  }
}

/** Where a block's transactions run. */
export function environmentOf(
  input: BlockInput,
  machinesOf: ExecutorParts['machinesOf'],
  journal: Journal,
): Environment {
  const { rules, context: block } = input
  const machines = machinesOf(rules.hardfork)
  return { rules, block, machines, journal, blockHash: (number) => input.blockHash(number) }
}
