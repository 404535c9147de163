/** The vocabulary of the house: what every other room calls its data. */

declare const brand: unique symbol

/** A `base` that only the constructor named `name` produces. */
export type Brand<base, name extends string> = base & { readonly [brand]: name }

/** Bytes as text: lower-case digits, two per byte, after `0x`. */
export type Hex = `0x${string}`

/** 20 bytes as lower-case hex, so that `===` and Map keys work. */
export type Address = Brand<Hex, 'Address'>

/** 32 bytes as lower-case hex: a Keccak-256 digest. */
export type Hash = Brand<Hex, 'Hash'>

/** An unsigned 256-bit integer, 0 to 2^256 - 1: a storage slot, a storage value, a stack word. */
export type Word = bigint

/** Raw bytes: code, call data, encodings. Treated as immutable once shared. */
export type Bytes = Uint8Array

/** One event of a contract. At most four topics. */
export type Log = { readonly address: Address; readonly topics: readonly Hash[]; readonly data: Bytes }
