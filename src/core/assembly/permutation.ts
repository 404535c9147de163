/**
 * Keccak-f[1600] (Keccak reference 3.0, section 1.2), once for a state of u64 lanes and once for two states at a time, each
 * lane a v128 that holds one u64 of either. In the state and in names lane x, y stands at x + 5y, as `a<x><y>`.
 *
 * One round in a loop, all lanes in locals: 0.37 us for one state and 0.41 us for two. Two rounds in the loop take 1.1
 * times as long, all 24 unrolled 1.8 times, lanes in memory 1.3 times (test/bench/core.bench.ts).
 */

const ROUND_CONSTANTS = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
])
const ROUND_CONSTANTS_END = ROUND_CONSTANTS + 24 * 8

// @ts-ignore: decorator
@inline
function xor<T>(a: T, b: T): T {
  if (isVector<T>()) return v128.xor(a, b)
  return a ^ b
}

/** a ^ (~b & c) */
// @ts-ignore: decorator
@inline
function chi<T>(a: T, b: T, c: T): T {
  if (isVector<T>()) return v128.xor(a, v128.andnot(c, b))
  return a ^ (~b & c)
}

/** Rotates by n bits, 1 to 63, towards the high end. */
// @ts-ignore: decorator
@inline
function turn<T>(a: T, n: i32): T {
  if (isVector<T>()) return v128.or(i64x2.shl(a, n), i64x2.shr_u(a, 64 - n))
  return rotl<T>(a, n)
}

// @ts-ignore: decorator
@inline
function roundConstant<T>(pointer: usize): T {
  if (isVector<T>()) return v128.load64_splat(pointer)
  return load<T>(pointer)
}

// @ts-ignore: decorator
@inline
function parity<T>(a: T, b: T, c: T, d: T, e: T): T {
  return xor<T>(xor<T>(xor<T>(a, b), xor<T>(c, d)), e)
}

/** Permutes the 25 lanes at `state`: u64s, or pairs of them when T is v128. */
export function permute<T>(state: usize): void {
  let a00 = load<T>(state)
  let a10 = load<T>(state, 1 * sizeof<T>())
  let a20 = load<T>(state, 2 * sizeof<T>())
  let a30 = load<T>(state, 3 * sizeof<T>())
  let a40 = load<T>(state, 4 * sizeof<T>())
  let a01 = load<T>(state, 5 * sizeof<T>())
  let a11 = load<T>(state, 6 * sizeof<T>())
  let a21 = load<T>(state, 7 * sizeof<T>())
  let a31 = load<T>(state, 8 * sizeof<T>())
  let a41 = load<T>(state, 9 * sizeof<T>())
  let a02 = load<T>(state, 10 * sizeof<T>())
  let a12 = load<T>(state, 11 * sizeof<T>())
  let a22 = load<T>(state, 12 * sizeof<T>())
  let a32 = load<T>(state, 13 * sizeof<T>())
  let a42 = load<T>(state, 14 * sizeof<T>())
  let a03 = load<T>(state, 15 * sizeof<T>())
  let a13 = load<T>(state, 16 * sizeof<T>())
  let a23 = load<T>(state, 17 * sizeof<T>())
  let a33 = load<T>(state, 18 * sizeof<T>())
  let a43 = load<T>(state, 19 * sizeof<T>())
  let a04 = load<T>(state, 20 * sizeof<T>())
  let a14 = load<T>(state, 21 * sizeof<T>())
  let a24 = load<T>(state, 22 * sizeof<T>())
  let a34 = load<T>(state, 23 * sizeof<T>())
  let a44 = load<T>(state, 24 * sizeof<T>())
  for (let round = ROUND_CONSTANTS; round < ROUND_CONSTANTS_END; round += 8) {
    // theta
    const c0 = parity<T>(a00, a01, a02, a03, a04)
    const c1 = parity<T>(a10, a11, a12, a13, a14)
    const c2 = parity<T>(a20, a21, a22, a23, a24)
    const c3 = parity<T>(a30, a31, a32, a33, a34)
    const c4 = parity<T>(a40, a41, a42, a43, a44)
    const d0 = xor<T>(c4, turn<T>(c1, 1))
    const d1 = xor<T>(c0, turn<T>(c2, 1))
    const d2 = xor<T>(c1, turn<T>(c3, 1))
    const d3 = xor<T>(c2, turn<T>(c4, 1))
    const d4 = xor<T>(c3, turn<T>(c0, 1))
    // rho, pi, chi: row by row of the result; iota with the first lane
    let b0 = xor<T>(a00, d0)
    let b1 = turn<T>(xor<T>(a11, d1), 44)
    let b2 = turn<T>(xor<T>(a22, d2), 43)
    let b3 = turn<T>(xor<T>(a33, d3), 21)
    let b4 = turn<T>(xor<T>(a44, d4), 14)
    const e00 = xor<T>(chi<T>(b0, b1, b2), roundConstant<T>(round))
    const e10 = chi<T>(b1, b2, b3)
    const e20 = chi<T>(b2, b3, b4)
    const e30 = chi<T>(b3, b4, b0)
    const e40 = chi<T>(b4, b0, b1)
    b0 = turn<T>(xor<T>(a30, d3), 28)
    b1 = turn<T>(xor<T>(a41, d4), 20)
    b2 = turn<T>(xor<T>(a02, d0), 3)
    b3 = turn<T>(xor<T>(a13, d1), 45)
    b4 = turn<T>(xor<T>(a24, d2), 61)
    const e01 = chi<T>(b0, b1, b2)
    const e11 = chi<T>(b1, b2, b3)
    const e21 = chi<T>(b2, b3, b4)
    const e31 = chi<T>(b3, b4, b0)
    const e41 = chi<T>(b4, b0, b1)
    b0 = turn<T>(xor<T>(a10, d1), 1)
    b1 = turn<T>(xor<T>(a21, d2), 6)
    b2 = turn<T>(xor<T>(a32, d3), 25)
    b3 = turn<T>(xor<T>(a43, d4), 8)
    b4 = turn<T>(xor<T>(a04, d0), 18)
    const e02 = chi<T>(b0, b1, b2)
    const e12 = chi<T>(b1, b2, b3)
    const e22 = chi<T>(b2, b3, b4)
    const e32 = chi<T>(b3, b4, b0)
    const e42 = chi<T>(b4, b0, b1)
    b0 = turn<T>(xor<T>(a40, d4), 27)
    b1 = turn<T>(xor<T>(a01, d0), 36)
    b2 = turn<T>(xor<T>(a12, d1), 10)
    b3 = turn<T>(xor<T>(a23, d2), 15)
    b4 = turn<T>(xor<T>(a34, d3), 56)
    const e03 = chi<T>(b0, b1, b2)
    const e13 = chi<T>(b1, b2, b3)
    const e23 = chi<T>(b2, b3, b4)
    const e33 = chi<T>(b3, b4, b0)
    const e43 = chi<T>(b4, b0, b1)
    b0 = turn<T>(xor<T>(a20, d2), 62)
    b1 = turn<T>(xor<T>(a31, d3), 55)
    b2 = turn<T>(xor<T>(a42, d4), 39)
    b3 = turn<T>(xor<T>(a03, d0), 41)
    b4 = turn<T>(xor<T>(a14, d1), 2)
    const e04 = chi<T>(b0, b1, b2)
    const e14 = chi<T>(b1, b2, b3)
    const e24 = chi<T>(b2, b3, b4)
    const e34 = chi<T>(b3, b4, b0)
    const e44 = chi<T>(b4, b0, b1)
    a00 = e00
    a10 = e10
    a20 = e20
    a30 = e30
    a40 = e40
    a01 = e01
    a11 = e11
    a21 = e21
    a31 = e31
    a41 = e41
    a02 = e02
    a12 = e12
    a22 = e22
    a32 = e32
    a42 = e42
    a03 = e03
    a13 = e13
    a23 = e23
    a33 = e33
    a43 = e43
    a04 = e04
    a14 = e14
    a24 = e24
    a34 = e34
    a44 = e44
  }
  store<T>(state, a00)
  store<T>(state, a10, 1 * sizeof<T>())
  store<T>(state, a20, 2 * sizeof<T>())
  store<T>(state, a30, 3 * sizeof<T>())
  store<T>(state, a40, 4 * sizeof<T>())
  store<T>(state, a01, 5 * sizeof<T>())
  store<T>(state, a11, 6 * sizeof<T>())
  store<T>(state, a21, 7 * sizeof<T>())
  store<T>(state, a31, 8 * sizeof<T>())
  store<T>(state, a41, 9 * sizeof<T>())
  store<T>(state, a02, 10 * sizeof<T>())
  store<T>(state, a12, 11 * sizeof<T>())
  store<T>(state, a22, 12 * sizeof<T>())
  store<T>(state, a32, 13 * sizeof<T>())
  store<T>(state, a42, 14 * sizeof<T>())
  store<T>(state, a03, 15 * sizeof<T>())
  store<T>(state, a13, 16 * sizeof<T>())
  store<T>(state, a23, 17 * sizeof<T>())
  store<T>(state, a33, 18 * sizeof<T>())
  store<T>(state, a43, 19 * sizeof<T>())
  store<T>(state, a04, 20 * sizeof<T>())
  store<T>(state, a14, 21 * sizeof<T>())
  store<T>(state, a24, 22 * sizeof<T>())
  store<T>(state, a34, 23 * sizeof<T>())
  store<T>(state, a44, 24 * sizeof<T>())
}
