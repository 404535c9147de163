import type { Brand } from '../primitives/index.ts'

/**
 * A price in the unit of wasm work, 10,000 to a gas, so that a single instruction can cost less than 1 gas. Never mixed with
 * gas: only {@link toInk} crosses. A number, because adding bigints costs more than most host functions do; no price comes
 * near 2^53. What frames hold is a bigint, as everywhere.
 */
export type Ink = Brand<number, 'Ink'>

/** A price in the unit of the transaction; branded here because this room has a second unit. */
export type Gas = Brand<number, 'Gas'>

/** Ink per gas. Source: Stylus's default ink price. */
export const INK_PER_GAS = 10_000

/** Names a price in ink, 0 or more. */
export function ink(amount: number): Ink {
  return amount as Ink
}

/** Names a price in gas, 0 or more. */
export function gas(amount: number): Gas {
  return amount as Gas
}

/** The same price in ink. */
export function toInk(amount: Gas): Ink {
  return ink(amount * INK_PER_GAS)
}

/** The sum of several prices. */
export function totalInk(...amounts: readonly Ink[]): Ink {
  let total = 0
  for (const amount of amounts) total += amount
  return ink(total)
}

/** Prices that host functions are made of, in ink. Source: Stylus's hostio pricing (docs/decisions/003-wasm-rules.md). */
export const HOST_CALL = ink(8_400)
/** One pointer that is read or written. */
export const POINTER = ink(5_040)
/** A question to the chain's state rather than to the frame. */
export const CHAIN_QUERY = ink(59_673)
/** {@link CHAIN_QUERY} where the table counts it in gas. */
export const CHAIN_QUERY_GAS = gas(5)
/** With its call and pointers 3 gas, as ADD. */
export const ADDITION = ink(6_480)
/** With its call and pointers 4 gas, a little less than a division. */
export const MULTIPLICATION = ink(16_480)
export const DIVISION = ink(20_000)
export const ADD_MOD = ink(21_000)
export const MUL_MOD = ink(24_100)

/** Writing `length` bytes to the contract's memory. */
export function writePrice(length: number): Ink {
  return ink(5_040 + 30 * Math.max(0, length - 32))
}

/** Reading `length` bytes of the contract's memory. */
export function readPrice(length: number): Ink {
  return ink(16_381 + 55 * Math.max(0, length - 32))
}

/** Hashing `length` bytes. */
export function keccakPrice(length: number): Ink {
  return ink(121_800 + 21_000 * Math.max(0, Math.ceil(length / 32) - 2))
}

/** Raising to `exponent`: `byteInk` for each of its significant bytes and one more. */
export function powerPrice(exponent: bigint, byteInk: number): Ink {
  const bytes = exponent === 0n ? 0 : Math.ceil(exponent.toString(16).length / 2)
  return ink(3_000 + byteInk * (bytes + 1))
}
