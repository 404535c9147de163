import type { Brand } from '../primitives/index.ts'

/**
 * The unit in which wasm work is priced, 10,000 to a gas, so that a single instruction can cost less than 1 gas. Never
 * mixed with gas: only {@link toInk} and {@link toGas} cross.
 */
export type Ink = Brand<bigint, 'Ink'>

/** The unit of the transaction, as everywhere else; branded here because this room has a second unit. */
export type Gas = Brand<bigint, 'Gas'>

/** Ink per gas. Source: Stylus's default ink price. */
export const INK_PER_GAS = 10_000n

/** Names an amount of ink, 0 or more. */
export function ink(amount: bigint | number): Ink {
  return BigInt(amount) as Ink
}

/** Names an amount of gas, 0 or more. */
export function gas(amount: bigint | number): Gas {
  return BigInt(amount) as Gas
}

/** All the ink that `amount` buys. */
export function toInk(amount: Gas): Ink {
  return ink(amount * INK_PER_GAS)
}

/** The whole gas in `amount`; a fraction is lost. */
export function toGas(amount: Ink): Gas {
  return gas(amount / INK_PER_GAS)
}

/** The sum of several amounts. */
export function totalInk(...amounts: readonly Ink[]): Ink {
  let total = 0n
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

/** Raising to `exponent`: 17,500 for each of its significant bytes and one more. */
export function powerPrice(exponent: bigint): Ink {
  const bytes = exponent === 0n ? 0 : Math.ceil(exponent.toString(16).length / 2)
  return ink(3_000 + 17_500 * (bytes + 1))
}
