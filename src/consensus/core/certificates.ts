import { roundOf } from '../check.ts'
import { baseRoundMs, type ConsensusConfig } from '../config.ts'
import type { Doubt } from '../ports.ts'
import { epochAt } from '../schedule.ts'
import type { Extension, QuorumCertificate, RoundCertificate, TimeoutCertificate } from '../types.ts'
import { positionOf } from '../validators.ts'
import { noteTip } from './evidence.ts'
import { broadcast, currentRound, type Turn, update, updateRecord } from './turn.ts'

/** A round that follows failures lasts 1.5 times as long as the one before it, up to this many times. */
const MAX_BACK_OFF = 4
const BACK_OFF = 1.5

/** Takes note of a checked certificate, and enters the next round when it ends this one. Source: notes 2.1, processQC. */
export function learnQc(turn: Turn, qc: QuorumCertificate): void {
  const { record } = turn.state
  if (qc.round > record.highQc.round) {
    updateRecord(turn, { highQc: qc, highTip: turn.env.rules.tipAbove(record.highTip, qc) })
    checkOwnSignature(turn, qc.epoch, qc.round, qc.signers)
  }
  if (qc.round >= currentRound(turn.state)) enterRound(turn, { kind: 'qc', qc })
}

/** The same for a failed round. Source: notes 2.1, processTC. */
export function learnTc(turn: Turn, tc: TimeoutCertificate): void {
  if (tc.extension.kind === 'tip') noteTip(turn, tc.extension.tip)
  learnQc(turn, qcOf(tc.extension))
  if (tc.round < currentRound(turn.state)) return
  checkOwnSignature(
    turn,
    tc.epoch,
    tc.round,
    tc.groups.flatMap(({ signers }) => signers),
  )
  enterRound(turn, { kind: 'tc', tc })
}

/** The certificate that an extension is, or that its tip's parent has. */
export function qcOf(extension: Extension): QuorumCertificate {
  return extension.kind === 'qc' ? extension.qc : extension.tip.header.qc
}

/** Stops for good, also after a restart; the reason is for the operator. */
export function halt(turn: Turn, reason: string, inDoubt: Doubt): void {
  if (turn.state.record.haltReason !== undefined) return
  updateRecord(turn, { haltReason: reason })
  turn.outputs.push({ kind: 'halt', reason, inDoubt })
}

/**
 * How long the round after this certificate may take. A function of the certificate, so that all who hold it wait equally
 * long. Source: notes 2.1, Timer.
 */
export function roundDurationMs(config: ConsensusConfig, certificate: RoundCertificate): number {
  const failures = certificate.kind === 'qc' ? 0 : roundOf(certificate) - qcOf(certificate.tc.extension).round
  return Math.ceil(baseRoundMs(config) * BACK_OFF ** Math.min(failures, MAX_BACK_OFF))
}

/** Begins the round after a certificate. */
function enterRound(turn: Turn, certificate: RoundCertificate): void {
  updateRecord(turn, { highCertificate: certificate })
  beginRound(turn)
}

/** Begins the current round; what was collected for an older one is forgotten. */
export function beginRound(turn: Turn): void {
  const round = currentRound(turn.state)
  const { votes, forgers } = turn.state
  update(turn, {
    votes: new Map([...votes].filter(([one]) => one >= round)),
    forgers: new Map([...forgers].filter(([one]) => one >= round)),
    timeouts: new Map(),
    refusals: new Map(),
    refused: undefined,
    candidate: undefined,
    recovery: undefined,
    hasAskedToRecover: false,
    plan: undefined,
  })
  const { highCertificate, highQc, epochs } = turn.state.record
  turn.outputs.push({ kind: 'enterRound', round, after: highCertificate.kind })
  armRoundTimer(turn)
  if (epochAt(epochs, round)?.epoch === epochAt(epochs, roundOf(highCertificate))?.epoch) return
  // The next epoch's validators need not have been in the old one.
  if (highCertificate.kind === 'tc') broadcast(turn, { kind: 'advance', certificate: { kind: 'qc', qc: highQc } })
  broadcast(turn, { kind: 'advance', certificate: highCertificate })
}

/** Starts the current round's timer afresh, at the same length however often it fires. Source: notes 2.1, Timer. */
export function armRoundTimer(turn: Turn): void {
  const delayMs = roundDurationMs(turn.env.config, turn.state.record.highCertificate)
  turn.outputs.push({ kind: 'setTimer', timer: 'round', round: currentRound(turn.state), delayMs })
}

/** A certificate that holds a signature of this key that the record knows nothing of. Source: notes 3, row 5. */
function checkOwnSignature(turn: Turn, epoch: number, round: number, signers: readonly number[]): void {
  const { env } = turn
  const { record } = turn.state
  const set = env.rules.setOf(record.epochs, epoch)
  const position = set === undefined ? -1 : positionOf(set, env.self)
  if (!signers.includes(position) || env.rules.knowsSignature(record, round)) return
  halt(turn, `a signature of this key for round ${round} is not in the safety record`, 'key')
}
