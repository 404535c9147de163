import { BaseError } from './errors.ts'
import { trimmedBytes } from './hex.ts'
import type { Bytes, Word } from './types.ts'

/** The greatest word, 2^256 - 1. */
export const MAX_WORD: Word = 2n ** 256n - 1n

/** The greatest unsigned 64-bit integer, 2^64 - 1. */
export const MAX_UINT64 = 2n ** 64n - 1n

/** The nonce of an account that can send and create no more. Source: EIP-2681. */
export const MAX_NONCE = 2n ** 64n - 1n

/** True for an unsigned integer of at most 256 bits. */
export function isWord(value: bigint): boolean {
  return value >= 0n && value <= MAX_WORD
}

/** True for an unsigned integer below 2^bits. */
export function isUint(value: bigint, bits: number): boolean {
  return BigInt.asUintN(bits, value) === value
}

/** The lesser of a number and {@link MAX_WORD}: what is offered where more could not be written. */
export function atMostWord(value: bigint): Word {
  return value < MAX_WORD ? value : MAX_WORD
}

/** Throws `OUT_OF_RANGE` naming `what` unless `value` is an unsigned integer below 2^bits. For what a caller of ours passed. */
export function checkUint(value: bigint, bits: number, what: string): void {
  if (isUint(value, bits)) return
  throw new BaseError('OUT_OF_RANGE', `${what} is ${value}, not a whole number from 0 to 2^${bits} - 1`)
}

/**
 * RLP's form of an unsigned integer below 2^bits: what `FieldReader.integer` reads with the same bound. Throws
 * `RLP_INVALID_VALUE` naming `what` for any other, so that nothing is written which could not be read back.
 */
export function integerBytes(value: bigint, bits: number, what: string): Bytes {
  if (isUint(value, bits)) return trimmedBytes(value)
  throw new BaseError('RLP_INVALID_VALUE', `${what} is ${value}, which is no unsigned integer of ${bits} bits`)
}
