import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createPrecompiles, referencePrecompiles } from '../../../src/evm/index.ts'
import { curvesModule } from '../../../src/node/machines.ts'
import type { Bytes, Hardfork } from '../../../src/primitives/index.ts'
import { fromHex, toAddress, toHex } from '../../../src/primitives/index.ts'
import type { Result } from '../../../src/vm/index.ts'
import { createTestCore } from '../../harness/core.ts'

const FIXTURES = new URL('../../../../shared/fixtures/precompiles/', import.meta.url)
const hasFixtures = existsSync(FIXTURES)
const GAS_LIMIT = 10n ** 12n

type Vector = {
  readonly Name: string
  readonly Input: string
  readonly Expected?: string
  readonly Gas?: number
  readonly ExpectedError?: string
}

const precompilesOf = createPrecompiles({ core: createTestCore(), curves: curvesModule })

function run(hardfork: Hardfork, low: number, input: Bytes, gasLimit = GAS_LIMIT): Result {
  const precompile = precompilesOf(hardfork).get(toAddress(`0x${low.toString(16).padStart(40, '0')}`))
  if (precompile === undefined) throw new Error(`no precompile at ${low} under ${hardfork}`)
  return precompile(input, gasLimit)
}

const files: readonly (readonly [string, Hardfork, number])[] = [
  ['modexp', 'byzantium', 0x05],
  ['modexp_eip2565', 'berlin', 0x05],
  ['modexp_eip7883', 'osaka', 0x05],
  ['bn256Add', 'istanbul', 0x06],
  ['bn256ScalarMul', 'istanbul', 0x07],
  ['bn256Pairing', 'istanbul', 0x08],
  ['pointEvaluation', 'cancun', 0x0a],
  ['blsG1Add', 'prague', 0x0b],
  ['blsG1Mul', 'prague', 0x0c],
  ['fail-blsG1Mul', 'prague', 0x0c],
  ['fail-blsG1MultiExp', 'prague', 0x0c],
  ['blsG2Add', 'prague', 0x0d],
  ['fail-blsG2Add', 'prague', 0x0d],
  ['blsG2Mul', 'prague', 0x0e],
  ['blsG2MultiExp', 'prague', 0x0e],
  ['fail-blsPairing', 'prague', 0x0f],
  ['blsMapG1', 'prague', 0x10],
  ['blsMapG2', 'prague', 0x11],
]

describe(`geth's vectors${hasFixtures ? '' : ' (skipped: no fixtures beside the checkout)'}`, () => {
  test.skipIf(!hasFixtures).each(files)('%s', (file, hardfork, low) => {
    const vectors: readonly Vector[] = JSON.parse(readFileSync(new URL(`${file}.json`, FIXTURES), 'utf8'))
    expect(vectors.length).toBeGreaterThan(0)
    // Of the long files a part: `npm run conformance -- precompiles` runs them whole.
    const step = Math.ceil(vectors.length / 40)
    for (const { Name, Input, Expected, Gas, ExpectedError } of vectors.filter((_, index) => index % step === 0)) {
      const result = run(hardfork, low, fromHex(`0x${Input}`))
      const [output, gas] =
        result.status === 'success' ? [toHex(result.output), GAS_LIMIT - result.gasLeft] : [result.status, 0n]
      if (ExpectedError !== undefined) expect([Name, output]).toEqual([Name, 'halt'])
      else expect([Name, output, gas]).toEqual([Name, `0x${Expected}`, BigInt(Gas ?? 0)])
    }
  })
})

describe('the table', () => {
  test.each<Hardfork>(['frontier', 'byzantium', 'istanbul', 'cancun', 'prague', 'osaka'])(
    'of %s has the same addresses',
    (fork) => {
      expect([...precompilesOf(fork).keys()]).toEqual([...referencePrecompiles(fork).keys()])
    },
  )

  test('halts when the gas does not suffice, by the unit', () => {
    for (const [low, gas] of [
      [0x06, 150n],
      [0x07, 6_000n],
      [0x08, 45_000n],
    ] as const) {
      expect(run('osaka', low, new Uint8Array(0), gas - 1n)).toEqual({ status: 'halt', reason: 'out-of-gas' })
      expect(run('osaka', low, new Uint8Array(0), gas)).toMatchObject({ status: 'success', gasLeft: 0n })
    }
  })
})
