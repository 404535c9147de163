import type { Address, Bytes, Hash } from '../primitives/index.ts'
import type { ConsensusConfig } from './config.ts'
import type { SignatureScheme } from './crypto/scheme.ts'
import type { Fault } from './fault.ts'
import type { Rules } from './rules.ts'
import type { Block, BlockRequest, Evidence, Message, QuorumCertificate, SafetyRecord, ValidatorSet } from './types.ts'
import type { LeaderSchedule } from './validators.ts'

/** What `step` may use besides its state and input. All functions are pure. */
export type Env = {
  readonly nowMs: number
  readonly self: Address
  /** Signs with this validator's key. */
  readonly sign: (message: Bytes) => Bytes
  readonly scheme: SignatureScheme
  readonly leader: LeaderSchedule
  readonly config: ConsensusConfig
  /** `RULES`, unless a test breaks one on purpose. */
  readonly rules: Rules
}

/** `round`: the pacemaker's; `vote`: a vote that had to wait for its time; `sync`: a request of blocks to repeat. */
export type Timer = 'round' | 'vote' | 'sync'

/** What happens to a validator. */
export type Input =
  | { readonly kind: 'start' }
  | { readonly kind: 'message'; readonly from: Address; readonly message: Message }
  | { readonly kind: 'timer'; readonly timer: Timer; readonly round: number }
  /** The answer to `validate`, whenever execution has caught up. */
  | { readonly kind: 'validated'; readonly blockId: Hash; readonly isValid: boolean }
  /** The answer to `build`. */
  | {
      readonly kind: 'payload'
      readonly round: number
      readonly parentId: Hash
      readonly body: Bytes
      readonly executionHash: Hash
    }
  /** The answer to `requestValidators`. */
  | { readonly kind: 'validators'; readonly set: ValidatorSet }
  /** Answers to requests of blocks, ascending; whoever gave them is not believed. */
  | { readonly kind: 'blocks'; readonly blocks: readonly Block[] }

/** What a validator that halts doubts: its own key, so that it may go on without a vote, or the chain, so that it may not. */
export type Doubt = 'key' | 'chain'

/**
 * What a validator does, in order. `persist` comes first: the record and the blocks are durable, all or none of them, before
 * anything after it happens. Replaces the record; adds the blocks.
 */
export type Output =
  | { readonly kind: 'persist'; readonly record: SafetyRecord; readonly blocks: readonly Block[] }
  | { readonly kind: 'send'; readonly to: readonly Address[]; readonly message: Message }
  /** Replaces the timer of that name; the input carries the same round. */
  | { readonly kind: 'setTimer'; readonly timer: Timer; readonly round: number; readonly delayMs: number }
  /** This validator leads: a body on that parent is wanted, and the result of the block that it names. */
  | {
      readonly kind: 'build'
      readonly round: number
      readonly parentId: Hash
      readonly height: number
      readonly timestampMs: number
    }
  /** Are the body and the execution hash right? Asked once per block and run, parents first. */
  | { readonly kind: 'validate'; readonly blockId: Hash; readonly block: Block }
  /** A quorum voted for it. Speculatively final: it stays unless its author signed two blocks for one round. */
  | {
      readonly kind: 'certified'
      readonly blockId: Hash
      readonly block: Block
      readonly isSpeculativelyFinal: boolean
    }
  /** A speculatively final block that finality passed over. */
  | { readonly kind: 'reverted'; readonly blockId: Hash }
  /** Final: height by height, each once per run at least (after a restart, from the persisted root on). */
  | { readonly kind: 'finalize'; readonly blockId: Hash; readonly block: Block; readonly qc: QuorumCertificate }
  | { readonly kind: 'enterRound'; readonly round: number; readonly after: 'qc' | 'tc' }
  /** Who validates from `startRound` on? The state at the finalized block tells. */
  | {
      readonly kind: 'requestValidators'
      readonly epoch: number
      readonly blockId: Hash
      readonly startRound: number
    }
  /** A peer asks for blocks: answer with `blocksFor` and what is stored. */
  | { readonly kind: 'serve'; readonly to: Address; readonly request: BlockRequest }
  | { readonly kind: 'evidence'; readonly evidence: Evidence }
  /** A peer's message was wrong and changed nothing. */
  | { readonly kind: 'reject'; readonly from: Address; readonly fault: Fault }
  /** Never again a signature: what this validator knows contradicts itself. An operator must look. */
  | { readonly kind: 'halt'; readonly reason: string; readonly inDoubt: Doubt }
