import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bn254 } from '@noble/curves/bn254.js'
import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPrecompiles, referencePrecompiles } from '../../../src/evm/index.ts'
import { curvesModule } from '../../../src/node/machines.ts'
import type { Bytes, Hardfork } from '../../../src/primitives/index.ts'
import { concatBytes, fromHex, toAddress, wordToBytes } from '../../../src/primitives/index.ts'
import type { Result } from '../../../src/vm/index.ts'
import { createTestCore } from '../../harness/core.ts'

const fastOf = createPrecompiles({ core: createTestCore(), curves: curvesModule })

function bothAt(hardfork: Hardfork, low: number, input: Bytes, gasLimit = 10n ** 12n): readonly [Result, Result] {
  const address = toAddress(`0x${low.toString(16).padStart(40, '0')}`)
  const [fast, slow] = [fastOf(hardfork).get(address), referencePrecompiles(hardfork).get(address)]
  if (fast === undefined || slow === undefined) throw new Error(`no precompile at ${low}`)
  return [fast(input.slice(), gasLimit), slow(input.slice(), gasLimit)]
}

function isAsReference(hardfork: Hardfork, low: number, input: Bytes): void {
  const [fast, slow] = bothAt(hardfork, low, input)
  expect(fast).toEqual(slow)
}

const bytesOf = (value: bigint, length: number): Bytes => fromHex(`0x${value.toString(16).padStart(2 * length, '0')}`)
const scalar = fc.oneof(fc.constantFrom(0n, 1n, 2n, 2n ** 256n - 1n), fc.bigInt(0n, 2n ** 256n - 1n))

/** Bytes as given, and sometimes with one byte changed or cut short. */
function spoiled(bytes: fc.Arbitrary<Bytes>): fc.Arbitrary<Bytes> {
  const change = fc.record({
    at: fc.nat(),
    by: fc.integer({ min: 1, max: 255 }),
    kind: fc.constantFrom('none', 'none', 'none', 'change', 'cut', 'add'),
  })
  return fc.tuple(bytes, change).map(([original, { at, by, kind }]) => {
    if (kind === 'none' || original.length === 0) return original
    if (kind === 'cut') return original.slice(0, at % original.length)
    if (kind === 'add') return concatBytes(original, Uint8Array.of(by))
    const changed = original.slice()
    changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ by
    return changed
  })
}

const many = <value>(arbitrary: fc.Arbitrary<value>, least: number, most: number): fc.Arbitrary<value[]> =>
  fc.array(arbitrary, { minLength: least, maxLength: most })

describe('modular exponentiation', () => {
  const number = fc.oneof(
    { weight: 4, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 90, maxLength: 140 }) },
    fc.constantFrom(0, 1, 31, 32, 33, 64).map((length) => new Uint8Array(length)),
    fc.constantFrom(1, 4, 5, 8, 9, 32, 33).map((length) => new Uint8Array(length).fill(0xff)),
    // The highest bits only: quotients that are guessed too large.
    fc
      .constantFrom(4, 8, 12, 32, 36)
      .map((length) => Uint8Array.from({ length }, (_, i) => (i === 0 ? 0x80 : i < 4 ? 0 : 0xff))),
  )
  const forks = fc.constantFrom<Hardfork>('byzantium', 'berlin', 'osaka')

  test('is that of the reference for numbers of all lengths', () => {
    fc.assert(
      fc.property(
        number,
        number,
        number,
        forks,
        fc.integer({ min: -3, max: 40 }),
        (base, exponent, modulus, fork, cut) => {
          const lengths = [base, exponent, modulus].map(({ length }) => wordToBytes(BigInt(length)))
          const input = concatBytes(...lengths, base, exponent, modulus)
          isAsReference(fork, 0x05, cut < 0 ? input.slice(0, cut) : concatBytes(input, new Uint8Array(cut)))
        },
      ),
      { numRuns: 3_000 },
    )
  })

  test('prices any lengths as the reference does', () => {
    const length = fc.oneof(fc.bigInt(0n, 1_100n), fc.constantFrom(0n, 2n ** 31n, 2n ** 255n))
    fc.assert(
      fc.property(
        length,
        length,
        length,
        forks,
        fc.uint8Array({ maxLength: 64 }),
        (base, exponent, modulus, fork, rest) => {
          const input = concatBytes(...[base, exponent, modulus].map(wordToBytes), rest)
          const [fast, slow] = bothAt(fork, 0x05, input, 100_000n)
          if (fast.status === 'halt' || slow.status === 'halt') expect(fast.status).toBe(slow.status)
          else expect(fast).toEqual(slow)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('alt_bn128', () => {
  const { G1, G2 } = bn254
  const small = fc.bigInt(1n, 2n ** 64n)
  const g1 = fc.oneof(
    small.map((k) => {
      const { x, y } = G1.Point.BASE.multiply(k).toAffine()
      return concatBytes(bytesOf(x, 32), bytesOf(y, 32))
    }),
    fc.constant(new Uint8Array(64)),
  )
  const g2 = fc.oneof(
    small.map((k) => {
      const { x, y } = G2.Point.BASE.multiply(k).toAffine()
      return concatBytes(...[x.c1, x.c0, y.c1, y.c0].map((part) => bytesOf(part, 32)))
    }),
    fc.constant(new Uint8Array(128)),
  )
  /** Pairs whose pairings cancel. */
  const cancelling = fc.bigInt(1n, 2n ** 32n).map((k) => {
    const { x, y } = G1.Point.BASE.multiply(k).toAffine()
    const base = G2.Point.BASE.toAffine()
    const other = G2.Point.BASE.multiply(k).negate().toAffine()
    const one = G1.Point.BASE.toAffine()
    const second = (p: typeof base): Bytes =>
      concatBytes(...[p.x.c1, p.x.c0, p.y.c1, p.y.c0].map((part) => bytesOf(part, 32)))
    return concatBytes(
      bytesOf(x, 32),
      bytesOf(y, 32),
      second(base),
      bytesOf(one.x, 32),
      bytesOf(one.y, 32),
      second(other),
    )
  })

  test('adds and multiplies as the reference', () => {
    fc.assert(
      fc.property(spoiled(fc.tuple(g1, g1).map((points) => concatBytes(...points))), (input) =>
        isAsReference('osaka', 0x06, input),
      ),
      { numRuns: 150 },
    )
    fc.assert(
      fc.property(g1, (point) => isAsReference('osaka', 0x06, concatBytes(point, point))),
      { numRuns: 20 },
    )
    fc.assert(
      fc.property(spoiled(fc.tuple(g1, scalar).map(([point, k]) => concatBytes(point, wordToBytes(k)))), (input) =>
        isAsReference('osaka', 0x07, input),
      ),
      { numRuns: 100 },
    )
  })

  test('pairs as the reference', () => {
    const pairs = many(
      fc.tuple(g1, g2).map((points) => concatBytes(...points)),
      0,
      3,
    ).map((all) => concatBytes(...all))
    fc.assert(
      fc.property(spoiled(fc.oneof(pairs, cancelling)), (input) => isAsReference('osaka', 0x08, input)),
      { numRuns: 40 },
    )
    // On the curve of G2, outside its subgroup. Source: the twist's cofactor is not 1.
    const [result] = bothAt('osaka', 0x08, concatBytes(new Uint8Array(64), outsideG2()))
    expect(result).toEqual({ status: 'halt', reason: 'precompile-failure' })
  })

  /** A point of the twist that is of another order: the first small x on it. */
  function outsideG2(): Bytes {
    const { Fp2 } = bn254.fields
    for (let x0 = 1n; ; x0 += 1n) {
      const x = Fp2.create({ c0: x0, c1: 0n })
      const right = Fp2.add(
        Fp2.mul(Fp2.sqr(x), x),
        Fp2.div(Fp2.create({ c0: 3n, c1: 0n }), Fp2.create({ c0: 9n, c1: 1n })),
      )
      try {
        const y = Fp2.sqrt(right)
        return concatBytes(...[x.c1, x.c0, y.c1, y.c0].map((part) => bytesOf(part, 32)))
      } catch {
        // No square: the next one.
      }
    }
  }
})

describe('BLS12-381', () => {
  const { G1, G2 } = bls12_381
  const field = (value: bigint): Bytes => bytesOf(value, 64)
  const small = fc.bigInt(1n, 2n ** 64n)
  const { Fp } = bls12_381.fields
  const order = Fp.ORDER
  const element = fc.oneof(
    fc.bigInt(0n, order - 1n),
    fc.constantFrom(0n, 1n, order - 1n, order, order + 1n, 2n ** 384n - 1n),
  )
  /** A point of the curve, which is seldom of the subgroup. */
  const outside = fc.bigInt(1n, 2n ** 64n).map((start) => {
    for (let x = start; ; x += 1n) {
      try {
        return concatBytes(field(x), field(Fp.sqrt(Fp.add(Fp.mul(Fp.sqr(x), x), 4n))))
      } catch {
        // No square: the next one.
      }
    }
  })
  const inG1 = small.map((k) => {
    const { x, y } = G1.Point.BASE.multiply(k).toAffine()
    return concatBytes(field(x), field(y))
  })
  const g1 = fc.oneof({ weight: 4, arbitrary: inG1 }, fc.constant(new Uint8Array(128)), outside)
  const g2 = fc.oneof(
    {
      weight: 4,
      arbitrary: small.map((k) => {
        const { x, y } = G2.Point.BASE.multiply(k).toAffine()
        return concatBytes(...[x.c0, x.c1, y.c0, y.c1].map(field))
      }),
    },
    fc.constant(new Uint8Array(256)),
  )
  const joined = (parts: fc.Arbitrary<readonly Bytes[]>): fc.Arbitrary<Bytes> => parts.map((all) => concatBytes(...all))
  const terms = (point: fc.Arbitrary<Bytes>): fc.Arbitrary<Bytes> =>
    joined(many(joined(fc.tuple(point, scalar.map(wordToBytes))), 1, 4))

  test.each<[string, number, fc.Arbitrary<Bytes>, number]>([
    ['adds in G1', 0x0b, joined(fc.tuple(g1, g1)), 80],
    ['sums products in G1', 0x0c, terms(g1), 40],
    ['adds in G2', 0x0d, joined(fc.tuple(g2, g2)), 60],
    ['sums products in G2', 0x0e, terms(g2), 25],
    ['pairs', 0x0f, joined(many(joined(fc.tuple(g1, g2)), 1, 2)), 15],
    ['maps to G1', 0x10, element.map(field), 30],
    ['maps to G2', 0x11, joined(fc.tuple(element.map(field), element.map(field))), 20],
  ])('%s as the reference', (_name, low, input, numRuns) => {
    fc.assert(
      fc.property(spoiled(input), (bytes) => isAsReference('osaka', low, bytes)),
      { numRuns },
    )
  })

  test('doubles a point, and adds it to its opposite', () => {
    const { x, y } = G1.Point.BASE.multiply(77n).toAffine()
    const [point, opposite] = [concatBytes(field(x), field(y)), concatBytes(field(x), field(order - y))]
    for (const other of [point, opposite]) isAsReference('osaka', 0x0b, concatBytes(point, other))
  })
})

describe('KZG point evaluation', () => {
  const { Fr } = bls12_381.fields
  const { Point } = bls12_381.G1
  // The secret of the ceremony times the generator. Source: consensus-specs, trusted_setup_4096.json, `g1_monomial[1]`.
  const secret = Point.fromHex(
    'ad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81',
  )
  const times = (point: typeof secret, k: bigint): typeof secret => (k === 0n ? Point.ZERO : point.multiply(k))
  const coefficient = fc.oneof(fc.constantFrom(0n, 1n, Fr.ORDER - 1n), fc.bigInt(0n, Fr.ORDER - 1n))
  /** That slope x + constant has its value at z. */
  const proven = fc.tuple(coefficient, coefficient, coefficient).map(([slope, constant, z]) => {
    const commitment = times(secret, slope).add(times(Point.BASE, constant)).toBytes(true)
    const hash = concatBytes(Uint8Array.of(1), sha256(commitment).subarray(1))
    const y = Fr.add(Fr.mul(slope, z), constant)
    return concatBytes(hash, wordToBytes(z), wordToBytes(y), commitment, times(Point.BASE, slope).toBytes(true))
  })

  test('believes and doubts as the reference', () => {
    fc.assert(
      fc.property(proven, (input) => {
        expect(bothAt('osaka', 0x0a, input)[0].status).toBe('success')
        isAsReference('osaka', 0x0a, input)
      }),
      { numRuns: 10 },
    )
    fc.assert(
      fc.property(spoiled(proven), (input) => isAsReference('osaka', 0x0a, input)),
      { numRuns: 30 },
    )
  })
})

describe('secp256r1', () => {
  const key = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter((bytes) => p256.utils.isValidSecretKey(bytes))

  test('verifies as the reference', () => {
    const signed = fc.tuple(key, fc.uint8Array({ minLength: 32, maxLength: 32 })).map(([secret, hash]) => {
      const signature = p256.sign(hash, secret, { prehash: false })
      return concatBytes(hash, signature, p256.getPublicKey(secret, false).subarray(1))
    })
    fc.assert(
      fc.property(signed, (input) => {
        const [fast, slow] = bothAt('osaka', 0x100, input)
        expect(fast).toEqual(slow)
        expect(fast).toMatchObject({ output: wordToBytes(1n) })
      }),
      { numRuns: 20 },
    )
    fc.assert(
      fc.property(spoiled(signed), (input) => isAsReference('osaka', 0x100, input)),
      { numRuns: 40 },
    )
  })

  test('of a hash of 0, of keys that are the base point, and of scalars at their bounds', () => {
    const base = p256.Point.BASE.toAffine()
    const n = p256.Point.Fn.ORDER
    for (const hash of [0n, 1n, n, n - 1n]) {
      for (const [r, s] of [
        [1n, 1n],
        [base.x % n, 1n],
        [base.x % n, n - 1n],
        [0n, 1n],
        [1n, 0n],
        [n, 1n],
        [1n, n],
      ] as const) {
        isAsReference('osaka', 0x100, concatBytes(...[hash, r, s, base.x, base.y].map(wordToBytes)))
      }
    }
  })
})
