import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { assert } from '../../../src/primitives/index.ts'
import type { Contract } from '../../unit/contracts/contract.ts'
import { compileText, deploy } from '../../unit/contracts/contract.ts'

const MAX = 2n ** 256n - 1n
const OVERFLOW = 'Panic(17)'
const BY_ZERO = 'Panic(18)'

/** Operators of two words, with what they are in mathematics; undefined where Solidity panics with `fault`. */
const operators = {
  add: { symbol: '+', fault: OVERFLOW, law: (a: bigint, b: bigint) => inRange(a + b) },
  subtract: { symbol: '-', fault: OVERFLOW, law: (a: bigint, b: bigint) => inRange(a - b) },
  multiply: { symbol: '*', fault: OVERFLOW, law: (a: bigint, b: bigint) => inRange(a * b) },
  divide: { symbol: '/', fault: BY_ZERO, law: (a: bigint, b: bigint) => (b === 0n ? undefined : a / b) },
  remainder: { symbol: '%', fault: BY_ZERO, law: (a: bigint, b: bigint) => (b === 0n ? undefined : a % b) },
  and: { symbol: '&', fault: '', law: (a: bigint, b: bigint) => a & b },
  or: { symbol: '|', fault: '', law: (a: bigint, b: bigint) => a | b },
  xor: { symbol: '^', fault: '', law: (a: bigint, b: bigint) => a ^ b },
} as const

const comparisons = {
  less: { symbol: '<', law: (a: bigint, b: bigint) => a < b },
  lessOrEqual: { symbol: '<=', law: (a: bigint, b: bigint) => a <= b },
  greater: { symbol: '>', law: (a: bigint, b: bigint) => a > b },
  greaterOrEqual: { symbol: '>=', law: (a: bigint, b: bigint) => a >= b },
  equal: { symbol: '==', law: (a: bigint, b: bigint) => a === b },
  different: { symbol: '!=', law: (a: bigint, b: bigint) => a !== b },
} as const

function inRange(value: bigint): bigint | undefined {
  return value < 0n || value > MAX ? undefined : value
}

const method = (name: string, symbol: string, result: string): string =>
  `@pure ${name}(a: u256, b: u256): ${result} { return a ${symbol} b }`

const source = `
import { u256 } from 'evmpp-sdk'
@contract class Calculator {
  ${Object.entries(operators)
    .map(([name, { symbol }]) => method(name, symbol, 'u256'))
    .join('\n  ')}
  ${Object.entries(comparisons)
    .map(([name, { symbol }]) => method(name, symbol, 'bool'))
    .join('\n  ')}
  @pure not(a: u256): u256 { return ~a }
  @pure left(a: u256, bits: u32): u256 { return a << bits }
  @pure right(a: u256, bits: u32): u256 { return a >> bits }
  @pure power(a: u256, exponent: u32): u256 { return a ** exponent }
  @pure low(a: u256): u64 { return a.toU64() }
  @pure digits(a: u256): string { return a.toString() }
  @pure parse(text: string): u256 { return u256(text) }
  @pure fromSigned(value: i64): u256 { return u256(value) }
}
`

let calculator: Contract
beforeAll(async () => {
  const [artifact] = await compileText({ 'Calculator.ts': source })
  assert(artifact !== undefined, 'Calculator compiles')
  calculator = deploy(artifact)
}, 120_000)

/** Words of every size, the edges more often than chance would have it. */
const word = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, 2n ** 64n - 1n, 2n ** 64n, 2n ** 128n, 2n ** 255n, MAX - 1n, MAX),
  fc.integer({ min: 0, max: 255 }).chain((bits) => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) })),
  fc.bigInt({ min: 0n, max: MAX }),
)
const shift = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc.constantFrom(63, 64, 65, 127, 128, 192, 255, 256, 4_294_967_295),
)

/** The function's answer, or the panic that it ends in, is what the law says. */
function expectLaw(name: string, args: readonly unknown[], expected: unknown, fault: string): void {
  if (expected === undefined) expect(calculator.fault(name, args)).toBe(fault)
  else expect(calculator.call(name, args)).toBe(expected)
}

describe('u256 is checked arithmetic on unsigned integers', () => {
  test.each(Object.entries(operators))('%s', (name, { law, fault }) => {
    fc.assert(fc.property(word, word, (a, b) => expectLaw(name, [a, b], law(a, b), fault)))
  })

  test.each(Object.entries(comparisons))('%s', (name, { law }) => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expectLaw(name, [a, b], law(a, b), '')
        expectLaw(name, [a, a], law(a, a), '')
      }),
    )
  })

  test('products near the limit', () => {
    const nearby = fc.tuple(word, fc.bigInt({ min: -1n, max: 1n })).filter(([a]) => a > 0n)
    fc.assert(
      fc.property(nearby, ([a, distance]) => {
        const b = MAX / a + distance
        if (b >= 0n && b <= MAX) expectLaw('multiply', [a, b], inRange(a * b), OVERFLOW)
      }),
    )
  })

  test('shifts', () => {
    fc.assert(
      fc.property(word, shift, (a, bits) => {
        expectLaw('left', [a, bits], bits > 255 ? 0n : BigInt.asUintN(256, a << BigInt(bits)), '')
        expectLaw('right', [a, bits], bits > 255 ? 0n : a >> BigInt(bits), '')
        expectLaw('not', [a], MAX - a, '')
      }),
    )
  })

  test('powers', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1_000n }), fc.integer({ min: 0, max: 300 }), (a, exponent) =>
        expectLaw('power', [a, exponent], inRange(a ** BigInt(exponent)), OVERFLOW),
      ),
    )
  })

  test('conversions', () => {
    fc.assert(
      fc.property(word, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (a, signed) => {
        expectLaw('low', [a], a < 2n ** 64n ? a : undefined, OVERFLOW)
        expectLaw('digits', [a], String(a), '')
        expectLaw('parse', [String(a)], a, '')
        expectLaw('parse', [`0x${a.toString(16)}`], a, '')
        expectLaw('fromSigned', [signed], inRange(signed), OVERFLOW)
      }),
      { numRuns: 30 },
    )
  })
})
