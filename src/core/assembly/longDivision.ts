/**
 * Long division of a number of any count of u64 limbs, lowest first, by a word: Knuth, TAOCP volume 2, 4.3.1, algorithm D,
 * with the digits estimated by reciprocals (reciprocal.ts).
 *
 * The divisor is shifted until its highest bit is 1, and with it the dividend, limb by limb as it is read. What is left of
 * the dividend stays in four locals, so a digit touches memory twice. Digits go from the top: `quotient` may be `a`.
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

/** Divides `count` (1 or more) limbs by one, and gives the remainder (Möller and Granlund, algorithms 4 and 7). */
export function divideByLimb(quotient: usize, a: usize, count: i32, divisor: u64): u64 {
  const bits = u64(i64.clz(divisor))
  const d = divisor << bits
  const v = reciprocal(d)
  let high = load<u64>(a + (count - 1) * 8)
  let r = joinLeft(0, high, bits)
  for (let i = count - 1; i >= 0; i--) {
    const low = limbAt(a, i - 1)
    const u0 = joinLeft(high, low, bits)
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
    high = low
  }
  return r >> bits
}

const window = memory.data(32, 16)
const aligned = memory.data(32, 16)

/**
 * Divides `count` limbs at `a` by the word at `d`, `divisorCount` (2 to 4, at most `count`) limbs without the zeros on top.
 * Writes `count` - `divisorCount` + 1 limbs of the quotient and a word of the remainder.
 */
export function divideByLimbs(quotient: usize, rest: usize, a: usize, count: i32, d: usize, divisorCount: i32): void {
  const top = d + divisorCount * 8
  const l3 = load<u64>(top - 8)
  const l2 = load<u64>(top - 16)
  const l1 = divisorCount > 2 ? load<u64>(top - 24) : 0
  const l0 = divisorCount > 3 ? load<u64>(d) : 0
  const bits = u64(i64.clz(l3))
  const d3 = joinLeft(l3, l2, bits)
  const d2 = joinLeft(l2, l1, bits)
  const d1 = joinLeft(l1, l0, bits)
  const d0 = l0 << bits
  const v = reciprocalOfTwo(d3, d2)
  // The window (w3, w2, w1, w0) is what is left, below the divisor; x is the next limb of the dividend.
  let next = count - 4
  let low = limbAt(a, next)
  const a1 = limbAt(a, count - 3)
  const a2 = load<u64>(a + (count - 2) * 8)
  const a3 = load<u64>(a + (count - 1) * 8)
  let w3 = joinLeft(0, a3, bits)
  let w2 = joinLeft(a3, a2, bits)
  let w1 = joinLeft(a2, a1, bits)
  let w0 = joinLeft(a1, low, bits)
  for (let i = count - divisorCount; i >= 0; i--) {
    const high = low
    low = limbAt(a, --next)
    const x = joinLeft(high, low, bits)
    if (w3 == d3 && w2 == d2) {
      // The estimate would be 2^64 and a digit is below: it is 2^64 - 1, and that times d is d * 2^64 - d.
      setLimbs(window, x, w0, w1, w2)
      setLimbs(aligned, 0, d0, d1, d2)
      sub(window, window, aligned)
      setLimbs(aligned, d0, d1, d2, d3)
      add(window, window, aligned)
      w0 = load<u64>(window)
      w1 = load<u64>(window, 8)
      w2 = load<u64>(window, 16)
      w3 = load<u64>(window, 24)
      store<u64>(quotient + i * 8, -1)
      continue
    }
    // Three limbs by two (algorithm 5).
    const q0 = v * w3 + w2
    let q = mulHigh(v, w3) + w3 + u64(q0 < w2)
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
    if ((d1 | d0) != 0) {
      // What the estimate left out.
      const p0 = q * d0
      const carry0 = mulHigh(q, d0) + u64(x < p0)
      const p1 = q * d1 + carry0
      const carry1 = mulHigh(q, d1) + u64(p1 < carry0) + u64(w1 < p1)
      w0 -= p0
      w1 -= p1
      w2 -= carry1
      w3 -= u64(r0 < carry1)
      if (w3 > r1) {
        // The estimate was one too large.
        q--
        setLimbs(window, w0, w1, w2, w3)
        setLimbs(aligned, d0, d1, d2, d3)
        add(window, window, aligned)
        w0 = load<u64>(window)
        w1 = load<u64>(window, 8)
        w2 = load<u64>(window, 16)
        w3 = load<u64>(window, 24)
      }
    }
    store<u64>(quotient + i * 8, q)
  }
  // Shift back, by whole limbs too.
  const back = 4 - divisorCount
  const r0 = (w0 >> bits) | ((w1 << 1) << (63 - bits))
  const r1 = (w1 >> bits) | ((w2 << 1) << (63 - bits))
  const r2 = (w2 >> bits) | ((w3 << 1) << (63 - bits))
  const r3 = w3 >> bits
  if (back == 0) setLimbs(rest, r0, r1, r2, r3)
  else if (back == 1) setLimbs(rest, r1, r2, r3, 0)
  else setLimbs(rest, r2, r3, 0, 0)
}
