/** Division of numbers of any count of u64 limbs, lowest first. Knuth, TAOCP volume 2, 4.3.1, algorithm D, by reciprocals. */
import { divideThreeByTwo, divideTwoByOne, reciprocal, reciprocalOfTwo, remainder, remainder0, remainder1 } from './reciprocal'
import { mulHigh } from './word'

/** The divisor, shifted until its highest bit is 1. */
const shifted = memory.data(32, 16)

/** How many of `most` limbs are left without the zeros on top. */
// @ts-ignore: decorator
@inline
export function limbCount(limbs: usize, most: u32): u32 {
  let count = most
  while (count > 0 && load<u64>(limbs + (count - 1) * 8) == 0) count--
  return count
}

/** Shifts `count` limbs left by `bits` (0 to 63) from `a` to `out`, and gives what comes out on top. */
// @ts-ignore: decorator
@inline
function shiftLeft(out: usize, a: usize, count: u32, bits: u64): u64 {
  let carry: u64 = 0
  for (let i: usize = 0; i < count * 8; i += 8) {
    const limb = load<u64>(a + i)
    store<u64>(out + i, (limb << bits) | carry)
    carry = (limb >> 1) >> (63 - bits)
  }
  return carry
}

/** Shifts `count` limbs right by `bits` (0 to 63) in place. */
// @ts-ignore: decorator
@inline
function shiftRight(a: usize, count: u32, bits: u64): void {
  let carry: u64 = 0
  for (let i = i32(count * 8) - 8; i >= 0; i -= 8) {
    const limb = load<u64>(a + i)
    store<u64>(a + i, (limb >> bits) | carry)
    carry = (limb << 1) << (63 - bits)
  }
}

/** Subtracts q * d from the `count` limbs at u, and gives what the limb above must lose. */
// @ts-ignore: decorator
@inline
function subtractProduct(u: usize, d: usize, count: u32, q: u64): u64 {
  let borrow: u64 = 0
  for (let i: usize = 0; i < count * 8; i += 8) {
    const limb = load<u64>(d + i)
    const low = q * limb + borrow
    borrow = mulHigh(q, limb) + u64(low < borrow)
    const from = load<u64>(u + i)
    store<u64>(u + i, from - low)
    borrow += u64(from < low)
  }
  return borrow
}

/** Adds the `count` limbs at d to those at u, and gives the carry. */
function addBack(u: usize, d: usize, count: u32): u64 {
  let carry: u64 = 0
  for (let i: usize = 0; i < count * 8; i += 8) {
    const limb = load<u64>(d + i)
    const partial = load<u64>(u + i) + limb
    const sum = partial + carry
    store<u64>(u + i, sum)
    carry = u64(partial < limb) | u64(sum < partial)
  }
  return carry
}

/** Divides `count` limbs by one. */
function divideByLimb(a: usize, count: u32, d: u64, quotient: usize): void {
  const bits = u64(i64.clz(d))
  const divisor = d << bits
  const v = reciprocal(divisor)
  let r = shiftLeft(a, a, count, bits)
  for (let i = i32(count * 8) - 8; i >= 0; i -= 8) {
    store<u64>(quotient + i, divideTwoByOne(r, load<u64>(a + i), divisor, v))
    r = remainder
    store<u64>(a + i, 0)
  }
  store<u64>(a, r >> bits)
}

/** One digit of the quotient: divides the `count` + 1 limbs at u by the shifted divisor, leaves the remainder there. */
// @ts-ignore: decorator
@inline
function divideDigit(u: usize, count: u32, d1: u64, d0: u64, v: u64): u64 {
  const top = u + (count - 2) * 8
  const u2 = load<u64>(top, 16)
  const u1 = load<u64>(top, 8)
  if (u2 == d1 && u1 == d0) {
    // The estimate is 2^64. It is at most one too large, and a digit is below 2^64.
    subtractProduct(u, shifted, count, ~u64(0))
    store<u64>(top, 0, 16)
    return ~u64(0)
  }
  let q = divideThreeByTwo(u2, u1, load<u64>(top), d1, d0, v)
  const borrow = subtractProduct(u, shifted, count - 2, q)
  const r0 = remainder0 - borrow
  const under = u64(remainder0 < borrow)
  store<u64>(top, r0)
  store<u64>(top, remainder1 - under, 8)
  store<u64>(top, 0, 16)
  if (remainder1 < under) {
    addBack(u, shifted, count)
    q--
  }
  return q
}

/**
 * Divides the `count` limbs at `a` by the `divisorCount` (1 to 4, at most `count`, the highest not 0) at `d`. `a` has room
 * for one limb more and keeps the remainder, zeros above it; `quotient` takes `count` - `divisorCount` + 1 limbs.
 */
export function divideLimbs(a: usize, count: u32, d: usize, divisorCount: u32, quotient: usize): void {
  if (divisorCount == 1) {
    divideByLimb(a, count, load<u64>(d), quotient)
    return
  }
  const bits = u64(i64.clz(load<u64>(d + (divisorCount - 1) * 8)))
  shiftLeft(shifted, d, divisorCount, bits)
  store<u64>(a + count * 8, shiftLeft(a, a, count, bits))
  const d1 = load<u64>(shifted + (divisorCount - 1) * 8)
  const d0 = load<u64>(shifted + (divisorCount - 2) * 8)
  const v = reciprocalOfTwo(d1, d0)
  for (let i = i32((count - divisorCount) * 8); i >= 0; i -= 8)
    store<u64>(quotient + i, divideDigit(a + i, divisorCount, d1, d0, v))
  shiftRight(a, divisorCount, bits)
}
