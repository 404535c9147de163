import type { AccessSet, StateView } from '../../state/index.ts'
import type { BlockInput, BlockResult } from '../executor.ts'
import { closeBlock, executeRest, openBlock } from '../openBlock.ts'
import { type ExecutorParts, environmentOf } from '../sequential.ts'

/** What executing one transaction of a block after all below it took and accessed. */
export type TracedTransaction = {
  readonly access: AccessSet
  readonly gasUsed: bigint
  readonly elapsedMs: number
}

/** A block that was executed in order; `transactions` are those that are in it. */
export type BlockTrace = { readonly result: BlockResult; readonly transactions: readonly TracedTransaction[] }

/** Executes a block in order and keeps what each transaction accessed. */
export function traceBlock(
  { machinesOf, createJournal }: ExecutorParts,
  input: BlockInput,
  view: StateView,
): BlockTrace {
  const block = openBlock(environmentOf(input, machinesOf, createJournal()), input, view)
  const transactions: TracedTransaction[] = []
  let startMs = performance.now()
  executeRest(block, ({ access, gasUsed }) => {
    transactions.push({ access, gasUsed, elapsedMs: performance.now() - startMs })
    startMs = performance.now()
  })
  return { result: closeBlock(block), transactions }
}
