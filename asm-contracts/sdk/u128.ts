// The compiler makes every other width of which AssemblyScript has no integer from this file, by replacing 128.

import { fail, panic } from './revert'
import { u256 } from './u256'
import { fitsUnsigned, OVERFLOW, truncatedUnsigned } from './word'

const SIZE: i32 = 128 / 8

/** The same number in fewer bits. Panics when it does not fit. */
function fit(value: u256): u128 {
  if (!fitsUnsigned(changetype<usize>(value), SIZE)) panic(OVERFLOW)
  return changetype<u128>(value)
}

// @ts-ignore: decorator
@inline function wide(value: u128): u256 {
  return changetype<u256>(value)
}

/** An unsigned integer of 128 bits, in a word of 256. Arithmetic is checked as in Solidity. */
@unmanaged @final
export class u128 {
  private limb0: u64
  private limb1: u64
  private limb2: u64
  private limb3: u64

  /** From any number or a string of digits; Panic(0x11) when it does not fit. */
  static from<T>(value: T): u128 {
    return fit(u256.from<T>(value))
  }

  /** The low 128 bits: a conversion that loses what does not fit. */
  static truncate(value: u256): u128 {
    return changetype<u128>(truncatedUnsigned(changetype<usize>(value), SIZE))
  }

  static get zero(): u128 {
    return changetype<u128>(u256.zero)
  }

  static get max(): u128 {
    return u128.truncate(u256.max)
  }

  isZero(): bool {
    return wide(this).isZero()
  }

  toU256(): u256 {
    return wide(this)
  }

  toU64(): u64 {
    return wide(this).toU64()
  }

  toString(): string {
    return wide(this).toString()
  }

  /** this + other modulo 2^128. */
  wrappingAdd(other: u128): u128 {
    return u128.truncate(wide(this).wrappingAdd(wide(other)))
  }

  /** this - other modulo 2^128. */
  wrappingSub(other: u128): u128 {
    return u128.truncate(wide(this).wrappingSub(wide(other)))
  }

  /** this * other modulo 2^128. */
  wrappingMul(other: u128): u128 {
    return u128.truncate(wide(this).wrappingMul(wide(other)))
  }

  @operator('==')
  private static equal(a: u128, b: u128): bool {
    return wide(a) == wide(b)
  }

  @operator('!=')
  private static different(a: u128, b: u128): bool {
    return wide(a) != wide(b)
  }

  @operator('<')
  private static less(a: u128, b: u128): bool {
    return wide(a) < wide(b)
  }

  @operator('<=')
  private static lessOrEqual(a: u128, b: u128): bool {
    return wide(a) <= wide(b)
  }

  @operator('>')
  private static greater(a: u128, b: u128): bool {
    return wide(a) > wide(b)
  }

  @operator('>=')
  private static greaterOrEqual(a: u128, b: u128): bool {
    return wide(a) >= wide(b)
  }

  @operator('+')
  private static add(a: u128, b: u128): u128 {
    return fit(wide(a) + wide(b))
  }

  @operator('-')
  private static subtract(a: u128, b: u128): u128 {
    return fit(wide(a) - wide(b))
  }

  @operator('*')
  private static multiply(a: u128, b: u128): u128 {
    return fit(wide(a) * wide(b))
  }

  @operator('/')
  private static divide(a: u128, b: u128): u128 {
    return fit(wide(a) / wide(b))
  }

  @operator('%')
  private static remainder(a: u128, b: u128): u128 {
    return fit(wide(a) % wide(b))
  }

  @operator('**')
  private static power(base: u128, exponent: u32): u128 {
    return fit(wide(base) ** exponent)
  }

  @operator('<<')
  private static shiftLeft(a: u128, bits: u32): u128 {
    return u128.truncate(wide(a) << bits)
  }

  @operator('>>')
  private static shiftRight(a: u128, bits: u32): u128 {
    return fit(wide(a) >> bits)
  }

  @operator('&')
  private static and(a: u128, b: u128): u128 {
    return fit(wide(a) & wide(b))
  }

  @operator('|')
  private static or(a: u128, b: u128): u128 {
    return fit(wide(a) | wide(b))
  }

  @operator('^')
  private static xor(a: u128, b: u128): u128 {
    return fit(wide(a) ^ wide(b))
  }

  @operator.prefix('~')
  private static not(a: u128): u128 {
    return u128.truncate(~wide(a))
  }

  __signed(): bool {
    return false
  }

  __size(): i32 {
    return SIZE
  }

  __left(): bool {
    return false
  }

  __check(): void {
    if (!fitsUnsigned(changetype<usize>(this), SIZE)) fail()
  }
}
