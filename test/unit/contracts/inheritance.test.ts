import type { Hex } from 'viem'
import { encodeFunctionData } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Artifact } from '../../../src/cli/compile/index.ts'
import { assert } from '../../../src/primitives/index.ts'
import { comparableLayout, compileText, deploy } from './contract.ts'
import { deployTwin } from './evmTwin.ts'
import { familyAssembly, familySolidity } from './family.ts'

const ALICE: Hex = '0xa11ce00000000000000000000000000000000001'

let bank: Artifact
let twin: Artifact
beforeAll(async () => {
  const artifacts = await compileText({ ...familyAssembly, 'Bank.sol': familySolidity })
  const named = (source: string) =>
    artifacts.find(({ sourceName, contractName }) => sourceName === source && contractName === 'Bank')
  const [assembly, solidity] = [named('Bank.ts'), named('Bank.sol')]
  assert(assembly !== undefined && solidity !== undefined, 'both compile')
  bank = assembly
  twin = solidity
}, 180_000)

describe('a contract that extends others', () => {
  test('has their functions, errors, events and state, the state of the base first', () => {
    expect(bank.methodIdentifiers).toEqual(twin.methodIdentifiers)
    expect(comparableLayout(bank)).toEqual(comparableLayout(twin))
    const described = ({ abi }: Artifact): readonly string[] =>
      abi.map(({ type, name, stateMutability }) => `${type} ${name} ${stateMutability}`).toSorted()
    expect(described(bank)).toEqual(
      expect.arrayContaining(['error NotOwner undefined', 'event OwnerChanged undefined']),
    )
    const ofTwin = described(twin).filter((each) => !/wordOf/.test(each))
    expect(described(bank)).toEqual(expect.arrayContaining(ofTwin))
  })

  test('does what its twin in Solidity does', async () => {
    const contract = deploy(bank)
    const solidity = await deployTwin(twin)
    const steps: readonly (readonly [string, readonly unknown[]])[] = [
      ['owner', []],
      ['total', []],
      ['small', []],
      ['limit', []],
      ['changeCount', []],
      ['describe', []],
      ['deposit', [ALICE, 1000n]],
      ['deposit', [ALICE, 1001n]],
      ['fee', [100n]],
      ['sum', []],
      ['balances', [ALICE]],
      ['entries', [1n]],
      ['entries', [2n]],
      ['feel', [1]],
      ['feel', [2]],
      ['wordOf', [1]],
      ['wordOf', [3]],
      ['changeOwner', [ALICE]],
      ['changeOwner', [ALICE]],
      ['deposit', [ALICE, 1001n]],
      ['changeCount', []],
    ]
    for (const [functionName, args] of steps) {
      const data = encodeFunctionData({ abi: bank.abi, functionName, args })
      const { status, output } = contract.run({ data })
      expect([functionName, { status, output }]).toEqual([functionName, await solidity.run(data)])
    }
    expect(contract.storage).toEqual(await solidity.storage())
  })

  test('decodes errors of what it extends', () => {
    const contract = deploy(bank)
    expect(contract.fault('changeOwner', [ALICE], { sender: ALICE })).toMatch(/^NotOwner\(0xa11ce/i)
    expect(contract.logs('changeOwner', [ALICE])).toMatchObject([{ eventName: 'OwnerChanged' }])
  })
})

test('a contract in a file of its own can be extended by another, and is one still', async () => {
  const base =
    '@contract export class Base { a: u8 = 1\nconstructor() { this.a += 1 }\nset(a: u8): void { this.a = a } }'
  const artifacts = await compileText({
    'Base.ts': base,
    'Both.ts': "import { Base } from './Base'\n@contract class Both extends Base { b: u8 = 5 }",
  })
  const [first, second] = artifacts.map((artifact) => deploy(artifact))
  expect(first?.call('a')).toBe(2)
  expect([second?.call('a'), second?.call('b')]).toEqual([2, 5])
  second?.call('set', [9])
  expect([...(second?.storage.values() ?? [])]).toEqual([`0x${'0509'.padStart(64, '0')}`])
})

describe('a mistake in a family is shown where it is', () => {
  const base = `export class Base {
  number: u64
  constructor(start: u64) { this.number = start }
  f(): void {}
  @view look(): u64 { return this.number }
  @payable pay(): void {}
  private hidden(): void {}
}
@struct export class Point { x: u64 }
`
  const mistakes: readonly (readonly [line: string, message: string, column: number])[] = [
    ['number: u8', "'number' is already declared in Base: rename it.", 1],
    ['f(): void {}', '\'f\' overrides the one of Base: write "override" before it.', 1],
    ['hidden(): void {}', "'hidden' is private in Base: rename it, or make that one protected.", 1],
    ['override look(): u64 { return 1 }', "'look' is view in Base, so it cannot be nonpayable.", 10],
    ['@view override pay(): void {}', "'pay' is payable in Base, so it cannot be view.", 16],
    ['private override f(): void {}', "'f' is public in Base and stays so.", 18],
    ["@named('g') override f(): void {}", "'f' keeps the name that it has in Base.", 1],
    ['override lost(): void {}', "'lost' overrides nothing: no class that is extended has it.", 10],
    ['constructor() { this.number = 1 }', 'statement super(...), once and not in a block.', 1],
    ['constructor() { if (true) super(1) }', 'statement super(...), once and not in a block.', 27],
    ['constructor() { super(true, 2) }', 'Expected 1 arguments, but got 2.', 17],
  ]
  test.each(mistakes)('%s', async (line, message, column) => {
    const files = {
      'base.ts': base,
      'C.ts': `import { Base } from './base'\n@contract class C extends Base {\n${line}\n}`,
    }
    await expect(compileText(files)).rejects.toMatchObject({ text: expect.stringContaining(message) })
    await expect(compileText(files)).rejects.toMatchObject({ text: expect.stringContaining(`in C.ts(3,${column})`) })
  })

  test.each([
    ['class C extends Base { }', 'Write a constructor that calls super(...): the one of the base takes arguments.'],
    ['class C extends Point { }', "A contract cannot extend 'Point', which is a struct."],
    ['class C extends Array<u8> { }', "A contract extends a class of its own project; 'Array<u8>' is none."],
    ['class C implements Base { }', 'A contract implements no interface: extend an abstract class instead.'],
    ['class C<T> { }', 'A contract is not generic, nor is what it extends.'],
    ['abstract class C { }', 'An abstract class is no contract: take @contract away, and extend it with one.'],
    ['class C { constructor() { super() } }', 'There is nothing to call: the contract extends no class.'],
    ['class C { a: u8 }\n@contract class D { b: u8 }', 'A file has one contract: what it extends needs no @contract.'],
  ])('%s', async (text, message) => {
    const files = { 'base.ts': base, 'C.ts': `import { Base, Point } from './base'\n@contract ${text}` }
    await expect(compileText(files)).rejects.toMatchObject({ text: expect.stringContaining(message) })
  })
})
