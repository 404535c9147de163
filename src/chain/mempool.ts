import type { Address, Hash, SignedTransaction } from '../primitives/index.ts'
import type { RejectionCode } from '../router/index.ts'

/** Why the pool does not take a transaction. `message` is geth's text: wallets match on it. */
export type PoolRejection = {
  readonly code: RejectionCode | 'ALREADY_KNOWN' | 'REPLACEMENT_UNDERPRICED' | 'POOL_FULL' | 'TX_TOO_LARGE'
  readonly message: string
}

/** `ready` can be in the next block; `queued` waits for an earlier nonce. */
export type AddOutcome =
  | { readonly kind: 'ready' | 'queued'; readonly replaced: Hash | undefined }
  | { readonly kind: 'rejected'; readonly rejection: PoolRejection }

/**
 * What a transaction must fit into to be taken: the next block's room, and the least fee cap (0 lets it wait). With
 * `balanceFeeWei` its sender must own the least gas that it can use at that fee besides its value, however low its cap is.
 */
export type PoolDoor = {
  readonly gasLimit: bigint
  readonly minFeeCapWei: bigint
  readonly balanceFeeWei?: bigint
}

/** Transactions by sender, then nonce, ascending. */
export type PoolContent = ReadonlyMap<Address, ReadonlyMap<bigint, SignedTransaction>>

/**
 * What a block takes that is ordered before its predecessors are executed. Its room is counted in gas limits: what its
 * transactions will use is not known. So the order is by what a transaction will probably pay for each gas of room that it
 * takes: (base fee + tip) x expected gas / gas limit. Asked in the order of selection.
 */
export type Selection = {
  /** The gas that it will probably use: `minGas`, the least that it can, or more, up to its gas limit. */
  expectedGas(transaction: SignedTransaction, minGas: bigint): bigint
  /** With which of the sender's nonces to begin. */
  nextNonce(sender: Address): bigint
  /** False leaves this transaction out, and the sender's later ones with it. */
  admits(transaction: SignedTransaction): boolean
}

/**
 * Transactions that wait for a block. Lives in memory; who wants to fill it again after a restart listens to what it takes.
 *
 * - M1 *Ready is a run.* A sender's ready transactions have the nonces account nonce, +1, +2, …; all others are queued.
 * - M2 *One per slot.* A sender has at most one transaction per nonce; a second one replaces it or is refused.
 * - M3 *Bounded.* Count, count per sender and bytes never exceed the limits; no ready transaction makes way for a queued
 *   one.
 */
export interface Mempool {
  /** Checks a transaction against the newest state and takes it or says why not. O(log size). */
  add(transaction: SignedTransaction, door: PoolDoor): AddOutcome
  get(hash: Hash): SignedTransaction | undefined
  remove(hash: Hash): boolean
  /** Takes out a transaction that no block can take, for good, and tells why. */
  discard(hash: Hash, reason: string): void
  /** The nonce after the sender's ready transactions: `eth_getTransactionCount(…, 'pending')`. */
  nextNonce(sender: Address): bigint
  content(): { readonly pending: PoolContent; readonly queued: PoolContent }
  readonly pendingCount: number
  readonly queuedCount: number
  /**
   * Ready transactions for a block: best effective tip first (older first among equals), per sender by nonce, as long as
   * the least gas that they can use fits. More may be selected than the block has room for, because who executes it
   * admits a transaction while its gas limit fits in what those before it left. What does not pay the base fee stays and
   * waits. O((senders + selected) log senders). `selection` may begin further on, be choosier, and counts gas limits.
   */
  select(baseFeeWei: bigint, gasLimit: bigint, selection?: Selection): readonly SignedTransaction[]
  /**
   * The state moved on: drops what became invalid, promotes what became ready. After a block it is enough to name the
   * senders in it; after an edit or a rewind leave `senders` out and all are looked at.
   */
  refresh(senders?: Iterable<Address>): void
  clear(): void
  /** Takes out what has waited longer than the limits allow. O(what goes). */
  removeExpired(): void
}
