import type { Hash } from '../primitives/index.ts'

/** What all validators of a chain must agree on. Times in milliseconds. */
export type ConsensusConfig = {
  readonly chainId: number
  readonly genesisId: Hash
  /** An upper bound for a message's way and its handling. Rounds last multiples of it. */
  readonly deltaMs: number
  /** Least time between two votes while rounds succeed, so that the slower third keeps up. */
  readonly votePaceMs: number
  /** How far a block's time may lie ahead of a voter's clock. */
  readonly maxClockDriftMs: number
  /** Blocks of an epoch: the block at each multiple of it decides the validators of an epoch to come. */
  readonly epochLength: number
  /** Rounds from such a block's to the first of its epoch. Longer than any lag of finalization and execution. */
  readonly epochDelayRounds: number
}

/** How long a round after a success may take: a proposal and votes, there and back, and the pace. Source: notes 2.1, Timer. */
export function baseRoundMs({ deltaMs, votePaceMs }: Pick<ConsensusConfig, 'deltaMs' | 'votePaceMs'>): number {
  return 4 * deltaMs + votePaceMs
}
