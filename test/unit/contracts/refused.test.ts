import { describe, expect, test, vi } from 'vitest'
import { CompileError } from '../../../src/cli/compile/index.ts'
import { compileText } from './contract.ts'

vi.setConfig({ testTimeout: 180_000 })

/** A contract whose body begins in line 8. */
const contract = (body: string): string => `
import { Address, Bytes32, FixedArray, Mapping, sload, sstore, StorageArray, u256 } from 'evmpp-sdk'
@struct class Ledger { entries: Mapping<u8, u8>; count: u8 }
enum Side { Buy, Sell }
enum Other { One }
@contract class C {
  ledger: Ledger; ledgers: StorageArray<Ledger>; side: Side
${body}
}
`

/** What the compiler says, and where: `line:column message` for each error. */
async function complaintsOf(body: string): Promise<readonly string[]> {
  const thrown: unknown = await compileText({ 'C.ts': contract(body) }).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown === undefined) return []
  expect(thrown).toBeInstanceOf(CompileError)
  const { text } = thrown as CompileError
  // No word of ours, and none of the compiler's insides.
  expect(text).not.toMatch(/^ +at |~lib\/evmpp-sdk\/\w+\.ts/m)
  const found = [...text.matchAll(/ERROR \w+: (?:User-defined: )?(.*)\n[\s\S]*?in C\.ts\((\d+,\d+)\)/g)]
  return found.map(([, message, place]) => `${place} ${message?.replace(/^'(.*)'$/, '$1')}`)
}

describe('what is only a place in storage cannot be made', () => {
  const made = /cannot be made: declare it as a field of the contract/
  test.each([
    ['a mapping', 'f(): void { const m = new Mapping<u8, u8>(); m[1] = 2 }', '8,23'],
    ['an array', 'f(): void { const l = new StorageArray<u8>(); l.push(1) }', '8,23'],
    ['a mapping by instantiate', 'f(): void { instantiate<Mapping<u8, u8>>() }', '8,13'],
    ['a zero struct that holds one', 'f(): void { Ledger.zero.count = 1 }', '8,13'],
    ['a struct that holds one', 'f(): void { new Ledger(this.ledger.entries, 1) }', '8,13'],
    ['a copy of such a struct', 'f(): void { this.ledger.copy() }', '8,13'],
    ['copies of such structs', 'f(): void { this.ledgers.toArray() }', '8,13'],
    ['a fixed array of them', "f(): void { new FixedArray<StorageArray<u8>, '2'>() }", '8,13'],
    [
      'a global',
      'f(): void { held[1] = 1 } }\nlet held: Mapping<u8, u8> = new Mapping<u8, u8>()\nclass Rest {',
      '9,29',
    ],
    [
      'a field of a plain class',
      'f(): void { new Plain() } }\nclass Plain { held: Mapping<u8, u8> = new Mapping()',
      '9,39',
    ],
  ])('%s', async (_name, body, place) => {
    const [first = ''] = await complaintsOf(body)
    expect(first).toMatch(made)
    expect(first.split(' ')[0]).toBe(place)
  })

  test('and is not assigned whole', async () => {
    const [pushed] = await complaintsOf('f(): void { this.ledgers.push(this.ledger) }')
    expect(pushed).toBe('8,13 Ledger holds a Mapping or a StorageArray and cannot be assigned: assign its fields')
  })

  test('a reference to one in storage is no new one', async () => {
    const body =
      'f(): void { const held = this.ledger.entries; held[1] = 2; const all = this.ledgers[0]; all.entries[1] = 3 }'
    expect(await complaintsOf(body)).toEqual([])
  })
})

describe('a member of an enum is a type of its own', () => {
  const byItself = (from: string) =>
    `A '${from}' is no 'Side' by itself: write <Side>x, which panics when there is no such member.`
  test.each([
    ['f(): void { this.side = 1 }', `8,25 ${byItself('u8')}`],
    ['f(x: u8): void { this.side = x }', `8,30 ${byItself('u8')}`],
    ['f(): Side { return Other.One }', `8,20 ${byItself('Other')}`],
    ['f(x: Other): Side { return <Side>x }', `8,34 ${byItself('Other')}`],
    ['f(): Side { return <Side>2 }', '8,26 Side has 2 members: there is no 2.'],
    ['f(): Side { return Side.Buy | Side.Sell }', '8,20 A member of Side is no number: write <u8>x to count with it.'],
  ])('%s', async (body, expected) => {
    expect(await complaintsOf(body)).toEqual([expected])
  })

  test('and a number when it is asked to', async () => {
    const body = `
      f(): u8 { return this.side }
      g(): u256 { return u256(this.side) + 1 }
      h(): u8 { return <u8>this.side + 1 }
      i(): bool { return this.side > Side.Buy }
      j(): string { return Side[this.side] }
      k(x: u8): void { this.side = <Side>x }`
    expect(await complaintsOf(body)).toEqual([])
  })

  test('an enum without members is none', async () => {
    expect(await complaintsOf('f(): void {} }\nenum None {}\nclass Rest {')).toEqual([
      '9,6 An enum has 1 to 256 members.',
    ])
  })
})

describe('what no node would run', () => {
  const nobody = (name: string): string =>
    `No node has the function '${name}': a contract reaches out through 'evmpp-sdk' only.`
  test.each([
    ['console.log', 'f(): void { console.log("x") }', `8,13 ${nobody('env.console.log')}`],
    ['trace', 'f(): void { trace("x") }', `8,13 ${nobody('env.trace')}`],
    ['Date.now', 'f(): u64 { return Date.now() }', `8,19 ${nobody('env.Date.now')}`],
    ['Math.random', 'f(): bool { return Math.random() > Math.PI }', `8,20 ${nobody('env.seed')}`],
    ['process', 'f(): void { process.exit(1) }', `8,13 ${nobody('env.process.exit')}`],
    [
      'an import of its own',
      'f(): void { this.g() }\nprivate g(): void { foo() } }\n@external("env", "foo") declare function foo(): void\nclass Rest {',
      `9,21 ${nobody('env.foo')}`,
    ],
    [
      'an import of its own without a module',
      'f(): void { foo() } }\ndeclare function foo(): void\nclass Rest {',
      `8,13 ${nobody('C.foo')}`,
    ],
    ['floating point in a library', 'f(): bool { return parseInt("1") > 1 }', /^8,20 .*strtol<f64> computes with it\./],
    ['SIMD', 'f(): u32 { return <u32>i32x4.extract_lane(i32x4.splat(3), 0) }', "8,24 Feature 'simd' is not enabled."],
  ])('%s', async (_name, body, expected) => {
    expect((await complaintsOf(body))[0]).toMatch(expected)
  })

  test('what is declared and not used is no import', async () => {
    expect(
      await complaintsOf('f(): void {} }\n@external("env", "foo") declare function foo(): void\nclass Rest {'),
    ).toEqual([])
  })

  test('a module beyond the limits of a node', async () => {
    const cases = Array.from({ length: 1_200 }, (_, at) => `case ${at * 7}: return x + ${at * at};`).join('\n')
    const [first] = await complaintsOf(`f(x: u32): u32 { switch (x) { ${cases} default: return 1 } }`)
    expect(first).toMatch(
      /^6,17 No node stores this contract \(\d+ bytes, at most 131072\): more than 1024 blocks inside each other/,
    )
  })
})

describe('what would be silently no part of the ABI, or another than it looks', () => {
  test.each([
    [
      'get total(): u8 { return 1 }',
      "8,5 A getter or setter is no part of the ABI: make 'total' a method, or private.",
    ],
    ['set total(value: u8) {}', "8,5 A getter or setter is no part of the ABI: make 'total' a method, or private."],
    ['f(a?: u8): void {}', '8,3 A parameter of a contract is always given: take the "?" away.'],
    ['f(...a: u8[]): void {}', '8,3 A function of a contract has a fixed number of parameters: take an array.'],
    ['f<T>(a: u8): void {}', '8,3 A function of the ABI is not generic: make it private, or name the type.'],
    ['receive(): void {}', '8,1 What takes plain value is written: @payable receive(): void'],
    ['@payable receive(a: u8): void {}', '8,10 What takes plain value is written: @payable receive(): void'],
    [
      'fallback(a: u8): u8 { return a }',
      '8,1 Write fallback(): void, or fallback(data: Uint8Array): Uint8Array, which get and give raw bytes.',
    ],
    [
      'fallback(data: Uint8Array): void {}',
      '8,1 Write fallback(): void, or fallback(data: Uint8Array): Uint8Array, which get and give raw bytes.',
    ],
    ['@view fallback(data: Uint8Array): Uint8Array { return data }', '8,7 fallback cannot be @view.'],
    ['@pure f(): Address { return sload<Address>(Bytes32.zero) }', '8,29 f is @pure, and this reads state.'],
    ['@view f(): void { sstore<u8>(Bytes32.zero, 1) }', '8,19 f is @view, and this changes state.'],
  ])('%s', async (body, expected) => {
    expect((await complaintsOf(body))[0]).toBe(expected)
  })

  test('what is private may be a getter, and a name in the ABI makes a function of any method', async () => {
    const body = "private get one(): u8 { return 1 }\n@named('receive') take(a: u8): u8 { return a + this.one }"
    expect(await complaintsOf(body)).toEqual([])
  })
})
