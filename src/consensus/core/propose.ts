import type { Address, Bytes, Hash } from '../../primitives/index.ts'
import { keccakHash } from '../../primitives/index.ts'
import { checkProposal } from '../check.ts'
import { blockId } from '../codec/wire.ts'
import { MAX_BODY_BYTES, ROUND_WINDOW } from '../limits.ts'
import { blockMessage } from '../signing.ts'
import type { FreshProof, Header, Proposal, QuorumCertificate, TimeoutCertificate, Tip } from '../types.ts'
import { learnQc, learnTc } from './certificates.ts'
import { isProved, noteTip } from './evidence.ts'
import { rejectMessage } from './sync.ts'
import { coherentPath, endOf, followsItsParent, insertBlock } from './tree.ts'
import {
  broadcast,
  currentRound,
  leaderOf,
  type Turn,
  update,
  updateRecord,
  type Voice,
  voiceOf,
  withEntry,
} from './turn.ts'

/** Source: notes 2.1, onProposal. Voting is tryVote's. */
export function onProposal(turn: Turn, from: Address, proposal: Proposal): void {
  const { round, tip, body, tc } = proposal
  if (!isProposalNews(turn, proposal)) return
  const fault = checkProposal({ env: turn.env, record: turn.state.record }, from, proposal)
  if (fault !== undefined) {
    rejectMessage(turn, from, fault, tip.header.qc)
    return
  }
  noteTip(turn, tip)
  learnQc(turn, tip.header.qc)
  if (tc !== undefined) learnTc(turn, tc)
  const current = currentRound(turn.state)
  const oldest = current - ROUND_WINDOW
  const { proposed } = turn.state
  // A second proposal for one round is not looked at, whichever it is; its tip has been noted.
  if (round < oldest || proposed.has(round)) return
  update(turn, { proposed: withEntry(proposed, round, blockId(tip.header), (one) => one >= oldest) })
  insertBlock(turn, { header: tip.header, body })
  if (round === current && followsItsParent(turn, tip.header)) update(turn, { candidate: proposal })
}

/**
 * Looked at before signatures are. A second proposal for a round is of use as long as it may be the proof that its leader
 * has signed two blocks.
 */
function isProposalNews(turn: Turn, { epoch, round, tip }: Proposal): boolean {
  const { proposed } = turn.state
  if (round < currentRound(turn.state) - ROUND_WINDOW) return false
  const known = proposed.get(round)
  if (known === undefined) return true
  if (known === blockId(tip.header) || tip.header.round !== round) return false
  const validator = leaderOf(turn, round)
  return validator !== undefined && !isProved(turn, { kind: 'doubleProposal', validator, epoch })
}

/** Proposes in one's own round, or does what must come before. Source: notes 2.1, tryPropose. */
export function tryPropose(turn: Turn): void {
  const { record } = turn.state
  const voice = voiceOf(turn)
  if (voice === undefined || turn.env.leader(voice.set, voice.round) !== voice.position) return
  if (voice.round <= record.highPropose || voice.round <= record.highVote) return
  const { highCertificate } = record
  if (highCertificate.kind === 'qc') {
    planOn(turn, voice, highCertificate.qc, undefined, undefined)
    return
  }
  const { tc } = highCertificate
  if (tc.extension.kind === 'qc') {
    planOn(turn, voice, tc.extension.qc, { kind: 'noTip', certificate: tc }, tc)
    return
  }
  const { tip } = tc.extension
  const { refused } = turn.state
  if (refused !== undefined) {
    planOn(turn, voice, tip.header.qc, { kind: 'noEndorsement', certificate: refused }, tc)
    return
  }
  proposeAgain(turn, voice, tip, tc)
}

/** Asks for the body of a new block, once a round. */
function planOn(
  turn: Turn,
  { round }: Voice,
  qc: QuorumCertificate,
  fresh: FreshProof | undefined,
  tc: TimeoutCertificate | undefined,
): void {
  if (turn.state.plan !== undefined) return
  const path = coherentPath(turn.state, qc.blockId)
  if (path === undefined) return
  const parent = endOf(turn.state, path)
  const height = parent.height + 1
  const timestampMs = Math.max(Math.floor(turn.env.nowMs), parent.timestampMs + 1)
  update(turn, { plan: { round, qc, height, timestampMs, fresh, tc } })
  turn.outputs.push({ kind: 'build', round, parentId: qc.blockId, height, timestampMs })
}

/** Proposes the tip that the failed round left; asks who refuses it when its block is not here, or not for now. */
function proposeAgain(turn: Turn, { set, round }: Voice, tip: Tip, tc: TimeoutCertificate): void {
  const id = blockId(tip.header)
  const path = coherentPath(turn.state, id)
  const block = turn.state.tree.get(id)?.block
  const isAhead = turn.env.rules.isAhead(turn.env.config, tip.header.timestampMs, turn.env.nowMs)
  if (path !== undefined && block !== undefined && !isAhead) {
    propose(turn, { epoch: set.epoch, round, tip, body: block.body, tc })
    return
  }
  if (turn.state.hasAskedToRecover) return
  update(turn, { hasAskedToRecover: true })
  broadcast(turn, { kind: 'recovery', recovery: { epoch: set.epoch, round, tc } })
}

/** The body that was asked for: signs the block and proposes it, unless the round is over. */
export function onPayload(turn: Turn, round: number, parentId: Hash, body: Bytes, executionHash: Hash): void {
  const { plan, record } = turn.state
  const voice = voiceOf(turn)
  if (plan === undefined || voice === undefined || plan.round !== round || plan.qc.blockId !== parentId) return
  if (voice.round !== round || round <= record.highPropose || round <= record.highVote) return
  if (body.length > MAX_BODY_BYTES) return
  const { qc, height, timestampMs, fresh, tc } = plan
  const { epoch } = voice.set
  const header: Header = { epoch, round, height, qc, timestampMs, payloadHash: keccakHash(body), executionHash }
  const signature = turn.env.sign(blockMessage(turn.env.config.chainId, header))
  propose(turn, { epoch, round, tip: { header, signature, fresh }, body, tc })
}

function propose(turn: Turn, proposal: Proposal): void {
  updateRecord(turn, { highPropose: proposal.round })
  broadcast(turn, { kind: 'proposal', proposal })
}
