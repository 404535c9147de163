/**
 * 256-bit words: four u64 limbs in memory, lowest first. Every function takes pointers; `out` may be any of its inputs.
 * Arithmetic is modulo 2^256 as the EVM's (Yellow Paper appendix H).
 *
 * Limbs are loaded one by one, even where a v128 would hold two: the processor does not forward two stores to one load, so
 * a v128 load of a word that was just computed waits for memory. A copy between two additions takes 1.5 ns this way and
 * 10 ns with v128 loads.
 */
import { joinLeft, joinRight, mulHigh } from './limb'

/** out = a */
// @ts-ignore: decorator
@inline
export function copy(out: usize, a: usize): void {
  setLimbs(out, load<u64>(a), load<u64>(a, 8), load<u64>(a, 16), load<u64>(a, 24))
}

/** a == 0 */
// @ts-ignore: decorator
@inline
export function isZero(a: usize): bool {
  return (load<u64>(a) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0
}

/** a is 2^k for some k. */
// @ts-ignore: decorator
@inline
export function isPowerOfTwo(a: usize): bool {
  const low = popcnt(load<u64>(a)) + popcnt(load<u64>(a, 8))
  return low + popcnt(load<u64>(a, 16)) + popcnt(load<u64>(a, 24)) == 1
}

/** a == b */
// @ts-ignore: decorator
@inline
export function equals(a: usize, b: usize): bool {
  // Loads of both limbs may wait, but only a branch waits for them: a warm SLOAD takes 11 ns with this, 13.5 limb by limb
  // (test/bench/journal.bench.mjs).
  const low = v128.xor(v128.load(a), v128.load(b))
  const high = v128.xor(v128.load(a, 16), v128.load(b, 16))
  return !v128.any_true(v128.or(low, high))
}

/** -1, 0 or 1 as a is below, equal to or above b, both unsigned. */
export function compare(a: usize, b: usize): i32 {
  for (let offset = 24; offset >= 0; offset -= 8) {
    const left = load<u64>(a + offset)
    const right = load<u64>(b + offset)
    if (left != right) return left < right ? -1 : 1
  }
  return 0
}

/** -1, 0 or 1 as a is below, equal to or above b, both in two's complement. */
export function compareSigned(a: usize, b: usize): i32 {
  const left = load<i64>(a, 24)
  const right = load<i64>(b, 24)
  if (left != right) return left < right ? -1 : 1
  return compare(a, b)
}

/** out = v */
// @ts-ignore: decorator
@inline
export function fromU64(out: usize, v: u64): void {
  setLimbs(out, v, 0, 0, 0)
}

/** a < 2^64 */
// @ts-ignore: decorator
@inline
export function fitsU64(a: usize): bool {
  return (load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0
}

/** a < 2^32 */
// @ts-ignore: decorator
@inline
export function fitsU32(a: usize): bool {
  return ((load<u64>(a) >> 32) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0
}

/** The low 64 bits of a. */
// @ts-ignore: decorator
@inline
export function lowU64(a: usize): u64 {
  return load<u64>(a)
}

/** out = the word of these limbs, lowest first. */
// @ts-ignore: decorator
@inline
export function setLimbs(out: usize, r0: u64, r1: u64, r2: u64, r3: u64): void {
  store<u64>(out, r0)
  store<u64>(out, r1, 8)
  store<u64>(out, r2, 16)
  store<u64>(out, r3, 24)
}

/** out = a + b */
export function add(out: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const r0 = a0 + load<u64>(b)
  const s1 = a1 + load<u64>(b, 8)
  const r1 = s1 + u64(r0 < a0)
  const carry1 = u64(s1 < a1) | u64(r1 < s1)
  const s2 = a2 + load<u64>(b, 16)
  const r2 = s2 + carry1
  const carry2 = u64(s2 < a2) | u64(r2 < s2)
  setLimbs(out, r0, r1, r2, load<u64>(a, 24) + load<u64>(b, 24) + carry2)
}

/** out = a - b */
export function sub(out: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const b0 = load<u64>(b)
  const b1 = load<u64>(b, 8)
  const b2 = load<u64>(b, 16)
  const d1 = a1 - b1
  const borrow0 = u64(a0 < b0)
  const borrow1 = u64(a1 < b1) | u64(d1 < borrow0)
  const d2 = a2 - b2
  const borrow2 = u64(a2 < b2) | u64(d2 < borrow1)
  setLimbs(out, a0 - b0, d1 - borrow0, d2 - borrow1, load<u64>(a, 24) - load<u64>(b, 24) - borrow2)
}

/** out = a * b for b below 2^64. */
// @ts-ignore: decorator
@inline
function mulByLimb(out: usize, a0: u64, a1: u64, a2: u64, a3: u64, b: u64): void {
  const high0 = mulHigh(a0, b)
  if ((a1 | a2 | a3) == 0) {
    setLimbs(out, a0 * b, high0, 0, 0)
    return
  }
  const p1 = a1 * b
  const r1 = p1 + high0
  const high1 = mulHigh(a1, b) + u64(r1 < p1)
  const p2 = a2 * b
  const r2 = p2 + high1
  setLimbs(out, a0 * b, r1, r2, a3 * b + mulHigh(a2, b) + u64(r2 < p2))
}

/** out = a * b. Four operands of five are below 2^64 in real programs, so one of two most often is. */
export function mul(out: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const a3 = load<u64>(a, 24)
  const b0 = load<u64>(b)
  const b1 = load<u64>(b, 8)
  const b2 = load<u64>(b, 16)
  const b3 = load<u64>(b, 24)
  if ((b1 | b2 | b3) == 0) {
    mulByLimb(out, a0, a1, a2, a3, b0)
    return
  }
  if ((a1 | a2 | a3) == 0) {
    mulByLimb(out, b0, b1, b2, b3, a0)
    return
  }
  // Row a0.
  let p = a0 * b1
  let r1 = p + mulHigh(a0, b0)
  let carry = mulHigh(a0, b1) + u64(r1 < p)
  p = a0 * b2
  let r2 = p + carry
  let r3 = a0 * b3 + mulHigh(a0, b2) + u64(r2 < p)
  // Row a1.
  p = a1 * b0
  r1 += p
  carry = mulHigh(a1, b0) + u64(r1 < p)
  p = a1 * b1 + carry
  const over = u64(p < carry)
  r2 += p
  r3 += a1 * b2 + mulHigh(a1, b1) + over + u64(r2 < p)
  // Rows a2 and a3.
  p = a2 * b0
  r2 += p
  r3 += mulHigh(a2, b0) + u64(r2 < p) + a2 * b1 + a3 * b0
  setLimbs(out, a0 * b0, r1, r2, r3)
}

/** out = a & b */
// @ts-ignore: decorator
@inline
export function and(out: usize, a: usize, b: usize): void {
  setLimbs(
    out,
    load<u64>(a) & load<u64>(b),
    load<u64>(a, 8) & load<u64>(b, 8),
    load<u64>(a, 16) & load<u64>(b, 16),
    load<u64>(a, 24) & load<u64>(b, 24),
  )
}

/** out = a | b */
// @ts-ignore: decorator
@inline
export function or(out: usize, a: usize, b: usize): void {
  setLimbs(
    out,
    load<u64>(a) | load<u64>(b),
    load<u64>(a, 8) | load<u64>(b, 8),
    load<u64>(a, 16) | load<u64>(b, 16),
    load<u64>(a, 24) | load<u64>(b, 24),
  )
}

/** out = a ^ b */
// @ts-ignore: decorator
@inline
export function xor(out: usize, a: usize, b: usize): void {
  setLimbs(
    out,
    load<u64>(a) ^ load<u64>(b),
    load<u64>(a, 8) ^ load<u64>(b, 8),
    load<u64>(a, 16) ^ load<u64>(b, 16),
    load<u64>(a, 24) ^ load<u64>(b, 24),
  )
}

/** out = ~a */
// @ts-ignore: decorator
@inline
export function not(out: usize, a: usize): void {
  setLimbs(out, ~load<u64>(a), ~load<u64>(a, 8), ~load<u64>(a, 16), ~load<u64>(a, 24))
}

/** out = -a */
export function neg(out: usize, a: usize): void {
  const a0 = load<u64>(a)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const c1 = u64(a0 == 0)
  const c2 = c1 & u64(a1 == 0)
  setLimbs(out, -a0, ~a1 + c1, ~a2 + c2, ~load<u64>(a, 24) + (c2 & u64(a2 == 0)))
}

/** The count of a shift: 256 stands for every count above 255. */
// @ts-ignore: decorator
@inline
function shiftCount(shift: usize): u32 {
  const low = load<u64>(shift)
  return fitsU64(shift) && low < 256 ? u32(low) : 256
}

/** out = value << count, for a count of 0 to 256. */
export function shiftLeft(out: usize, count: u32, value: usize): void {
  let r0 = load<u64>(value)
  let r1 = load<u64>(value, 8)
  let r2 = load<u64>(value, 16)
  let r3 = load<u64>(value, 24)
  if (count == 256) {
    setLimbs(out, 0, 0, 0, 0)
    return
  }
  if (count & 128) {
    r3 = r1
    r2 = r0
    r1 = 0
    r0 = 0
  }
  if (count & 64) {
    r3 = r2
    r2 = r1
    r1 = r0
    r0 = 0
  }
  const bits = u64(count & 63)
  setLimbs(out, r0 << bits, joinLeft(r1, r0, bits), joinLeft(r2, r1, bits), joinLeft(r3, r2, bits))
}

/** out = value >> count, for a count of 0 to 256; `fill` is 0 or the sign in all bits. */
export function shiftRight(out: usize, count: u32, value: usize, fill: u64): void {
  let r0 = load<u64>(value)
  let r1 = load<u64>(value, 8)
  let r2 = load<u64>(value, 16)
  let r3 = load<u64>(value, 24)
  if (count == 256) {
    setLimbs(out, fill, fill, fill, fill)
    return
  }
  if (count & 128) {
    r0 = r2
    r1 = r3
    r2 = fill
    r3 = fill
  }
  if (count & 64) {
    r0 = r1
    r1 = r2
    r2 = r3
    r3 = fill
  }
  const bits = u64(count & 63)
  setLimbs(out, joinRight(r1, r0, bits), joinRight(r2, r1, bits), joinRight(r3, r2, bits), joinRight(fill, r3, bits))
}

/** out = value << shift, 0 for shifts above 255 (EIP-145). */
export function shl(out: usize, shift: usize, value: usize): void {
  shiftLeft(out, shiftCount(shift), value)
}

/** out = value >> shift, filled with zeros (EIP-145). */
export function shr(out: usize, shift: usize, value: usize): void {
  shiftRight(out, shiftCount(shift), value, 0)
}

/** out = value >> shift, filled with the sign (EIP-145). */
export function sar(out: usize, shift: usize, value: usize): void {
  shiftRight(out, shiftCount(shift), value, u64(load<i64>(value, 24) >> 63))
}

/** out = the byte of value at index, 0 the most significant; 0 when index is above 31. */
export function byteAt(out: usize, index: usize, value: usize): void {
  const low = load<u64>(index)
  fromU64(out, fitsU64(index) && low < 32 ? u64(load<u8>(value + (31 - usize(low)))) : 0)
}

/** out = value with the bit 8 * (byteIndex + 1) - 1 copied into every higher bit; value itself when byteIndex is above 30. */
export function signExtend(out: usize, byteIndex: usize, value: usize): void {
  const low = load<u64>(byteIndex)
  if (!fitsU64(byteIndex) || low > 30) {
    copy(out, value)
    return
  }
  const limb = usize(low >> 3)
  const unused = 56 - ((low & 7) << 3)
  const top = u64((load<i64>(value + (limb << 3)) << unused) >> unused)
  const fill = u64(i64(top) >> 63)
  const r0 = load<u64>(value)
  const r1 = load<u64>(value, 8)
  const r2 = load<u64>(value, 16)
  setLimbs(
    out,
    limb == 0 ? top : r0,
    limb == 1 ? top : limb < 1 ? fill : r1,
    limb == 2 ? top : limb < 2 ? fill : r2,
    limb == 3 ? top : fill,
  )
}

/** Bits up to the highest 1, 0 for 0. */
export function bitLength(a: usize): u32 {
  const a3 = load<u64>(a, 24)
  if (a3 != 0) return 256 - u32(i64.clz(a3))
  const a2 = load<u64>(a, 16)
  if (a2 != 0) return 192 - u32(i64.clz(a2))
  const a1 = load<u64>(a, 8)
  if (a1 != 0) return 128 - u32(i64.clz(a1))
  return 64 - u32(i64.clz(load<u64>(a)))
}

/** Bytes up to the highest that is not 0; 0 for 0. What EXP is charged for (EIP-160). */
// @ts-ignore: decorator
@inline
export function byteLength(a: usize): u32 {
  return (bitLength(a) + 7) >> 3
}

/** out = the zero bits above the highest 1 of a, 256 for 0 (EIP-7939). */
// @ts-ignore: decorator
@inline
export function clz(out: usize, a: usize): void {
  fromU64(out, 256 - u64(bitLength(a)))
}

// @ts-ignore: decorator
@inline
function reversed(half: v128): v128 {
  return v128.shuffle<u8>(half, half, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
}

/** Two limbs, loaded one by one: limbs that were just stored one by one reach a load of both late. */
// @ts-ignore: decorator
@inline
function limbPair(pointer: usize): v128 {
  return v128.load_lane<u64>(pointer + 8, v128.load64_zero(pointer), 1)
}

/** out = the 32 bytes at `bytes` as a big-endian number. No alignment needed. */
// @ts-ignore: decorator
@inline
export function loadBe(out: usize, bytes: usize): void {
  const high = reversed(v128.load(bytes))
  v128.store(out, reversed(v128.load(bytes, 16)))
  v128.store(out, high, 16)
}

/** Writes a as 32 big-endian bytes. No alignment needed. */
// @ts-ignore: decorator
@inline
export function storeBe(bytes: usize, a: usize): void {
  const low = reversed(limbPair(a))
  v128.store(bytes, reversed(limbPair(a + 16)))
  v128.store(bytes, low, 16)
}

/** 32 bytes of ones, then 32 zeros: a mask of the low n bytes of a word begins 32 - n bytes in. */
const MASKS = memory.data<u64>([-1, -1, -1, -1, 0, 0, 0, 0])

/**
 * out = the `count` (0 to 32) bytes at `bytes` as a big-endian number: PUSH1 to PUSH32. Loads the 32 bytes that end with
 * them and drops the others, so `bytes` is 32 or more.
 */
// @ts-ignore: decorator
@inline
export function loadBePartial(out: usize, bytes: usize, count: u32): void {
  const from = bytes + count - 32
  const mask = MASKS + 32 - count
  const high = v128.and(reversed(v128.load(from)), v128.load(mask, 16))
  v128.store(out, v128.and(reversed(v128.load(from, 16)), v128.load(mask)))
  v128.store(out, high, 16)
}
