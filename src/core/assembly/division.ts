/** Division of words. A divisor of 0 gives 0 (Yellow Paper appendix H). `out` may be any input. */
import { divideByLimb, divideByLimbs } from './longDivision'
import { bitLength, copy, fitsU64, fromU64, isPowerOfTwo, neg, setLimbs, shiftRight } from './word'

const quotient = memory.data(32, 16)
const rest = memory.data(32, 16)
/** The quotient that nobody asks for. */
const unused = memory.data(64, 16)

/** How many limbs a has without the zeros on top. */
// @ts-ignore: decorator
@inline
function limbsOf(a: usize): i32 {
  if (load<u64>(a, 24) != 0) return 4
  if (load<u64>(a, 16) != 0) return 3
  return load<u64>(a, 8) != 0 ? 2 : i32(load<u64>(a) != 0)
}

/** a / b where not both are below 2^64. */
function divWide(out: usize, a: usize, b: usize): void {
  if (isPowerOfTwo(b)) {
    shiftRight(out, bitLength(b) - 1, a, 0)
    return
  }
  const count = limbsOf(a)
  const divisorCount = limbsOf(b)
  setLimbs(quotient, 0, 0, 0, 0)
  if (divisorCount == 1) divideByLimb(quotient, a, count, load<u64>(b))
  else if (divisorCount > 1 && count >= divisorCount) divideByLimbs(quotient, rest, a, count, b, divisorCount)
  copy(out, quotient)
}

/** out = a / b, unsigned. */
export function div(out: usize, a: usize, b: usize): void {
  if (fitsU64(a) && fitsU64(b)) {
    const d = load<u64>(b)
    fromU64(out, d == 0 ? 0 : load<u64>(a) / d)
  } else divWide(out, a, b)
}

/** out = the number of `count` limbs at a % b, unsigned. */
export function modLimbs(out: usize, a: usize, count: i32, b: usize): void {
  while (count > 0 && load<u64>(a + (count - 1) * 8) == 0) count--
  const divisorCount = limbsOf(b)
  if (divisorCount == 0) setLimbs(out, 0, 0, 0, 0)
  else if (count < divisorCount) copy(out, a)
  else if (divisorCount == 1) fromU64(out, divideByLimb(unused, a, count, load<u64>(b)))
  else divideByLimbs(unused, out, a, count, b, divisorCount)
}

/** out = a % b, unsigned. */
export function mod(out: usize, a: usize, b: usize): void {
  if (fitsU64(a) && fitsU64(b)) {
    const d = load<u64>(b)
    fromU64(out, d == 0 ? 0 : load<u64>(a) % d)
  } else modLimbs(out, a, 4, b)
}

// @ts-ignore: decorator
@inline
function isNegative(a: usize): bool {
  return load<i64>(a, 24) < 0
}

/** -2^63 < a < 2^63: what i64 divides without a trap by any such number but 0. */
// @ts-ignore: decorator
@inline
function fitsI64(a: usize): bool {
  const low = load<i64>(a)
  const sign = low >> 63
  const above = (load<i64>(a, 8) ^ sign) | (load<i64>(a, 16) ^ sign) | (load<i64>(a, 24) ^ sign)
  return above == 0 && low != i64.MIN_VALUE
}

// @ts-ignore: decorator
@inline
function fromI64(out: usize, v: i64): void {
  const sign = u64(v >> 63)
  setLimbs(out, u64(v), sign, sign, sign)
}

const absoluteA = memory.data(32, 16)
const absoluteB = memory.data(32, 16)

/** a without its sign: a itself, or its negation at `scratch`. */
// @ts-ignore: decorator
@inline
function absolute(scratch: usize, a: usize): usize {
  if (!isNegative(a)) return a
  neg(scratch, a)
  return scratch
}

/** out = a / b in two's complement, rounded towards 0; -2^255 / -1 is -2^255. */
export function sdiv(out: usize, a: usize, b: usize): void {
  if (fitsI64(a) && fitsI64(b)) {
    const d = load<i64>(b)
    fromI64(out, d == 0 ? 0 : load<i64>(a) / d)
    return
  }
  const negative = isNegative(a) != isNegative(b)
  div(out, absolute(absoluteA, a), absolute(absoluteB, b))
  if (negative) neg(out, out)
}

/** out = a % b in two's complement; the sign is a's. */
export function smod(out: usize, a: usize, b: usize): void {
  if (fitsI64(a) && fitsI64(b)) {
    const d = load<i64>(b)
    fromI64(out, d == 0 ? 0 : load<i64>(a) % d)
    return
  }
  const negative = isNegative(a)
  mod(out, absolute(absoluteA, a), absolute(absoluteB, b))
  if (negative) neg(out, out)
}
