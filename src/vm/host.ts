import type { Address, Hash, Rules } from '../primitives/index.ts'
import type { Journal } from '../state/index.ts'
import type { Message, Result } from './message.ts'

/** The block that a transaction runs in. */
export type BlockContext = {
  readonly number: bigint
  readonly timestampSeconds: bigint
  readonly gasLimit: bigint
  /** 0 before London. */
  readonly baseFeeWei: bigint
  readonly blobBaseFeeWei: bigint
  readonly coinbase: Address
  /** EIP-4399. Before Paris this is the difficulty, as 32 bytes. */
  readonly prevRandao: Hash
  readonly chainId: bigint
}

/** The transaction that a frame belongs to. */
export type TransactionContext = {
  readonly origin: Address
  /** What the sender pays per gas, tip included. */
  readonly gasPriceWei: bigint
  readonly blobVersionedHashes: readonly Hash[]
}

/**
 * All that a frame can see or ask for beyond its own code. One per transaction; the router implements it, both VMs use
 * it. Engines may key their own per-transaction scratch on its identity.
 */
export interface Host {
  readonly journal: Journal
  readonly rules: Rules
  readonly block: BlockContext
  readonly transaction: TransactionContext
  /** The hash of one of the last 256 blocks, else undefined. */
  blockHash(number: bigint): Hash | undefined
  /**
   * True when a call to `address` must go through {@link call}: it runs a precompile, or someone watches every frame. An engine
   * may run any other call itself when the code is of its own kind, with the same effects in the journal. Fixed for each address.
   */
  mustRoute(address: Address): boolean
  /**
   * Runs a child frame on whichever VM owns the code. The router checks depth and balance (failing these reverts with
   * no output and all gas left), moves value, checkpoints and rolls back. The engine has already charged its own price,
   * applied the 63/64 rule and added the stipend to `gasLimit`.
   */
  call(message: Message): Result
}
