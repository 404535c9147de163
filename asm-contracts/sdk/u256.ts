import { mathDiv, mathMod, mathMulMod } from './hooks'
import { hexDigits, parseHex } from './hex'
import { panic } from './revert'
import { decimal } from './text'
import {
  addWords, compareWords, copyOf, DIVISION_BY_ZERO, flipped, isNegativeWord, isZeroWord, limb, multipliedWrapping, OVERFLOW,
  setLimb, shiftedLeft, shiftedRight, wordOf,
} from './word'

/** a + b, or a - b. Panics when the result is not in range. */
function added(a: u256, b: u256, flip: u64): u256 {
  const made = __alloc(32)
  if (addWords(made, changetype<usize>(a), changetype<usize>(b), flip) != (flip & 1)) panic(OVERFLOW)
  return changetype<u256>(made)
}

function wrapped(a: u256, b: u256, flip: u64): u256 {
  const made = __alloc(32)
  addWords(made, changetype<usize>(a), changetype<usize>(b), flip)
  return changetype<u256>(made)
}

function blank(): u256 {
  return changetype<u256>(__alloc(32))
}

function copy(value: u256): u256 {
  return changetype<u256>(copyOf(changetype<usize>(value)))
}

function isZero(value: u256): bool {
  return isZeroWord(changetype<usize>(value))
}

function compare(a: u256, b: u256): i32 {
  return compareWords(changetype<usize>(a), changetype<usize>(b))
}

/**
 * An unsigned integer of 256 bits. Arithmetic is checked as in Solidity: overflow reverts with Panic(0x11), division by
 * zero with Panic(0x12). `u256(5)` and `u256('1000000000000000000000')` make one.
 */
@unmanaged @final
export class u256 {
  private limb0: u64
  private limb1: u64
  private limb2: u64
  private limb3: u64

  /** From any number (a negative one panics) or from a string of decimal or `0x` hexadecimal digits. */
  static from<T>(value: T): u256 {
    if (isString<T>()) return parse(changetype<string>(value))
    if (isReference<T>()) {
      if (!isDefined(value.__signed)) ERROR('only a number or a string can be made a u256')
      if (value.__signed()) {
        if (isNegativeWord(changetype<usize>(value))) panic(OVERFLOW)
      }
      return changetype<u256>(value)
    }
    if (isSigned<T>()) {
      if (value < 0) panic(OVERFLOW)
    }
    return changetype<u256>(wordOf(<u64>value))
  }

  static get zero(): u256 {
    return blank()
  }

  static get one(): u256 {
    return u256.from<u32>(1)
  }

  static get max(): u256 {
    return ~blank()
  }

  isZero(): bool {
    return isZero(this)
  }

  /** The value as an integer of the machine; Panic(0x11) when it does not fit. */
  toU64(): u64 {
    const at = changetype<usize>(this)
    if (load<u64>(at) | load<u64>(at, 8) | load<u64>(at, 16)) panic(OVERFLOW)
    return limb(at, 24)
  }

  /** this + other modulo 2^256: what `unchecked` gives in Solidity. */
  wrappingAdd(other: u256): u256 {
    return wrapped(this, other, 0)
  }

  /** this - other modulo 2^256. */
  wrappingSub(other: u256): u256 {
    return wrapped(this, other, u64.MAX_VALUE)
  }

  /** this * other modulo 2^256. */
  wrappingMul(other: u256): u256 {
    return changetype<u256>(multipliedWrapping(changetype<usize>(this), changetype<usize>(other)))
  }

  /** Decimal digits. */
  toString(): string {
    const billions = u256.from<u64>(1_000_000_000_000_000_000)
    let text = ''
    let rest = copy(this)
    while (true) {
      const low = copy(rest)
      mathMod(changetype<usize>(low), changetype<usize>(billions))
      mathDiv(changetype<usize>(rest), changetype<usize>(billions))
      const digits = decimal(limb(changetype<usize>(low), 24))
      if (isZero(rest)) return digits + text
      text = digits.padStart(18, '0') + text
    }
  }

  @operator('==')
  private static equal(a: u256, b: u256): bool {
    return compare(a, b) == 0
  }

  @operator('!=')
  private static different(a: u256, b: u256): bool {
    return compare(a, b) != 0
  }

  @operator('<')
  private static less(a: u256, b: u256): bool {
    return compare(a, b) < 0
  }

  @operator('<=')
  private static lessOrEqual(a: u256, b: u256): bool {
    return compare(a, b) <= 0
  }

  @operator('>')
  private static greater(a: u256, b: u256): bool {
    return compare(a, b) > 0
  }

  @operator('>=')
  private static greaterOrEqual(a: u256, b: u256): bool {
    return compare(a, b) >= 0
  }

  @operator('+')
  private static add(a: u256, b: u256): u256 {
    return added(a, b, 0)
  }

  @operator('-')
  private static subtract(a: u256, b: u256): u256 {
    return added(a, b, u64.MAX_VALUE)
  }

  @operator('*')
  private static multiply(a: u256, b: u256): u256 {
    if (isZero(a)) return a
    const max = u256.max
    const most = copy(max)
    mathDiv(changetype<usize>(most), changetype<usize>(a))
    if (compare(b, most) > 0) panic(OVERFLOW)
    // Modulo 2^256 - 1 the only product that fits and is changed is 2^256 - 1 itself, which becomes 0.
    const made = copy(a)
    mathMulMod(changetype<usize>(made), changetype<usize>(b), changetype<usize>(max))
    return isZero(made) && !isZero(b) ? max : made
  }

  @operator('/')
  private static divide(a: u256, b: u256): u256 {
    if (isZero(b)) panic(DIVISION_BY_ZERO)
    const made = copy(a)
    mathDiv(changetype<usize>(made), changetype<usize>(b))
    return made
  }

  @operator('%')
  private static remainder(a: u256, b: u256): u256 {
    if (isZero(b)) panic(DIVISION_BY_ZERO)
    const made = copy(a)
    mathMod(changetype<usize>(made), changetype<usize>(b))
    return made
  }

  @operator('**')
  private static power(base: u256, exponent: u32): u256 {
    let made = u256.one
    let square = base
    while (true) {
      if (exponent & 1) made = made * square
      exponent >>= 1
      if (!exponent) return made
      square = square * square
    }
  }

  /** Bits that leave are lost, as in Solidity. */
  @operator('<<')
  private static shiftLeft(a: u256, bits: u32): u256 {
    return changetype<u256>(shiftedLeft(changetype<usize>(a), bits))
  }

  @operator('>>')
  private static shiftRight(a: u256, bits: u32): u256 {
    return changetype<u256>(shiftedRight(changetype<usize>(a), bits))
  }

  @operator('&')
  private static and(a: u256, b: u256): u256 {
    const made = __alloc(32)
    for (let at: usize = 0; at < 32; at += 8) {
      store<u64>(made + at, load<u64>(changetype<usize>(a) + at) & load<u64>(changetype<usize>(b) + at))
    }
    return changetype<u256>(made)
  }

  @operator('|')
  private static or(a: u256, b: u256): u256 {
    const made = __alloc(32)
    for (let at: usize = 0; at < 32; at += 8) {
      store<u64>(made + at, load<u64>(changetype<usize>(a) + at) | load<u64>(changetype<usize>(b) + at))
    }
    return changetype<u256>(made)
  }

  @operator('^')
  private static xor(a: u256, b: u256): u256 {
    const made = __alloc(32)
    for (let at: usize = 0; at < 32; at += 8) {
      store<u64>(made + at, load<u64>(changetype<usize>(a) + at) ^ load<u64>(changetype<usize>(b) + at))
    }
    return changetype<u256>(made)
  }

  @operator.prefix('~')
  private static not(a: u256): u256 {
    return changetype<u256>(flipped(changetype<usize>(a)))
  }

  __signed(): bool {
    return false
  }
}

function parse(text: string): u256 {
  if (hexDigits(text) >= 0) {
    const made = blank()
    parseHex(text, changetype<usize>(made), 32)
    return made
  }
  const ten = u256.from<u32>(10)
  let made = blank()
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48
    assert(<u32>digit < 10, 'u256: not a number')
    made = made * ten + u256.from<i32>(digit)
  }
  return made
}
