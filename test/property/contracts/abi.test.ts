import * as fc from 'fast-check'
import type { Hex } from 'viem'
import { encodeAbiParameters, encodeFunctionData } from 'viem'
import { beforeAll, expect, test } from 'vitest'
import { assert } from '../../../src/primitives/index.ts'
import type { Contract } from '../../unit/contracts/contract.ts'
import { compileText, deploy } from '../../unit/contracts/contract.ts'
import { echoAssembly, echoName, types } from '../../unit/contracts/echo.ts'
import { hex, valuesOf } from './values.ts'

let echo: Contract
beforeAll(async () => {
  const [artifact] = await compileText({ 'Echo.ts': echoAssembly })
  assert(artifact !== undefined, 'Echo compiles')
  echo = deploy(artifact)
}, 120_000)

test.each(types.map(([, type]) => type))('%s: encoding after decoding is the identity', (type) => {
  fc.assert(
    fc.property(valuesOf(type), (value) => {
      const data = encodeFunctionData({ abi: echo.artifact.abi, functionName: echoName(type), args: [value] })
      const { output } = echo.run({ data })
      expect(output).toBe(encodeAbiParameters([{ type }], [value]))
    }),
    { numRuns: 60 },
  )
})

test('any call data ends in success or revert, never in a trap or beyond memory', () => {
  const selectors = Object.values(echo.artifact.methodIdentifiers)
  const words = fc.array(
    fc.oneof(
      fc
        .constantFrom('20', '40', '60', '00', '01', 'ff'.repeat(32), '80000000', 'ffffffff')
        .map((text) => text.padStart(64, '0')),
      hex({ minLength: 32, maxLength: 32 }).map((text) => text.slice(2)),
    ),
    { maxLength: 8 },
  )
  fc.assert(
    fc.property(fc.constantFrom(...selectors), words, fc.nat(31), (selector, body, cut) => {
      const whole = `${selector}${body.join('')}`
      const data: Hex = `0x${whole.slice(0, Math.max(8, whole.length - 2 * cut))}`
      // `fill` loops as often as it is told and `refuse..` are tried elsewhere.
      fc.pre(selector !== echo.artifact.methodIdentifiers['fill(uint32)'])
      expect(['success', 'revert']).toContain(echo.run({ data }).status)
    }),
    { numRuns: 400 },
  )
})
