import * as fc from 'fast-check'
import type { Abi, AbiParameter, Hex } from 'viem'
import { encodeAbiParameters, encodeFunctionData } from 'viem'
import { beforeAll, expect, test } from 'vitest'
import type { Artifact } from '../../../src/cli/compile/index.ts'
import { assert } from '../../../src/primitives/index.ts'
import { compileText, deploy } from '../../unit/contracts/contract.ts'
import { enumAssembly, enumSolidity } from '../../unit/contracts/enumTwins.ts'
import { deployTwin } from '../../unit/contracts/evmTwin.ts'

let assembly: Artifact
let solidity: Artifact
beforeAll(async () => {
  const artifacts = await compileText({ ...enumAssembly, 'Enums.sol': enumSolidity })
  const find = (language: string): Artifact => {
    const found = artifacts.find((each) => each.language === language && each.contractName === 'Enums')
    assert(found !== undefined, `there is one in ${language}`)
    return found
  }
  assembly = find('assemblyscript')
  solidity = find('solidity')
}, 180_000)

/** What bytes are decoded as, by function. */
const DECODED: Readonly<Record<string, string>> = {
  decoded: 'uint8',
  decodedList: 'uint8[]',
  decodedOrder: '(uint8,uint64,uint8[])',
  decodedBoth: 'uint8,uint8[]',
}

const parametersOf = (text: string): readonly AbiParameter[] => {
  if (text === DECODED.decodedBoth) return [{ type: 'uint8' }, { type: 'uint8[]' }]
  if (text !== DECODED.decodedOrder) return [{ type: text }]
  return [{ type: 'tuple', components: ['uint8', 'uint64', 'uint8[]'].map((type, at) => ({ type, name: `f${at}` })) }]
}

/** Values in which bytes are often no member. */
function valuesOf(parameter: AbiParameter, functionName: string): fc.Arbitrary<unknown> {
  const { type } = parameter
  const [, element, length] = /^(.*)\[(\d*)\]$/.exec(type) ?? []
  if (element !== undefined) {
    const size = length === '' ? { maxLength: 3 } : { minLength: Number(length), maxLength: Number(length) }
    return fc.array(valuesOf({ ...parameter, type: element }, functionName), size)
  }
  if ('components' in parameter) {
    const fields = parameter.components.map((each) => [each.name ?? '', valuesOf(each, functionName)] as const)
    return fc.record(Object.fromEntries(fields))
  }
  if (type === 'bytes') {
    const decoded = parametersOf(DECODED[functionName] ?? 'uint8')
    return fc
      .tuple(...decoded.map((each) => valuesOf(each, functionName)))
      .map((each) => encodeAbiParameters(decoded, each))
  }
  if (type === 'int16') return fc.constantFrom(-1, 0, 1, 2, 256, -32_768)
  if (type === 'uint64') return fc.constantFrom(0n, 1n, 2n, 256n, 257n, 2n ** 64n - 1n)
  if (type === 'uint256') return fc.constantFrom(0n, 1n, 2n)
  return fc.constantFrom(0, 0, 1, 1, 1, 2, 3, 255)
}

test('the same is a member in both languages, wherever it stands, and the same is refused with the same data', async () => {
  const functions = assembly.abi.filter(({ type, name }) => type === 'function' && !/ask/i.test(name ?? ''))
  expect(Object.keys(assembly.methodIdentifiers).toSorted()).toEqual(Object.keys(solidity.methodIdentifiers).toSorted())
  const step = fc
    .constantFrom(...functions)
    .chain(({ name = '', inputs = [] }) =>
      fc
        .tuple(...inputs.map((each) => valuesOf(each as AbiParameter, name)))
        .map((args): readonly [string, Hex] => [
          `${name}(${JSON.stringify(args, (_key, value) => (typeof value === 'bigint' ? `${value}` : value))})`,
          encodeFunctionData({ abi: assembly.abi as Abi, functionName: name, args }),
        ]),
    )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const [ours, theirs] = [deploy(assembly), await deployTwin(solidity)]
      for (const [text, data] of steps) {
        const { status, output } = ours.run({ data })
        expect({ text, status, output }).toEqual({ text, ...(await theirs.run(data)) })
      }
      expect(ours.storage).toEqual(theirs.storage())
    }),
    { numRuns: 60 },
  )
})
