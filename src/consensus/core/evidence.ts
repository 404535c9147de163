import type { Bytes, Hash } from '../../primitives/index.ts'
import { setAt } from '../check.ts'
import { blockId } from '../codec/wire.ts'
import { MAX_EVIDENCE, ROUND_WINDOW } from '../limits.ts'
import { blockMessage, voteMessage } from '../signing.ts'
import type { Evidence, Tip, Vote } from '../types.ts'
import { currentRound, leaderOf, type Turn, update, withEntry } from './turn.ts'

/**
 * Two votes of one signer for one round: proof against it when both signatures are good. False when one of them is not.
 * Source: notes 2.1, onVote.
 */
export function noteDoubleVote(turn: Turn, first: Vote, second: Vote): boolean {
  const { epoch, round } = first
  if (first.blockId === second.blockId || epoch !== second.epoch) return true
  const { env, state } = turn
  const signer = setAt({ env, record: state.record }, round)?.validators[first.signer]
  if (signer === undefined) return true
  const isSigned = (vote: Vote) =>
    env.scheme.verify(signer.publicKey, voteMessage(env.config.chainId, vote), vote.signature)
  const evidence: Evidence = { kind: 'doubleVote', validator: signer.id, epoch, round, first, second }
  if (isProved(turn, evidence)) return true
  if (!isSigned(first) || !isSigned(second)) return false
  keep(turn, evidence)
  return true
}

/** Remembers a checked tip; another one of the same round is proof against its author. Source: notes 2.1, onProposal. */
export function noteTip(turn: Turn, tip: Tip): void {
  const { tips } = turn.state
  const { round, epoch } = tip.header
  const oldest = currentRound(turn.state) - ROUND_WINDOW
  if (round < oldest) return
  const first = tips.get(round)
  if (first === undefined) {
    update(turn, { tips: withEntry(tips, round, tip, (one) => one >= oldest) })
    return
  }
  const validator = leaderOf(turn, round)
  if (validator === undefined || blockId(first.header) === blockId(tip.header)) return
  const evidence: Evidence = { kind: 'doubleProposal', validator, epoch, round, first, second: tip }
  if (!isProved(turn, evidence)) keep(turn, evidence)
}

/** What a proof is of. */
type Offence = Pick<Evidence, 'kind' | 'validator' | 'epoch'>

/** Do two proofs say the same: this kind of thing of this validator in this epoch? */
export function isSameOffence(a: Offence, b: Offence): boolean {
  return a.kind === b.kind && a.validator === b.validator && a.epoch === b.epoch
}

/** What was signed, byte for byte, the signature, and the block that it speaks of. */
export type Statement = { readonly blockId: Hash; readonly message: Bytes; readonly signature: Bytes }

/** The two statements of a proof, for whoever wants to check it against the validator's public key. */
export function statementsOf(chainId: number, evidence: Evidence): readonly [Statement, Statement] {
  if (evidence.kind === 'doubleVote') {
    const statement = (vote: Vote): Statement => ({ ...vote, message: voteMessage(chainId, vote) })
    return [statement(evidence.first), statement(evidence.second)]
  }
  const statement = ({ header, signature }: Tip): Statement => {
    return { blockId: blockId(header), message: blockMessage(chainId, header), signature }
  }
  return [statement(evidence.first), statement(evidence.second)]
}

/** Is there a proof of this kind against this validator in this epoch already? One is enough. */
export function isProved({ state }: Turn, offence: Offence): boolean {
  return state.evidence.some((one) => isSameOffence(one, offence))
}

function keep(turn: Turn, evidence: Evidence): void {
  update(turn, { evidence: [...turn.state.evidence, evidence].slice(-MAX_EVIDENCE) })
  turn.outputs.push({ kind: 'evidence', evidence })
}
