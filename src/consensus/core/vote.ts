import type { Address } from '../../primitives/index.ts'
import { epochAt, setAt } from '../check.ts'
import { blockId } from '../codec/wire.ts'
import { tally } from '../crypto/scheme.ts'
import { ROUND_WINDOW } from '../limits.ts'
import { voteMessage } from '../signing.ts'
import type { Proposal, ValidatorSet, Vote } from '../types.ts'
import { stakeOf } from '../validators.ts'
import { learnQc } from './certificates.ts'
import { isEpochOverdue } from './epochs.ts'
import { noteDoubleVote } from './evidence.ts'
import { coherentPath, endOf, storeNodes } from './tree.ts'
import {
  type BlockNode,
  broadcast,
  currentRound,
  leaderOf,
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
  if (path === undefined || isEpochOverdue(turn, path, voice.round)) return
  const waitMs = votingDelayMs(turn, candidate, path)
  if (waitMs === undefined) {
    update(turn, { candidate: undefined })
    return
  }
  if (waitMs > 0) {
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
  send(turn, [leaderOf(turn, vote.round), leaderOf(turn, vote.round + 1)], { kind: 'vote', vote })
}

/** How long a vote must still wait for its block's time and for the pace; undefined when no time will do. */
function votingDelayMs({ env, state }: Turn, { round, tip }: Proposal, path: readonly BlockNode[]): number | undefined {
  const { header } = tip
  const parent = endOf(state, path.slice(0, -1))
  if (header.timestampMs <= parent.timestampMs) return undefined
  // A block proposed again is no longer ahead of the clocks.
  const drift = header.round === round ? env.config.maxClockDriftMs : 0
  const untilTime = header.timestampMs - drift - env.nowMs
  const isPaced = state.record.highCertificate.kind === 'qc'
  const untilPace = isPaced ? state.lastVoteMs + env.config.votePaceMs - env.nowMs : 0
  return Math.max(untilTime, untilPace, 0)
}

/** Source: notes 2.1, onVote. */
export function onVote(turn: Turn, from: Address, vote: Vote): void {
  const epoch = epochAt(turn.state.record.epochs, vote.round)
  if (epoch?.epoch !== vote.epoch) return void turn.outputs.push({ kind: 'reject', from, fault: 'wrongEpoch' })
  const sender = setAt({ env: turn.env, record: turn.state.record }, vote.round)?.validators[vote.signer]
  if (sender?.id !== from) return void turn.outputs.push({ kind: 'reject', from, fault: 'notSender' })
  addVote(turn, vote)
}

/** Collects a vote of a known validator for the current round or one of the next, and looks whether there are enough. */
export function addVote(turn: Turn, vote: Vote): void {
  const { votes, forgers } = turn.state
  const round = currentRound(turn.state)
  if (vote.round < round || vote.round > round + ROUND_WINDOW) return
  if (forgers.get(vote.round)?.has(vote.signer)) return
  const ofRound = votes.get(vote.round) ?? new Map<number, Vote>()
  const earlier = ofRound.get(vote.signer)
  if (earlier !== undefined) {
    noteDoubleVote(turn, earlier, vote)
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
