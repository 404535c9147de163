/**
 * Primitives: the words of the house.
 *
 * Everything here is plain data and pure functions over it: hex and bytes, hashes, RLP, transactions, the rules of each
 * fork, errors. Nothing here knows of state, of a VM or of Node's input and output.
 *
 * - P1 *One form per thing.* An address or a hash in memory is lower-case hex, so `===` and Map keys work; a number of
 *   value is a bigint; bytes are only for code, call data and encodings.
 * - P2 *Three kinds of failure.* Outcomes of the protocol are values; operational failures are `BaseError`s with a stable
 *   code; bugs are failed assertions that name their invariant.
 * - P3 *decode after encode is the identity*, for every encoding here.
 */

export { checksummed } from './checksum.ts'
export * from './errors.ts'
export * from './hex.ts'
export * from './inspect.ts'
export * from './integers.ts'
export * from './keccak.ts'
export { createNativeGate, isInsideNative, type NativeGate, offerNativeGate, shutNativeGate } from './nativeGate.ts'
export * from './rlp.ts'
export * from './rlpFields.ts'
export * from './rules.ts'
export * from './signature.ts'
export * from './systemContracts.ts'
export * from './transaction.ts'
export * from './transactionCodec.ts'
export type * from './types.ts'
