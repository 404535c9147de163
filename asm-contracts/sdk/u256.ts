import { mathDiv, mathMod, mathMulMod } from './hooks'
import { hexDigits, parseHex } from './hex'
import { panic } from './revert'
import { decimal } from './text'

const OVERFLOW: u8 = 0x11
const DIVISION_BY_ZERO: u8 = 0x12

// A u256 is a pointer to 32 big-endian bytes: what call data, storage and host functions hold, so that it enters and
// leaves without conversion. It never changes after it was made.

// @ts-ignore: decorator
@inline function limb(word: u256, at: usize): u64 {
  return bswap<u64>(load<u64>(changetype<usize>(word) + at))
}

// @ts-ignore: decorator
@inline function setLimb(word: u256, at: usize, value: u64): void {
  store<u64>(changetype<usize>(word) + at, bswap<u64>(value))
}

function blank(): u256 {
  return changetype<u256>(__alloc(32))
}

function copy(value: u256): u256 {
  const made = blank()
  memory.copy(changetype<usize>(made), changetype<usize>(value), 32)
  return made
}

function isZero(value: u256): bool {
  const at = changetype<usize>(value)
  return !(load<u64>(at) | load<u64>(at, 8) | load<u64>(at, 16) | load<u64>(at, 24))
}

/** Below 0, 0 or above 0 as a is less than, equal to or greater than b. */
function compare(a: u256, b: u256): i32 {
  for (let at: usize = 0; at < 32; at += 8) {
    const x = limb(a, at)
    const y = limb(b, at)
    if (x != y) return x < y ? -1 : 1
  }
  return 0
}

/** a + b, or a + ~b + 1, which is a - b. Panics unless the carry out is what it should be. */
function addLimbs(a: u256, b: u256, flip: u64): u256 {
  const made = blank()
  let carry = flip & 1
  for (let at: i32 = 24; at >= 0; at -= 8) {
    const x = limb(a, at)
    const y = limb(b, at) ^ flip
    const sum = x + y
    const total = sum + carry
    setLimb(made, at, total)
    carry = u64(sum < x) | u64(total < sum)
  }
  if (carry != (flip & 1)) panic(OVERFLOW)
  return made
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

  /** From any integer (a negative one panics) or from a string of decimal or `0x` hexadecimal digits. */
  static from<T>(value: T): u256 {
    if (isString<T>()) return parse(changetype<string>(value))
    if (isReference<T>()) return changetype<u256>(value)
    if (isSigned<T>()) {
      if (value < 0) panic(OVERFLOW)
    }
    const made = blank()
    setLimb(made, 24, <u64>value)
    return made
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
    return limb(this, 24)
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
      const digits = decimal(limb(low, 24))
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
    return addLimbs(a, b, 0)
  }

  @operator('-')
  private static subtract(a: u256, b: u256): u256 {
    return addLimbs(a, b, u64.MAX_VALUE)
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
    const made = blank()
    const skip = <i32>(min<u32>(bits, 256) >>> 6) << 3
    const part = <u64>(bits & 63)
    for (let at: i32 = 0; at + skip < 32; at += 8) {
      let value = limb(a, at + skip) << part
      if (part && at + skip < 24) value |= limb(a, at + skip + 8) >>> (64 - part)
      setLimb(made, at, value)
    }
    return made
  }

  @operator('>>')
  private static shiftRight(a: u256, bits: u32): u256 {
    const made = blank()
    const skip = <i32>(min<u32>(bits, 256) >>> 6) << 3
    const part = <u64>(bits & 63)
    for (let at: i32 = 24; at >= skip; at -= 8) {
      let value = limb(a, at - skip) >>> part
      if (part && at > skip) value |= limb(a, at - skip - 8) << (64 - part)
      setLimb(made, at, value)
    }
    return made
  }

  @operator('&')
  private static and(a: u256, b: u256): u256 {
    const made = blank()
    for (let at: usize = 0; at < 32; at += 8) setLimb(made, at, limb(a, at) & limb(b, at))
    return made
  }

  @operator('|')
  private static or(a: u256, b: u256): u256 {
    const made = blank()
    for (let at: usize = 0; at < 32; at += 8) setLimb(made, at, limb(a, at) | limb(b, at))
    return made
  }

  @operator('^')
  private static xor(a: u256, b: u256): u256 {
    const made = blank()
    for (let at: usize = 0; at < 32; at += 8) setLimb(made, at, limb(a, at) ^ limb(b, at))
    return made
  }

  @operator.prefix('~')
  private static not(a: u256): u256 {
    const made = blank()
    for (let at: usize = 0; at < 32; at += 8) setLimb(made, at, ~limb(a, at))
    return made
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
