import { setAt } from '../check.ts'
import { blockId } from '../codec/wire.ts'
import { MAX_EVIDENCE, ROUND_WINDOW } from '../limits.ts'
import { voteMessage } from '../signing.ts'
import type { Evidence, Tip, Vote } from '../types.ts'
import { currentRound, type Turn, update, withEntry } from './turn.ts'

/** Two votes of one signer for one round: proof against it when both signatures are good. Source: notes 2.1, onVote. */
export function noteDoubleVote(turn: Turn, first: Vote, second: Vote): void {
  if (first.blockId === second.blockId || first.epoch !== second.epoch) return
  const { env, state } = turn
  const key = setAt({ env, record: state.record }, first.round)?.validators[first.signer]?.publicKey
  if (key === undefined) return
  const isSigned = (vote: Vote) => env.scheme.verify(key, voteMessage(env.config.chainId, vote), vote.signature)
  const isKnown = state.evidence.some(
    (one) => one.kind === 'doubleVote' && one.first.round === first.round && one.first.signer === first.signer,
  )
  if (!isKnown && isSigned(first) && isSigned(second)) keep(turn, { kind: 'doubleVote', first, second })
}

/** Remembers a checked tip; another one of the same round is proof against its author. Source: notes 2.1, onProposal. */
export function noteTip(turn: Turn, tip: Tip): void {
  const { tips, evidence } = turn.state
  const { round } = tip.header
  const oldest = currentRound(turn.state) - ROUND_WINDOW
  if (round < oldest) return
  const first = tips.get(round)
  if (first === undefined) {
    update(turn, { tips: withEntry(tips, round, tip, (one) => one >= oldest) })
    return
  }
  if (blockId(first.header) === blockId(tip.header)) return
  const isKnown = evidence.some((one) => one.kind === 'doubleProposal' && one.first.header.round === round)
  if (!isKnown) keep(turn, { kind: 'doubleProposal', first, second: tip })
}

function keep(turn: Turn, evidence: Evidence): void {
  update(turn, { evidence: [...turn.state.evidence, evidence].slice(-MAX_EVIDENCE) })
  turn.outputs.push({ kind: 'evidence', evidence })
}
