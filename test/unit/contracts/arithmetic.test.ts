import type { Hex } from 'viem'
import { encodeFunctionData } from 'viem'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Artifact, verifyCode } from '../../../src/cli/compile/index.ts'
import { assert, fromHex } from '../../../src/primitives/index.ts'
import type { Contract } from './contract.ts'
import { compileText, deploy } from './contract.ts'
import type { Twin } from './evmTwin.ts'
import { deployTwin } from './evmTwin.ts'

const types = ['u8', 'u16', 'u32', 'u64', 'i8', 'i16', 'i32', 'i64', 'u256', 'i128'] as const
type Name = (typeof types)[number]

const solidityName = (type: Name): string => type.replace('u', 'uint').replace(/^i/, 'int')
const isSigned = (type: Name): boolean => type.startsWith('i')
const isMachine = (type: Name): boolean => Number(type.slice(1)) <= 64

/** What two numbers are asked: a function's name, and its body in either language. `n` is a state variable of the type. */
const operations: readonly (readonly [name: string, assembly: string, solidity?: string])[] = [
  ['add', 'return a + b'],
  ['sub', 'return a - b'],
  ['mul', 'return a * b'],
  ['div', 'return a / b'],
  ['rem', 'return a % b'],
  ['addTo', 'let c = a\nc += b\nreturn c', 'c = a; c += b;'],
  ['subFrom', 'let c = a\nc -= b\nreturn c', 'c = a; c -= b;'],
  ['mulBy', 'let c = a\nc *= b\nreturn c', 'c = a; c *= b;'],
  ['divBy', 'let c = a\nc /= b\nreturn c', 'c = a; c /= b;'],
  ['remBy', 'let c = a\nc %= b\nreturn c', 'c = a; c %= b;'],
  ['addToState', 'this.n = a\nthis.n += b\nreturn this.n', 'n = a; n += b; c = n;'],
  ['increment', 'let c = a\nc++\nreturn c', 'c = a; c++;'],
  ['decrement', 'let c = a\nc--\nreturn c', 'c = a; c--;'],
  ['incrementState', 'this.n = a; ++this.n; return this.n', 'n = a; ++n; c = n;'],
  ['before', 'let c = a\nconst d = c++\nreturn d', '@ d = a; c = d++;'],
  ['after', 'let c = a\nreturn --c', 'c = a; return --c;'],
  ['many', 'return (a + b) * (a - b) + b', 'c = (a + b) * (a - b) + b;'],
]

const functions = (type: Name, language: 'assembly' | 'solidity'): string =>
  [
    ...operations,
    ...(isSigned(type) ? ([['negate', 'return -a']] as const) : []),
    ...(isMachine(type) ? [wrapping('Add', '+', type), wrapping('Sub', '-', type), wrapping('Mul', '*', type)] : []),
  ]
    .map(([name, assembly, solidity]) => {
      const text = (body: string): string =>
        body.replaceAll('this.n', `this.n_${type}`).replaceAll(/\bn\b/g, `n_${type}`)
      if (language === 'assembly') return `${name}_${type}(a: ${type}, b: ${type}): ${type} { ${text(assembly)} }`
      const t = solidityName(type)
      return `function ${name}_${type}(${t} a, ${t} b) public returns (${t} c) { ${text(solidity ?? `${assembly};`).replace('@', t)} }`
    })
    .join('\n')

function wrapping(name: string, operator: string, _type: Name): readonly [string, string, string] {
  return [`wrapping${name}`, `return a.wrapping${name}(b)`, `unchecked { return a ${operator} b; }`]
}

const assembly = `import { u256, i128 } from 'evmpp-sdk'
@contract class Sums {
${types.map((type) => `private n_${type}: ${type}\n${functions(type, 'assembly')}`).join('\n')}
  cast_u8(a: i64): u8 { return <u8>a }
  cast_i8(a: i64): i8 { return <i8>a }
  cast_u32(a: i64): u32 { return <u32>a }
  cast_i32(a: i64): i32 { return a as i32 }
  shl_u8(a: u8, b: u8): u8 { return a << b }
  shl_i64(a: i64, b: u8): i64 { return a << b }
  shr_i16(a: i16, b: u8): i16 { return a >> b }
  pow_u64(a: u64, b: u64): u64 { return a ** b }
  pow_u8(a: u8, b: u8): u8 { return a ** b }
  pow_i32(a: i32, b: u8): i32 { return a ** b }
}`

const solidity = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
contract Sums {
${types.map((type) => `${solidityName(type)} private n_${type};\n${functions(type, 'solidity')}`).join('\n')}
  function cast_u8(int64 a) public pure returns (uint8) { return uint8(uint64(a)); }
  function cast_i8(int64 a) public pure returns (int8) { return int8(a); }
  function cast_u32(int64 a) public pure returns (uint32) { return uint32(uint64(a)); }
  function cast_i32(int64 a) public pure returns (int32) { return int32(a); }
  function shl_u8(uint8 a, uint8 b) public pure returns (uint8) { return a << b; }
  function shl_i64(int64 a, uint8 b) public pure returns (int64) { return a << b; }
  function shr_i16(int16 a, uint8 b) public pure returns (int16) { return a >> b; }
  function pow_u64(uint64 a, uint64 b) public pure returns (uint64) { return a ** b; }
  function pow_u8(uint8 a, uint8 b) public pure returns (uint8) { return a ** b; }
  function pow_i32(int32 a, uint8 b) public pure returns (int32) { return a ** b; }
}`

let artifact: Artifact
let sums: Contract
let twin: Twin
beforeAll(async () => {
  const [sol, as] = await compileText({ 'Sums.ts': assembly, 'Sums.sol': solidity })
  assert(sol !== undefined && as !== undefined, 'both compile')
  artifact = as
  sums = deploy(as)
  twin = await deployTwin(sol)
}, 180_000)

/** Numbers near the ends of a type, near zero, and where products begin not to fit. */
function edges(type: Name): readonly bigint[] {
  const bits = BigInt(type.slice(1))
  const [low, high] = isSigned(type) ? [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n] : [0n, (1n << bits) - 1n]
  const half = 1n << (bits / 2n)
  const all = [low, -half, -1n, 0n, 1n, 2n, half - 1n, half, high / 2n, high]
  return [...new Set(all)].filter((value) => value >= low && value <= high)
}

/** The same calls on both; every answer, so that a difference names its arguments. */
async function bothAnswer(functionName: string, cases: readonly (readonly bigint[])[]): Promise<void> {
  const answers = async (run: (data: Hex) => Promise<{ status: string; output: Hex }>): Promise<unknown[]> => {
    const all: unknown[] = []
    for (const args of cases) {
      const parameters = artifact.abi.find(({ name }) => name === functionName)?.inputs ?? []
      const values = args.map((value, index) =>
        /int(8|16|32)$/.test(parameters[index]?.type ?? '') ? Number(value) : value,
      )
      const { status, output } = await run(encodeFunctionData({ abi: artifact.abi, functionName, args: values }))
      all.push([args.join(), status, output])
    }
    return all
  }
  const ours = await answers(async (data) => sums.run({ data }))
  expect(ours).toEqual(await answers((data) => twin.run(data)))
}

describe.each(types)('arithmetic of %s is that of Solidity', (type) => {
  const pairsOf = (numbers: readonly bigint[]) => numbers.flatMap((a) => numbers.map((b) => [a, b]))
  const all = pairsOf(edges(type))
  const few = pairsOf(
    edges(type).filter((value, index, { length }) => value === 1n || index === 0 || index === length - 1),
  )
  const wrapped = isMachine(type) ? ['wrappingAdd', 'wrappingSub', 'wrappingMul'] : []
  test.each(['add', 'sub', 'mul', 'div', 'rem', 'many'])('%s', (name) => bothAnswer(`${name}_${type}`, all))
  const others = operations.map(([name]) => name).slice(5, -1)
  test.each([...others, ...wrapped, ...(isSigned(type) ? ['negate'] : [])])('%s', (name) =>
    bothAnswer(`${name}_${type}`, few),
  )
})

describe('powers, casts and shifts are those of Solidity', () => {
  const longs = edges('i64').flatMap((value) => [value, value / 2n ** 31n, value / 2n ** 55n])
  test.each(['cast_u8', 'cast_i8', 'cast_u32', 'cast_i32'])('%s truncates', (name) =>
    bothAnswer(
      name,
      longs.map((value) => [value]),
    ),
  )
  test.each([
    ['shl_u8', 'u8', 7n],
    ['shl_i64', 'i64', 63n],
    ['shr_i16', 'i16', 15n],
  ] as const)('%s loses bits', (name, type, most) =>
    bothAnswer(
      name,
      edges(type).flatMap((value) => [0n, 1n, 3n, most].map((bits) => [value, bits])),
    ),
  )
  test.each([
    [
      'pow_u64',
      [
        [2n, 63n],
        [2n, 64n],
        [3n, 40n],
        [3n, 41n],
        [10n, 19n],
        [10n, 20n],
        [0n, 0n],
        [1n, 2n ** 64n - 1n],
        [2n ** 32n, 2n],
      ],
    ],
    [
      'pow_u8',
      [
        [2n, 7n],
        [2n, 8n],
        [15n, 2n],
        [16n, 2n],
        [255n, 1n],
        [255n, 0n],
        [1n, 255n],
      ],
    ],
    [
      'pow_i32',
      [
        [-2n, 31n],
        [-2n, 32n],
        [2n, 31n],
        [-1n, 255n],
        [0n, 5n],
        [-46_341n, 2n],
        [46_340n, 2n],
      ],
    ],
  ])('%s', (name, cases) => bothAnswer(name, cases))
})

describe('a counter of a loop', () => {
  const loop = (head: string, body = 'made ^= i'): string =>
    `@contract class C { f(n: u32): u32 { let made: u32 = 0; for (${head}) { ${body} } return made } }`
  const compiled = async (text: string): Promise<Artifact> => {
    const [made] = await compileText({ 'C.ts': text })
    assert(made !== undefined, 'the loop compiles')
    return made
  }

  test.each([
    ['let i: u32 = 0; i < n; i++', 'let i: u32 = 0; i < n; i = i.wrappingAdd(1)'],
    ['let i: u32 = n; i > 0; --i', 'let i: u32 = n; i > 0; i = i.wrappingSub(1)'],
    ['let i: u32 = 0; made < 9 && (i < n); ++i', 'let i: u32 = 0; made < 9 && (i < n); i = i.wrappingAdd(1)'],
  ])('is not checked where its condition keeps it in range: %s', async (counted, wrapped) => {
    // Only the hash of their sources differs.
    const code = fromHex((await compiled(loop(wrapped))).bytecode)
    expect(verifyCode(await compiled(loop(counted)), code)).toEqual({ verdict: 'sameProgram' })
  })

  test.each<[name: string, head: string, body: string | undefined, n: number, result: unknown]>([
    ['up to the last number', 'let i: u8 = 0; i < <u8>n; i++', 'made += 1', 255, 255],
    ['compared as a wider type', 'let i: u8 = 0; i < n; i++', undefined, 300, 'Panic(17)'],
    ['that may be equal', 'let i: u8 = 0; i <= <u8>n; i++', undefined, 255, 'Panic(17)'],
    ['down to zero', 'let i: u8 = <u8>n; i >= 0; i--', undefined, 3, 'Panic(17)'],
    ['that the body changes', 'let i: u8 = 0; i < 255; i++', 'i = 255', 0, 'Panic(17)'],
    ['that the body steps', 'let i: u8 = 0; i < <u8>n; i++', 'i += 100', 255, 'Panic(17)'],
  ])('is checked elsewhere: %s', async (_name, head, body, n, result) => {
    const contract = deploy(await compiled(loop(head, body)))
    expect(typeof result === 'number' ? contract.call('f', [n]) : contract.fault('f', [n])).toBe(result)
  })
})

test('a number becomes a wider one by itself and keeps its value', async () => {
  const [made] = await compileText({
    'C.ts': `import { u256, u128, i256, u24 } from 'evmpp-sdk'
    @contract class C { big: u256 = 7
      signed(a: i32): u64 { return a }
      low(a: u32): i32 { return a }
      wide(a: u64): u256 { return a }
      wider(a: u128, b: u24): u256 { return a + b }
      both(a: u64): i256 { return a }
      less(a: i16): i256 { return a }
      count(): u256 { this.big++; this.big = this.big * 2 + 1; return this.big }
      isTen(a: u256): bool { return a == 10 }
      mixed(a: i32, b: u64): u64 { return a + b }
    }`,
  })
  assert(made !== undefined, 'it compiles')
  const contract = deploy(made)
  expect(contract.call('signed', [5])).toBe(5n)
  expect(contract.fault('signed', [-5])).toBe('Panic(17)')
  expect(contract.fault('low', [2 ** 31])).toBe('Panic(17)')
  expect(contract.call('wide', [2n ** 64n - 1n])).toBe(2n ** 64n - 1n)
  expect(contract.call('wider', [2n ** 127n, 3])).toBe(2n ** 127n + 3n)
  expect(contract.call('both', [2n ** 64n - 1n])).toBe(2n ** 64n - 1n)
  expect(contract.call('less', [-3])).toBe(-3n)
  expect(contract.call('count')).toBe(17n)
  expect(contract.call('isTen', [10n])).toBe(true)
  expect(contract.fault('mixed', [-1, 5n])).toBe('Panic(17)')
})

test.each([
  ['a: u8 = 0\nf(): void { this.a = 200 + 100 }', "This is 300, which is no 'u8'."],
  ['f(): u32 { return 1 / 0 }', 'This divides by zero.'],
  ['f(): u8 { const a: u8 = 250; return a + 4 + <u8>(4 - 3) - 1 }', undefined],
  ['f(): u256 { return -1 }', "Type 'i32' is not assignable to type"],
  ['f(a: u256): u128 { return a }', 'is not assignable to type'],
  ['f(a: i64): u256 { return a }', "Type 'i64' is not assignable to type"],
  ['f(a: u32): u32 { return -a }', "A 'u32' has no sign: subtract, or make it a signed number first."],
  ['f(a: u32): u32 { return a + -1 }', "-1 is no 'u32'."],
])('what cannot be right is an error: %s', async (body, message) => {
  const text = `import { u256, u128 } from 'evmpp-sdk'\n@contract class C {\n${body}\n}`
  const compiling = compileText({ 'C.ts': text })
  if (message === undefined) await expect(compiling).resolves.toHaveLength(1)
  else await expect(compiling).rejects.toMatchObject({ text: expect.stringContaining(message) })
})
