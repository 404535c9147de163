import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Artifact } from '../../../src/cli/compile/index.ts'
import { CompileError, compileSources, readArtifact, writeArtifacts } from '../../../src/cli/compile/index.ts'
import { assert, BaseError } from '../../../src/primitives/index.ts'
import { deploy } from './contract.ts'

// Compilers take seconds, and many times that on a machine that does other things too.
vi.setConfig({ testTimeout: 180_000 })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evmpp-build-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
const build = (paths: readonly string[], options = {}): Promise<readonly Artifact[]> =>
  compileSources(paths, { root: folder, ...options })

const failureOf = async (paths: readonly string[]): Promise<BaseError> => {
  const thrown: unknown = await build(paths).then(
    () => undefined,
    (error: unknown) => error,
  )
  assert(thrown instanceof BaseError, 'the build fails with an error of ours')
  return thrown
}

const contract = (body: string): string => `import { u256, Mapping, Address, msg, FixedArray } from 'evmpp-sdk'
@struct class Order { items: u256[] } @struct class Kept { held: Mapping<u8, u8> } @tuple class Two { a: u8; b: u8 }
@contract class C {
${body}
}
`

/** Mistakes that the compiler finds in one go: what it says, and at which column of the line. */
const mistakes = [
  ['value: Strange', "Cannot find name 'Strange'.", 8],
  ['f(a: f64): void {}', 'A contract has no floating point: count in whole units, as wei count ether.', 6],
  [
    'f2(): u32 { return <u32>(1.5 * 2.0) }',
    'A contract has no floating point: count in whole units, as wei count ether.',
    26,
  ],
  ['@view g(): usize { return 0 }', "Type 'usize' has no counterpart in Solidity.", 12],
  ['h(a: Address | null): void {}', "Type 'Address | null' has no counterpart in Solidity.", 6],
  ['i(a: Mapping<u8, u8>): void {}', "Type 'Mapping<u8, u8>' cannot be passed to or returned by a contract.", 6],
  ['list: u256[]', "Type 'u256[]' cannot be a state variable: an array that is kept is a StorageArray.", 7],
  [
    'k: Order',
    "Type 'Order' cannot be a state variable because of its field 'items': an array that is kept is a StorageArray.",
    4,
  ],
  ['l(a: Kept): void {}', "Type 'Kept' cannot be passed to or returned by a contract.", 6],
  ['m(a: Two): Two { return a }', "Type 'Two' cannot be passed to or returned by a contract.", 6],
  [
    'n(a: FixedArray<u8, u16>): void {}',
    "Write the length of a fixed array as FixedArray<T, '3'>, not 'FixedArray<u8, u16>'.",
    6,
  ],
  ['@named(7) o(): void {}', "Write the function's name in the ABI as @named('transfer').", 1],
  ['j(a: u8 = 1): void {}', 'A parameter of a contract has no default value.', 3],
  ['f9g4(): void {}', undefined, 1],
  ['fzom(): void {}', 'fzom() has the selector of f9g4(): rename one of them.', 1],
] as const

/** Mistakes that are found before types are looked at. */
const broken = [
  ['@veiw p(): void {}', 'There is no @veiw on a method, there is @view, @pure, @payable,', 1],
  ['@view count: u64', 'There is no @view on a field, there is @indexed.', 1],
  ['@view @payable q(): void {}', 'A function has one of @view, @pure and @payable.', 7],
  ['list: StorageArray<u8>', undefined, 0],
  ['map: Mapping<u8, Mapping<u8, u64>>', undefined, 0],
  ['@view r(): void { this.count = 1 }', 'r is @view, and this changes state.', 19],
  ['@view s(): void { this.map[1][2] += 1 }', 's is @view, and this changes state.', 19],
  ['@view t(): void { this.count++ }', 't is @view, and this changes state.', 19],
  ['@pure u(): void { this.list.push(1) }', 'u is @pure, and this changes state.', 19],
  ['@view v(): void { emit(new E()) }', 'v is @view, and this changes state.', 19],
  ['@view w(): void { this.x() }', 'w is @view, and x changes state.', 19],
  ['private x(): void { this.y() }', undefined, 0],
  ['private y(): void { this.map.delete(1) }', undefined, 0],
  ['@pure z(): u64 { return this.count }', 'z is @pure, and this reads state.', 25],
  [
    '@view ok(): u64 { let n = this.count; n++; const l: u8[] = []; l.push(1); return n + this.map[1][2] }',
    undefined,
    0,
  ],
  ["a2(): void { throw 'no' }", "Throw new Error('why') or an object of a class with @error", 20],
  ['b2(): void { throw new Plain() }', "Throw new Error('why') or an object of a class with @error", 20],
  ['c2(): void { try { this.b2() } catch (e) {} }', 'A contract catches nothing: a call that may fail has try_', 14],
] as const

describe('what does not compile', () => {
  test('is shown where it is, also before types are known, and what is right is not', async () => {
    write('C.ts', contract(broken.map(([line]) => line).join('\n')))
    const failure = await failureOf(['C.ts'])
    assert(failure instanceof CompileError, 'it is the compiler that fails')
    const said = [...failure.text.matchAll(/ERROR \w+: User-defined: (.*)\n[\s\S]*?in C\.ts\((\d+),(\d+)\)/g)]
    const expected = broken.flatMap(([, message, column], index) =>
      message === undefined ? [] : [[index + 4, column, expect.stringContaining(message)]],
    )
    const inOrder = said.map(([, message, line, column]) => [Number(line), Number(column), message])
    expect(inOrder.toSorted(([a], [b]) => Number(a) - Number(b))).toEqual(expected)
  })

  test('is shown where it is, in the words of the compiler', async () => {
    write('C.ts', contract(mistakes.map(([line]) => line).join('\n')))
    const failure = await failureOf(['C.ts'])
    assert(failure instanceof CompileError, 'it is the compiler that fails')
    expect(failure.code).toBe('COMPILE_FAILED')
    const said = [...failure.text.matchAll(/ERROR \w+: (?:User-defined: )?(.*)\n[\s\S]*?in C\.ts\((\d+),(\d+)\)/g)].map(
      ([, message, line, column]) => [Number(line), Number(column), message],
    )
    for (const [index, [, message, column]] of mistakes.entries())
      if (message !== undefined) expect(said).toContainEqual([index + 4, column, message])
  })

  test.each([
    ['a static field', 'static total: u8 = 1', 'A static field is not stored', 'C.ts(4,8)'],
    ['what cannot be parsed', 'f(: void {}', 'Identifier expected.', 'C.ts(4,2)'],
    [
      'a mapping that is assigned',
      'm: Mapping<u8, u8>\nf(): void { this.m = this.m }',
      'because it is a constant or a read-only property.',
      'C.ts(5,13)',
    ],
    [
      'floating point in a library',
      'f(a: u32): string { return parseInt("1") > 1 ? "a" : "b" }',
      'computes with it',
      'C.ts(4,28)',
    ],
    [
      'an enum with numbers of its own',
      'f(): void {} }\nenum Side { Buy, Sell = 2 }\nclass Rest {',
      'An enum numbers its members itself, from 0.',
      'C.ts(5,25)',
    ],
    [
      'a struct that holds itself',
      'f(): void {} }\n@struct class Self { inner: Self }\n@struct class Rest { self: Self',
      'A struct cannot contain itself.',
      'C.ts(5,15)',
    ],
    [
      'a struct with a constructor',
      'f(): void {} }\n@struct class Own { a: u8; constructor() { this.a = 1 }',
      'it takes the fields in their order',
      'C.ts(5,28)',
    ],
  ])('%s', async (_name, body, message, place) => {
    write('C.ts', contract(body))
    const failure = await failureOf(['C.ts'])
    assert(failure instanceof CompileError, 'it is the compiler that fails')
    expect(failure.text).toContain(message)
    expect(failure.text).toContain(place)
  })

  test('Solidity in the words of solc', async () => {
    write('A.sol', '// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\ncontract A { uint x = "no"; }')
    const failure = await failureOf(['A.sol'])
    assert(failure instanceof CompileError, 'it is the compiler that fails')
    expect(failure.text).toMatch(/TypeError: .*\n {1,2}--> A\.sol:3:23:/)
    write('B.sol', '// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\nimport "./Missing.sol";')
    expect(await failureOf(['B.sol'])).toMatchObject({ text: expect.stringContaining('Missing.sol') })
  })

  test.each([
    ['SOURCE_NOT_FOUND', ['nothing.sol']],
    ['SOURCE_NOT_SUPPORTED', ['notes.md']],
    ['NO_CONTRACT', ['library.ts']],
  ])('%s', async (code, paths) => {
    write('notes.md', '')
    write('library.ts', 'export const one: i32 = 1')
    expect((await failureOf(paths)).code).toBe(code)
  })
})

test('a global that is computed has its value in every call and in the constructor', async () => {
  write(
    'C.ts',
    `const start = u256('7') + 1\n${contract('kept: u256\nconstructor() { this.kept = start }\n@pure first(): u256 { return start }')}`,
  )
  const [artifact] = await build(['C.ts'])
  assert(artifact !== undefined, 'it compiles')
  const deployed = deploy(artifact)
  expect(deployed.call('kept')).toBe(8n)
  expect(deployed.call('first')).toBe(8n)
})

test('public state is read like functions, and initial values are set by the constructor', async () => {
  write('C.ts', contract('a: u8 = 3\nprivate b: u256\n_c: u256\nd: Mapping<Address, u256>'))
  const [artifact] = await build(['C.ts'])
  expect(Object.keys(artifact?.methodIdentifiers ?? {})).toEqual(['a()', 'd(address)'])
  expect(artifact?.abi.some(({ type }) => type === 'constructor')).toBe(true)
})

test('imports are resolved: contracts share events and errors, folders are searched for contracts', async () => {
  write(
    'shared.ts',
    "import { u256 } from 'evmpp-sdk'\n@event export class Changed { value: u256 }\n@error export class No {}",
  )
  write(
    'C.ts',
    `import { Changed, No } from './shared'\nimport { emit, u256 } from 'evmpp-sdk'
    @contract class C { f(v: u256): void { if (v.isZero()) throw new No()\n emit(new Changed(v)) } }`,
  )
  write(
    'D.sol',
    '// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\nimport {E} from "./E.sol";\ncontract D is E {}',
  )
  write('E.sol', '// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\ncontract E { uint8 public x; }')
  const artifacts = await build(['.'])
  expect(artifacts.map(({ sourceName, contractName }) => `${sourceName}:${contractName}`)).toEqual([
    'C.ts:C',
    'D.sol:D',
    'E.sol:E',
  ])
  expect(artifacts[0]?.abi.map(({ type, name }) => `${type} ${name}`)).toEqual([
    'function f',
    'event Changed',
    'error No',
  ])
})

describe('the cache', () => {
  const source = '// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\nimport "./B.sol";\ncontract A is B {}'
  const base = (type: string): string =>
    `// SPDX-License-Identifier: MIT\npragma solidity ^0.8.0;\ncontract B { ${type} public x; }`

  test('gives the same artifacts without compiling, until an import changes', async () => {
    const cacheFolder = join(folder, 'cache')
    write('A.sol', source)
    write('B.sol', base('uint8'))
    const first = await build(['A.sol'], { cacheFolder })
    const [entry] = readdirSync(cacheFolder)
    const marked = readFileSync(join(cacheFolder, entry ?? ''), 'utf8').replaceAll(
      '"contractName":"A"',
      '"contractName":"Cached"',
    )
    writeFileSync(join(cacheFolder, entry ?? ''), marked)
    expect((await build(['A.sol'], { cacheFolder }))[0]).toEqual({ ...first[0], contractName: 'Cached' })
    write('B.sol', base('uint16'))
    const changed = await build(['A.sol'], { cacheFolder })
    expect(changed[0]?.contractName).toBe('A')
    expect(changed[0]?.bytecode).not.toBe(first[0]?.bytecode)
    writeFileSync(join(cacheFolder, entry ?? ''), '{ damaged')
    expect(await build(['A.sol'], { cacheFolder })).toEqual(changed)
  })

  test('a build without it gives the same bytes', async () => {
    write('C.ts', contract('n: u256\nset(v: u256): void { this.n = v }'))
    expect(await build(['C.ts'])).toEqual(await build(['C.ts']))
  })
})

describe('what is written', () => {
  const artifact = (sourceName: string, contractName: string, language: Artifact['language']): Artifact => ({
    contractName,
    sourceName,
    language,
    abi: [{ type: 'function', name: 'f', inputs: [], outputs: [], stateMutability: 'view' }],
    bytecode: '0x0061',
    deployedBytecode: '0x61',
    methodIdentifiers: { 'f()': '26121ff0' },
    storageLayout: { storage: [], types: null },
    linkReferences: {},
    deployedLinkReferences: {},
    immutableReferences: {},
  })
  const read = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), 'utf8'))

  test('serves Hardhat and Foundry', () => {
    const { files, ambiguous } = writeArtifacts(folder, [artifact('asm/A.ts', 'A', 'assemblyscript')])
    expect(files.toSorted()).toEqual(['A.json', 'A.ts/A.json', 'A.ts/A.wasm', 'A.ts/IA.sol', 'A.wasm'])
    expect(ambiguous).toEqual([])
    expect(read('A.json')).toMatchObject({ _format: 'hh3-artifact-1', contractName: 'A', bytecode: '0x0061' })
    expect(read('A.ts/A.json')).toMatchObject({
      bytecode: { object: '0x0061' },
      methodIdentifiers: { 'f()': '26121ff0' },
    })
    expect(readFileSync(join(folder, 'A.wasm'))).toEqual(Buffer.from([0x00, 0x61]))
  })

  test('a name that two files define is written under their files only', () => {
    writeArtifacts(folder, [artifact('A.ts', 'A', 'assemblyscript')])
    const { files, ambiguous } = writeArtifacts(folder, [
      artifact('A.ts', 'A', 'assemblyscript'),
      artifact('A.sol', 'A', 'solidity'),
    ])
    expect(files.toSorted()).toEqual(['A.sol/A.json', 'A.ts/A.json', 'A.ts/A.wasm', 'A.ts/IA.sol'])
    expect(ambiguous).toEqual(['A'])
    expect(readdirSync(folder).toSorted()).toEqual(['A.sol', 'A.ts'])
  })

  test('is read by name, or by file and name', () => {
    const written = artifact('lib/A.sol', 'A', 'solidity')
    writeArtifacts(folder, [written])
    const { contractName, sourceName, abi, bytecode, deployedBytecode, linkReferences } = written
    const expected = { contractName, sourceName, abi, bytecode, deployedBytecode, linkReferences }
    expect(readArtifact(folder, 'A')).toMatchObject(expected)
    expect(readArtifact(folder, 'A.sol:A')).toEqual(expected)
    expect(() => readArtifact(folder, 'B')).toThrow(expect.objectContaining({ code: 'ARTIFACT_NOT_FOUND' }))
    write('B.json', '{')
    expect(() => readArtifact(folder, 'B')).toThrow(expect.objectContaining({ code: 'ARTIFACT_DAMAGED' }))
  })
})
