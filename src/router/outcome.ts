import type { Address, Bytes, Hash, Log, Rules } from '../primitives/index.ts'
import type { AccessSet, AddressSet, Journal, StateDiff } from '../state/index.ts'
import type { BlockContext, HaltReason, Precompile, VmEngine } from '../vm/index.ts'

/**
 * Why a transaction may not be in a block. The codes are execution-spec-tests' exception names, so fixtures compare
 * without a table; the texts are geth's, because wallets match on them.
 */
export type RejectionCode =
  | 'INTRINSIC_GAS_TOO_LOW'
  | 'INTRINSIC_GAS_BELOW_FLOOR_GAS_COST'
  | 'INSUFFICIENT_ACCOUNT_FUNDS'
  | 'INSUFFICIENT_MAX_FEE_PER_GAS'
  | 'PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS'
  | 'INSUFFICIENT_MAX_FEE_PER_BLOB_GAS'
  | 'GAS_ALLOWANCE_EXCEEDED'
  | 'GAS_LIMIT_EXCEEDS_MAXIMUM'
  | 'NONCE_IS_MAX'
  | 'NONCE_MISMATCH_TOO_LOW'
  | 'NONCE_MISMATCH_TOO_HIGH'
  | 'SENDER_NOT_EOA'
  | 'INITCODE_SIZE_EXCEEDED'
  | 'INVALID_CHAINID'
  | 'TYPE_NOT_SUPPORTED'
  | 'TYPE_3_TX_PRE_FORK'
  | 'TYPE_3_TX_ZERO_BLOBS'
  | 'TYPE_3_TX_BLOB_COUNT_EXCEEDED'
  | 'TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH'
  | 'TYPE_3_TX_CONTRACT_CREATION'
  | 'TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED'
  | 'TYPE_4_TX_PRE_FORK'
  | 'TYPE_4_TX_CONTRACT_CREATION'
  | 'TYPE_4_EMPTY_AUTHORIZATION_LIST'
  | 'INVALID_DEPOSIT_EVENT_LAYOUT'
  /** Not of those tests: its execution threw, which is a bug of this node. */
  | 'EXECUTION_FAILED'

/** A transaction that may not be in the block. The state is as if it had never been seen. */
export type Rejection = { readonly code: RejectionCode; readonly message: string }

/** A transaction that is in the block, however it ended. */
export type Executed = {
  readonly kind: 'executed'
  readonly status: 'success' | 'revert' | 'halt'
  /** Return data, or revert data; of a creation what the init code returned; empty after a halt. */
  readonly output: Bytes
  readonly haltReason: HaltReason | undefined
  /** For people: why a wasm contract trapped. Never part of a receipt. */
  readonly fault: string | undefined
  /** What the sender paid for, refund deducted. */
  readonly gasUsed: bigint
  /** What the sender got back (EIP-3529), already deducted from `gasUsed`. */
  readonly gasRefunded: bigint
  readonly blobGasUsed: bigint
  readonly effectiveGasPriceWei: bigint
  /** The address of the new contract, for a transaction that creates one, failed or not. */
  readonly contractAddress: Address | undefined
  readonly logs: readonly Log[]
  readonly diff: StateDiff
  readonly access: AccessSet
}

/** A transaction's end. */
export type TransactionOutcome = Executed | { readonly kind: 'rejected'; readonly rejection: Rejection }

/** The machines of one fork, as the composition root built them. */
export type Machines = {
  readonly evm: VmEngine
  readonly wasm: VmEngine
  readonly precompiles: ReadonlyMap<Address, Precompile>
  /**
   * Addresses below 512 that are warm from the start of every transaction (EIP-2929): the fork's precompiles, also where a
   * simulation runs others. Undefined says that they are those of `precompiles`.
   */
  readonly warmAddresses?: AddressSet
  /** True when someone watches the engines' `execute`: then each frame goes through it, which costs some 2 us a frame. */
  readonly seesEveryFrame?: boolean
}

/** Where transactions run: one block's context, the machines, and the journal they share. */
export type Environment = {
  readonly rules: Rules
  readonly block: BlockContext
  readonly machines: Machines
  readonly journal: Journal
  blockHash(number: bigint): Hash | undefined
}

/**
 * `consensus` holds every rule. `simulation` is for `eth_call` and estimates: nonce, EIP-3607, EIP-7825 and (with fee
 * cap 0) the base fee are not asked about.
 */
export type Strictness = 'consensus' | 'simulation'
