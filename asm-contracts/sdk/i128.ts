// The compiler makes every other width of which AssemblyScript has no integer from this file, by replacing 128.

import { i256 } from './i256'
import { fail, panic } from './revert'
import { u256 } from './u256'
import { fitsSigned, OVERFLOW, truncatedSigned } from './word'

const SIZE: i32 = 128 / 8

/** The same number in fewer bits. Panics when it does not fit. */
function fit(value: i256): i128 {
  if (!fitsSigned(changetype<usize>(value), SIZE)) panic(OVERFLOW)
  return changetype<i128>(value)
}

// @ts-ignore: decorator
@inline function wide(value: i128): i256 {
  return changetype<i256>(value)
}

/** A signed integer of 128 bits, in a word of 256. Arithmetic is checked as in Solidity. */
@unmanaged @final
export class i128 {
  private limb0: u64
  private limb1: u64
  private limb2: u64
  private limb3: u64

  /** From any number or a string of digits; Panic(0x11) when it does not fit. */
  static from<T>(value: T): i128 {
    return fit(i256.from<T>(value))
  }

  /** The low 128 bits: a conversion that loses what does not fit. */
  static truncate(value: i256): i128 {
    return changetype<i128>(truncatedSigned(changetype<usize>(value), SIZE))
  }

  static get zero(): i128 {
    return changetype<i128>(i256.zero)
  }

  static get max(): i128 {
    return ~i128.min
  }

  static get min(): i128 {
    return changetype<i128>(i256.min >> (256 - 128))
  }

  isZero(): bool {
    return wide(this).isZero()
  }

  toI256(): i256 {
    return wide(this)
  }

  /** The value without sign; Panic(0x11) when it is negative. */
  toU256(): u256 {
    return wide(this).toU256()
  }

  toI64(): i64 {
    return wide(this).toI64()
  }

  toString(): string {
    return wide(this).toString()
  }

  /** this + other modulo 2^128. */
  wrappingAdd(other: i128): i128 {
    return i128.truncate(wide(this).wrappingAdd(wide(other)))
  }

  /** this - other modulo 2^128. */
  wrappingSub(other: i128): i128 {
    return i128.truncate(wide(this).wrappingSub(wide(other)))
  }

  /** this * other modulo 2^128. */
  wrappingMul(other: i128): i128 {
    return i128.truncate(wide(this).wrappingMul(wide(other)))
  }

  @operator('==')
  private static equal(a: i128, b: i128): bool {
    return wide(a) == wide(b)
  }

  @operator('!=')
  private static different(a: i128, b: i128): bool {
    return wide(a) != wide(b)
  }

  @operator('<')
  private static less(a: i128, b: i128): bool {
    return wide(a) < wide(b)
  }

  @operator('<=')
  private static lessOrEqual(a: i128, b: i128): bool {
    return wide(a) <= wide(b)
  }

  @operator('>')
  private static greater(a: i128, b: i128): bool {
    return wide(a) > wide(b)
  }

  @operator('>=')
  private static greaterOrEqual(a: i128, b: i128): bool {
    return wide(a) >= wide(b)
  }

  @operator('+')
  private static add(a: i128, b: i128): i128 {
    return fit(wide(a) + wide(b))
  }

  @operator('-')
  private static subtract(a: i128, b: i128): i128 {
    return fit(wide(a) - wide(b))
  }

  @operator('*')
  private static multiply(a: i128, b: i128): i128 {
    return fit(wide(a) * wide(b))
  }

  @operator('/')
  private static divide(a: i128, b: i128): i128 {
    return fit(wide(a) / wide(b))
  }

  @operator('%')
  private static remainder(a: i128, b: i128): i128 {
    return fit(wide(a) % wide(b))
  }

  @operator('**')
  private static power(base: i128, exponent: u32): i128 {
    return fit(wide(base) ** exponent)
  }

  @operator('<<')
  private static shiftLeft(a: i128, bits: u32): i128 {
    return i128.truncate(wide(a) << bits)
  }

  @operator('>>')
  private static shiftRight(a: i128, bits: u32): i128 {
    return fit(wide(a) >> bits)
  }

  @operator('&')
  private static and(a: i128, b: i128): i128 {
    return fit(wide(a) & wide(b))
  }

  @operator('|')
  private static or(a: i128, b: i128): i128 {
    return fit(wide(a) | wide(b))
  }

  @operator('^')
  private static xor(a: i128, b: i128): i128 {
    return fit(wide(a) ^ wide(b))
  }

  @operator.prefix('~')
  private static not(a: i128): i128 {
    return i128.truncate(~wide(a))
  }

  @operator.prefix('-')
  private static negative(a: i128): i128 {
    return fit(-wide(a))
  }

  __signed(): bool {
    return true
  }

  __size(): i32 {
    return SIZE
  }

  __left(): bool {
    return false
  }

  __check(): void {
    if (!fitsSigned(changetype<usize>(this), SIZE)) fail()
  }
}
