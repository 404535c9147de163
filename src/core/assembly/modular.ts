/** ADDMOD, MULMOD and EXP. `out` may be any input. */
import { mod } from './division'
import { divideLimbs, limbCount } from './limbs'
import { add, bitLength, compare, copy, fitsU64, fromU64, isZero, mul, mulHigh, setLimbs, shl, sub } from './word'

/** A sum of five limbs or a product of eight, then its remainder; one limb more for division. */
const wide = memory.data(80, 16)
/** The quotient that nobody asks for. */
const unused = memory.data(72, 16)

/** out = wide % m, for `count` limbs of {@link wide} and m not 0. */
function reduceWide(out: usize, count: u32, m: usize): void {
  const limbs = limbCount(wide, count)
  const divisorLimbs = limbCount(m, 4)
  if (limbs >= divisorLimbs) divideLimbs(wide, limbs, m, divisorLimbs, unused)
  copy(out, wide)
}

/** out = (a + b) % m over the integers; 0 for m = 0. */
export function addmod(out: usize, a: usize, b: usize, m: usize): void {
  add(wide, a, b)
  const carry = u64(compare(wide, b) < 0)
  if (isZero(m)) {
    fromU64(out, 0)
    return
  }
  if (compare(a, m) < 0 && compare(b, m) < 0) {
    // What field arithmetic asks for: one subtraction is enough.
    if (carry != 0 || compare(wide, m) >= 0) sub(out, wide, m)
    else copy(out, wide)
    return
  }
  store<u64>(wide, carry, 32)
  reduceWide(out, 5, m)
}

/** Adds limb * b to the five limbs at `at`, the top one of which is overwritten. */
// @ts-ignore: decorator
@inline
function addProduct(at: usize, limb: u64, b: usize): void {
  let carry: u64 = 0
  for (let i: usize = 0; i < 32; i += 8) {
    const other = load<u64>(b + i)
    const low = limb * other + carry
    carry = mulHigh(limb, other) + u64(low < carry)
    const sum = load<u64>(at + i) + low
    store<u64>(at + i, sum)
    carry += u64(sum < low)
  }
  store<u64>(at, carry, 32)
}

/** out = (a * b) % m over the integers; 0 for m = 0. */
export function mulmod(out: usize, a: usize, b: usize, m: usize): void {
  if (isZero(m)) {
    fromU64(out, 0)
    return
  }
  setLimbs(wide, 0, 0, 0, 0)
  for (let i: usize = 0; i < 32; i += 8) addProduct(wide + i, load<u64>(a + i), b)
  reduceWide(out, 8, m)
}

const base = memory.data(32, 16)
const power = memory.data(32, 16)

/** out = a ^ exponent; 0 ^ 0 is 1. */
export function exp(out: usize, a: usize, exponent: usize): void {
  const bits = i32(bitLength(exponent))
  if (bits == 0) {
    fromU64(out, 1)
    return
  }
  if (fitsU64(a) && load<u64>(a) == 2) {
    fromU64(base, 1)
    shl(out, exponent, base)
    return
  }
  copy(base, a)
  copy(power, a)
  for (let bit = bits - 2; bit >= 0; bit--) {
    mul(power, power, power)
    if ((load<u64>(exponent + ((bit >> 6) << 3)) >> (bit & 63)) & 1) mul(power, power, base)
  }
  copy(out, power)
}
