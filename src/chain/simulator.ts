import type { AccessListEntry, Address, Bytes, Hash, Transaction, Word } from '../primitives/index.ts'
import type { Rejection } from '../router/index.ts'
import type { AccountProof } from '../state/index.ts'
import type { HaltReason } from '../vm/index.ts'
import type { Block } from './block.ts'
import type { BlockRequest } from './ledger.ts'
import type { PendingAccount, PendingAccountQuery, PendingQuery } from './simulation/pendingBlock.ts'

/** Which block, and for how many workers a schedule is wanted. */
export type ScheduleQuery = { readonly blockHash: Hash; readonly workers: number }

/** Who depends on whom in a block, and what that allows. Weighed with gas. */
export type BlockSchedule = {
  readonly gasUsed: bigint
  /** Of each transaction those that it must follow, ascending. */
  readonly dependencies: readonly (readonly number[])[]
  /** Transactions that read what a lower one of the block wrote, by location, most first. */
  readonly conflicts: readonly { readonly location: string; readonly transactions: number }[]
  readonly criticalPath: { readonly gas: bigint; readonly transactions: readonly number[] }
  /** What each worker would execute, in this order, if they knew, and how much faster that were. */
  readonly lanes: readonly (readonly number[])[]
  readonly laneSpeedUp: number
  /** However many workers there are. */
  readonly idealSpeedUp: number
  /** How long executing it in order took just now. */
  readonly inOrderMs: number
}

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

/** A transaction that is tried, not sent. Plain data, so that it can be posted to a worker as it is. */
export type Simulation = {
  /**
   * Its nonce is never asked about. A gas limit of 0 stands for "as much as may be"; above {@link Simulator}'s cap it is
   * the cap. With fee cap 0 gas costs nothing and no funds are needed for it.
   */
  readonly transaction: Transaction
  readonly blockHash: Hash
  /**
   * True runs it in the block that would follow (`pending`), false in the named block's own context. What only the
   * producer knows of the block that would follow (its timestamp, coinbase, base fee) comes as block overrides.
   */
  readonly onNextBlock: boolean
  /** On the next block: what that block holds before this transaction. Its context comes as block overrides, too. */
  readonly pending?: BlockRequest | undefined
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

/**
 * An estimate, or how the try at the cap ended. When more gas than the cap would have been needed that is a halt
 * `out-of-gas` whose `fault` is geth's text, `gas required exceeds allowance (N)`.
 */
export type EstimateOutcome =
  | { readonly status: 'estimated'; readonly gas: bigint }
  | Exclude<SimulationOutcome, { readonly status: 'success' }>

/** What a transaction touches, its gas with that list, and why it fails all the same (or could not even begin). */
export type AccessListOutcome = {
  readonly accessList: readonly AccessListEntry[]
  readonly gasUsed: bigint
  readonly error?: string
}

/**
 * Tries transactions without effect. Runs off the main thread and never delays block production. Every method throws
 * `UNKNOWN_BLOCK` for a block that is not there and `INVALID_OVERRIDE` for overrides that contradict one another.
 */
export interface Simulator {
  call(simulation: Simulation): Promise<SimulationOutcome>
  /** The least gas limit, within 1.5 %, with which the transaction does not fail. */
  estimateGas(simulation: Simulation): Promise<EstimateOutcome>
  /** EIP-2930 list of what the transaction touches, and its gas with that list. */
  createAccessList(simulation: Simulation): Promise<AccessListOutcome>
  /**
   * Executes a stored block again, in order, on the state of its parent, and says what that shows of who depends on whom.
   * Throws `UNKNOWN_BLOCK`, and `BLOCK_NOT_REPEATED` when it goes otherwise than it went: the state was edited before it.
   */
  schedule(query: ScheduleQuery): Promise<BlockSchedule>
  /** The block that would be made now, with the gas, the size and the roots that it would have. */
  pendingBlock(query: PendingQuery): Promise<Block>
  pendingAccount(query: PendingAccountQuery): Promise<PendingAccount>
  /** That account, and those slots, with proofs against the root that the pending block would have. */
  pendingProof(query: PendingAccountQuery): Promise<AccountProof>
}
