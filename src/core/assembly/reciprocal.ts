/**
 * Division by multiplication: wasm divides 64 by 64 bits only, so a 128-bit dividend is divided with a reciprocal of the
 * divisor, computed once and used for each digit. Möller and Granlund, "Improved division by invariant integers", IEEE
 * Transactions on Computers 60 (2011); names as there. Divisors are normalised: their highest bit is 1.
 */
import { mulHigh } from './word'

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

/** The remainder of {@link divideTwoByOne}. */
export let remainder: u64 = 0

/** floor((u1 * 2^64 + u0) / d) for u1 < d, with v = reciprocal(d); leaves the remainder in {@link remainder} (algorithm 4). */
// @ts-ignore: decorator
@inline
export function divideTwoByOne(u1: u64, u0: u64, d: u64, v: u64): u64 {
  const q0 = v * u1 + u0
  let q1 = mulHigh(v, u1) + u1 + u64(q0 < u0) + 1
  let r = u0 - q1 * d
  if (r > q0) {
    q1--
    r += d
  }
  if (r >= d) {
    q1++
    r -= d
  }
  remainder = r
  return q1
}

/** The two-limb remainder of {@link divideThreeByTwo}. */
export let remainder1: u64 = 0
export let remainder0: u64 = 0

/**
 * floor((u2, u1, u0) / (d1, d0)) for (u2, u1) < (d1, d0), with v = reciprocalOfTwo(d1, d0); leaves the remainder in
 * {@link remainder1} and {@link remainder0} (algorithm 5).
 */
// @ts-ignore: decorator
@inline
export function divideThreeByTwo(u2: u64, u1: u64, u0: u64, d1: u64, d0: u64, v: u64): u64 {
  const q0 = v * u2 + u1
  let q1 = mulHigh(v, u2) + u2 + u64(q0 < u1)
  const t0 = d0 * q1
  // (r1, r0) = (u1 - q1 * d1, u0) - q1 * d0 - (d1, d0)
  const s0 = u0 - t0
  const s1 = u1 - q1 * d1 - mulHigh(d0, q1) - u64(u0 < t0)
  let r0 = s0 - d0
  let r1 = s1 - d1 - u64(s0 < d0)
  q1++
  if (r1 >= q0) {
    q1--
    r0 += d0
    r1 += d1 + u64(r0 < d0)
  }
  if (r1 > d1 || (r1 == d1 && r0 >= d0)) {
    q1++
    r1 = r1 - d1 - u64(r0 < d0)
    r0 -= d0
  }
  remainder1 = r1
  remainder0 = r0
  return q1
}
