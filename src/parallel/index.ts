/**
 * Executing a block: transactions in order, each on the state that the one before left.
 *
 *   view -> [ system calls | tx 0 | tx 1 | ... | requests ] -> outcomes, one diff for the whole block
 *
 * - X1 *Same result.* Every executor gives what the sequential one gives, bit for bit.
 * - X2 *Rejected is absent.* A transaction that may not be in the block changes nothing and takes no room.
 * - X3 *Gas is bounded.* The gas limits that were admitted never exceed the room that the block had left.
 */
export type * from './executor.ts'
export * from './sequential.ts'
