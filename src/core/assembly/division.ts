/** Division of 256-bit words. A divisor of 0 gives 0 (Yellow Paper appendix H). `out` may be any input. */
import { add, bitLength, compare, copy, isZero, neg, setLimbs, sub } from './word'

const quotient = memory.data(32, 16)
const remainder = memory.data(32, 16)
const dividend = memory.data(32, 16)
const divisor = memory.data(32, 16)

function divide(a: usize, b: usize): void {
  copy(dividend, a)
  copy(divisor, b)
  setLimbs(quotient, 0, 0, 0, 0)
  setLimbs(remainder, 0, 0, 0, 0)
  for (let bit = i32(bitLength(dividend)) - 1; bit >= 0; bit--) {
    const carry = load<i64>(remainder, 24) < 0
    add(remainder, remainder, remainder)
    store<u64>(remainder, load<u64>(remainder) | ((load<u64>(dividend + ((bit >> 6) << 3)) >> (bit & 63)) & 1))
    add(quotient, quotient, quotient)
    if (carry || compare(remainder, divisor) >= 0) {
      sub(remainder, remainder, divisor)
      store<u64>(quotient, load<u64>(quotient) | 1)
    }
  }
}

/** out = a / b, unsigned */
export function div(out: usize, a: usize, b: usize): void {
  if (isZero(b)) {
    setLimbs(out, 0, 0, 0, 0)
    return
  }
  divide(a, b)
  copy(out, quotient)
}

/** out = a % b, unsigned */
export function mod(out: usize, a: usize, b: usize): void {
  if (isZero(b)) {
    setLimbs(out, 0, 0, 0, 0)
    return
  }
  divide(a, b)
  copy(out, remainder)
}

const absoluteA = memory.data(32, 16)
const absoluteB = memory.data(32, 16)

// @ts-ignore: decorator
@inline
function isNegative(a: usize): bool {
  return load<i64>(a, 24) < 0
}

function absolute(out: usize, a: usize): void {
  if (isNegative(a)) neg(out, a)
  else copy(out, a)
}

/** out = a / b in two's complement, rounded towards 0; -2^255 / -1 is -2^255 */
export function sdiv(out: usize, a: usize, b: usize): void {
  const negative = isNegative(a) != isNegative(b)
  absolute(absoluteA, a)
  absolute(absoluteB, b)
  div(out, absoluteA, absoluteB)
  if (negative) neg(out, out)
}

/** out = a % b in two's complement; the sign is a's */
export function smod(out: usize, a: usize, b: usize): void {
  const negative = isNegative(a)
  absolute(absoluteA, a)
  absolute(absoluteB, b)
  mod(out, absoluteA, absoluteB)
  if (negative) neg(out, out)
}
