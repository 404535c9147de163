import type { Hash } from '../primitives/index.ts'
import { blockId } from './codec/wire.ts'
import type { ConsensusConfig } from './config.ts'
import type { Fault } from './fault.ts'
import { compareRank, type Rank, rankOf, rankOfClaim } from './rank.ts'
import { firstReserveRound, leadsTo, startAfter } from './schedule.ts'
import type {
  Epoch,
  EpochStart,
  Extension,
  Header,
  Proposal,
  QuorumCertificate,
  SafetyRecord,
  TimeoutCertificate,
  Tip,
  ValidatorSet,
} from './types.ts'

/**
 * What safety hangs on, each rule one pure function; the rest of the room is bookkeeping around them. They are a table so that
 * a test can break one and watch the simulation find it: a harness that has never failed proves nothing.
 */
export type Rules = {
  /** More than two thirds: any two such sets share an honest member. */
  isQuorum(part: bigint, total: bigint): boolean
  /** More than one third: one honest member at least. */
  isBlocking(part: bigint, total: bigint): boolean
  /** How many must refuse a tip before a leader may drop it. */
  isRefusalQuorum(part: bigint, total: bigint): boolean
  compareRank(a: Rank, b: Rank): number
  /** Source: notes 2.1, validTip, less signatures. */
  tipFault(tip: Tip, epochs: readonly EpochStart[]): Fault | undefined
  /** Source: notes 2.1, validProposal, less body and signatures. */
  proposalFault(proposal: Proposal, epochs: readonly EpochStart[]): Fault | undefined
  /** Source: notes 2.1, validTC, less stake and signatures. */
  tcFault(tc: TimeoutCertificate): Fault | undefined
  /** Source: notes 2.1, tryVote, the two conditions on P. */
  mayVote(record: SafetyRecord, proposal: Proposal): boolean
  /** Source: notes 2.1, onRecovery, the condition on P. */
  mayRefuse(record: SafetyRecord, round: number): boolean
  /** May a first timeout of `round` carry a vote for `tip`? Source: notes 2.1, onTimer, voteSig. */
  mayVoteInTimeout(record: SafetyRecord, round: number, tip: Tip): boolean
  /** Giving up a round gives up voting in it. Source: notes 2.1, onTimer; invariant 4. */
  afterTimeout(record: SafetyRecord, round: number): SafetyRecord
  /** What a timeout extends. Source: notes 2.1, onTimer; 2.3, "Knowledge lost through a TC". */
  reported(record: SafetyRecord): Extension
  /** The tip to keep once `qc` is the highest certificate. Source: notes 2.1, processQC. */
  tipAbove(tip: Tip | undefined, qc: QuorumCertificate): Tip | undefined
  /** `qc`, of the block with `header`, makes its parent final. Source: notes 2.1, tryCommit; invariant 9. */
  commitsParent(header: Header, qc: QuorumCertificate): boolean
  /**
   * How many blocks of `path`, which descends from the root, become final with its last one. `qc` commits that one. A
   * certificate of an epoch's reserve makes nothing final after the block that ends the epoch: others, who know that this
   * one is final, may be in the next epoch already and extend an older one.
   */
  finalPart(
    epochs: readonly EpochStart[],
    config: ConsensusConfig,
    path: readonly Header[],
    qc: QuorumCertificate,
  ): number
  /** Whether a block of that time is so far ahead of the clock that it is not to be voted for now, and to be refused. */
  isAhead(config: ConsensusConfig, timestampMs: number, nowMs: number): boolean
  /** What a block must have in common with its parent, whoever signed it: the next height, and a later time. */
  followsParent(header: Header, parent: Pick<Header, 'height' | 'timestampMs'>): boolean
  /** Source: notes 2.3; invariant 10: a certificate of a block proposed again is weaker. */
  isSpeculativelyFinal(header: Header, qc: QuorumCertificate): boolean
  /** Certificates are checked against their own epoch's set. Source: notes 2.1, Epoch; invariant 17. */
  setOf(epochs: readonly Epoch[], epoch: number): ValidatorSet | undefined
  /** Is a signature of this validator for `round` one that its record knows of? Otherwise the record is stale, or another
   *  process signs with the same key. Source: notes 3, row 5. */
  knowsSignature(record: SafetyRecord, round: number): boolean
  /** What is left of the record after a crash. Source: notes 2.1, Restart: all of it. */
  restored(record: SafetyRecord): SafetyRecord
}

/** The rules of the protocol. */
export const RULES: Rules = {
  isQuorum: (part, total) => part * 3n > total * 2n,
  isBlocking: (part, total) => part * 3n > total,
  isRefusalQuorum: (part, total) => part * 3n > total * 2n,
  compareRank,
  tipFault,
  proposalFault,
  tcFault: (tc) => tcFault(tc, compareRank),
  mayVote: (record, { round, tc }) => round > record.highVote && !refusedAnother(record, round, tc),
  mayRefuse: (record, round) => round > record.highVote && round > (record.highRefusal?.round ?? 0),
  mayVoteInTimeout: (record, round, tip) =>
    round > record.highVote && ((record.highRefusal?.round ?? 0) < round || tip.header.round === round),
  afterTimeout: (record, round) => ({ ...record, highVote: Math.max(record.highVote, round) }),
  reported: ({ highTip, highQc }) => higher(highTip, highQc),
  tipAbove: (tip, qc) => (tip !== undefined && tip.header.round > qc.round ? tip : undefined),
  commitsParent: (header, qc) => header.qc.round + 1 === qc.round,
  finalPart,
  isAhead: ({ maxClockDriftMs }, timestampMs, nowMs) => timestampMs > nowMs + maxClockDriftMs,
  followsParent: (header, parent) => header.height === parent.height + 1 && header.timestampMs > parent.timestampMs,
  isSpeculativelyFinal: (header, qc) => header.round === qc.round,
  setOf: (epochs, epoch) => epochs.find((one) => one.epoch === epoch)?.validators,
  knowsSignature: (record, round) => round <= record.highVote,
  restored: (record) => record,
}

function tipFault({ header, fresh }: Tip, epochs: readonly EpochStart[]): Fault | undefined {
  const { qc, round, epoch } = header
  if (round <= qc.round) return 'roundNotAbove'
  if (fresh === undefined) return leadsTo(epochs, qc.round, round) ? undefined : 'wrongProof'
  if (round === qc.round + 1) return 'unneededProof'
  if (fresh.kind === 'noEndorsement') {
    const { certificate } = fresh
    const isOfThis = certificate.epoch === epoch && certificate.round === round && certificate.tipQcRound === qc.round
    return isOfThis ? undefined : 'wrongProof'
  }
  const { extension, round: failed } = fresh.certificate
  const isOfThis = leadsTo(epochs, failed, round) && extension.kind === 'qc' && isSameBallot(extension.qc, qc)
  return isOfThis ? undefined : 'wrongProof'
}

function proposalFault({ round, tip, tc }: Proposal, epochs: readonly EpochStart[]): Fault | undefined {
  const { qc } = tip.header
  if (tc === undefined) {
    if (!leadsTo(epochs, qc.round, round)) return 'missingCertificate'
    return tip.header.round === round ? undefined : 'wrongRound'
  }
  if (round === qc.round + 1) return 'unneededCertificate'
  if (!leadsTo(epochs, tc.round, round)) return 'wrongRound'
  return followsExtension(round, tip, tc.extension) ? undefined : 'wrongExtension'
}

/** A failed round decides what comes next: the same tip again, or a block on the certificate that it leaves. */
function followsExtension(round: number, { header, fresh }: Tip, extension: Extension): boolean {
  if (extension.kind === 'qc') {
    return header.round === round && isSameBallot(header.qc, extension.qc) && fresh?.kind === 'noTip'
  }
  const id = blockId(extension.tip.header)
  if (blockId(header) === id) return true
  // The refusals speak of the very tip that the failed round left (notes, hardening: NE binds tipId).
  return (
    header.round === round &&
    isSameBallot(header.qc, extension.tip.header.qc) &&
    fresh?.kind === 'noEndorsement' &&
    fresh.certificate.tipId === id
  )
}

function finalPart(
  epochs: readonly EpochStart[],
  config: ConsensusConfig,
  path: readonly Header[],
  qc: QuorumCertificate,
): number {
  const next = epochs.find(({ epoch }) => epoch > qc.epoch)
  if (next !== undefined) return qc.round < firstReserveRound(next) ? path.length : 0
  const last = epochs.at(-1)
  const end = path.findIndex(({ height }) => height % config.epochLength === 0)
  const boundary = path[end]
  if (last === undefined || boundary === undefined) return path.length
  const startRound = startAfter(config, last, boundary)
  return qc.round < firstReserveRound({ startRound }) ? path.length : end + 1
}

/** The structure of a timeout certificate; `compare` is the rank's order. */
export function tcFault(tc: TimeoutCertificate, compare: Rules['compareRank']): Fault | undefined {
  const { groups, round } = tc
  if (groups.some(({ signers }) => signers.length === 0)) return 'emptyGroup'
  if (groups.some(({ qcRound, tipRound }) => qcRound >= round || tipRound > round)) return 'roundNotAbove'
  const claims = new Set(groups.map(({ qcRound, tipRound }) => `${qcRound}/${tipRound}`))
  const signers = groups.flatMap((group) => group.signers)
  if (claims.size < groups.length || new Set(signers).size < signers.length) return 'duplicateSigner'
  const extended = rankOf(tc.extension)
  const ranks = groups.map((group) => compare(rankOfClaim(group), extended))
  return ranks.some((one) => one > 0) || !ranks.includes(0) ? 'notBestExtension' : undefined
}

/** A refusal in this round holds the signer to it: it may only vote where that same tip was left by the failed round. */
function refusedAnother(record: SafetyRecord, round: number, tc: TimeoutCertificate | undefined): boolean {
  const refusal = record.highRefusal
  if (refusal?.round !== round) return false
  return tc?.extension.kind !== 'tip' || blockId(tc.extension.tip.header) !== refusal.tipId
}

function higher(tip: Tip | undefined, qc: QuorumCertificate): Extension {
  const best: Extension = { kind: 'qc', qc }
  if (tip === undefined) return best
  const extension: Extension = { kind: 'tip', tip }
  return compareRank(rankOf(extension), rankOf(best)) > 0 ? extension : best
}

function isSameBallot(a: { round: number; blockId: Hash }, b: { round: number; blockId: Hash }): boolean {
  return a.round === b.round && a.blockId === b.blockId
}
