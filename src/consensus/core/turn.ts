import type { Address, Hash } from '../../primitives/index.ts'
import { epochOf, roundOf, setAt } from '../check.ts'
import type { Env, Output } from '../ports.ts'
import { epochAt, roundAfter } from '../schedule.ts'
import type {
  Block,
  Evidence,
  FreshProof,
  Message,
  NoEndorsement,
  NoEndorsementCertificate,
  Proposal,
  QuorumCertificate,
  Recovery,
  SafetyRecord,
  Timeout,
  TimeoutCertificate,
  Tip,
  ValidatorSet,
  Vote,
} from '../types.ts'
import { positionOf } from '../validators.ts'

/** A block above the root. `validity` is what execution says of it; `isStored` that this validator's disk holds it. */
export type BlockNode = {
  readonly id: Hash
  readonly block: Block
  readonly validity: 'unchecked' | 'checking' | 'valid' | 'invalid'
  readonly isStored: boolean
  /** Whether `certified` has been put out for it. */
  readonly isCertified: boolean
}

/** A block that block sync looks for. `isHearsay`: no certificate that could be checked says that it exists. */
export type Want = {
  readonly peers: readonly Address[]
  readonly attempts: number
  readonly isHearsay: boolean
}

/** What a leader is about to build on, while the body is made. */
export type Plan = {
  readonly round: number
  readonly qc: QuorumCertificate
  readonly height: number
  readonly timestampMs: number
  readonly fresh: FreshProof | undefined
  readonly tc: TimeoutCertificate | undefined
}

/** All that a validator knows. `record` survives a crash; the rest is learnt again. Maps are never changed, but replaced. */
export type ConsensusState = {
  readonly record: SafetyRecord
  /** Blocks above the root, by id; every certificate in their headers has been checked. */
  readonly tree: ReadonlyMap<Hash, BlockNode>
  readonly wanted: ReadonlyMap<Hash, Want>
  /** Votes by round and signer, from the current round on; signatures unchecked until there are enough. */
  readonly votes: ReadonlyMap<number, ReadonlyMap<number, Vote>>
  /** Who sent a bad signature for one of these rounds. */
  readonly forgers: ReadonlyMap<number, ReadonlySet<number>>
  /** Timeouts of the current round, by signer; checked. */
  readonly timeouts: ReadonlyMap<number, Timeout>
  /** Refusals of the current round, by signer; checked. */
  readonly refusals: ReadonlyMap<number, NoEndorsement>
  readonly refused: NoEndorsementCertificate | undefined
  /** The current round's proposal, until it is voted for. */
  readonly candidate: Proposal | undefined
  /** The current round's recovery request, until it is answered. */
  readonly recovery: Recovery | undefined
  readonly hasAskedToRecover: boolean
  readonly plan: Plan | undefined
  /** The first proposal of each recent round, and the first tip that its leader signed. */
  readonly proposed: ReadonlyMap<number, Hash>
  readonly tips: ReadonlyMap<number, Tip>
  readonly evidence: readonly Evidence[]
  /** Heights of speculatively final blocks above the root. */
  readonly speculative: ReadonlyMap<Hash, number>
  readonly lastVoteMs: number
}

/** One call of `step` under way: the state so far, what is to be done, and own messages still to be heard. */
export type Turn = {
  readonly env: Env
  state: ConsensusState
  readonly outputs: Output[]
  readonly inbox: Message[]
  readonly blocks: Block[]
}

/** Replaces parts of the state. */
export function update(turn: Turn, change: Partial<ConsensusState>): void {
  turn.state = { ...turn.state, ...change }
}

/** Replaces parts of the safety record; `step` will persist it before anything else it puts out. */
export function updateRecord(turn: Turn, change: Partial<SafetyRecord>): void {
  update(turn, { record: { ...turn.state.record, ...change } })
}

/** The round this validator is in: the one after the last that ended. */
export function currentRound({ record }: Pick<ConsensusState, 'record'>): number {
  return roundAfter(record.epochs, roundOf(record.highCertificate))
}

/** The round that comes after `round` when all goes on as it is known here. */
export function nextRound({ state }: Turn, round: number): number {
  return roundAfter(state.record.epochs, round)
}

/** This validator's voice in the current round. */
export type Voice = { readonly set: ValidatorSet; readonly position: number; readonly round: number }

/**
 * Undefined when this validator has no vote in the current round, or does not know, or has halted. It does not know while its
 * chain is fetched again: the last epoch in the record is then older than the certificate that began the round.
 */
export function voiceOf({ env, state }: Turn): Voice | undefined {
  const { haltReason, highCertificate } = state.record
  if (haltReason !== undefined) return undefined
  const round = currentRound(state)
  const set = setAt({ env, record: state.record }, round)
  if (set !== undefined && set.epoch < epochOf(highCertificate)) return undefined
  const position = set === undefined ? -1 : positionOf(set, env.self)
  return set === undefined || position < 0 ? undefined : { set, position, round }
}

/** The leader of a round, when its validators are known. */
export function leaderOf({ env, state }: Turn, round: number): Address | undefined {
  const set = setAt({ env, record: state.record }, round)
  return set?.validators[env.leader(set, round)]?.id
}

/** Sends to these, oneself included: own messages are heard in this very turn, after what they depend on is durable. */
export function send(turn: Turn, to: readonly (Address | undefined)[], message: Message): void {
  const others = new Set(to.filter((id) => id !== undefined))
  if (others.delete(turn.env.self)) turn.inbox.push(message)
  if (others.size > 0) turn.outputs.push({ kind: 'send', to: [...others], message })
}

/** Sends to all validators of the current and of the next round, oneself included. */
export function broadcast(turn: Turn, message: Message): void {
  const round = currentRound(turn.state)
  const { epochs } = turn.state.record
  const sets = [round, nextRound(turn, round)].map((one) => epochAt(epochs, one)?.validators)
  send(
    turn,
    sets.flatMap((set) => set?.validators.map(({ id }) => id) ?? []),
    message,
  )
}

/** A copy of `map` with one entry more, and only the entries that `keep` says. */
export function withEntry<key, value>(
  map: ReadonlyMap<key, value>,
  key: key,
  value: value,
  keep: (key: key) => boolean = () => true,
): ReadonlyMap<key, value> {
  return new Map([...map, [key, value] as const].filter(([one]) => keep(one)))
}
