import { panic } from './revert'
import { u256 } from './u256'
import {
  addWords, compareWords, flipped, isNegativeWord, isZeroWord, limb, multipliedWrapping, negated, OVERFLOW,
  setLimb, shiftedLeft, shiftedRight,
} from './word'

function ofWord(word: usize): i256 {
  return changetype<i256>(word)
}

function isNegative(value: i256): bool {
  return isNegativeWord(changetype<usize>(value))
}

/** The distance from zero; of the lowest number too, which has no positive counterpart. */
function magnitude(value: i256): u256 {
  return changetype<u256>(isNegative(value) ? negated(changetype<usize>(value)) : changetype<usize>(value))
}

/** The number that far from zero. Panics when there is none. */
function signed(distance: u256, negative: bool): i256 {
  const word = changetype<usize>(distance)
  const made = ofWord(negative ? negated(word) : word)
  if (isNegative(made) != negative && !isZeroWord(word)) panic(OVERFLOW)
  return made
}

/** a + b or a - b. It is out of range when a and what is added have one sign and the sum has the other. */
function added(a: i256, b: i256, flip: u64, checked: bool): i256 {
  const made = __alloc(32)
  addWords(made, changetype<usize>(a), changetype<usize>(b), flip)
  if (checked && isNegative(a) == (isNegative(b) != bool(flip)) && isNegative(a) != isNegativeWord(made)) panic(OVERFLOW)
  return ofWord(made)
}

/** Below 0, 0 or above 0. */
function compare(a: i256, b: i256): i32 {
  if (isNegative(a) != isNegative(b)) return isNegative(a) ? -1 : 1
  return compareWords(changetype<usize>(a), changetype<usize>(b))
}

/**
 * A signed integer of 256 bits. Arithmetic is checked as in Solidity: overflow reverts with Panic(0x11), division by zero
 * with Panic(0x12). `i256(-5)` and `i256('-1000000000000000000000')` make one.
 */
@unmanaged @final
export class i256 {
  private limb0: u64
  private limb1: u64
  private limb2: u64
  private limb3: u64

  /** From any number (one that is too large panics) or from a string of digits. */
  static from<T>(value: T): i256 {
    if (isString<T>()) {
      const text = changetype<string>(value)
      const negative = text.startsWith('-')
      return signed(u256.from<string>(negative ? text.substring(1) : text), negative)
    }
    if (isReference<T>()) {
      if (!isDefined(value.__signed)) ERROR('only a number or a string can be made an i256')
      if (!value.__signed()) {
        if (isNegativeWord(changetype<usize>(value))) panic(OVERFLOW)
      }
      return changetype<i256>(value)
    }
    const made = __alloc(32)
    setLimb(made, 24, <u64>value)
    if (isSigned<T>()) {
      if (value < 0) memory.fill(made, 0xff, 24)
    }
    return ofWord(made)
  }

  static get zero(): i256 {
    return ofWord(__alloc(32))
  }

  static get max(): i256 {
    return ~i256.min
  }

  static get min(): i256 {
    const made = __alloc(32)
    store<u8>(made, 0x80)
    return ofWord(made)
  }

  isZero(): bool {
    return isZeroWord(changetype<usize>(this))
  }

  isNegative(): bool {
    return isNegative(this)
  }

  /** The distance from zero. */
  abs(): u256 {
    return magnitude(this)
  }

  /** The value without sign; Panic(0x11) when it is negative. */
  toU256(): u256 {
    return u256.from(this)
  }

  /** The value as an integer of the machine; Panic(0x11) when it does not fit. */
  toI64(): i64 {
    const low = <i64>limb(changetype<usize>(this), 24)
    if (i256.from<i64>(low) != this) panic(OVERFLOW)
    return low
  }

  /** this + other modulo 2^256: what `unchecked` gives in Solidity. */
  wrappingAdd(other: i256): i256 {
    return added(this, other, 0, false)
  }

  /** this - other modulo 2^256. */
  wrappingSub(other: i256): i256 {
    return added(this, other, u64.MAX_VALUE, false)
  }

  /** this * other modulo 2^256. */
  wrappingMul(other: i256): i256 {
    return ofWord(multipliedWrapping(changetype<usize>(this), changetype<usize>(other)))
  }

  /** Decimal digits, after a minus sign when it is negative. */
  toString(): string {
    return (isNegative(this) ? '-' : '') + magnitude(this).toString()
  }

  @operator('==')
  private static equal(a: i256, b: i256): bool {
    return compare(a, b) == 0
  }

  @operator('!=')
  private static different(a: i256, b: i256): bool {
    return compare(a, b) != 0
  }

  @operator('<')
  private static less(a: i256, b: i256): bool {
    return compare(a, b) < 0
  }

  @operator('<=')
  private static lessOrEqual(a: i256, b: i256): bool {
    return compare(a, b) <= 0
  }

  @operator('>')
  private static greater(a: i256, b: i256): bool {
    return compare(a, b) > 0
  }

  @operator('>=')
  private static greaterOrEqual(a: i256, b: i256): bool {
    return compare(a, b) >= 0
  }

  @operator('+')
  private static add(a: i256, b: i256): i256 {
    return added(a, b, 0, true)
  }

  @operator('-')
  private static subtract(a: i256, b: i256): i256 {
    return added(a, b, u64.MAX_VALUE, true)
  }

  @operator('*')
  private static multiply(a: i256, b: i256): i256 {
    return signed(magnitude(a) * magnitude(b), isNegative(a) != isNegative(b))
  }

  /** Towards zero. */
  @operator('/')
  private static divide(a: i256, b: i256): i256 {
    return signed(magnitude(a) / magnitude(b), isNegative(a) != isNegative(b))
  }

  /** With the sign of the dividend. */
  @operator('%')
  private static remainder(a: i256, b: i256): i256 {
    return signed(magnitude(a) % magnitude(b), isNegative(a))
  }

  @operator('**')
  private static power(base: i256, exponent: u32): i256 {
    return signed(magnitude(base) ** exponent, isNegative(base) && bool(exponent & 1))
  }

  /** Bits that leave are lost, as in Solidity. */
  @operator('<<')
  private static shiftLeft(a: i256, bits: u32): i256 {
    return ofWord(shiftedLeft(changetype<usize>(a), bits))
  }

  /** Keeps the sign. */
  @operator('>>')
  private static shiftRight(a: i256, bits: u32): i256 {
    if (!isNegative(a)) return ofWord(shiftedRight(changetype<usize>(a), bits))
    return ofWord(flipped(shiftedRight(flipped(changetype<usize>(a)), bits)))
  }

  @operator('&')
  private static and(a: i256, b: i256): i256 {
    return changetype<i256>(changetype<u256>(a) & changetype<u256>(b))
  }

  @operator('|')
  private static or(a: i256, b: i256): i256 {
    return changetype<i256>(changetype<u256>(a) | changetype<u256>(b))
  }

  @operator('^')
  private static xor(a: i256, b: i256): i256 {
    return changetype<i256>(changetype<u256>(a) ^ changetype<u256>(b))
  }

  @operator.prefix('~')
  private static not(a: i256): i256 {
    return ofWord(flipped(changetype<usize>(a)))
  }

  @operator.prefix('-')
  private static negative(a: i256): i256 {
    return i256.zero - a
  }

  __signed(): bool {
    return true
  }
}
