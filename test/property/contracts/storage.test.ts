import * as fc from 'fast-check'
import { encodeFunctionData } from 'viem'
import { beforeAll, expect, test } from 'vitest'
import type { Artifact } from '../../../src/cli/compile/index.ts'
import { assert } from '../../../src/primitives/index.ts'
import { compileText, deploy } from '../../unit/contracts/contract.ts'
import { deployTwin } from '../../unit/contracts/evmTwin.ts'
import { setters, zooAssembly, zooSolidity } from '../../unit/contracts/zoo.ts'
import { valuesOf } from './values.ts'

let twins: { readonly assembly: Artifact; readonly solidity: Artifact }
beforeAll(async () => {
  const [solidity, assembly] = await compileText({ 'Zoo.ts': zooAssembly, 'Zoo.sol': zooSolidity })
  assert(solidity !== undefined && assembly !== undefined, 'both compile')
  twins = { assembly, solidity }
}, 120_000)

/** Functions that change state, with the types of their arguments; indices and keys from a small range, so that they meet. */
const functions: readonly (readonly [string, readonly fc.Arbitrary<unknown>[]])[] = [
  ...setters.map(([name, type]) => [name, [valuesOf(type)]] as const),
  ['setByName', [fc.constantFrom('', 'a', 'b'.repeat(40)), valuesOf('uint256')]],
  ['addByName', [fc.constantFrom('', 'a', 'b'.repeat(40)), valuesOf('uint256')]],
  ['addAmount', [valuesOf('uint256')]],
  ['setByFlag', [fc.boolean(), fc.bigInt({ min: 0n, max: 2n }), valuesOf('address')]],
  ['pushShort', [valuesOf('uint16')]],
  ['popShort', []],
  ['setShort', [fc.nat(4), valuesOf('uint16')]],
  ['pushOwner', [valuesOf('address')]],
  ['popOwner', []],
  ['setLabels', [fc.integer({ min: -1, max: 1 }), valuesOf('string')]],
]
const step = fc.oneof(...functions.map(([name, args]) => fc.tuple(fc.constant(name), fc.tuple(...args))))

test('twins in two languages answer alike and leave the same storage', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
      const contract = deploy(twins.assembly)
      const twin = await deployTwin(twins.solidity)
      for (const [functionName, args] of steps) {
        const data = encodeFunctionData({ abi: twins.assembly.abi, functionName, args })
        const { status, output } = contract.run({ data })
        expect({ status, output }).toEqual(await twin.run(data))
      }
      expect(contract.storage).toEqual(await twin.storage())
    }),
    { numRuns: 25 },
  )
})
