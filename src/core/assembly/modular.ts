/** ADDMOD, MULMOD and EXP. `out` may be any input. */
import { mod, modLimbs } from './division'
import { mulHigh } from './limb'
import {
  add,
  bitLength,
  compare,
  copy,
  fitsU64,
  fromU64,
  isPowerOfTwo,
  isZero,
  mul,
  not,
  setLimbs,
  shiftLeft,
  sub,
} from './word'

/** A sum of five limbs or a product of eight. */
const wide = memory.data(64, 16)

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
  modLimbs(out, wide, 5, m)
}

/** Adds limb * b to the four limbs at `at`, and writes what comes out on top as the fifth. */
// @ts-ignore: decorator
@inline
function addProduct(at: usize, limb: u64, b0: u64, b1: u64, b2: u64, b3: u64): void {
  const p0 = limb * b0
  const s0 = load<u64>(at) + p0
  const c0 = mulHigh(limb, b0) + u64(s0 < p0)
  const p1 = limb * b1 + c0
  const s1 = load<u64>(at, 8) + p1
  const c1 = mulHigh(limb, b1) + u64(p1 < c0) + u64(s1 < p1)
  const p2 = limb * b2 + c1
  const s2 = load<u64>(at, 16) + p2
  const c2 = mulHigh(limb, b2) + u64(p2 < c1) + u64(s2 < p2)
  const p3 = limb * b3 + c2
  const s3 = load<u64>(at, 24) + p3
  setLimbs(at, s0, s1, s2, s3)
  store<u64>(at, mulHigh(limb, b3) + u64(p3 < c2) + u64(s3 < p3), 32)
}

/** wide = a * b */
function multiplyWide(a: usize, b: usize): void {
  const b0 = load<u64>(b)
  const b1 = load<u64>(b, 8)
  const b2 = load<u64>(b, 16)
  const b3 = load<u64>(b, 24)
  setLimbs(wide, 0, 0, 0, 0)
  for (let i: usize = 0; i < 32; i += 8) {
    const limb = load<u64>(a + i)
    if (limb != 0) addProduct(wide + i, limb, b0, b1, b2, b3)
    else store<u64>(wide + i, 0, 32)
  }
}

/** out = wide % (2^256 - 1): the sum of its halves, for 2^256 leaves 1. */
function foldWide(out: usize): void {
  add(out, wide, wide + 32)
  fromU64(wide + 32, u64(compare(out, wide) < 0))
  add(out, out, wide + 32)
  not(wide, out)
  if (isZero(wide)) fromU64(out, 0)
}

/** out = (a * b) % m over the integers; 0 for m = 0. */
export function mulmod(out: usize, a: usize, b: usize, m: usize): void {
  if (fitsU64(a) && fitsU64(b)) {
    const a0 = load<u64>(a)
    const b0 = load<u64>(b)
    setLimbs(wide, a0 * b0, mulHigh(a0, b0), 0, 0)
    mod(out, wide, m)
    return
  }
  multiplyWide(a, b)
  // Programs take this remainder to learn the upper half of a product ("full mulDiv").
  if ((load<u64>(m) & load<u64>(m, 8) & load<u64>(m, 16) & load<u64>(m, 24)) == u64.MAX_VALUE) foldWide(out)
  else modLimbs(out, wide, 8, m)
}

const base = memory.data(32, 16)
const power = memory.data(32, 16)

/** out = 2^(k * exponent), for k above 0. */
function powerOfTwo(out: usize, k: u32, exponent: usize): void {
  const low = load<u64>(exponent)
  const isInWord = fitsU64(exponent) && low < 256 && k * u32(low) < 256
  fromU64(base, 1)
  shiftLeft(out, isInWord ? k * u32(low) : 256, base)
}

/** out = a ^ exponent modulo 2^256, square by square; 0 ^ 0 is 1. */
export function exp(out: usize, a: usize, exponent: usize): void {
  const bits = i32(bitLength(exponent))
  const k = bitLength(a)
  if (bits == 0 || k == 0) {
    fromU64(out, u64(bits == 0))
    return
  }
  if (k > 1 && isPowerOfTwo(a)) {
    // 256 ** n is how older compilers reach a byte of a word.
    powerOfTwo(out, k - 1, exponent)
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
