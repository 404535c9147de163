import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createReferenceEvm, referencePrecompiles } from '../../../src/evm/index.ts'
import type { Bytes, Hardfork } from '../../../src/primitives/index.ts'
import { HARDFORKS, wordFromBytes, wordToBytes } from '../../../src/primitives/index.ts'
import type { Result } from '../../../src/vm/index.ts'
import { createFakeHost, executionOf } from '../../compliance/evm/host.ts'

const hardfork = fc.constantFrom(...HARDFORKS)
const word = fc.oneof(fc.bigInt(0n, 2n ** 256n - 1n), fc.bigInt(0n, 512n), fc.constant(2n ** 256n - 1n))

/** Bytes that are mostly short pushes and valid opcodes, so that frames get somewhere before they halt. */
const code = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => [0x60, byte]) },
      { weight: 4, arbitrary: fc.integer({ min: 0x01, max: 0x5f }).map((byte) => [byte]) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => [byte]) },
      { weight: 1, arbitrary: fc.integer({ min: 0x80, max: 0xff }).map((byte) => [byte]) },
    ),
    { maxLength: 200 },
  )
  .map((parts) => Uint8Array.from(parts.flat()))

function runOnce(fork: Hardfork, bytes: Bytes, gasLimit: bigint): { result: Result; diff: unknown } {
  const host = createFakeHost(fork)
  const result = createReferenceEvm(fork).execute(executionOf({ gasLimit }), bytes, host)
  return { result, diff: result.status === 'success' ? host.journal.finish(host.rules).diff : undefined }
}

describe('reference EVM', () => {
  test('any bytes end as a result, never grow gas, and end so again', () => {
    fc.assert(
      fc.property(hardfork, code, fc.bigInt(0n, 200_000n), (fork, bytes, gasLimit) => {
        const first = runOnce(fork, bytes, gasLimit)
        if (first.result.status !== 'halt') {
          expect(first.result.gasLeft).toBeGreaterThanOrEqual(0n)
          expect(first.result.gasLeft).toBeLessThanOrEqual(gasLimit)
        }
        expect(runOnce(fork, bytes, gasLimit)).toEqual(first)
      }),
      { numRuns: 500 },
    )
  })

  const modulus = 2n ** 256n
  const signed = (value: bigint) => BigInt.asIntN(256, value)
  test.each<[string, number, (a: bigint, b: bigint) => bigint]>([
    ['ADD', 0x01, (a, b) => a + b],
    ['MUL', 0x02, (a, b) => a * b],
    ['SUB', 0x03, (a, b) => a - b],
    ['DIV', 0x04, (a, b) => (b === 0n ? 0n : a / b)],
    ['SDIV', 0x05, (a, b) => (b === 0n ? 0n : signed(a) / signed(b))],
    ['MOD', 0x06, (a, b) => (b === 0n ? 0n : a % b)],
    ['SMOD', 0x07, (a, b) => (b === 0n ? 0n : signed(a) % signed(b))],
    ['LT', 0x10, (a, b) => (a < b ? 1n : 0n)],
    ['SGT', 0x13, (a, b) => (signed(a) > signed(b) ? 1n : 0n)],
    ['BYTE', 0x1a, (a, b) => (a < 32n ? (b >> (8n * (31n - a))) & 0xffn : 0n)],
    ['SHL', 0x1b, (a, b) => (a < 256n ? b << a : 0n)],
    ['SHR', 0x1c, (a, b) => (a < 256n ? b >> a : 0n)],
    ['SAR', 0x1d, (a, b) => signed(b) >> (a < 256n ? a : 256n)],
  ])('%s is what arithmetic says', (_name, opcode, expected) => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        const bytes = [0x7f, ...wordToBytes(b), 0x7f, ...wordToBytes(a), opcode, 0x5f, 0x52, 0x60, 32, 0x5f, 0xf3]
        const { result } = runOnce('osaka', Uint8Array.from(bytes), 100_000n)
        expect(result.status === 'success' && wordFromBytes(result.output)).toBe(
          ((expected(a, b) % modulus) + modulus) % modulus,
        )
      }),
    )
  })
})

describe('precompiles', () => {
  const cheap = [...referencePrecompiles('osaka')].filter(([address]) => !/0[6-8a-f]$|1[01]$/.test(address))
  test('any input ends as a result and never grows gas', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cheap),
        fc.uint8Array({ maxLength: 300 }),
        fc.bigInt(0n, 50_000n),
        (entry, input, limit) => {
          const result = entry[1](input, limit)
          if (result.status !== 'halt') expect(result.gasLeft <= limit && result.gasLeft >= 0n).toBe(true)
        },
      ),
    )
  })
})
