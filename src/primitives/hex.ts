import { assert } from './errors.ts'
import type { Address, Bytes, Hash, Hex, Word } from './types.ts'

const HEX_PATTERN = /^0x[0-9a-fA-F]*$/

/** True for `0x` followed by hex digits, of any length, odd included. */
export function isHex(text: unknown): text is Hex {
  return typeof text === 'string' && HEX_PATTERN.test(text)
}

/** Bytes to lower-case hex. */
export function toHex(bytes: Bytes): Hex {
  // Buffer's encoder is native: 0.2 us for 32 bytes, where a table of two-digit strings takes 0.7 us.
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}

/** Hex of whole bytes to bytes. The caller has checked the form: `isHex` and an even number of digits. */
export function fromHex(hex: string): Bytes {
  assert(hex.length % 2 === 0, 'hex has whole bytes')
  // Not Uint8Array.from, which goes through an iterator: 180 ns for 32 bytes, not 290.
  return new Uint8Array(Buffer.from(hex.slice(2), 'hex'))
}

/** A number or bigint, 0 or more, as a JSON-RPC quantity: no leading zeros. */
export function toQuantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`
}

/** Normalises 20 bytes of hex, of any case. The caller has checked the form. */
export function toAddress(hex: string): Address {
  assert(hex.length === 42, 'an address has 20 bytes')
  return hex.toLowerCase() as Address
}

/** 20 bytes to an address. */
export function addressFromBytes(bytes: Bytes): Address {
  assert(bytes.length === 20, 'an address has 20 bytes')
  return toHex(bytes) as Address
}

/** Normalises 32 bytes of hex, of any case. The caller has checked the form. */
export function toHash(hex: string): Hash {
  assert(hex.length === 66, 'a hash has 32 bytes')
  return hex.toLowerCase() as Hash
}

/** 32 bytes to a hash. */
export function hashFromBytes(bytes: Bytes): Hash {
  assert(bytes.length === 32, 'a hash has 32 bytes')
  return toHex(bytes) as Hash
}

/** Big-endian bytes, at most 32, to the unsigned integer they spell; no bytes spell 0. */
export function wordFromBytes(bytes: Bytes): Word {
  return bytes.length === 0 ? 0n : BigInt(toHex(bytes))
}

/** A word as 32 bytes, big-endian. */
export function wordToBytes(word: Word): Bytes {
  return fromHex(wordToHash(word))
}

/** A word as 64 hex digits. */
export function wordToHash(word: Word): Hash {
  return `0x${word.toString(16).padStart(64, '0')}` as Hash
}

/** The address in a word's low 20 bytes; higher bytes are ignored, as the EVM does. */
export function addressFromWord(word: Word): Address {
  return `0x${BigInt.asUintN(160, word).toString(16).padStart(40, '0')}` as Address
}

/** An unsigned integer as big-endian bytes without leading zeros (RLP's form); 0 has no bytes. */
export function trimmedBytes(value: bigint): Bytes {
  if (value === 0n) return EMPTY_BYTES
  const digits = value.toString(16)
  return fromHex(`0x${digits.length % 2 === 0 ? '' : '0'}${digits}`)
}

/** Joins byte strings. O(total length). */
export function concatBytes(...parts: readonly Bytes[]): Bytes {
  return Uint8Array.from(Buffer.concat(parts))
}

/** True when both hold the same bytes. */
export function equalBytes(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

/** True when `bytes` begins with `prefix`. */
export function hasPrefix(bytes: Bytes, prefix: Bytes): boolean {
  return bytes.length >= prefix.length && equalBytes(bytes.subarray(0, prefix.length), prefix)
}

/** No bytes. Shared, never written to. */
export const EMPTY_BYTES: Bytes = new Uint8Array(0)

/** The address of 20 zero bytes. */
export const ZERO_ADDRESS = `0x${'00'.repeat(20)}` as Address

/** 32 zero bytes. */
export const ZERO_HASH = `0x${'00'.repeat(32)}` as Hash
