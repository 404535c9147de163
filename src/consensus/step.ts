import type { Address, Hash } from '../primitives/index.ts'
import { unreachable } from '../primitives/index.ts'
import { checkCertificate, genesisQc, roundOf } from './check.ts'
import { blockId } from './codec/wire.ts'
import type { ConsensusConfig } from './config.ts'
import { armRoundTimer, learnQc, qcOf } from './core/certificates.ts'
import { onValidators } from './core/epochs.ts'
import { settleCertified } from './core/finalize.ts'
import { onPayload, onProposal, tryPropose } from './core/propose.ts'
import { onNoEndorsement, onRecovery, tryRefuse } from './core/recovery.ts'
import { onBlocks, onSyncTimer, rejectMessage, settleWanted, takeBlocks } from './core/sync.ts'
import { giveUp, learnAndPassOn, onTimeout } from './core/timeout.ts'
import { onValidated, requestChecks } from './core/tree.ts'
import { type BlockNode, broadcast, type ConsensusState, currentRound, leaderOf, send, type Turn } from './core/turn.ts'
import { onVote, sendVote, tryVote } from './core/vote.ts'
import type { Env, Input, Output } from './ports.ts'
import type { Rules } from './rules.ts'
import type { Block, Message, RoundCertificate, SafetyRecord, ValidatorSet } from './types.ts'

/** The record of a validator that never signed anything. */
export function genesisRecord(config: ConsensusConfig, validators: ValidatorSet): SafetyRecord {
  const qc = genesisQc(config)
  return {
    epochs: [{ epoch: 0, boundaryId: config.genesisId, startRound: 0, validators }],
    highVote: 0,
    lastVote: undefined,
    lastTimeout: undefined,
    highRefusal: undefined,
    highPropose: 0,
    highTip: undefined,
    highQc: qc,
    highCertificate: { kind: 'qc', qc },
    root: { id: config.genesisId, height: 0, round: 0, timestampMs: 0 },
    haltReason: undefined,
  }
}

/**
 * What an operator says when a validator has halted, or when its record was lost (`record` is then a genesis record) or is
 * older than its last signature: it signs nothing in rounds below `signFrom`, which must lie above every round in which the
 * key may have signed, that is above the round that the network is in.
 */
export function resumeRecord(record: SafetyRecord, signFrom: number): SafetyRecord {
  const highVote = Math.max(record.highVote, signFrom - 1)
  return { ...record, highVote, highPropose: Math.max(record.highPropose, highVote), haltReason: undefined }
}

/** What a validator knows when it starts: its record, and the blocks that were persisted with it. */
export function restoreState(rules: Rules, record: SafetyRecord, blocks: readonly Block[]): ConsensusState {
  const tree = new Map<Hash, BlockNode>()
  for (const block of blocks) {
    const id = blockId(block.header)
    if (block.header.height <= record.root.height) continue
    tree.set(id, { id, block, validity: 'unchecked', isStored: true, isCertified: false })
  }
  return {
    record: rules.restored(record),
    tree,
    wanted: new Map(),
    votes: new Map(),
    forgers: new Map(),
    timeouts: new Map(),
    refusals: new Map(),
    refused: undefined,
    candidate: undefined,
    recovery: undefined,
    hasAskedToRecover: false,
    plan: undefined,
    proposed: new Map(),
    tips: new Map(),
    evidence: [],
    speculative: new Map(),
    lastVoteMs: 0,
  }
}

/**
 * One validator, one input: what it knows afterwards, and what it does. Deterministic, and never throws on what a peer sent.
 * When the safety record changes, or blocks must be durable, the first output is `persist`. A halted validator does nothing.
 */
export function step(
  state: ConsensusState,
  input: Input,
  env: Env,
): { readonly state: ConsensusState; readonly outputs: readonly Output[] } {
  if (state.record.haltReason !== undefined) return { state, outputs: [] }
  const turn: Turn = { env, state, outputs: [], inbox: [], blocks: [] }
  take(turn, input)
  settle(turn)
  for (let message = turn.inbox.shift(); message !== undefined; message = turn.inbox.shift()) {
    hear(turn, env.self, message)
    settle(turn)
  }
  const { record } = turn.state
  if (record === state.record && turn.blocks.length === 0) return { state: turn.state, outputs: turn.outputs }
  return { state: turn.state, outputs: [{ kind: 'persist', record, blocks: turn.blocks }, ...turn.outputs] }
}

/** Takes note of an input. What follows from it is settled afterwards, so that no input is special. */
function take(turn: Turn, input: Input): void {
  switch (input.kind) {
    case 'start':
      start(turn)
      return
    case 'message':
      hear(turn, input.from, input.message)
      return
    case 'timer':
      if (input.timer === 'sync') {
        onSyncTimer(turn)
        return
      }
      if (input.timer === 'round' && input.round === currentRound(turn.state)) {
        giveUp(turn)
        return
      }
      return
    case 'validated':
      onValidated(turn, input.blockId, input.isValid)
      return
    case 'payload':
      onPayload(turn, input.round, input.parentId, input.body, input.executionHash)
      return
    case 'validators':
      onValidators(turn, input.set)
      return
    case 'blocks':
      takeBlocks(turn, input.blocks)
      return
    default:
      unreachable(input)
      return
  }
}

function hear(turn: Turn, from: Address, message: Message): void {
  switch (message.kind) {
    case 'proposal':
      onProposal(turn, from, message.proposal)
      return
    case 'vote':
      onVote(turn, from, message.vote)
      return
    case 'timeout':
      onTimeout(turn, from, message.timeout)
      return
    case 'recovery':
      onRecovery(turn, from, message.recovery)
      return
    case 'noEndorsement':
      onNoEndorsement(turn, from, message.noEndorsement)
      return
    case 'advance':
      onAdvance(turn, from, message.certificate)
      return
    case 'blockRequest':
      return void turn.outputs.push({ kind: 'serve', to: from, request: message.request })
    case 'blocks':
      onBlocks(turn, from, message.blocks)
      return
    default:
      unreachable(message)
      return
  }
}

/** Does whatever can be done now. Each of these does nothing when it has nothing to do. */
function settle(turn: Turn): void {
  settleCertified(turn)
  requestChecks(turn)
  tryVote(turn)
  tryPropose(turn)
  tryRefuse(turn)
  settleWanted(turn)
}

/** Source: notes 2.1, Restart. What was signed for this round may not have left: it is sent again, byte for byte. */
function start(turn: Turn): void {
  const { epochs, lastVote, lastTimeout } = turn.state.record
  const round = currentRound(turn.state)
  armRoundTimer(turn)
  if (lastVote?.round === round) sendVote(turn, lastVote)
  if (lastTimeout?.round === round) broadcast(turn, { kind: 'timeout', timeout: lastTimeout })
  for (const { epoch, boundaryId, startRound, validators } of epochs) {
    if (validators !== undefined) continue
    turn.outputs.push({ kind: 'requestValidators', epoch, blockId: boundaryId, startRound })
  }
}

/** Source: notes 2.1, onAdvance: a certificate goes to whoever must build on it. */
function onAdvance(turn: Turn, from: Address, certificate: RoundCertificate): void {
  if (!isCertificateNews(turn, certificate)) return
  const fault = checkCertificate({ env: turn.env, record: turn.state.record }, certificate)
  if (fault !== undefined) {
    const qc = certificate.kind === 'qc' ? certificate.qc : qcOf(certificate.tc.extension)
    rejectMessage(turn, from, fault, qc)
    return
  }
  if (certificate.kind === 'tc') {
    learnAndPassOn(turn, certificate.tc)
    return
  }
  const isNews = certificate.qc.round >= currentRound(turn.state)
  learnQc(turn, certificate.qc)
  if (isNews) send(turn, [leaderOf(turn, currentRound(turn.state))], { kind: 'advance', certificate })
}

/** Before its signatures are checked: it ends a round that goes on here, or certifies what is above all that is known. */
function isCertificateNews({ state }: Turn, certificate: RoundCertificate): boolean {
  if (roundOf(certificate) >= currentRound(state)) return true
  return certificate.kind === 'qc' && certificate.qc.round > state.record.highQc.round
}
