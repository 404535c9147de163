/**
 * Consensus: in which order, and that it stays so.
 *
 * Validators agree on a chain of blocks of which this room sees only hashes: MonadBFT's rules (arXiv 2502.20692, as its
 * authors ship them), a two-phase HotStuff in which a timeout reports the block last voted for, hardened in the ways that
 * docs/consensus.md lists. Time, network, disk, execution and keys are inputs and outputs:
 *
 *   Input --step--> new state + Outputs in order: persist, then what depends on it
 *
 *   round r     leader r proposes a block on QC(r-1) --> votes to the leaders of r and r+1 --> QC(r) --> round r+1
 *   it fails    timeouts to all, each with what it can extend --> TC(r) --> the leader of r+1 proposes the best of these
 *               again, or proves with refusals of two thirds (NEC) that it can not have been certified
 *   finality    QC(r) of a block whose parent's certificate is of r-1 makes the parent final
 *
 * Words: QC, TC, NEC are certificates of votes, timeouts and refusals of more than two thirds of the stake; a tip is a
 * signed header; a fresh block is proposed in its own round.
 *
 * - Durable: what a message depends on is persisted before the message is sent (invariants 3 to 6).
 * - Agreement: the finalized chains of honest validators are prefixes of each other (invariants 1, 2, 9).
 * - No tail fork: a block certified in its own round by an author that signed only that one stays (invariant 10).
 * - Pure: equal state and input give equal state and outputs (invariant 14); a peer's bytes never throw (15).
 *
 * The rules that all this hangs on are in rules.ts, one function each; core/ keeps the books around them.
 */
export { type Checker, checkQc } from './check.ts'
export * from './codec/evidence.ts'
export * from './codec/record.ts'
export { blockId, decodeBlock, decodeMessage, encodeBlock, encodeMessage } from './codec/wire.ts'
export * from './config.ts'
export { isSameOffence, type Statement, statementsOf } from './core/evidence.ts'
export { blocksFor, provenBlocks } from './core/sync.ts'
export { type ConsensusState, currentRound } from './core/turn.ts'
export { createBlstScheme } from './crypto/blst.ts'
export { createNobleBlsScheme } from './crypto/nobleBls.ts'
export type { SignatureScheme } from './crypto/scheme.ts'
export { provePossession, provesPossession } from './crypto/scheme.ts'
export { createVerifyOnce } from './crypto/verifyOnce.ts'
export type * from './fault.ts'
export type * from './ports.ts'
export { RULES, type Rules } from './rules.ts'
export { EPOCH_RESERVE_ROUNDS, epochAt, roundAfter, startAfter } from './schedule.ts'
export * from './step.ts'
export type * from './types.ts'
export * from './validators.ts'
