import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WordExports } from '../../../src/core/index.ts'
import { createTestCore } from '../../harness/core.ts'
import { word, words } from './arbitraries.ts'

const { exports: core, memory } = createTestCore()
const A = core.allocate(32)
const B = core.allocate(32)
const M = core.allocate(32)
const OUT = core.allocate(32)

const unsigned = (a: bigint): bigint => BigInt.asUintN(256, a)
const signed = (a: bigint): bigint => BigInt.asIntN(256, a)
const bitLength = (a: bigint): number => (a === 0n ? 0 : a.toString(2).length)
const capped = (shift: bigint): bigint => (shift > 256n ? 256n : shift)

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = unsigned(result * result)
    if (bit === '1') result = unsigned(result * base)
  }
  return result
}

/** What each instruction means, in bigints: the model. */
const models: Partial<Record<keyof WordExports, (a: bigint, b: bigint, m: bigint) => bigint>> = {
  copy: (a) => a,
  not: (a) => unsigned(~a),
  neg: (a) => unsigned(-a),
  clz: (a) => BigInt(256 - bitLength(a)),
  add: (a, b) => unsigned(a + b),
  sub: (a, b) => unsigned(a - b),
  mul: (a, b) => unsigned(a * b),
  div: (a, b) => (b === 0n ? 0n : a / b),
  mod: (a, b) => (b === 0n ? 0n : a % b),
  sdiv: (a, b) => (b === 0n ? 0n : unsigned(signed(a) / signed(b))),
  smod: (a, b) => (b === 0n ? 0n : unsigned(signed(a) % signed(b))),
  addmod: (a, b, m) => (m === 0n ? 0n : (a + b) % m),
  mulmod: (a, b, m) => (m === 0n ? 0n : (a * b) % m),
  exp: power,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
  shl: (a, b) => unsigned(b << capped(a)),
  shr: (a, b) => b >> capped(a),
  sar: (a, b) => unsigned(signed(b) >> capped(a)),
  byteAt: (a, b) => (a > 31n ? 0n : (b >> (8n * (31n - a))) & 255n),
  signExtend: (a, b) => (a > 30n ? b : unsigned(BigInt.asIntN(8 * (Number(a) + 1), b))),
}

describe('an operation on words agrees with bigints, wherever its result goes', () => {
  test.each(Object.entries(models))('%s', (name, model) => {
    const run = core[name as keyof typeof models] as (out: number, a: number, b: number, m: number) => void
    fc.assert(
      fc.property(words, ([a, b, m]) => {
        for (const out of [OUT, A, B, M]) {
          const operands: [number, bigint][] = [
            [A, a],
            [B, b],
            [M, m],
          ]
          for (const [pointer, value] of operands) memory.writeWord(pointer, value)
          run(out, A, B, M)
          expect(memory.readWord(out)).toBe(model(a, b, m))
          for (const [pointer, value] of operands) if (pointer !== out) expect(memory.readWord(pointer)).toBe(value)
        }
      }),
      { numRuns: 400 },
    )
  })

  test('so does each with one word as all of its operands', () => {
    fc.assert(
      fc.property(word, fc.constantFrom(...Object.entries(models)), (a, [name, model]) => {
        memory.writeWord(A, a)
        const run = core[name as keyof typeof models] as (out: number, a: number, b: number, m: number) => void
        run(A, A, A, A)
        expect(memory.readWord(A), name).toBe(model(a, a, a))
      }),
      { numRuns: 3000 },
    )
  })
})

test('a shift, BYTE and SIGNEXTEND do what they should for every small count', () => {
  fc.assert(
    fc.property(word, (value) => {
      for (const name of ['shl', 'shr', 'sar', 'byteAt', 'signExtend'] as const)
        for (let count = 0n; count < 260n; count++) {
          memory.writeWord(A, count)
          memory.writeWord(B, value)
          core[name](OUT, A, B)
          expect(memory.readWord(OUT), `${name} ${count}`).toBe(models[name]?.(count, value, 0n))
        }
    }),
    { numRuns: 5 },
  )
})

test('comparisons and measures agree with bigints', () => {
  const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
  fc.assert(
    fc.property(words, ([a, b]) => {
      memory.writeWord(A, a)
      memory.writeWord(B, b)
      expect(core.compare(A, B)).toBe(order(a, b))
      expect(core.compareSigned(A, B)).toBe(order(signed(a), signed(b)))
      expect(core.equals(A, B)).toBe(Number(a === b))
      expect(core.isZero(A)).toBe(Number(a === 0n))
      expect(core.fitsU32(A)).toBe(Number(a < 1n << 32n))
      expect(core.fitsU64(A)).toBe(Number(a < 1n << 64n))
      expect(BigInt.asUintN(64, core.lowU64(A))).toBe(BigInt.asUintN(64, a))
      expect(core.bitLength(A)).toBe(bitLength(a))
      expect(core.byteLength(A)).toBe(Math.ceil(bitLength(a) / 8))
    }),
    { numRuns: 1000 },
  )
})

test('big-endian bytes at any alignment are read and written as numbers', () => {
  const bytes = core.allocate(128)
  fc.assert(
    fc.property(word, fc.nat(15), fc.nat(32), fc.bigInt(0n, (1n << 64n) - 1n), (value, shift, count, limb) => {
      const digits = value.toString(16).padStart(64, '0')
      memory.buffer.fill(0xee, bytes, bytes + 128)
      memory.writeWord(A, value)
      core.storeBe(bytes + 32 + shift, A)
      const around = memory.buffer.toString('hex', bytes + 31 + shift, bytes + 65 + shift)
      expect(around).toBe(`ee${digits}ee`)
      core.loadBe(OUT, bytes + 32 + shift)
      expect(memory.readWord(OUT)).toBe(value)
      core.loadBePartial(OUT, bytes + 32 + shift, count)
      expect(memory.readWord(OUT)).toBe(count === 0 ? 0n : BigInt(`0x${digits.slice(0, 2 * count)}`))
      core.fromU64(OUT, limb)
      expect(memory.readWord(OUT)).toBe(limb)
    }),
    { numRuns: 500 },
  )
})

test('reciprocals are exact: a division may not rest on its own corrections', () => {
  const TWO_64 = 1n << 64n
  const limb = fc.oneof(fc.bigInt(0n, TWO_64 - 1n), fc.constantFrom(0n, 1n, TWO_64 - 2n, TWO_64 - 1n))
  // Just above 2^63 the estimate of two limbs from one needs most corrections ...
  const high = fc.oneof(fc.bigInt(0n, 1n << 57n), fc.bigInt(0n, (1n << 63n) - 1n)).map((above) => (1n << 63n) + above)
  // ... and the last one where the quotient is all but whole.
  const allButWhole = fc
    .bigInt(TWO_64 + 1n, 2n * TWO_64 - 1n)
    .map((q) => (TWO_64 ** 3n - 1n) / q + 1n)
    .map((d) => [d / TWO_64, d % TWO_64] as const)
  fc.assert(
    fc.property(fc.oneof(fc.tuple(high, limb), allButWhole), ([d1, d0]) => {
      const [one, two] = [core.reciprocal(d1), core.reciprocalOfTwo(d1, d0)].map((v) => BigInt.asUintN(64, v))
      expect(one).toBe((TWO_64 ** 2n - 1n) / d1 - TWO_64)
      expect(two).toBe((TWO_64 ** 3n - 1n) / (d1 * TWO_64 + d0) - TWO_64)
    }),
    { numRuns: 5000 },
  )
})
