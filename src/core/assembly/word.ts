/**
 * 256-bit words: four u64 limbs in memory, lowest first. Every function takes pointers; `out` may be any of its inputs.
 * Arithmetic is modulo 2^256 as the EVM's (Yellow Paper appendix H).
 */

/** out = a */
// @ts-ignore: decorator
@inline
export function copy(out: usize, a: usize): void {
  v128.store(out, v128.load(a))
  v128.store(out, v128.load(a, 16), 16)
}

/** a == 0 */
// @ts-ignore: decorator
@inline
export function isZero(a: usize): bool {
  return (load<u64>(a) | load<u64>(a, 8) | load<u64>(a, 16) | load<u64>(a, 24)) == 0
}

/** a == b */
// @ts-ignore: decorator
@inline
export function equals(a: usize, b: usize): bool {
  return (
    ((load<u64>(a) ^ load<u64>(b)) |
      (load<u64>(a, 8) ^ load<u64>(b, 8)) |
      (load<u64>(a, 16) ^ load<u64>(b, 16)) |
      (load<u64>(a, 24) ^ load<u64>(b, 24))) ==
    0
  )
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
  store<u64>(out, v)
  store<u64>(out, 0, 8)
  v128.store(out, i64x2.splat(0), 16)
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

/** The high 64 bits of a 64 x 64 bit product, from products of halves: wasm has no wide multiply. */
// @ts-ignore: decorator
@inline
export function mulHigh(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff
  const aHigh = a >> 32
  const bLow = b & 0xffffffff
  const bHigh = b >> 32
  const middle = aHigh * bLow + ((aLow * bLow) >> 32)
  const middle2 = aLow * bHigh + (middle & 0xffffffff)
  return aHigh * bHigh + (middle >> 32) + (middle2 >> 32)
}

/** out = a * b */
export function mul(out: usize, a: usize, b: usize): void {
  const a0 = load<u64>(a)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const a3 = load<u64>(a, 24)
  const b0 = load<u64>(b)
  const b1 = load<u64>(b, 8)
  const b2 = load<u64>(b, 16)
  const b3 = load<u64>(b, 24)
  const high00 = mulHigh(a0, b0)
  if ((a1 | a2 | a3 | b1 | b2 | b3) == 0) {
    setLimbs(out, a0 * b0, high00, 0, 0)
    return
  }
  // Row a0.
  let p = a0 * b1
  let r1 = p + high00
  let carry = mulHigh(a0, b1) + u64(r1 < p)
  p = a0 * b2
  let r2 = p + carry
  let r3 = a0 * b3 + mulHigh(a0, b2) + u64(r2 < p)
  // Row a1.
  p = a1 * b0
  r1 += p
  carry = mulHigh(a1, b0) + u64(r1 < p)
  p = a1 * b1
  const s2 = p + carry
  r2 += s2
  r3 += a1 * b2 + mulHigh(a1, b1) + u64(s2 < p) + u64(r2 < s2)
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
  const high = v128.and(v128.load(a, 16), v128.load(b, 16))
  v128.store(out, v128.and(v128.load(a), v128.load(b)))
  v128.store(out, high, 16)
}

/** out = a | b */
// @ts-ignore: decorator
@inline
export function or(out: usize, a: usize, b: usize): void {
  const high = v128.or(v128.load(a, 16), v128.load(b, 16))
  v128.store(out, v128.or(v128.load(a), v128.load(b)))
  v128.store(out, high, 16)
}

/** out = a ^ b */
// @ts-ignore: decorator
@inline
export function xor(out: usize, a: usize, b: usize): void {
  const high = v128.xor(v128.load(a, 16), v128.load(b, 16))
  v128.store(out, v128.xor(v128.load(a), v128.load(b)))
  v128.store(out, high, 16)
}

/** out = ~a */
// @ts-ignore: decorator
@inline
export function not(out: usize, a: usize): void {
  v128.store(out, v128.not(v128.load(a)))
  v128.store(out, v128.not(v128.load(a, 16)), 16)
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

/** out = value << shift, 0 for shifts above 255 (EIP-145). */
export function shl(out: usize, shift: usize, value: usize): void {
  const count = shiftCount(shift)
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
  if (bits != 0) {
    const back = 64 - bits
    r3 = (r3 << bits) | (r2 >> back)
    r2 = (r2 << bits) | (r1 >> back)
    r1 = (r1 << bits) | (r0 >> back)
    r0 <<= bits
  }
  setLimbs(out, r0, r1, r2, r3)
}

// @ts-ignore: decorator
@inline
function shiftRight(out: usize, count: u32, value: usize, fill: u64): void {
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
  if (bits != 0) {
    const back = 64 - bits
    r0 = (r0 >> bits) | (r1 << back)
    r1 = (r1 >> bits) | (r2 << back)
    r2 = (r2 >> bits) | (r3 << back)
    r3 = (r3 >> bits) | (fill << back)
  }
  setLimbs(out, r0, r1, r2, r3)
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
  return v128.swizzle(half, i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0))
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
  const low = reversed(v128.load(a))
  v128.store(bytes, reversed(v128.load(a, 16)))
  v128.store(bytes, low, 16)
}

/** out = the `count` (0 to 32) bytes at `bytes` as a big-endian number: PUSH1 to PUSH32. Reads no other byte. `out` is apart from `bytes`. */
export function loadBePartial(out: usize, bytes: usize, count: u32): void {
  setLimbs(out, 0, 0, 0, 0)
  for (let i: u32 = 0; i < count; i++) store<u8>(out + i, load<u8>(bytes + (count - 1 - i)))
}
