import type { Address } from '../../primitives/index.ts'
import { checkRecovery, checkRefusal } from '../check.ts'
import { blockId } from '../codec/wire.ts'
import { refusalMessage } from '../signing.ts'
import type { NoEndorsement, Recovery, Tip } from '../types.ts'
import { stakeOf } from '../validators.ts'
import { learnTc, qcOf } from './certificates.ts'
import { rejectMessage } from './sync.ts'
import { ancestryOf } from './tree.ts'
import type { Turn, Voice } from './turn.ts'
import { currentRound, leaderOf, send, update, updateRecord, voiceOf, withEntry } from './turn.ts'

/** Source: notes 2.1, onRecovery, up to the answer. */
export function onRecovery(turn: Turn, from: Address, recovery: Recovery): void {
  const current = currentRound(turn.state)
  const isNews = turn.state.recovery === undefined && turn.env.rules.mayRefuse(turn.state.record, current)
  if (recovery.round < current || (recovery.round === current && !isNews)) return
  const fault = checkRecovery({ env: turn.env, record: turn.state.record }, from, recovery)
  if (fault !== undefined) {
    rejectMessage(turn, from, fault, qcOf(recovery.tc.extension))
    return
  }
  learnTc(turn, recovery.tc)
  if (recovery.round === currentRound(turn.state)) update(turn, { recovery })
}

/**
 * Answers a leader's request for recovery: refuses the tip when its block is not to be had here. Never one that this
 * validator has voted for: its disk holds that one, with all its ancestors. Source: notes 2.1, onRecovery.
 */
export function tryRefuse(turn: Turn): void {
  const { recovery, record } = turn.state
  const voice = voiceOf(turn)
  if (recovery === undefined || voice === undefined || recovery.tc.extension.kind !== 'tip') return
  const { tip } = recovery.tc.extension
  if (!turn.env.rules.mayRefuse(record, voice.round)) {
    update(turn, { recovery: undefined })
    return
  }
  if (!isRefusable(turn, tip)) return
  const tipId = blockId(tip.header)
  const refusal = { epoch: voice.set.epoch, round: voice.round, tipId, tipQcRound: tip.header.qc.round }
  const signature = turn.env.sign(refusalMessage(turn.env.config.chainId, refusal))
  updateRecord(turn, { highRefusal: { round: voice.round, tipId } })
  update(turn, { recovery: undefined })
  const noEndorsement = { ...refusal, signer: voice.position, signature }
  send(turn, [leaderOf(turn, voice.round)], { kind: 'noEndorsement', noEndorsement })
}

/**
 * Not here, without its ancestors, not valid, or of a time that is too far ahead. A block that execution has not judged yet
 * is none of these.
 */
function isRefusable({ env, state }: Turn, tip: Tip): boolean {
  const id = blockId(tip.header)
  if (state.tree.get(id)?.isStored === true || state.record.root.id === id) return false
  if (env.rules.isAhead(env.config, tip.header.timestampMs, env.nowMs)) return true
  const ancestry = ancestryOf(state, id)
  return ancestry.kind !== 'linked' || ancestry.path.some(({ validity }) => validity === 'invalid')
}

/** Collects refusals as this round's leader. Source: notes 2.1, "Q NEs". */
export function onNoEndorsement(turn: Turn, from: Address, refusal: NoEndorsement): void {
  const { env, state } = turn
  const voice = voiceOf(turn)
  if (voice === undefined || !isAskedFor(turn, voice, refusal)) return
  const fault = checkRefusal({ env, record: state.record }, from, refusal)
  if (fault !== undefined) return void turn.outputs.push({ kind: 'reject', from, fault })
  const refusals = withEntry(state.refusals, refusal.signer, refusal)
  update(turn, { refusals })
  const signers = [...refusals.keys()].sort((a, b) => a - b)
  if (!env.rules.isRefusalQuorum(stakeOf(voice.set, signers), voice.set.totalStake)) return
  const signature = env.scheme.aggregate([...refusals.values()].map((one) => one.signature))
  const { epoch, round, tipId, tipQcRound } = refusal
  if (signature !== undefined) update(turn, { refused: { epoch, round, tipId, tipQcRound, signers, signature } })
}

/** Before its signature is checked: this validator leads the round, and the refusal is the signer's first of the tip in question. */
function isAskedFor({ env, state }: Turn, voice: Voice, refusal: NoEndorsement): boolean {
  const { highCertificate } = state.record
  if (env.leader(voice.set, voice.round) !== voice.position || state.refusals.has(refusal.signer)) return false
  if (refusal.round !== voice.round || highCertificate.kind === 'qc') return false
  const { extension } = highCertificate.tc
  if (extension.kind === 'qc' || blockId(extension.tip.header) !== refusal.tipId) return false
  return refusal.tipQcRound === extension.tip.header.qc.round
}
