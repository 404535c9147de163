import type { Address, Bytes, Hash, Log, SignedTransaction, TransactionType } from '../primitives/index.ts'

/** A block header from Cancun on. Source: Yellow Paper 4.4.3; EIPs 1559, 4399, 4788, 4844, 4895, 7685. */
export type Header = {
  readonly parentHash: Hash
  readonly coinbase: Address
  readonly stateRoot: Hash
  readonly transactionsRoot: Hash
  readonly receiptsRoot: Hash
  /** 256 bytes. */
  readonly logsBloom: Bytes
  readonly number: bigint
  readonly gasLimit: bigint
  readonly gasUsed: bigint
  readonly timestampSeconds: bigint
  /** At most 32 bytes. */
  readonly extraData: Bytes
  readonly prevRandao: Hash
  readonly baseFeeWei: bigint
  readonly withdrawalsRoot: Hash
  readonly blobGasUsed: bigint
  readonly excessBlobGas: bigint
  readonly parentBeaconBlockRoot: Hash
  /** From Prague on. */
  readonly requestsHash: Hash | undefined
}

/** A sealed block. `hash` is Keccak-256 of the header's RLP. */
export type Block = {
  readonly hash: Hash
  readonly header: Header
  readonly transactions: readonly SignedTransaction[]
  /** Length of the block's RLP in bytes. */
  readonly sizeBytes: number
}

/** What is remembered of an executed transaction. */
export type Receipt = {
  readonly type: TransactionType
  readonly succeeded: boolean
  readonly gasUsed: bigint
  readonly cumulativeGasUsed: bigint
  readonly effectiveGasPriceWei: bigint
  readonly contractAddress: Address | undefined
  readonly logs: readonly Log[]
  /** 256 bytes. */
  readonly logsBloom: Bytes
}

/** A block with the receipts of its transactions, in order. */
export type ExecutedBlock = { readonly block: Block; readonly receipts: readonly Receipt[] }
