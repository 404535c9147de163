import type { Address } from '../../primitives/index.ts'
import { assert } from '../../primitives/index.ts'
import { checkTimeout } from '../check.ts'
import { blockId } from '../codec/wire.ts'
import type { Env } from '../ports.ts'
import { rankOf } from '../rank.ts'
import { leadsTo } from '../schedule.ts'
import { timeoutMessage, voteMessage } from '../signing.ts'
import type {
  Extension,
  SafetyRecord,
  Timeout,
  TimeoutCertificate,
  TimeoutGroup,
  ValidatorSet,
  Vote,
} from '../types.ts'
import { stakeOf } from '../validators.ts'
import { armRoundTimer, learnQc, learnTc, qcOf } from './certificates.ts'
import { noteTip } from './evidence.ts'
import { rejectMessage } from './sync.ts'
import { broadcast, currentRound, type Turn, update, updateRecord, type Voice, voiceOf, withEntry } from './turn.ts'
import { addVote } from './vote.ts'

/** The round has taken too long, or others say so. The same bytes however often it is said. Source: notes 2.1, onTimer. */
export function giveUp(turn: Turn): void {
  armRoundTimer(turn)
  const voice = voiceOf(turn)
  if (voice === undefined) return
  const { lastTimeout } = turn.state.record
  const timeout = lastTimeout?.round === voice.round ? lastTimeout : signTimeout(turn, voice)
  broadcast(turn, { kind: 'timeout', timeout })
}

function signTimeout(turn: Turn, { set, position, round }: Voice): Timeout {
  const { env } = turn
  const { record } = turn.state
  const extension = env.rules.reported(record)
  const vote = voteInTimeout(turn, { set, position, round }, extension)
  const claim = {
    epoch: set.epoch,
    round,
    qcRound: qcOf(extension).round,
    tipRound: extension.kind === 'tip' ? extension.tip.header.round : 0,
  }
  const isProvedBy = leadsTo(record.epochs, qcOf(extension).round, round)
  const timeout: Timeout = {
    ...claim,
    signer: position,
    signature: env.sign(timeoutMessage(env.config.chainId, claim)),
    extension,
    voteSignature: vote?.signature,
    certificate: isProvedBy ? undefined : record.highCertificate,
  }
  const given: SafetyRecord = { ...env.rules.afterTimeout(record, round), lastVote: vote ?? record.lastVote }
  updateRecord(turn, { ...given, lastTimeout: timeout })
  update(turn, { candidate: undefined })
  return timeout
}

/** The vote that a timeout carries for its tip: the one already given in this round, or a new one where that is allowed. */
function voteInTimeout({ env, state }: Turn, voice: Voice, extension: Extension): Vote | undefined {
  if (extension.kind !== 'tip') return undefined
  const { record } = state
  const id = blockId(extension.tip.header)
  if (record.lastVote?.round === voice.round) return record.lastVote.blockId === id ? record.lastVote : undefined
  if (!env.rules.mayVoteInTimeout(record, voice.round, extension.tip)) return undefined
  const ballot = { epoch: voice.set.epoch, round: voice.round, blockId: id }
  return { ...ballot, signer: voice.position, signature: env.sign(voteMessage(env.config.chainId, ballot)) }
}

/** Source: notes 2.1, onTimeout. */
export function onTimeout(turn: Turn, from: Address, timeout: Timeout): void {
  const { extension, certificate, epoch, round, signer, voteSignature } = timeout
  // Before any signature: a round that is over, and what is known already.
  const current = currentRound(turn.state)
  if (round < current || (round === current && turn.state.timeouts.has(signer))) return
  const fault = checkTimeout({ env: turn.env, record: turn.state.record }, from, timeout)
  if (fault !== undefined) {
    rejectMessage(turn, from, fault, qcOf(extension))
    return
  }
  learnQc(turn, qcOf(extension))
  if (extension.kind === 'tip') {
    noteTip(turn, extension.tip)
    const id = blockId(extension.tip.header)
    if (voteSignature !== undefined)
      addVote(turn, from, { epoch, round, blockId: id, signer, signature: voteSignature })
  }
  if (certificate?.kind === 'qc') learnQc(turn, certificate.qc)
  if (certificate?.kind === 'tc') learnAndPassOn(turn, certificate.tc)
  if (round !== currentRound(turn.state) || turn.state.timeouts.has(signer)) return
  update(turn, { timeouts: withEntry(turn.state.timeouts, signer, timeout) })
  countTimeouts(turn)
}

/** A certificate of a failed round that is news here may be news to others. Source: notes 2.1, onTimeout, onAdvance. */
export function learnAndPassOn(turn: Turn, tc: TimeoutCertificate): void {
  const isNews = tc.round >= currentRound(turn.state)
  learnTc(turn, tc)
  if (isNews) broadcast(turn, { kind: 'advance', certificate: { kind: 'tc', tc } })
}

/** A third of the stake: join them. Two thirds, oneself included: the round has failed. */
function countTimeouts(turn: Turn): void {
  const { env, state } = turn
  const { timeouts, record } = state
  const voice = voiceOf(turn)
  if (voice === undefined) return
  const { set, round } = voice
  const stake = stakeOf(set, timeouts.keys())
  const hasGivenUp = record.lastTimeout?.round === round
  if (!hasGivenUp && env.rules.isBlocking(stake, set.totalStake)) giveUp(turn)
  if (!hasGivenUp || !env.rules.isQuorum(stake, set.totalStake)) return
  const tc = certificateOf(turn, set, [...timeouts.values()])
  if (tc !== undefined) learnTc(turn, tc)
}

/** One group per claim, and the highest extension. Signatures have been checked one by one. */
function certificateOf({ env }: Turn, set: ValidatorSet, timeouts: readonly Timeout[]): TimeoutCertificate | undefined {
  const [first, ...others] = timeouts
  if (first === undefined) return undefined
  const best = others.reduce(
    (high, one) => (env.rules.compareRank(rankOf(one.extension), rankOf(high.extension)) > 0 ? one : high),
    first,
  )
  const claims = new Map<string, readonly Timeout[]>()
  for (const timeout of timeouts) {
    const claim = `${timeout.qcRound}/${timeout.tipRound}`
    claims.set(claim, [...(claims.get(claim) ?? []), timeout])
  }
  const groups = [...claims.values()].map((group) => groupOf(env, group))
  return { epoch: set.epoch, round: first.round, groups, extension: best.extension }
}

/** Timeouts with one claim between them. */
function groupOf({ scheme }: Env, timeouts: readonly Timeout[]): TimeoutGroup {
  const [first] = timeouts
  const signature = scheme.aggregate(timeouts.map((one) => one.signature))
  assert(first !== undefined && signature !== undefined, 'a group holds checked timeouts')
  const signers = timeouts.map(({ signer }) => signer).sort((a, b) => a - b)
  return { qcRound: first.qcRound, tipRound: first.tipRound, signers, signature }
}
