import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { keccakHash } from '../../../src/primitives/index.ts'
import type { HostFunctionName } from '../../../src/wasm/hostFunctions/index.ts'
import { HOST_FUNCTIONS, hostFunctionOf } from '../../../src/wasm/hostFunctions/index.ts'
import { contract, createWorld, run } from '../../unit/wasm/support/world.ts'

const PAGES = 2
const int = fc.oneof(
  fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  fc.integer({ min: PAGES * 65_536 - 64, max: PAGES * 65_536 + 64 }),
  fc.integer({ min: 0, max: 300 }),
  fc.integer({ min: -64, max: -1 }),
)
const long = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: 0n, max: 100_000n }))

/** A contract that calls the function with these arguments; twice, so that the first call's traces are met. */
function calling(wanted: HostFunctionName, args: readonly (number | bigint)[]): Uint8Array {
  const type = hostFunctionOf(wanted)?.type ?? { params: [], results: [] }
  const constants = args.map((value) => (typeof value === 'bigint' ? `(i64.const ${value})` : `(i32.const ${value})`))
  const call = `(call $op ${constants.join(' ')})`
  const once = type.results.length > 0 ? `(drop ${call})` : call
  const signature = `${type.params.map((param) => `(param ${param})`).join(' ')} ${type.results.map((result) => `(result ${result})`).join(' ')}`
  return contract(
    `${once} ${once} (i32.const 0)`,
    `(import "${wanted.module}" "${wanted.name}" (func $op ${signature}))`,
    `(memory (export "memory") ${PAGES}) (data (i32.const 40) "0123456789abcdefghijklmnopqrstuvwxyz")`,
  )
}

/** Equal for equal outcomes; comparing 100 KB of init code byte by byte takes vitest 100 ms. */
function digest(outcome: unknown): string {
  return JSON.stringify(outcome, (_key, value: unknown) => {
    if (value instanceof Uint8Array) return keccakHash(value)
    if (value instanceof Map || value instanceof Set) return [...value]
    return typeof value === 'bigint' ? `${value}n` : value
  })
}

describe('whatever a contract asks of the host', () => {
  test.each(HOST_FUNCTIONS)('$name gives the same outcome twice and never an exception', (wanted) => {
    const params = wanted.type.params
    fc.assert(
      fc.property(
        fc.tuple(...params.map((param) => (param === 'i64' ? long : int))),
        fc.boolean(),
        (args, isStatic) => {
          const code = calling(wanted, args)
          const outcomes = [1, 2].map(() => {
            const world = createWorld()
            const result = run(world, code, { isStatic, gasLimit: 3_000_000n })
            return { result, sent: world.sent, state: world.journal.finish(world.host.rules) }
          })
          expect(digest(outcomes[0])).toBe(digest(outcomes[1]))
          const result = outcomes[0]?.result
          expect(['success', 'revert', 'halt']).toContain(result?.status)
          if (result?.status === 'halt') expect(['out-of-gas', 'init-code-too-large']).toContain(result.reason)
          if (isStatic) expect(outcomes[0]?.state).toMatchObject({ diff: [], logs: [] })
        },
      ),
      { numRuns: 12 },
    )
  })
})
