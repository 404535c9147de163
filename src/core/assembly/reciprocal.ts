/**
 * Division by multiplication: wasm divides 64 by 64 bits only, so a 128-bit dividend is divided with a reciprocal of the
 * divisor, computed once and used for each digit. Möller and Granlund, "Improved division by invariant integers", IEEE
 * Transactions on Computers 60 (2011); names and numbers of algorithms as there. Divisors are normalised: their highest bit is 1.
 */
import { mulHigh } from './limb'

let lastDivisor: u64 = 0
let lastReciprocal: u64 = 0

/** floor((2^128 - 1) / d) - 2^64 (algorithm 2 with a division for its table). */
function computeReciprocal(d: u64): u64 {
  const d40 = (d >> 24) + 1
  const v0 = u64(u32(0x7fd00) / u32(d >> 55))
  const v1 = (v0 << 11) - ((v0 * v0 * d40) >> 40) - 1
  const v2 = (v1 << 13) + ((v1 * ((u64(1) << 60) - v1 * d40)) >> 47)
  const e = ((v2 >> 1) & (0 - (d & 1))) - v2 * ((d >> 1) + (d & 1))
  const v3 = (v2 << 31) + (mulHigh(v2, e) >> 1)
  const low = v3 * d
  return v3 - (mulHigh(v3, d) + u64(low + d < low) + d)
}

/** floor((2^128 - 1) / d) - 2^64. Programs divide by the same few numbers, so the last one is kept. */
// @ts-ignore: decorator
@inline
export function reciprocal(d: u64): u64 {
  if (d != lastDivisor) {
    lastReciprocal = computeReciprocal(d)
    lastDivisor = d
  }
  return lastReciprocal
}

/** floor((2^192 - 1) / (d1 * 2^64 + d0)) - 2^64 (algorithm 6). */
export function reciprocalOfTwo(d1: u64, d0: u64): u64 {
  let v = reciprocal(d1)
  let p = d1 * v + d0
  if (p < d0) {
    v--
    const over = u64(p >= d1)
    v -= over
    p -= (0 - over) & d1
    p -= d1
  }
  const t1 = mulHigh(v, d0)
  const t0 = v * d0
  p += t1
  if (p < t1) {
    v--
    if (p > d1 || (p == d1 && t0 >= d0)) v--
  }
  return v
}
