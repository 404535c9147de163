import type { Hex } from 'viem'
import { encodeFunctionData } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Artifact } from '../../../src/cli/compile/index.ts'
import { assert } from '../../../src/primitives/index.ts'
import { compile, compileText, deploy } from './contract.ts'
import { deployTwin } from './evmTwin.ts'
import { zooAssembly, zooSolidity } from './zoo.ts'

const ALICE: Hex = '0xa11ce00000000000000000000000000000000001'
const LONG = 'a text that is longer than the thirty-one bytes of one slot, even than two of them'

/** A function and its arguments. */
type Step = readonly [name: string, args: readonly unknown[]]

let zoo: Artifact
let solidityZoo: Artifact
beforeAll(async () => {
  const artifacts = await compileText({ 'Zoo.ts': zooAssembly, 'Zoo.sol': zooSolidity })
  const [solidity, assembly] = artifacts
  assert(solidity !== undefined && assembly !== undefined, 'both compile')
  zoo = assembly
  solidityZoo = solidity
}, 120_000)

/** A layout without what only solc knows: AST ids and the contract's name. */
function comparable({ storageLayout: { storage, types } }: Artifact) {
  return storage.map(({ label, slot, offset, type }) => {
    const { encoding, label: typeLabel, numberOfBytes } = types?.[type] ?? {}
    return { label, slot, offset, type, encoding, typeLabel, numberOfBytes }
  })
}

describe('storage', () => {
  test('the layout is the one of solc', () => {
    expect(comparable(zoo)).toEqual(comparable(solidityZoo))
    expect(zoo.methodIdentifiers).toEqual(solidityZoo.methodIdentifiers)
  })

  test.each<[string, readonly Step[]]>([
    [
      'small values share slots',
      [
        ['setFlag', [true]],
        ['setSmall', [7]],
        ['setOwner', [ALICE]],
        ['setTiny', [-1]],
      ],
    ],
    [
      'writing one leaves its neighbours',
      [
        ['setMedium', [1]],
        ['setBig', [2n]],
        ['setSigned', [-3n]],
        ['setMedium', [9]],
      ],
    ],
    ['a short string', [['setLabel', ['short']]]],
    [
      '31 and 32 bytes',
      [
        ['setLabel', ['x'.repeat(31)]],
        ['setBlob', [`0x${'ab'.repeat(32)}`]],
      ],
    ],
    [
      'a long string, then a short one',
      [
        ['setLabel', [LONG]],
        ['setLabel', ['x']],
      ],
    ],
    [
      'a long string, then a shorter long one',
      [
        ['setLabel', [LONG]],
        ['setLabel', [LONG.slice(0, 40)]],
      ],
    ],
    ['text beyond ASCII', [['setLabel', ['žluťoučký 🐎 漢字']]]],
    [
      'mappings',
      [
        ['setByName', ['key', 5n]],
        ['setByName', [LONG, 6n]],
        ['setByFlag', [true, 3n, ALICE]],
      ],
    ],
    [
      'values of a mapping',
      [
        ['setLabels', [-5, 'minus five']],
        ['pushList', [ALICE, 1n]],
        ['pushList', [ALICE, 2n]],
      ],
    ],
    ['an array of small values', Array.from({ length: 20 }, (_, index): Step => ['pushShort', [index + 1]])],
    [
      'pop clears',
      [
        ['pushShort', [1]],
        ['pushShort', [2]],
        ['popShort', []],
        ['pushOwner', [ALICE]],
        ['popOwner', []],
      ],
    ],
    [
      'an element',
      [
        ['pushShort', [1]],
        ['pushShort', [2]],
        ['setShort', [1, 9]],
      ],
    ],
    [
      'compound assignment',
      [
        ['setAmount', [5n]],
        ['addAmount', [6n]],
        ['addByName', ['k', 3n]],
        ['addByName', ['k', 4n]],
      ],
    ],
  ])('is as Solidity writes it: %s', async (_name, steps) => {
    const contract = deploy(zoo)
    const twin = await deployTwin(solidityZoo)
    for (const [functionName, args] of steps) {
      const data = encodeFunctionData({ abi: zoo.abi, functionName, args })
      const { status, output } = contract.run({ data })
      expect({ status, output }).toEqual(await twin.run(data))
    }
    expect(contract.storage).toEqual(await twin.storage())
    expect(contract.storage.size).toBeGreaterThan(1)
  })

  test.each<[string, readonly unknown[], string]>([
    ['popShort', [], 'Panic(49)'],
    ['setShort', [0, 1], 'Panic(50)'],
    ['shorts', [0n], '0x'],
  ])('%s on an empty array reverts', (name, args, fault) => {
    expect(deploy(zoo).fault(name, args)).toBe(fault)
  })

  test('what was written is read', () => {
    const contract = deploy(zoo)
    contract.call('setLabel', [LONG])
    contract.call('setByFlag', [true, 3n, ALICE])
    contract.call('setTiny', [-128])
    contract.call('setSigned', [-(2n ** 63n)])
    expect(contract.call('label')).toBe(LONG)
    expect(String(contract.call('byFlag', [true, 3n])).toLowerCase()).toBe(ALICE)
    expect(contract.call('tiny')).toBe(-128)
    expect(contract.call('signed')).toBe(-(2n ** 63n))
    expect(contract.call('count')).toBe(-3)
  })

  test('a counter keeps its number in slot 0', async () => {
    const counter = deploy(await compile('asm-contracts/Counter.ts', 'Counter'))
    counter.call('setNumber', [41n])
    counter.call('increment')
    expect([...counter.storage]).toEqual([[`0x${'0'.repeat(64)}`, `0x${'2a'.padStart(64, '0')}`]])
  })
})
