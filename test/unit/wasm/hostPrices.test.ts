import { describe, expect, test } from 'vitest'
import { EMPTY_CODE_HASH } from '../../../src/primitives/index.ts'
import { viewOf } from '../../../src/state/index.ts'
import { HOST_FUNCTIONS } from '../../../src/wasm/hostFunctions/index.ts'
import { inkOf } from './support/ink.ts'
import { CONTRACT, contract, createWorld, run } from './support/world.ts'

const load = '(import "vm_hooks" "storage_load_bytes32" (func $op (param i32 i32)))'
const store = '(import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))'
const flush = '(import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))'
const readReturn = `
  (import "vm_hooks" "read_return_data" (func $op (param i32 i32 i32) (result i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))`
const callOther = `
  (drop (call $call (i32.const 64) (i32.const 0) (i32.const 0) (i32.const 96) (i64.const 100000) (i32.const 128)))`

/** One call and its price; `setup` runs before it. */
type PriceRow = [name: string, ink: bigint, call: string, imports: string, setup?: string]
const hook = (name: string, params: string, result = '') =>
  `(import "vm_hooks" "${name}" (func $op ${params && `(param ${params})`} ${result && `(result ${result})`}))`
const ints = (...values: readonly number[]) => values.map((value) => `(i32.const ${value})`).join(' ')

describe('host function prices in ink, as measured on Stylus', () => {
  const two = (name: string) => `(import "vm_hooks" "${name}" (func $op (param i32 i32)))`
  const three = (name: string) => `(import "vm_hooks" "${name}" (func $op (param i32 i32 i32)))`
  const run2 = '(call $op (i32.const 0) (i32.const 32))'
  const write = '(call $store (i32.const 0) (i32.const 32))'
  const run3 = '(call $op (i32.const 0) (i32.const 32) (i32.const 64))'
  const log = (topics: number, bytes: number) =>
    `(call $op (i32.const 0) (i32.const ${bytes + 32 * topics}) (i32.const ${topics}))`
  const power = (bytes: number) => `(memory.fill (i32.const ${64 - bytes}) (i32.const 1) (i32.const ${bytes}))`

  const PRICES: readonly PriceRow[] = [
    ['transient load', 1_078_153n, run2, two('transient_load_bytes32')],
    ['transient store', 1_078_153n, run2, two('transient_store_bytes32')],
    [
      'code size, cold',
      33_068_073n,
      '(drop (call $op (i32.const 0)))',
      '(import "vm_hooks" "account_code_size" (func $op (param i32) (result i32)))',
    ],
    ['code hash, cold', 26_078_153n, run2, two('account_codehash')],
    ['balance, cold', 26_078_153n, run2, two('account_balance')],
    ['div', 43_520n, run2, two('math_div')],
    ['mod', 43_520n, run2, two('math_mod')],
    ['add_mod', 49_560n, run3, three('math_add_mod')],
    ['mul_mod', 52_660n, run3, three('math_mul_mod')],
    ['pow, exponent of 1 byte', 61_520n, run2, two('math_pow'), power(1)],
    ['pow, exponent of 2 bytes', 79_020n, run2, two('math_pow'), power(2)],
    ['pow, exponent of 10 bytes', 219_020n, run2, two('math_pow'), power(10)],
    ['pow, exponent of 32 bytes', 604_020n, run2, two('math_pow'), power(32)],
    ['storage read, first', 21_068_480n, run2, load],
    ['storage read, repeated', 18_480n, run2, load, run2],
    [
      'storage read, warm after the cache is dropped',
      1_068_480n,
      run2,
      load + flush,
      `${run2} (call $flush (i32.const 1))`,
    ],
    [
      'flush, one new slot',
      221_068_073n,
      '(call $flush (i32.const 0))',
      flush + store,
      `${power(1)} (call $store (i32.const 0) (i32.const 32))`,
    ],
    ['flush, nothing written', 68_073n, '(call $flush (i32.const 0))', flush],
    ['storage write', 18_480n, '(call $store (i32.const 0) (i32.const 32))', store],
    ['log, 0 topics, 0 bytes', 3_834_454n, log(0, 0), three('emit_log')],
    ['log, 4 topics, 100 bytes', 26_845_234n, log(4, 100), three('emit_log')],
    ['keccak of 0 bytes', 121_800n, '(call $op (i32.const 0) (i32.const 0) (i32.const 0))', three('native_keccak256')],
    [
      'keccak of 100 bytes',
      163_800n,
      '(call $op (i32.const 0) (i32.const 100) (i32.const 0))',
      three('native_keccak256'),
    ],
    [
      'pay_for_memory_grow(0)',
      8_400n,
      '(call $op (i32.const 0))',
      '(import "vm_hooks" "pay_for_memory_grow" (func $op (param i32)))',
    ],
    [
      'pay_for_memory_grow of a free page',
      0n,
      '(call $op (i32.const 1))',
      '(import "vm_hooks" "pay_for_memory_grow" (func $op (param i32)))',
    ],
    [
      'pay_for_memory_grow of a third page',
      10_000_000n,
      '(call $op (i32.const 2))',
      '(import "vm_hooks" "pay_for_memory_grow" (func $op (param i32)))',
    ],
    ...[
      'block_basefee',
      'block_coinbase',
      'contract_address',
      'msg_sender',
      'msg_value',
      'tx_gas_price',
      'tx_origin',
    ].map((name): PriceRow => [name, 13_440n, '(call $op (i32.const 0))', hook(name, 'i32')]),
    ...['block_gas_limit', 'block_number', 'block_timestamp', 'chainid', 'evm_gas_left', 'evm_ink_left'].map(
      (name): PriceRow => [name, 8_400n, '(drop (call $op))', hook(name, '', 'i64')],
    ),
    ...['tx_ink_price', 'msg_reentrant', 'return_data_size'].map(
      (name): PriceRow => [name, 8_400n, '(drop (call $op))', hook(name, '', 'i32')],
    ),
    ['read_args of 0 bytes', 13_440n, '(call $op (i32.const 0))', hook('read_args', 'i32')],
    ['write_result of 0 bytes', 41_162n, `(call $op ${ints(0, 0)})`, hook('write_result', 'i32 i32')],
    ['write_result of 100 bytes', 48_642n, `(call $op ${ints(0, 100)})`, hook('write_result', 'i32 i32')],
    [
      'code of 0 bytes, cold',
      33_073_113n,
      `(drop (call $op ${ints(0, 0, 100, 32)}))`,
      hook('account_code', 'i32 i32 i32 i32', 'i32'),
    ],
    ['balance, warm', 1_078_153n, run2, two('account_balance'), run2],
    ['code hash, warm', 1_078_153n, run2, two('account_codehash'), run2],
    [
      'code size, warm',
      8_068_073n,
      '(drop (call $op (i32.const 0)))',
      hook('account_code_size', 'i32', 'i32'),
      '(drop (call $op (i32.const 0)))',
    ],
    ['storage read, the 32nd', 18_480n, run2, load, run2.repeat(31)],
    ['storage read, the 33rd', 38_480n, run2, load, run2.repeat(32)],
    ['storage read, the 128th', 38_480n, run2, load, run2.repeat(127)],
    ['storage read, the 129th', 118_480n, run2, load, run2.repeat(128)],
    ['storage write, the 8th', 18_480n, write, store, write.repeat(7)],
    ['storage write, the 9th', 88_480n, write, store, write.repeat(8)],
    ['storage write, the 64th', 88_480n, write, store, write.repeat(63)],
    ['storage write, the 65th', 118_480n, write, store, write.repeat(64)],
    [
      'delegate call of a cold account, its own gas unused',
      26_115_955n,
      `(drop (call $op ${ints(64, 0, 0)} (i64.const 100000) (i32.const 128)))`,
      hook('delegate_call_contract', 'i32 i32 i32 i64 i32', 'i32'),
    ],
    [
      'static call of a warm account with 100 bytes',
      1_123_435n,
      `(drop (call $op ${ints(64, 0, 100)} (i64.const 100000) (i32.const 128)))`,
      hook('static_call_contract', 'i32 i32 i32 i64 i32', 'i32'),
      `(drop (call $op ${ints(64, 0, 0)} (i64.const 100000) (i32.const 128)))`,
    ],
    [
      'create1 of 100 bytes',
      320_203_435n,
      `(call $op ${ints(0, 100, 200, 300, 400)})`,
      hook('create1', 'i32 i32 i32 i32 i32'),
    ],
    [
      'create2 of 100 bytes',
      320_448_475n,
      `(call $op ${ints(0, 100, 200, 232, 300, 400)})`,
      hook('create2', 'i32 i32 i32 i32 i32 i32'),
    ],
  ]

  test.each(PRICES)('%s', (_name, ink, call, imports, setup) => {
    expect(inkOf(call, imports, setup, createWorld(undefined, undefined, 1))).toBe(ink)
  })

  test.each(PRICES.filter(([name]) => !name.startsWith('pow')))(
    '%s: the same in version 2',
    (_name, ink, call, imports, setup) => {
      expect(inkOf(call, imports, setup)).toBe(ink)
    },
  )

  test.each([
    [1, 266_520n],
    [2, 386_520n],
    [32, 3_986_520n],
  ])('in version 2 a power pays for each of %i bytes of its exponent and one more', (bytes, ink) => {
    expect(inkOf(run2, two('math_pow'), power(bytes))).toBe(ink)
  })

  test.each([
    [10, 73_113n],
    [100, 75_153n],
    [1_000, 102_153n],
    [10_000, 372_153n],
  ])('read_return_data of %i bytes', (bytes, ink) => {
    const world = createWorld(undefined, ({ gasLimit }) => ({
      status: 'success',
      output: new Uint8Array(bytes),
      gasLeft: gasLimit,
    }))
    const call = `(drop (call $op (i32.const 0) (i32.const 0) (i32.const ${bytes})))`
    expect(inkOf(call, readReturn, callOther, world)).toBe(ink)
  })

  test('a call of a cold account, its own gas unused', () => {
    const imports = '(import "vm_hooks" "call_contract" (func $op (param i32 i32 i32 i32 i64 i32) (result i32)))'
    const call = callOther.replace('$call', '$op')
    expect(inkOf(call, imports)).toBe(28_325_955n - 2_210_000n)
  })

  test('exit_early is free: what a frame pays is its own code to the last ink', () => {
    // A constant, a call and a block's header are 6,251 ink; with 3,749 instructions of 1 ink they are a gas.
    const frame = (nops: number) =>
      contract(
        `${'nop '.repeat(nops)} (call $op (i32.const 0)) (i32.const 1)`,
        hook('exit_early', 'i32'),
        `(memory (export "memory") 0)`,
      )
    const used = (nops: number, start: bigint) => {
      const ended = run(createWorld(), frame(nops), { gasLimit: 100_000n })
      return ended.status === 'success' ? 100_000n - ended.gasLeft - start : ended.status
    }
    // 8,832 for a frame, 2 for its function, and an eighth of the module's bytes.
    const start = (nops: number) => 8_834n + BigInt(Math.ceil(frame(nops).length / 8))
    expect([used(3_749, start(3_749)), used(3_750, start(3_750))]).toEqual([1n, 2n])
  })

  test('every function of vm_hooks has its price here', () => {
    const called = (call: string) => /\(call \$(\w+)/.exec(call)?.[1]
    const priced = PRICES.map(
      ([, , call, imports]) => new RegExp(`"(\\w+)" \\(func \\$${called(call)} `).exec(imports)?.[1],
    )
    const byTests = ['read_return_data', 'call_contract', 'exit_early']
    const all = HOST_FUNCTIONS.filter(({ module }) => module === 'vm_hooks').map(({ name }) => name)
    expect(all).toHaveLength(42)
    expect([...new Set([...priced, ...byTests])].sort()).toEqual(all.sort())
  })

  test('flush, one slot overwritten', () => {
    const storage = [[0n, 5n]] as const
    const account = { nonce: 1n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH }
    const world = createWorld(viewOf([{ address: CONTRACT, account, code: undefined, storageReset: false, storage }]))
    const setup = `${power(1)} (call $store (i32.const 0) (i32.const 32))`
    expect(inkOf('(call $flush (i32.const 0))', flush + store, setup, world)).toBe(50_068_073n)
  })
})
