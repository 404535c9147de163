import type { Address, Bytes, Hash } from './types.ts'

/** EIP-2718 type byte: 0 legacy, 1 access list (2930), 2 fee market (1559), 3 blob (4844), 4 set code (7702). */
export type TransactionType = 0 | 1 | 2 | 3 | 4

/** What EIP-2930 declares in advance: an address and some of its slots. */
export type AccessListEntry = { readonly address: Address; readonly storageKeys: readonly Hash[] }

/** An EIP-7702 authorisation tuple as it was signed. `chainId` 0 means every chain. */
export type Authorization = {
  readonly chainId: bigint
  readonly address: Address
  readonly nonce: bigint
  readonly yParity: bigint
  readonly r: bigint
  readonly s: bigint
}

/**
 * What a transaction asks for, in one shape for all types: a legacy gas price is a fee cap that equals its tip, and
 * what a type does not have is empty.
 */
export type Transaction = {
  readonly type: TransactionType
  /** Undefined only for a legacy transaction from before EIP-155. */
  readonly chainId: bigint | undefined
  readonly sender: Address
  /** True when nobody signed: a development node vouches for the sender, who may then be a contract. */
  readonly isImpersonated?: boolean
  readonly nonce: bigint
  readonly gasLimit: bigint
  /** Undefined creates a contract. */
  readonly to: Address | undefined
  readonly valueWei: bigint
  readonly data: Bytes
  readonly maxFeePerGasWei: bigint
  readonly maxPriorityFeePerGasWei: bigint
  readonly accessList: readonly AccessListEntry[]
  readonly maxFeePerBlobGasWei: bigint
  readonly blobVersionedHashes: readonly Hash[]
  readonly authorizations: readonly Authorization[]
}

/** An ECDSA signature over secp256k1; `v` as the transaction carries it (27/28, EIP-155, or the parity 0/1). */
export type Signature = { readonly r: bigint; readonly s: bigint; readonly v: bigint }

/** A transaction with its signature, its hash and the bytes that were hashed. */
export type SignedTransaction = Transaction & {
  readonly signature: Signature
  readonly hash: Hash
  /** EIP-2718 envelope, or the RLP list for a legacy transaction. */
  readonly raw: Bytes
}
