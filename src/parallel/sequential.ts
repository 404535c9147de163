import type { Hardfork, Hash } from '../primitives/index.ts'
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
  return { rules, block, machines, journal, blockHash: rememberedBlockHashes((number) => input.blockHash(number)) }
}

/** The same answers, each block's asked for once: a store takes microseconds, BLOCKHASH pays 20 gas. At most 256 are known. */
export function rememberedBlockHashes(blockHash: Environment['blockHash']): Environment['blockHash'] {
  const known = new Map<bigint, Hash>()
  return (number) => {
    const before = known.get(number)
    if (before !== undefined) return before
    const hash = blockHash(number)
    if (hash !== undefined) known.set(number, hash)
    return hash
  }
}
