import type { Address, Hash, SignedTransaction } from '../primitives/index.ts'
import type { Account } from '../state/index.ts'
import type { Block } from './block.ts'
import type { Head, ProducedBlock, StateEdit } from './ledger.ts'
import type { AddOutcome } from './mempool.ts'

/** When blocks are made. `consensus`: when others agree on one. */
export type MiningMode =
  | { readonly kind: 'consensus' }
  | { readonly kind: 'automine' }
  | { readonly kind: 'interval'; readonly milliseconds: number }
  | { readonly kind: 'manual' }

/** What the next block will be like. */
export type NextBlock = {
  readonly number: bigint
  readonly timestampSeconds: bigint
  readonly baseFeeWei: bigint
  readonly gasLimit: bigint
  readonly coinbase: Address
  readonly prevRandao: Hash
}

/** Timestamps of blocks that are made at once, `seconds` apart. `movesFirst`: the first one is so much later, too. */
export type Spacing = { readonly seconds: bigint; readonly movesFirst: boolean }

/** What happens on the chain, told to listeners in order. */
export type ChainEvent =
  | { readonly kind: 'block'; readonly produced: ProducedBlock }
  /** Blocks without transactions that were made in one commit, from one number to another, both included. */
  | { readonly kind: 'idleBlocks'; readonly first: bigint; readonly last: bigint }
  /** All such blocks of one call, after the last of their commits. */
  | { readonly kind: 'idleRun'; readonly first: bigint; readonly last: bigint }
  /** The pool took a transaction, ready or queued. */
  | { readonly kind: 'pendingTransaction'; readonly transaction: SignedTransaction }
  /** Commits were undone or state was edited: whatever was derived from the head is stale. */
  | { readonly kind: 'rewound'; readonly head: Head }

/** The chain as a client sees it: takes transactions, tells of blocks. */
export interface ChainFeed {
  /** Hands a transaction to the pool. Resolves with the pool's answer, or as {@link Producer} says. */
  submit(transaction: SignedTransaction): Promise<AddOutcome>
  readonly mode: MiningMode
  /** What the next block will be like, as far as one can tell. */
  next(): NextBlock
  /** What is ordered after the head and executed already; undefined when there is nothing, as on a development node always. */
  pending(): PendingBlock | undefined
  /** Calls `listener` for everything that happens from now on; returns how to stop it. */
  subscribe(listener: (event: ChainEvent) => void): () => void
}

/** The newest block that is executed and not final, and the accounts as they are after it that differ from the head's. */
export type PendingBlock = { readonly block: Block; readonly accounts: ReadonlyMap<Address, Account | undefined> }

/**
 * Makes blocks: takes transactions, decides when a block is due and asks the ledger for it. Everything that changes the
 * chain of a development node goes through here, one thing after the other. Throws `NODE_STOPPING` after `stop`, and
 * `BLOCK_NOT_STORED` to whoever waits for a block that the ledger could not store; the next call tries anew.
 *
 * - B1 *One at a time.* Blocks, edits and rewinds never overlap, and happen in the order in which they were asked for.
 * - B2 *Nothing is lost.* A transaction that the pool took is in a block, still in the pool, replaced, evicted, or was
 *   dropped with a reason.
 * - B3 *Time goes forward.* A block's timestamp is after its parent's.
 */
export interface Producer extends ChainFeed {
  /**
   * Hands a transaction to the pool. Under automine it resolves once the block that includes it is stored, so that a
   * client that asks next sees it, or as `rejected` when the block had to leave it out; one that cannot be in a block
   * yet resolves at once. Transactions that arrive while a block is being made share the next one. Under automine a fee
   * cap below the base fee is refused (nobody would raise or lower that fee but the sender); in other modes it waits.
   */
  submit(transaction: SignedTransaction): Promise<AddOutcome>
  /**
   * Makes `count` blocks now, their timestamps as `spacing` says, as long as they are wanted. Listeners are told of each;
   * of many without transactions, while none is ready, by their numbers.
   */
  mine(count: number, spacing?: Spacing, isWanted?: () => boolean): Promise<void>
  /** Automine begins with what is ready. Interval mode makes a block, empty or not, at every tick. */
  setMode(mode: MiningMode): void
  /**
   * Moves the clock of blocks to come, from the newest block where that is ahead of the clock: the next block is at least
   * so many seconds after it. Returns the whole offset in seconds. Throws `INVALID_TIMESTAMP` beyond 2^52.
   */
  increaseTime(seconds: bigint): bigint
  /** Sets that clock to a moment. Throws `INVALID_TIMESTAMP` for one not after the head's, or beyond 2^52. */
  setTime(timestampSeconds: bigint): void
  /**
   * The next block's timestamp; the clock goes on from there once that block is made. Throws `INVALID_TIMESTAMP` as
   * `setTime` does.
   */
  setNextTimestamp(timestampSeconds: bigint): void
  /** Seconds between blocks' timestamps from now on; undefined follows the clock. */
  setTimestampInterval(seconds: bigint | undefined): void
  setNextBaseFee(baseFeeWei: bigint): void
  setNextPrevRandao(prevRandao: Hash): void
  setCoinbase(coinbase: Address): void
  setGasLimit(gasLimit: bigint): void
  edit(edits: readonly StateEdit[]): Promise<void>
  /** Remembers this moment: state, clock, settings, waiting transactions. Returns a number to revert to, 1 or more. */
  snapshot(): number
  /** Undoes everything since the snapshot, which is used up, and later ones. False when there is no such snapshot. */
  revert(snapshot: number): Promise<boolean>
  /** Back to the genesis block, the settings of the start and an empty pool. */
  reset(): Promise<void>
  /** Waits for what is under way and takes nothing more. */
  stop(): Promise<void>
}
