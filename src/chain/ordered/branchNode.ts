import type { Address, Hash, SignedTransaction } from '../../primitives/index.ts'
import { assert, EMPTY_CODE_HASH } from '../../primitives/index.ts'
import type { Account } from '../../state/index.ts'
import type { Archive } from '../archive.ts'
import type { Header } from '../block.ts'
import type { SenderState } from './admission.ts'
import type { AccountChange, BranchResult } from './branchLedger.ts'
import { BUDGET_WINDOW_BLOCKS } from './executionBudget.ts'
import type { BlockBody } from './payload.ts'

/** A block names the result of the block so many before it. Source: Monad's `EXECUTION_DELAY`. */
export const EXECUTION_LAG = 3

/** What is known of a block's body once it is judged. */
export type Content = BlockBody & {
  readonly baseFeeWei: bigint
  /** Why it may not be ordered. */
  readonly fault: string | undefined
}

/** What executing a block gave. `changes` is undefined for blocks of an earlier run. */
export type Executed = {
  readonly hash: Hash
  readonly header: Header
  readonly result: BranchResult | undefined
  readonly changes: Changes | undefined
}

export type Changes = ReadonlyMap<Address, AccountChange>

/** A block on some branch above the oldest that is remembered. */
export type Node = {
  readonly id: Hash
  readonly height: number
  /** Times of its newest ancestors and of itself, ascending, the genesis block's left out. */
  readonly seconds: readonly number[]
  readonly content: Promise<Content>
  /** Begins the execution at the first call. Undefined when its branch is lost. */
  readonly execute: () => Promise<Executed | undefined>
  /** Undefined for the oldest. */
  parent: Node | undefined
}

/** `seconds` with one block more, as many as a budget looks back to. */
export function secondsAfter(seconds: readonly number[], next: number): readonly number[] {
  return [...seconds, next].slice(-BUDGET_WINDOW_BLOCKS - 1)
}

/** The newest blocks of an earlier run, as far as new ones look back. `secondsAt` tells the time of an older block. */
export function storedBlocks(
  archive: Archive,
  headId: Hash,
  secondsAt: (height: number) => number,
): readonly { readonly node: Node; readonly executed: Executed }[] {
  const head = Number(archive.head().blockNumber)
  const blocks: { readonly node: Node; readonly executed: Executed }[] = []
  let seconds: readonly number[] = []
  const oldest = Math.max(0, head - EXECUTION_LAG)
  for (let height = Math.max(1, oldest - BUDGET_WINDOW_BLOCKS); height < oldest; height += 1) {
    seconds = secondsAfter(seconds, secondsAt(height))
  }
  for (let height = oldest; height <= head; height += 1) {
    const hash = archive.blockHash(BigInt(height))
    const block = hash === undefined ? undefined : archive.block(hash)
    assert(block !== undefined, 'blocks up to the head are there')
    const executed: Executed = { hash: block.hash, header: block.header, result: undefined, changes: undefined }
    const { transactions, header } = block
    if (height > 0) seconds = secondsAfter(seconds, Number(header.timestampSeconds))
    const node: Node = {
      // Only the head is ever asked for by name.
      id: height === head ? headId : block.hash,
      height,
      parent: blocks.at(-1)?.node,
      seconds,
      content: Promise.resolve({
        feeRecipient: header.coinbase,
        transactions,
        baseFeeWei: header.baseFeeWei,
        fault: undefined,
      }),
      execute: () => Promise.resolve(executed),
    }
    blocks.push({ node, executed })
  }
  return blocks
}

/** The block of this height that `node` descends from; undefined when it is not remembered. */
export function ancestorAt(node: Node, height: number): Node | undefined {
  let at: Node | undefined = node
  while (at !== undefined && at.height > height) at = at.parent
  return at?.height === height ? at : undefined
}

/** All that stands in the blocks above `from` up to `to`, in order. */
export async function transactionsBetween(from: Node, to: Node): Promise<readonly SignedTransaction[]> {
  const contents: Content[] = []
  for (let at: Node | undefined = to; at !== undefined && at !== from; at = at.parent) contents.push(await at.content)
  return contents.reverse().flatMap(({ transactions }) => transactions)
}

/** What admission asks of an account. */
export function senderState(account: Account | undefined): SenderState {
  return {
    nonce: account?.nonce ?? 0n,
    balanceWei: account?.balanceWei ?? 0n,
    hasCode: account !== undefined && account.codeHash !== EMPTY_CODE_HASH,
  }
}
