import type { Bytes, Hash, Rules, Transaction } from '../primitives/index.ts'
import type { Executed, ThrowPolicy, TransactionOutcome } from '../router/index.ts'
import type { StateDiff, StateView } from '../state/index.ts'
import type { BlockContext } from '../vm/index.ts'
import type { BlockAccessList } from './accessList/types.ts'
import type { TeamRun } from './run/teamRun.ts'

/** A block to execute: everything that decides its result besides the state. */
export type BlockInput = {
  readonly rules: Rules
  readonly context: BlockContext
  readonly parentHash: Hash
  readonly parentBeaconBlockRoot: Hash
  readonly transactions: readonly Transaction[]
  /**
   * What the block is said to access and change. It decides nothing: a parallel executor wastes no work when it is true, and
   * finds out when it is not.
   */
  readonly foretold?: BlockAccessList
  /** What becomes of a transaction whose execution throws; without it `reject`. Part of what the block means. */
  readonly throwPolicy?: ThrowPolicy
  /** The hash of one of the last 256 blocks, else undefined. */
  blockHash(number: bigint): Hash | undefined
}

/** A transaction that is in the block. What it accessed is the block's to say, for all of its transactions together. */
export type Included = Omit<Executed, 'access'>

/** A transaction's end as its block keeps it. */
export type BlockOutcome = Included | Exclude<TransactionOutcome, Executed>

/**
 * Why a block can not be, whatever its transactions are: a contract that makes requests is absent or its call fails. The codes are
 * execution-spec-tests' exception names. Source: EIP-7002, EIP-7251.
 */
export type BlockFault = {
  readonly code: 'SYSTEM_CONTRACT_EMPTY' | 'SYSTEM_CONTRACT_CALL_FAILED'
  readonly message: string
}

/** What executing a block gives. */
export type BlockResult = {
  /** One per transaction, in order. A rejected one left no trace: a builder drops it, a verifier refuses the block. */
  readonly outcomes: readonly BlockOutcome[]
  /** The whole block's change, system calls included. */
  readonly diff: StateDiff
  /** What all parts of the block accessed and changed; a transaction that was rejected has its index, and nothing there. */
  readonly accessList: BlockAccessList
  readonly gasUsed: bigint
  readonly blobGasUsed: bigint
  /** EIP-7685: each a type byte and its data, by type; only those with data. */
  readonly requests: readonly Bytes[]
  /** The block is invalid: a builder makes no block of this result, a verifier refuses it. */
  readonly fault: BlockFault | undefined
  /** Undefined when no team executed the block. */
  readonly run?: TeamRun
}

/**
 * Executes a block. Sequential and parallel executors are two implementations of this one port, and a block's result is
 * the same for both, bit for bit.
 */
export interface BlockExecutor {
  execute(input: BlockInput, view: StateView): BlockResult
}
