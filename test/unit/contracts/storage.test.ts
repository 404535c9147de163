import type { Hex } from 'viem'
import { encodeFunctionData } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Artifact } from '../../../src/cli/compile/index.ts'
import { assert } from '../../../src/primitives/index.ts'
import { comparableLayout, compile, compileText, deploy } from './contract.ts'
import { deployTwin } from './evmTwin.ts'
import { zooAssembly, zooSolidity } from './zoo.ts'

const ALICE: Hex = '0xa11ce00000000000000000000000000000000001'
const LONG = 'a text that is longer than the thirty-one bytes of one slot, even than two of them'

const point = { x: 1n, y: 2n ** 100n, flag: true, label: 'here', owner: ALICE }
const nested = { inner: point, grid: [1, 2, 3, 4, 5], total: 2n ** 200n }

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

describe('storage', () => {
  test('the layout is the one of solc', () => {
    expect(comparableLayout(zoo)).toEqual(comparableLayout(solidityZoo))
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
      'an array replaced by a shorter one',
      [
        ['setShorts', [Array.from({ length: 20 }, (_, i) => i)]],
        ['setShorts', [[7]]],
      ],
    ],
    [
      'odd widths',
      [
        ['setOdd', [16_777_215]],
        ['setMark', ['0x01ffc9a7']],
        ['setDrift', [-1]],
        ['setPrice', [2n ** 96n - 1n]],
        ['setTag', [ALICE]],
        ['setDelta', [-(2n ** 127n)]],
        ['setWide', [-5n]],
        ['subDelta', [1n]],
        ['addHalf', [3n]],
      ],
    ],
    [
      'an enumeration',
      [
        ['setStatus', [2]],
        ['setStatus', [3]],
        ['setStatuses', [7, 1]],
        ['setStatuses', [8, 3]],
      ],
    ],
    [
      'a struct',
      [
        ['setPoint', [point]],
        ['setPointX', [9n]],
        ['setAfter', [true]],
        ['point', []],
      ],
    ],
    [
      'a struct in a struct',
      [
        ['setNested', [nested]],
        ['setInner', [{ ...point, label: LONG }]],
        ['setGrid', [4, 3]],
        ['setGrid', [5, 3]],
        ['getNested', []],
        ['nested', []],
      ],
    ],
    [
      'an array of structs',
      [
        ['pushPoint', [{ ...point, label: LONG }]],
        ['pushPoint', [point]],
        ['setLabelAt', [0, 'short']],
        ['copyPoint', [1]],
        ['setPointAt', [1, { ...point, y: 1n }]],
        ['allPoints', []],
        ['points', [1n]],
        ['summary', []],
        ['popPoint', []],
        ['setPointAt', [1, point]],
      ],
    ],
    [
      'a cleared array of structs',
      [
        ['setAfter', [true]],
        ['pushPoint', [{ ...point, label: LONG }]],
        ['pushPoint', [point]],
        ['clearPoints', []],
      ],
    ],
    [
      'structs in a mapping',
      [
        ['setById', [5n, nested]],
        ['addById', [5n, 9n]],
        ['byId', [5n]],
        ['setById', [6n, nested]],
        ['deleteById', [6n]],
      ],
    ],
    [
      'fixed arrays',
      [
        ['setRow', [8, 1]],
        ['setRow', [0, 2]],
        ['setRow', [9, 2]],
        ['row', [8n]],
        ['row', [9n]],
        ['setRows', [[1, 2, 3, 4, 5, 6, 7, 8, 9]]],
        [
          'setMatrix',
          [
            [
              [1, 2, 3],
              [4, 5, 6],
              [7, 8, 9],
              [10, 11, 12],
            ],
          ],
        ],
        ['setCell', [3, 2, 99]],
        ['matrix', [3n, 2n]],
        ['getMatrix', []],
        ['setPair', [1, point]],
        ['pair', [1n]],
      ],
    ],
    [
      'arrays of arrays',
      [
        ['addRow', []],
        ['addRow', []],
        ['pushRow', [1, 5]],
        ['pushRow', [1, 6]],
        ['pushRow', [2, 6]],
        ['rows', [1n, 1n]],
        ['pushRow', [0, 1]],
        ['popRow', []],
      ],
    ],
    [
      'an array of strings',
      [
        ['pushName', [LONG]],
        ['pushName', ['a']],
        ['pushName', [LONG]],
        ['popName', []],
        ['names', [0n]],
      ],
    ],
    [
      'a struct that is only stored',
      [
        ['setLedger', [ALICE, 5n, 6n, LONG]],
        ['setLedger', [ALICE, 5n, 7n, 'x']],
        ['ledger', []],
        ['setLedgers', ['0x00000001', ALICE, 2n]],
        ['ledgers', ['0x00000001']],
      ],
    ],
    [
      'an array of odd width',
      Array.from({ length: 5 }, (_, index): Step => ['pushPrice', [BigInt(index) + 2n ** 95n]]),
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
