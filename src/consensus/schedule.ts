import type { ConsensusConfig } from './config.ts'
import type { EpochStart, Header } from './types.ts'

/**
 * Rounds that an epoch's validators keep in reserve behind the round in which the next epoch may begin, for the case that
 * the block that ends their epoch is not final by then. Whoever knows that it is final passes over what is left of them.
 * Rounds stay far below 2^53: an epoch a second fills them in 272 years.
 */
export const EPOCH_RESERVE_ROUNDS = 2 ** 20

/**
 * The first round of the epoch after `previous`, which the block with the header `boundary` decides. A function of the
 * final chain. Without reserves, it would be `epochDelayRounds` after the boundary's round, and after the round in which
 * `previous` began.
 */
export function startAfter(
  { epochDelayRounds }: Pick<ConsensusConfig, 'epochDelayRounds'>,
  previous: EpochStart,
  boundary: Pick<Header, 'epoch' | 'round'>,
): number {
  const withoutReserves = (round: number, epoch: number): number => round - epoch * EPOCH_RESERVE_ROUNDS
  const due = withoutReserves(boundary.round, boundary.epoch) + epochDelayRounds
  const earliest = withoutReserves(previous.startRound, previous.epoch) + 1
  return Math.max(due, earliest) + (previous.epoch + 1) * EPOCH_RESERVE_ROUNDS
}

/** The round of the epoch before it from which on `epoch` may begin: the first of the reserve. */
export function firstReserveRound({ startRound }: Pick<EpochStart, 'startRound'>): number {
  return startRound - EPOCH_RESERVE_ROUNDS
}

/** The epoch in which `round` lies, as far as this validator knows. */
export function epochAt<epoch extends EpochStart>(epochs: readonly epoch[], round: number): epoch | undefined {
  return epochs.findLast(({ startRound }) => startRound <= round)
}

/**
 * The round that comes after a certificate of `round`: the next number, or the first of the next epoch for whoever knows
 * that the block that decides it is final and would be in the reserve otherwise.
 */
export function roundAfter(epochs: readonly EpochStart[], round: number): number {
  const next = epochs.find(({ startRound }) => startRound > round)
  return next !== undefined && round + 1 >= firstReserveRound(next) ? next.startRound : round + 1
}

/**
 * Whether a certificate of round `earlier` brings its holder into `round`. Into an epoch's first round lead all
 * certificates of the reserve before it, and the last one before that.
 */
export function leadsTo(epochs: readonly EpochStart[], earlier: number, round: number): boolean {
  if (earlier + 1 === round) return true
  const begins = epochs.find(({ startRound }) => startRound === round)
  return begins !== undefined && earlier < round && earlier + 1 >= firstReserveRound(begins)
}
