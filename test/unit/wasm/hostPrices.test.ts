import { describe, expect, test } from 'vitest'
import { EMPTY_CODE_HASH } from '../../../src/primitives/index.ts'
import { viewOf } from '../../../src/state/index.ts'
import { inkOf } from './support/ink.ts'
import { CONTRACT, createWorld } from './support/world.ts'

const load = '(import "vm_hooks" "storage_load_bytes32" (func $op (param i32 i32)))'
const store = '(import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))'
const flush = '(import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))'
const readReturn = `
  (import "vm_hooks" "read_return_data" (func $op (param i32 i32 i32) (result i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))`
const callOther = `
  (drop (call $call (i32.const 64) (i32.const 0) (i32.const 0) (i32.const 96) (i64.const 100000) (i32.const 128)))`

describe('host function prices in ink, as measured on Stylus', () => {
  const two = (name: string) => `(import "vm_hooks" "${name}" (func $op (param i32 i32)))`
  const three = (name: string) => `(import "vm_hooks" "${name}" (func $op (param i32 i32 i32)))`
  const run2 = '(call $op (i32.const 0) (i32.const 32))'
  const run3 = '(call $op (i32.const 0) (i32.const 32) (i32.const 64))'
  const log = (topics: number, bytes: number) =>
    `(call $op (i32.const 0) (i32.const ${bytes + 32 * topics}) (i32.const ${topics}))`
  const power = (bytes: number) => `(memory.fill (i32.const ${64 - bytes}) (i32.const 1) (i32.const ${bytes}))`

  test.each<[name: string, ink: bigint, call: string, imports: string, setup?: string]>([
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
      'read_args of 0 bytes',
      13_440n,
      '(call $op (i32.const 0))',
      '(import "vm_hooks" "read_args" (func $op (param i32)))',
    ],
    ['msg_sender', 13_440n, '(call $op (i32.const 0))', '(import "vm_hooks" "msg_sender" (func $op (param i32)))'],
    ['block_number', 8_400n, '(drop (call $op))', '(import "vm_hooks" "block_number" (func $op (result i64)))'],
    ['msg_reentrant', 8_400n, '(drop (call $op))', '(import "vm_hooks" "msg_reentrant" (func $op (result i32)))'],
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
  ])('%s', (_name, ink, call, imports, setup) => {
    expect(inkOf(call, imports, setup)).toBe(ink)
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

  test('flush, one slot overwritten', () => {
    const storage = [[0n, 5n]] as const
    const account = { nonce: 1n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH }
    const world = createWorld(viewOf([{ address: CONTRACT, account, code: undefined, storageReset: false, storage }]))
    const setup = `${power(1)} (call $store (i32.const 0) (i32.const 32))`
    expect(inkOf('(call $flush (i32.const 0))', flush + store, setup, world)).toBe(50_068_073n)
  })
})
