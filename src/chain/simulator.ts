import type { AccessListEntry, Address, Bytes, Hash, Transaction, Word } from '../primitives/index.ts'
import type { Rejection } from '../router/index.ts'
import type { HaltReason } from '../vm/index.ts'

/** What to pretend about one account. `state` replaces all storage, `stateDiff` some slots. */
export type AccountOverride = {
  readonly balanceWei?: bigint
  readonly nonce?: bigint
  readonly code?: Bytes
  readonly state?: ReadonlyMap<Word, Word>
  readonly stateDiff?: ReadonlyMap<Word, Word>
  /** Moves the precompile of this address to another one, so that code can stand in its place. */
  readonly movePrecompileTo?: Address
}

/** What to pretend about the state. */
export type StateOverrides = ReadonlyMap<Address, AccountOverride>

/** What to pretend about the block. */
export type BlockOverrides = {
  readonly number?: bigint
  readonly timestampSeconds?: bigint
  readonly gasLimit?: bigint
  readonly coinbase?: Address
  readonly prevRandao?: Hash
  readonly baseFeeWei?: bigint
  readonly blobBaseFeeWei?: bigint
}

/** A transaction that is tried, not sent. */
export type Simulation = {
  /** The nonce is ignored by `call`; the gas limit is the cap of an estimate. */
  readonly transaction: Transaction
  readonly blockHash: Hash
  /** True runs it in the block that would follow (`pending`), false in the named block's own context. */
  readonly onNextBlock: boolean
  readonly stateOverrides: StateOverrides
  readonly blockOverrides: BlockOverrides
}

/** How a simulation ended. `fault` is for people. */
export type SimulationOutcome =
  | { readonly status: 'success'; readonly output: Bytes; readonly gasUsed: bigint }
  | { readonly status: 'revert'; readonly output: Bytes; readonly gasUsed: bigint; readonly fault: string | undefined }
  | {
      readonly status: 'halt'
      readonly reason: HaltReason
      readonly gasUsed: bigint
      readonly fault: string | undefined
    }
  | { readonly status: 'rejected'; readonly rejection: Rejection }

/** An estimate, or how the try at the cap ended. */
export type EstimateOutcome =
  | { readonly status: 'estimated'; readonly gas: bigint }
  | Exclude<SimulationOutcome, { readonly status: 'success' }>

/** Tries transactions without effect. Runs off the main thread and never delays block production. */
export interface Simulator {
  call(simulation: Simulation): Promise<SimulationOutcome>
  /** The least gas limit, within 1.5 %, with which the transaction does not fail. */
  estimateGas(simulation: Simulation): Promise<EstimateOutcome>
  /** EIP-2930 list of what the transaction touches, and its gas with that list; `error` when it fails all the same. */
  createAccessList(
    simulation: Simulation,
  ): Promise<{ readonly accessList: readonly AccessListEntry[]; readonly gasUsed: bigint; readonly error?: string }>
}
