import type { Extension, TimeoutGroup } from './types.ts'

/**
 * How far something reaches: its round; a certificate before a tip of the same round; among such tips, the round in which
 * the parent was certified. The last decides between the two blocks of a leader that equivocates.
 */
export type Rank = { readonly round: number; readonly isQc: boolean; readonly parentRound: number }

/** The rank of what a timeout extends. Source: notes 2.1, rank. */
export function rankOf(extension: Extension): Rank {
  if (extension.kind === 'qc') return { round: extension.qc.round, isQc: true, parentRound: 0 }
  const { header } = extension.tip
  return { round: header.round, isQc: false, parentRound: header.qc.round }
}

/** The rank that a timeout claims with what its signature covers. */
export function rankOfClaim({ qcRound, tipRound }: Pick<TimeoutGroup, 'qcRound' | 'tipRound'>): Rank {
  return tipRound === 0
    ? { round: qcRound, isQc: true, parentRound: 0 }
    : { round: tipRound, isQc: false, parentRound: qcRound }
}

/** Below, at or above 0 as `a` is lower, equal or higher than `b`. A total order (invariant 11). */
export function compareRank(a: Rank, b: Rank): number {
  if (a.round !== b.round) return a.round - b.round
  if (a.isQc !== b.isQc) return a.isQc ? 1 : -1
  return a.parentRound - b.parentRound
}
