import type { Address } from '../../primitives/index.ts'
import { setAt } from '../check.ts'
import { blockId } from '../codec/wire.ts'
import { tally } from '../crypto/scheme.ts'
import { ROUND_WINDOW } from '../limits.ts'
import { epochAt } from '../schedule.ts'
import { voteMessage } from '../signing.ts'
import type { Proposal, ValidatorSet, Vote } from '../types.ts'
import { stakeOf } from '../validators.ts'
import { learnQc, roundDurationMs } from './certificates.ts'
import { noteDoubleVote } from './evidence.ts'
import { coherentPath, storeNodes } from './tree.ts'
import {
  broadcast,
  currentRound,
  leaderOf,
  nextRound,
  send,
  type Turn,
  update,
  updateRecord,
  voiceOf,
  withEntry,
} from './turn.ts'

/** Votes for the current round's proposal as soon as all that a vote needs is there. Source: notes 2.1, tryVote. */
export function tryVote(turn: Turn): void {
  const { candidate, record } = turn.state
  const voice = voiceOf(turn)
  if (candidate === undefined || voice === undefined) return
  if (!turn.env.rules.mayVote(record, candidate)) {
    update(turn, { candidate: undefined })
    return
  }
  const id = blockId(candidate.tip.header)
  const path = coherentPath(turn.state, id)
  if (path === undefined) return
  const waitMs = votingDelayMs(turn, candidate)
  if (waitMs > 0) {
    // What is not to be voted for in this round needs no timer.
    if (waitMs > roundDurationMs(turn.env.config, record.highCertificate)) return
    turn.outputs.push({ kind: 'setTimer', timer: 'vote', round: voice.round, delayMs: waitMs })
    return
  }
  const ballot = { epoch: voice.set.epoch, round: voice.round, blockId: id }
  const signature = turn.env.sign(voteMessage(turn.env.config.chainId, ballot))
  const vote: Vote = { ...ballot, signer: voice.position, signature }
  const highTip = turn.env.rules.tipAbove(candidate.tip, record.highQc)
  updateRecord(turn, { highVote: voice.round, lastVote: vote, highTip })
  storeNodes(turn, path)
  update(turn, { candidate: undefined, lastVoteMs: turn.env.nowMs })
  sendVote(turn, vote)
}

/** To the leaders of its round and of the next: either makes a certificate of it. Source: notes 1.4, "backup QC". */
export function sendVote(turn: Turn, vote: Vote): void {
  send(turn, [leaderOf(turn, vote.round), leaderOf(turn, nextRound(turn, vote.round))], { kind: 'vote', vote })
}

/** How long a vote must still wait for its block's time and for the pace. */
function votingDelayMs({ env, state }: Turn, { tip }: Proposal): number {
  const { timestampMs } = tip.header
  const isAhead = env.rules.isAhead(env.config, timestampMs, env.nowMs)
  const untilTime = isAhead ? timestampMs - env.config.maxClockDriftMs - env.nowMs : 0
  const isPaced = state.record.highCertificate.kind === 'qc'
  const untilPace = isPaced ? state.lastVoteMs + env.config.votePaceMs - env.nowMs : 0
  return Math.max(untilTime, untilPace, 0)
}

/** Source: notes 2.1, onVote. */
export function onVote(turn: Turn, from: Address, vote: Vote): void {
  if (vote.round < currentRound(turn.state)) return
  const epoch = epochAt(turn.state.record.epochs, vote.round)
  if (epoch?.epoch !== vote.epoch) return void turn.outputs.push({ kind: 'reject', from, fault: 'wrongEpoch' })
  const sender = setAt({ env: turn.env, record: turn.state.record }, vote.round)?.validators[vote.signer]
  if (sender?.id !== from) return void turn.outputs.push({ kind: 'reject', from, fault: 'notSender' })
  addVote(turn, from, vote)
}

/** Collects a vote of a known validator for the current round or one of the next, and looks whether there are enough. */
export function addVote(turn: Turn, from: Address, vote: Vote): void {
  const { votes, forgers } = turn.state
  const round = currentRound(turn.state)
  if (vote.round < round || vote.round > round + ROUND_WINDOW) return
  if (forgers.get(vote.round)?.has(vote.signer)) return
  const ofRound = votes.get(vote.round) ?? new Map<number, Vote>()
  const earlier = ofRound.get(vote.signer)
  if (earlier !== undefined) {
    if (noteDoubleVote(turn, earlier, vote)) return
    // One that sends what it has not signed is not listened to again in this round: each look costs a check.
    ban(turn, vote.round, [vote.signer])
    turn.outputs.push({ kind: 'reject', from, fault: 'signature' })
    return
  }
  update(turn, { votes: withEntry(votes, vote.round, withEntry(ofRound, vote.signer, vote)) })
  const set = setAt({ env: turn.env, record: turn.state.record }, vote.round)
  if (set !== undefined) tallyVotes(turn, set, vote)
}

/** Makes a certificate of the votes equal to `vote` when they are of a quorum. Bad ones are found, and never counted again. */
function tallyVotes(turn: Turn, set: ValidatorSet, vote: Vote): void {
  const { env } = turn
  const { epoch, round, blockId: id } = vote
  const equal = [...(turn.state.votes.get(round)?.values() ?? [])].filter((one) => one.blockId === id)
  const isEnough = (signers: readonly number[]) => env.rules.isQuorum(stakeOf(set, signers), set.totalStake)
  if (!isEnough(equal.map(({ signer }) => signer))) return
  const signed = equal.map(({ signer, signature }) => ({ signer, signature, publicKey: keyOf(set, signer) }))
  const { signers, signature, forgers } = tally(env.scheme, voteMessage(env.config.chainId, vote), signed)
  if (forgers.length > 0) ban(turn, round, forgers)
  if (!isEnough(signers)) return
  const qc = { epoch, round, blockId: id, signers, signature }
  learnQc(turn, qc)
  if (leaderOf(turn, round) === env.self) broadcast(turn, { kind: 'advance', certificate: { kind: 'qc', qc } })
}

function keyOf(set: ValidatorSet, signer: number): Uint8Array {
  return set.validators[signer]?.publicKey ?? new Uint8Array(0)
}

function ban(turn: Turn, round: number, signers: readonly number[]): void {
  const { votes, forgers } = turn.state
  const left = new Map([...(votes.get(round) ?? [])].filter(([signer]) => !signers.includes(signer)))
  update(turn, {
    votes: withEntry(votes, round, left),
    forgers: withEntry(forgers, round, new Set([...(forgers.get(round) ?? []), ...signers])),
  })
}
