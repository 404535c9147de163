import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { assert } from '../../../src/primitives/index.ts'
import type { Contract } from '../../unit/contracts/contract.ts'
import { compileText, deploy } from '../../unit/contracts/contract.ts'

const OVERFLOW = 'Panic(17)'
const BY_ZERO = 'Panic(18)'

/** Integers that the SDK brings beside u256, with their ranges. */
const types = {
  u24: { min: 0n, max: 2n ** 24n - 1n, wide: 'u256' },
  u128: { min: 0n, max: 2n ** 128n - 1n, wide: 'u256' },
  i40: { min: -(2n ** 39n), max: 2n ** 39n - 1n, wide: 'i256' },
  i128: { min: -(2n ** 127n), max: 2n ** 127n - 1n, wide: 'i256' },
  i256: { min: -(2n ** 255n), max: 2n ** 255n - 1n, wide: 'i256' },
} as const
type Name = keyof typeof types

/** Operators, with what they are in mathematics; undefined where Solidity panics with `fault`. */
const operators = {
  add: { symbol: '+', fault: OVERFLOW, law: (a: bigint, b: bigint) => a + b },
  subtract: { symbol: '-', fault: OVERFLOW, law: (a: bigint, b: bigint) => a - b },
  multiply: { symbol: '*', fault: OVERFLOW, law: (a: bigint, b: bigint) => a * b },
  divide: { symbol: '/', fault: BY_ZERO, law: (a: bigint, b: bigint) => (b === 0n ? undefined : a / b) },
  remainder: { symbol: '%', fault: BY_ZERO, law: (a: bigint, b: bigint) => (b === 0n ? undefined : a % b) },
  and: { symbol: '&', fault: '', law: (a: bigint, b: bigint) => a & b },
  or: { symbol: '|', fault: '', law: (a: bigint, b: bigint) => a | b },
  xor: { symbol: '^', fault: '', law: (a: bigint, b: bigint) => a ^ b },
} as const

const wrapping = {
  wrappingAdd: (a: bigint, b: bigint) => a + b,
  wrappingSub: (a: bigint, b: bigint) => a - b,
  wrappingMul: (a: bigint, b: bigint) => a * b,
} as const

const functionsOf = (type: Name): string => `
  ${Object.entries(operators)
    .map(([name, { symbol }]) => `@pure ${type}_${name}(a: ${type}, b: ${type}): ${type} { return a ${symbol} b }`)
    .join('\n  ')}
  ${Object.keys(wrapping)
    .map((name) => `@pure ${type}_${name}(a: ${type}, b: ${type}): ${type} { return a.${name}(b) }`)
    .join('\n  ')}
  @pure ${type}_less(a: ${type}, b: ${type}): bool { return a < b }
  @pure ${type}_not(a: ${type}): ${type} { return ~a }
  @pure ${type}_left(a: ${type}, bits: u32): ${type} { return a << bits }
  @pure ${type}_right(a: ${type}, bits: u32): ${type} { return a >> bits }
  @pure ${type}_power(a: ${type}, exponent: u32): ${type} { return a ** exponent }
  @pure ${type}_digits(a: ${type}): string { return a.toString() }
  @pure ${type}_parse(text: string): ${type} { return ${type}(text) }
  @pure ${type}_narrow(value: ${types[type].wide}): ${type} { return ${type}(value) }
  @pure ${type}_unsigned(a: ${type}): u256 { return u256(a) }`

const source = `
import { u24, u128, u256, i40, i128, i256 } from 'evmpp-sdk'
@contract class Calculator {
  ${Object.keys(types)
    .map((name) => functionsOf(name as Name))
    .join('\n')}
}
`

let calculator: Contract
beforeAll(async () => {
  const [artifact] = await compileText({ 'Calculator.ts': source })
  assert(artifact !== undefined, 'Calculator compiles')
  calculator = deploy(artifact)
}, 120_000)

/** The function's answer, or the panic that it ends in, is what the law says. */
function expectLaw(name: string, args: readonly unknown[], expected: unknown, fault: string): void {
  if (expected === undefined) expect(calculator.fault(name, args)).toBe(fault)
  else if (typeof expected === 'bigint') expect(BigInt(calculator.call(name, args) as bigint)).toBe(expected)
  else expect(calculator.call(name, args)).toBe(expected)
}

describe.each(Object.keys(types) as Name[])('%s is checked arithmetic', (type) => {
  const { min, max } = types[type]
  const bits = BigInt((max - min).toString(2).length)
  const edges = [min, min + 1n, -1n, 0n, 1n, 2n, max - 1n, max, max / 2n, 2n ** (bits / 2n)]
  const number = fc.oneof(
    fc.constantFrom(...edges.filter((each) => each >= min && each <= max)),
    fc.bigInt({ min: min < 0n ? -1000n : 0n, max: 1000n }),
    fc.bigInt({ min, max }),
  )
  const inRange = (value: bigint | undefined): bigint | undefined =>
    value !== undefined && value >= min && value <= max ? value : undefined
  const wrap = (value: bigint): bigint =>
    min < 0n ? BigInt.asIntN(Number(bits), value) : BigInt.asUintN(Number(bits), value)
  // viem takes and gives numbers for narrow types.
  const arg = (value: bigint): bigint | number => (bits > 48n ? value : Number(value))

  test.each(Object.entries(operators))('%s', (name, { law, fault }) => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const result = law(a, b)
        expectLaw(`${type}_${name}`, [arg(a), arg(b)], inRange(result), result === undefined ? fault : OVERFLOW)
      }),
      { numRuns: 60 },
    )
  })

  test.each(Object.entries(wrapping))('%s', (name, law) => {
    fc.assert(
      fc.property(number, number, (a, b) => expectLaw(`${type}_${name}`, [arg(a), arg(b)], wrap(law(a, b)), '')),
      { numRuns: 60 },
    )
  })

  test('order, shifts, powers and conversions', () => {
    const shift = fc.oneof(fc.integer({ min: 0, max: 270 }), fc.constantFrom(Number(bits) - 1, Number(bits)))
    fc.assert(
      fc.property(number, number, shift, (a, b, by) => {
        expectLaw(`${type}_less`, [arg(a), arg(b)], a < b, '')
        expectLaw(`${type}_not`, [arg(a)], wrap(~a), '')
        expectLaw(`${type}_left`, [arg(a), by], wrap(a << BigInt(by)), '')
        expectLaw(`${type}_right`, [arg(a), by], a >> BigInt(by), '')
        expectLaw(`${type}_power`, [arg(a), by % 7], inRange(a ** BigInt(by % 7)), OVERFLOW)
        expectLaw(`${type}_digits`, [arg(a)], String(a), '')
        expectLaw(`${type}_parse`, [String(a)], a, '')
        expectLaw(`${type}_unsigned`, [arg(a)], a < 0n ? undefined : a, OVERFLOW)
        const far = type === 'i256' ? a : a * 3n
        expectLaw(`${type}_narrow`, [far], far < 0n && min === 0n ? undefined : inRange(far), OVERFLOW)
      }),
      { numRuns: 60 },
    )
  })
})
