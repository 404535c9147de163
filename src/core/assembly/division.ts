/** Division of words. A divisor of 0 gives 0 (Yellow Paper appendix H). `out` may be any input. */
import { divideLimbs, limbCount } from './limbs'
import { copy, fitsU64, fromU64, neg, setLimbs } from './word'

const quotient = memory.data(32, 16)
/** The dividend, then the remainder; one limb more than a word. */
const dividend = memory.data(48, 16)

/** Divides words into {@link quotient} and {@link dividend}; b is not 0. */
function divide(a: usize, b: usize): void {
  const count = limbCount(a, 4)
  const divisorCount = limbCount(b, 4)
  copy(dividend, a)
  setLimbs(quotient, 0, 0, 0, 0)
  if (count >= divisorCount) divideLimbs(dividend, count, b, divisorCount, quotient)
}

/** out = a / b, unsigned */
export function div(out: usize, a: usize, b: usize): void {
  if (fitsU64(b)) {
    const d = load<u64>(b)
    if (d == 0 || fitsU64(a)) {
      fromU64(out, d == 0 ? 0 : load<u64>(a) / d)
      return
    }
  }
  divide(a, b)
  copy(out, quotient)
}

/** out = a % b, unsigned */
export function mod(out: usize, a: usize, b: usize): void {
  if (fitsU64(b)) {
    const d = load<u64>(b)
    if (d == 0 || fitsU64(a)) {
      fromU64(out, d == 0 ? 0 : load<u64>(a) % d)
      return
    }
  }
  divide(a, b)
  copy(out, dividend)
}

const absoluteA = memory.data(32, 16)
const absoluteB = memory.data(32, 16)

// @ts-ignore: decorator
@inline
function isNegative(a: usize): bool {
  return load<i64>(a, 24) < 0
}

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
  const negative = isNegative(a) != isNegative(b)
  div(out, absolute(absoluteA, a), absolute(absoluteB, b))
  if (negative) neg(out, out)
}

/** out = a % b in two's complement; the sign is a's. */
export function smod(out: usize, a: usize, b: usize): void {
  const negative = isNegative(a)
  mod(out, absolute(absoluteA, a), absolute(absoluteB, b))
  if (negative) neg(out, out)
}
