import type { Address, Bytes, Hash, SignedTransaction, Word } from '../primitives/index.ts'
import type { Rejection } from '../router/index.ts'
import type { ExecutedBlock } from './block.ts'

/** What a block is to be made of. */
export type BlockRequest = {
  readonly timestampSeconds: bigint
  readonly coinbase: Address
  readonly prevRandao: Hash
  readonly gasLimit: bigint
  /** Overrides EIP-1559's figure (a developer's wish); undefined follows the rule. */
  readonly baseFeeWei: bigint | undefined
  /** In the order in which to run them; more than the gas limit has room for are left out. */
  readonly transactions: readonly SignedTransaction[]
}

/** Blocks without transactions, one after the other. */
export type IdleRun = {
  readonly first: BlockRequest
  /** How many are wanted: 1 or more. */
  readonly count: number
  /** Between the timestamps of a block and its parent, from the second block on; 0 is taken as 1. */
  readonly intervalSeconds: bigint
}

/** A block that was built, executed, sealed and stored. */
export type ProducedBlock = ExecutedBlock & {
  /** Transactions that were not included, and why. They left no trace. */
  readonly dropped: readonly { readonly hash: Hash; readonly rejection: Rejection }[]
  /** Per included transaction: why it failed, in words for a log line; undefined when it succeeded. */
  readonly failures: readonly (string | undefined)[]
}

/** A developer's change of state outside any block (`anvil_setBalance` and its kin). */
export type StateEdit =
  | { readonly kind: 'balance'; readonly address: Address; readonly balanceWei: bigint }
  | { readonly kind: 'nonce'; readonly address: Address; readonly nonce: bigint }
  | { readonly kind: 'code'; readonly address: Address; readonly code: Bytes }
  | { readonly kind: 'storage'; readonly address: Address; readonly slot: Word; readonly value: Word }

/**
 * The newest point of the chain. `version` counts commits (a block, a run of idle blocks, edits), so a snapshot is a version to return to.
 * `stateRoot` is the block's own unless edits came after it.
 */
export type Head = {
  readonly version: bigint
  readonly blockHash: Hash
  readonly blockNumber: bigint
  readonly stateRoot: Hash
}

/**
 * The one writer of the store. Calls run one after the other, each as one atomic durable batch.
 *
 * - L1 *A commit is whole*: state, trie nodes, block, receipts, indexes, undo record and head change together.
 * - L2 *The head's state root is the root of the flat state.*
 */
export interface Ledger {
  produce(request: BlockRequest): Promise<ProducedBlock>
  /**
   * Makes idle blocks, as many of a run as it is cheap to make in one commit: `produce` would make the same ones.
   * Returns how many; 0 when the first one is not idle, because a system contract has something to do: see
   * `executeIdleBlock`.
   */
  produceIdle(run: IdleRun): Promise<number>
  edit(edits: readonly StateEdit[]): Promise<Head>
  /** Undoes every commit after `version`. Throws `UNKNOWN_VERSION` for one that never was or is already undone. */
  rewind(version: bigint): Promise<Head>
  close(): Promise<void>
}
