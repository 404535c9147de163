/**
 * Long division of a number of any count of u64 limbs, lowest first, by a word: Knuth, TAOCP volume 2, 4.3.1, algorithm D,
 * with the digits estimated by reciprocals (reciprocal.ts).
 *
 * The divisor is shifted until its highest bit is 1, and with it the dividend, limb by limb as it is read. What is left of
 * the dividend stays in four locals, so a digit touches memory twice.
 */
import { joinLeft, joinRight, mulHigh } from './limb'
import { reciprocal, reciprocalOfTwo } from './reciprocal'
import { add, setLimbs, sub } from './word'

/** Limb `i` of the number at `a`; 0 below it. */
// @ts-ignore: decorator
@inline
function limbAt(a: usize, i: i32): u64 {
  return i < 0 ? 0 : load<u64>(a + i * 8)
}

/** Limb `i` of the number at `a` shifted left by `bits` (0 to 63). */
// @ts-ignore: decorator
@inline
function shiftedLimb(a: usize, i: i32, bits: u64): u64 {
  return joinLeft(limbAt(a, i), limbAt(a, i - 1), bits)
}

/** Divides `count` (1 or more) limbs by one, and gives the remainder (Möller and Granlund, algorithms 4 and 7). */
export function divideByLimb(quotient: usize, a: usize, count: i32, divisor: u64): u64 {
  const bits = u64(i64.clz(divisor))
  const d = divisor << bits
  const v = reciprocal(d)
  let r = joinLeft(0, limbAt(a, count - 1), bits)
  for (let i = count - 1; i >= 0; i--) {
    const u0 = shiftedLimb(a, i, bits)
    const q0 = v * r + u0
    let q = mulHigh(v, r) + r + u64(q0 < u0) + 1
    r = u0 - q * d
    const over = 0 - u64(r > q0)
    q += over
    r += over & d
    if (r >= d) {
      q++
      r -= d
    }
    store<u64>(quotient + i * 8, q)
  }
  return r >> bits
}

/** What is left of the dividend, when locals will not do. */
const window = memory.data(32, 16)
/** The divisor, shifted until its highest bit is 1 and its lowest limbs are 0; below it a limb that stays 0. */
const aligned = memory.data(48, 16) + 8

/** Fills {@link aligned} from the `count` (2 to 4) limbs at `d`, and gives the bits of the shift beyond whole limbs. */
function align(d: usize, count: i32): u64 {
  const l3 = limbAt(d, count - 1)
  const l2 = limbAt(d, count - 2)
  const l1 = limbAt(d, count - 3)
  const l0 = limbAt(d, count - 4)
  const bits = u64(i64.clz(l3))
  setLimbs(aligned, l0 << bits, joinLeft(l1, l0, bits), joinLeft(l2, l1, bits), joinLeft(l3, l2, bits))
  return bits
}

/** Undoes the shift of {@link align} for a remainder. */
// @ts-ignore: decorator
@inline
function storeShiftedBack(out: usize, w0: u64, w1: u64, w2: u64, w3: u64, bits: u64, count: i32): void {
  const r1 = joinRight(w2, w1, bits)
  const r2 = joinRight(w3, w2, bits)
  const r3 = w3 >> bits
  if (count == 4) setLimbs(out, joinRight(w1, w0, bits), r1, r2, r3)
  else if (count == 3) setLimbs(out, r1, r2, r3, 0)
  else setLimbs(out, r2, r3, 0, 0)
}

/**
 * Divides `count` limbs at `a` by the word at `d`, `divisorCount` (2 to 4, at most `count`) limbs without the zeros on top.
 * Writes `count` - `divisorCount` + 1 limbs of the quotient and a word of the remainder.
 */
export function divideByLimbs(quotient: usize, rest: usize, a: usize, count: i32, d: usize, divisorCount: i32): void {
  const bits = align(d, divisorCount)
  const d0 = load<u64>(aligned)
  const d1 = load<u64>(aligned, 8)
  const d2 = load<u64>(aligned, 16)
  const d3 = load<u64>(aligned, 24)
  const v = reciprocalOfTwo(d3, d2)
  // (w3, w2, w1, w0) is what is left, always below the divisor; x is the next limb of the dividend.
  let w3 = joinLeft(0, limbAt(a, count - 1), bits)
  let w2 = shiftedLimb(a, count - 1, bits)
  let w1 = shiftedLimb(a, count - 2, bits)
  let w0 = shiftedLimb(a, count - 3, bits)
  for (let i = count - divisorCount; i >= 0; i--) {
    const x = shiftedLimb(a, i + divisorCount - 4, bits)
    // The digit is 2^64 - 1 when the two highest limbs are equal; otherwise estimated by three limbs over two (algorithm 5).
    let q = ~u64(0)
    let isShort = false
    if (w3 == d3 && w2 == d2) {
      // Take away d * 2^64, and give d back below.
      setLimbs(window, x, w0, w1, w2)
      sub(window, window, aligned - 8)
      isShort = true
    } else {
      const q0 = v * w3 + w2
      q = mulHigh(v, w3) + w3 + u64(q0 < w2)
      const t0 = d2 * q
      const s0 = w1 - t0
      const s1 = w2 - q * d3 - mulHigh(d2, q) - u64(w1 < t0)
      let r0 = s0 - d2
      let r1 = s1 - d3 - u64(s0 < d2)
      const over = 0 - u64(r1 >= q0)
      q += over + 1
      r0 += over & d2
      r1 += (over & d3) + u64(r0 < (over & d2))
      if (r1 > d3 || (r1 == d3 && r0 >= d2)) {
        q++
        r1 = r1 - d3 - u64(r0 < d2)
        r0 -= d2
      }
      w3 = r1
      w2 = r0
      w1 = w0
      w0 = x
      if (divisorCount > 2) {
        // The estimate left out the two lowest limbs of the divisor, and is at most one too large for them.
        const p0 = q * d0
        const carry0 = mulHigh(q, d0) + u64(x < p0)
        const p1 = q * d1 + carry0
        const carry1 = mulHigh(q, d1) + u64(p1 < carry0) + u64(w1 < p1)
        w3 -= u64(w2 < carry1)
        w2 -= carry1
        w1 -= p1
        w0 -= p0
        if (w3 > r1) {
          q--
          setLimbs(window, w0, w1, w2, w3)
          isShort = true
        }
      }
    }
    if (isShort) {
      add(window, window, aligned)
      w0 = load<u64>(window)
      w1 = load<u64>(window, 8)
      w2 = load<u64>(window, 16)
      w3 = load<u64>(window, 24)
    }
    store<u64>(quotient + i * 8, q)
  }
  storeShiftedBack(rest, w0, w1, w2, w3, bits, divisorCount)
}
