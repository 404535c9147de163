import type { Address } from '../../primitives/index.ts'
import { EMPTY_CODE_HASH } from '../../primitives/index.ts'
import type { Executed } from '../../router/index.ts'
import { type Account, type Journal, locationKey, type StateView } from '../../state/index.ts'
import type { BlockInput, BlockResult } from '../executor.ts'
import { closeBlock, executeRest, openBlock } from '../openBlock.ts'
import { type ExecutorParts, environmentOf } from '../sequential.ts'
import type { LocationName } from './conflictGraph.ts'

/** What one transaction of a block took and accessed, executed after all below it. */
export type TracedTransaction = {
  readonly sender: Address
  /** Everything that it read. */
  readonly reads: ReadonlySet<LocationName>
  /** What of that mattered (D8): a balance or a slot that it only added to did not, nor whether an account that it calls exists. */
  readonly needs: ReadonlySet<LocationName>
  readonly writes: ReadonlySet<LocationName>
  readonly gasUsed: bigint
  readonly elapsedMs: number
}

/** A block that was executed in order; `transactions` are those that are in it. */
export type BlockTrace = { readonly result: BlockResult; readonly transactions: readonly TracedTransaction[] }

/** Executes a block in order and keeps what each transaction accessed. */
export function traceBlock(parts: ExecutorParts, input: BlockInput, view: StateView): BlockTrace {
  const journal = parts.createJournal()
  const block = openBlock(environmentOf(input, parts.machinesOf, journal), input, view)
  const transactions: TracedTransaction[] = []
  let startMs = performance.now()
  executeRest(block, (executed, { sender }) => {
    const elapsedMs = performance.now() - startMs
    transactions.push({ ...accessesOf(executed, journal, block.overlay), sender, gasUsed: executed.gasUsed, elapsedMs })
    startMs = performance.now()
  })
  return { result: closeBlock(block), transactions }
}

/** `before` is the state that the transaction began with. */
function accessesOf(
  { access, diff }: Executed,
  journal: Journal,
  before: StateView,
): Pick<TracedTransaction, 'reads' | 'needs' | 'writes'> {
  const reads = new Set<LocationName>(access.reads)
  const needs = new Set<LocationName>()
  for (const key of access.reads) if (/^(storage|reset):/.test(key)) needs.add(key)
  access.asked((address, slot) => {
    if (slot !== undefined) {
      const isAddedTo = journal.hasAdditions && journal.additionOf(address, slot) !== undefined
      if (!isAddedTo) return
      // Who adds to a slot reads it, though nothing but its range matters.
      const key = locationKey({ kind: 'storage', address, slot })
      reads.add(key)
      needs.delete(key)
      return
    }
    const { readsBalance, readsNonce, readsCode, readsLife } = journal.useOf(address)
    if (readsBalance) needs.add(`balance:${address}`)
    if (readsNonce) needs.add(`nonce:${address}`)
    if (readsCode) needs.add(`code:${address}`)
    if (readsLife) needs.add(`life:${address}`)
  })
  const writes = new Set<LocationName>(access.writes)
  for (const { address, account } of diff) {
    if (lives(account) !== lives(before.account(address))) writes.add(`life:${address}`)
  }
  return { reads, needs, writes }
}

/** Whether an account is there and not empty (EIP-161); an empty one counts as none. */
function lives(account: Account | undefined): boolean {
  return (
    account !== undefined && (account.nonce > 0n || account.balanceWei > 0n || account.codeHash !== EMPTY_CODE_HASH)
  )
}
