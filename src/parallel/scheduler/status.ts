/**
 * A transaction's status: a state, and the number of the execution that it is about (its incarnation), in one word, so that
 * one compare-and-swap can tell whether anything happened since.
 *
 * ```
 *   READY --claim--> EXECUTING --finish--> EXECUTED --commit--> COMMITTING --> COMMITTED
 *     ^                  |                    |                     |
 *     '---- BLOCKED <----'                    '-- look ahead --> EXECUTING (next incarnation)
 * ```
 */
export const READY = 0
export const EXECUTING = 1
export const EXECUTED = 2
/** It waits for a lower transaction. */
export const BLOCKED = 3
/** Whoever moved it here decides on it now, and nobody else. */
export const COMMITTING = 4
export const COMMITTED_FOR_GOOD = 5

const STATE_BITS = 3

/** A status. */
export function statusOf(state: number, incarnation: number): number {
  return (incarnation << STATE_BITS) | state
}

/** One of the states. */
export function stateOf(status: number): number {
  return status & 7
}

/** From 0. */
export function incarnationOf(status: number): number {
  return status >> STATE_BITS
}
