import type { Address, Bytes, Hash } from '../primitives/index.ts'

/** One member of a validator set. `stake` is above 0; `publicKey` has the form of the signature scheme in use. */
export type Validator = { readonly id: Address; readonly publicKey: Bytes; readonly stake: bigint }

/**
 * Who votes in one epoch. Votes and certificates name validators by their position here. `seed` decides the leaders.
 * Built by `createValidatorSet`, which checks it.
 */
export type ValidatorSet = {
  readonly epoch: number
  readonly seed: Hash
  readonly validators: readonly Validator[]
  readonly totalStake: bigint
}

/** What a vote says: `blockId` in `round`, which is later than the block's own round when the block was proposed again. */
export type Ballot = { readonly epoch: number; readonly round: number; readonly blockId: Hash }

/** A signed ballot; `signer` is a position in the set of its epoch. */
export type Vote = Ballot & { readonly signer: number; readonly signature: Bytes }

/** Votes of more than two thirds of the stake for one ballot: `signers` ascending, one signature for all of them. */
export type QuorumCertificate = Ballot & { readonly signers: readonly number[]; readonly signature: Bytes }

/**
 * What a proposal's author signs and what a block's id is the hash of. `round` is that of its first proposal; `qc`
 * certifies the parent, whose round is lower; `executionHash` names the result of executing an earlier block. The author
 * is the leader of `round`.
 */
export type Header = {
  readonly epoch: number
  readonly round: number
  readonly height: number
  readonly qc: QuorumCertificate
  readonly timestampMs: number
  readonly payloadHash: Hash
  readonly executionHash: Hash
}

/** A header and the bytes whose Keccak-256 it names. */
export type Block = { readonly header: Header; readonly body: Bytes }

/** Why a block that does not follow a certificate of the round before it may begin anew. */
export type FreshProof =
  | { readonly kind: 'noEndorsement'; readonly certificate: NoEndorsementCertificate }
  | { readonly kind: 'noTip'; readonly certificate: TimeoutCertificate }

/** A header with its author's signature: the last one voted for is what a timeout reports. */
export type Tip = { readonly header: Header; readonly signature: Bytes; readonly fresh: FreshProof | undefined }

/** The best that a validator knows to extend. */
export type Extension =
  | { readonly kind: 'qc'; readonly qc: QuorumCertificate }
  | { readonly kind: 'tip'; readonly tip: Tip }

/** What ends a round. */
export type RoundCertificate =
  | { readonly kind: 'qc'; readonly qc: QuorumCertificate }
  | { readonly kind: 'tc'; readonly tc: TimeoutCertificate }

/** What a timeout's signature covers. `tipRound` is 0 when the validator extends a quorum certificate. */
export type TimeoutClaim = {
  readonly epoch: number
  readonly round: number
  readonly qcRound: number
  readonly tipRound: number
}

/**
 * "I give up on this round." Carries what the signer knows to extend, its vote for the tip in this very round unless it
 * may not give one, and the certificate that brought it into the round when the extension does not prove that.
 */
export type Timeout = TimeoutClaim & {
  readonly signer: number
  readonly signature: Bytes
  readonly extension: Extension
  readonly voteSignature: Bytes | undefined
  readonly certificate: RoundCertificate | undefined
}

/** The signers of one timeout certificate who made the same claim, and their one signature. */
export type TimeoutGroup = {
  readonly qcRound: number
  readonly tipRound: number
  readonly signers: readonly number[]
  readonly signature: Bytes
}

/** Timeouts of more than two thirds of the stake, and the highest of what they extend. */
export type TimeoutCertificate = {
  readonly epoch: number
  readonly round: number
  readonly groups: readonly TimeoutGroup[]
  readonly extension: Extension
}

/** What a refusal's signature covers: in `round` the tip, whose parent was certified in `tipQcRound`, is not to be had. */
export type Refusal = {
  readonly epoch: number
  readonly round: number
  readonly tipId: Hash
  readonly tipQcRound: number
}

/** A signed refusal: the signer has no valid block for the tip that the round's leader should propose again. */
export type NoEndorsement = Refusal & { readonly signer: number; readonly signature: Bytes }

/** Refusals of more than two thirds of the stake: the tip can not have been certified. */
export type NoEndorsementCertificate = Refusal & { readonly signers: readonly number[]; readonly signature: Bytes }

/** What a leader asks votes for. `tc` is there when the round before it failed. */
export type Proposal = {
  readonly epoch: number
  readonly round: number
  readonly tip: Tip
  readonly body: Bytes
  readonly tc: TimeoutCertificate | undefined
}

/** A leader asks who has the block that `tc` tells it to propose again. */
export type Recovery = { readonly epoch: number; readonly round: number; readonly tc: TimeoutCertificate }

/** Asks for the blocks above `afterHeight` up to the one named. */
export type BlockRequest = { readonly targetId: Hash; readonly afterHeight: number }

/** What validators send each other. The transport says who sent it, and is believed. */
export type Message =
  | { readonly kind: 'proposal'; readonly proposal: Proposal }
  | { readonly kind: 'vote'; readonly vote: Vote }
  | { readonly kind: 'timeout'; readonly timeout: Timeout }
  | { readonly kind: 'recovery'; readonly recovery: Recovery }
  | { readonly kind: 'noEndorsement'; readonly noEndorsement: NoEndorsement }
  | { readonly kind: 'advance'; readonly certificate: RoundCertificate }
  | { readonly kind: 'blockRequest'; readonly request: BlockRequest }
  | { readonly kind: 'blocks'; readonly blocks: readonly Block[] }

/** Proof that `validator` signed what an honest one never signs: two votes, or two blocks, for one round of `epoch`. */
export type Evidence = { readonly validator: Address; readonly epoch: number; readonly round: number } & (
  | { readonly kind: 'doubleVote'; readonly first: Vote; readonly second: Vote }
  | { readonly kind: 'doubleProposal'; readonly first: Tip; readonly second: Tip }
)

/** The newest finalized block, as far as consensus needs it. */
export type Root = {
  readonly id: Hash
  readonly height: number
  readonly round: number
  readonly timestampMs: number
}

/** When an epoch begins, the final block whose state says who validates in it, and these once execution has told them. */
export type Epoch = {
  readonly epoch: number
  readonly boundaryId: Hash
  readonly startRound: number
  readonly validators: ValidatorSet | undefined
}

/** The part of an epoch that rounds are told by. */
export type EpochStart = Pick<Epoch, 'epoch' | 'startRound'>

/**
 * All that must survive a crash, written before any message that depends on it is sent (notes: P of the pseudo-spec).
 * Rounds are those of this validator's own signatures; 0 means none.
 */
export type SafetyRecord = {
  readonly epochs: readonly Epoch[]
  readonly highVote: number
  readonly lastVote: Vote | undefined
  readonly lastTimeout: Timeout | undefined
  readonly highRefusal: { readonly round: number; readonly tipId: Hash } | undefined
  readonly highPropose: number
  readonly highTip: Tip | undefined
  /** The certificate of the highest round ever seen, whatever brought this validator into its round. */
  readonly highQc: QuorumCertificate
  readonly highCertificate: RoundCertificate
  readonly root: Root
  /** Why this validator does nothing any more, until an operator has looked (`resumeRecord`). */
  readonly haltReason: string | undefined
}
