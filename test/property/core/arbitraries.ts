import fc from 'fast-check'

const LIMB_MAX = (1n << 64n) - 1n
export const WORD_MAX = (1n << 256n) - 1n

/** Limbs where carries, borrows and quotient corrections happen. */
const limb = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0n, 1n, LIMB_MAX, LIMB_MAX - 1n, 1n << 63n, (1n << 63n) - 1n) },
  { weight: 2, arbitrary: fc.constantFrom((1n << 32n) - 1n, 1n << 32n, LIMB_MAX << 32n, 1n << 31n) },
  { weight: 3, arbitrary: fc.bigInt(0n, LIMB_MAX) },
)

const fromLimbs = fc
  .array(limb, { minLength: 1, maxLength: 4 })
  .map((limbs) => limbs.reduce((word, next) => (word << 64n) | (next & LIMB_MAX), 0n))

/** Powers of two and their neighbours, at limb boundaries and elsewhere. */
const nearPower = fc
  .tuple(
    fc.oneof(fc.integer({ min: 0, max: 256 }), fc.constantFrom(0, 8, 31, 32, 63, 64, 128, 192, 255)),
    fc.constantFrom(-1n, 0n, 1n),
  )
  .map(([power, step]) => BigInt.asUintN(256, (1n << BigInt(power)) + step))

const small = fc.oneof(fc.constantFrom(0n, 1n, 2n, 3n), fc.bigInt(0n, 300n))

/** A 256-bit word, most often one at which an algorithm takes a turn. */
export const word = fc.oneof(
  small,
  nearPower,
  fromLimbs,
  fromLimbs.map((w) => WORD_MAX ^ w),
  fc.bigInt(0n, WORD_MAX),
)

const step = fc.constantFrom(-1n, 0n, 1n)
const unsigned = (value: bigint): bigint => BigInt.asUintN(256, value)

/** Words that hang together: corrections of an estimated quotient, wrapped sums and equal limbs are rare elsewhere. */
export const words: fc.Arbitrary<readonly [bigint, bigint, bigint]> = fc.oneof(
  fc.tuple(word, word, word),
  fc.tuple(word, word).map(([a, b]) => [a, a, b] as const),
  fc.tuple(word, word).map(([a, b]) => [a, b, b] as const),
  // Next to a multiple: the quotient is one more or less.
  fc.tuple(word, word, step).map(([a, b, n]) => [unsigned(a * b + n), a, b] as const),
  // Next to the modulus.
  fc.tuple(word, step, step).map(([m, n, k]) => [unsigned(m + n), unsigned(m + k), m] as const),
  fc.tuple(word, word).map(([a, b]) => [a, b, WORD_MAX] as const),
  // The highest limbs of dividend and divisor are equal: the digit of the quotient is 2^64 - 1.
  fc
    .tuple(word, limb, word, fc.constantFrom(64n, 128n))
    .map(([b, low, m, bits]) => [unsigned((((b >> bits) - 1n) << 64n) | low), b >> bits, m] as const),
)
