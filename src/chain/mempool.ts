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

/** Transactions by sender, then nonce. */
export type PoolContent = ReadonlyMap<Address, ReadonlyMap<bigint, SignedTransaction>>

/** Transactions that wait for a block. Lives in memory only. */
export interface Mempool {
  /** Checks a transaction against the newest state and takes it or says why not. */
  add(transaction: SignedTransaction): AddOutcome
  get(hash: Hash): SignedTransaction | undefined
  remove(hash: Hash): boolean
  /** The nonce after the sender's ready transactions: `eth_getTransactionCount(…, 'pending')`. */
  nextNonce(sender: Address): bigint
  content(): { readonly pending: PoolContent; readonly queued: PoolContent }
  readonly pendingCount: number
  readonly queuedCount: number
  /** Ready transactions for a block: best effective tip first, per sender by nonce, up to the gas limit. */
  select(baseFeeWei: bigint, gasLimit: bigint): readonly SignedTransaction[]
  /** The state moved on (block, edit, rewind): drops what became invalid, promotes what became ready. */
  refresh(): void
  clear(): void
}
