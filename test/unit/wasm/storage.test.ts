import { describe, expect, test } from 'vitest'
import { EMPTY_CODE_HASH } from '../../../src/primitives/index.ts'
import { viewOf } from '../../../src/state/index.ts'
import { writeGas } from '../../../src/wasm/storagePrice.ts'
import { CONTRACT, contract, createWorld, run } from './support/world.ts'

const hooks = `
  (import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "transient_load_bytes32" (func $tload (param i32 i32)))
  (import "vm_hooks" "transient_store_bytes32" (func $tstore (param i32 i32)))
  (import "vm_hooks" "write_result" (func $result (param i32 i32)))`

/** Memory: word 0 is 0, word 32 is 5, word 64 is 6; slots 0 and 5 by the first two. */
const words = '(memory (export "memory") 1) (data (i32.const 63) "\\05") (data (i32.const 95) "\\06")'
const code = (body: string) => contract(body, hooks, words)

const filled = () =>
  createWorld(
    viewOf([
      {
        address: CONTRACT,
        account: { nonce: 1n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH },
        code: undefined,
        storageReset: false,
        storage: [[0n, 9n]],
      },
    ]),
  )

describe('storage', () => {
  test('written and left in the cache is stored when the frame succeeds', () => {
    const world = createWorld()
    expect(run(world, code('(call $store (i32.const 0) (i32.const 32)) (i32.const 0)')).status).toBe('success')
    expect(world.journal.storage(CONTRACT, 0n)).toBe(5n)
  })

  test.each([
    ['reverts', '(i32.const 1)', 'revert'],
    ['traps', '(unreachable)', 'revert'],
    ['runs out of gas', '(loop $l (br $l)) (i32.const 0)', 'halt'],
  ])('is not stored when the frame %s', (_name, ending, status) => {
    const world = createWorld()
    expect(run(world, code(`(call $store (i32.const 0) (i32.const 32)) ${ending}`)).status).toBe(status)
    expect(world.journal.storage(CONTRACT, 0n)).toBe(0n)
  })

  test('reads what was written before it is stored', () => {
    const body =
      '(call $store (i32.const 0) (i32.const 32)) (call $load (i32.const 0) (i32.const 128)) (call $result (i32.const 128) (i32.const 32)) (i32.const 0)'
    const ended = run(createWorld(), code(body))
    expect(ended.status === 'success' && ended.output[31]).toBe(5)
  })

  test('costs the same flushed by hand, but for the call', () => {
    const store = '(call $store (i32.const 0) (i32.const 32))'
    const [left, byHand] = ['', '(call $flush (i32.const 0))'].map((flush) => {
      const ended = run(createWorld(), code(`${store} ${flush} (i32.const 0)`))
      return ended.status === 'success' ? ended.gasLeft : 0n
    })
    const difference = (left ?? 0n) - (byHand ?? 0n)
    expect(difference).toBeGreaterThanOrEqual(7n)
    expect(difference).toBeLessThanOrEqual(9n)
  })

  test('written back to what it was before it is stored costs a warm read only', () => {
    const world = filled()
    // Slot 0 holds 9: read it to 128, write 5, write 9 again.
    const body =
      '(call $load (i32.const 0) (i32.const 128)) (call $store (i32.const 0) (i32.const 32)) (call $store (i32.const 0) (i32.const 128)) (i32.const 0)'
    const ended = run(world, code(body))
    expect(ended.status === 'success' && 10_000_000n - ended.gasLeft).toBeLessThan(2_200n + 9_000n)
    expect(world.journal.refundGas).toBe(0n)
  })

  test('cleared refunds through the one counter', () => {
    const world = filled()
    expect(run(world, code('(call $store (i32.const 0) (i32.const 0)) (i32.const 0)')).status).toBe('success')
    expect(world.journal.refundGas).toBe(4_800n)
  })

  test('out of gas in the last flush burns the gas', () => {
    const world = createWorld()
    const ended = run(world, code('(call $store (i32.const 0) (i32.const 32)) (i32.const 0)'), { gasLimit: 20_000n })
    expect(ended).toEqual({ status: 'halt', reason: 'out-of-gas' })
  })

  test('holds back a bounded number of writes', () => {
    const body = `(local $i i32)
      (loop $l
        (i32.store8 (i32.const 31) (local.get $i))
        (i32.store8 (i32.const 30) (i32.shr_u (local.get $i) (i32.const 8)))
        (call $store (i32.const 0) (i32.const 32))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1025))))
      (unreachable)`
    const world = createWorld()
    run(world, code(body), { gasLimit: 40_000_000n })
    // The 1025th write flushed the 1024 before it; only the router would roll that back.
    expect(world.journal.storage(CONTRACT, 1_023n)).toBe(5n)
    expect(world.journal.storage(CONTRACT, 1_024n)).toBe(0n)
  })

  test('of the transaction only is another place', () => {
    const body =
      '(call $tstore (i32.const 0) (i32.const 32)) (call $tload (i32.const 0) (i32.const 128)) (call $result (i32.const 128) (i32.const 32)) (i32.const 0)'
    const world = createWorld()
    const ended = run(world, code(body))
    expect(ended.status === 'success' && ended.output[31]).toBe(5)
    expect(world.journal.storage(CONTRACT, 0n)).toBe(0n)
  })

  test.each([
    ['storage', '(call $store (i32.const 0) (i32.const 32)) (i32.const 0)', /storage write in a static call/],
    ['transient storage', '(call $tstore (i32.const 0) (i32.const 32)) (i32.const 0)', /transient storage write/],
  ])('%s is not written in a static call', (_name, body, fault) => {
    expect(run(createWorld(), code(body), { isStatic: true })).toMatchObject({
      status: 'revert',
      fault: expect.stringMatching(fault),
    })
  })
})

describe('the price of a write', () => {
  // The examples of EIP-2200's and EIP-3529's tables, warm.
  test.each([
    [0n, 0n, 0n, 100, 0],
    [0n, 0n, 1n, 20_000, 0],
    [0n, 1n, 0n, 100, 19_900],
    [0n, 1n, 2n, 100, 0],
    [0n, 1n, 1n, 100, 0],
    [1n, 0n, 0n, 100, 0],
    [1n, 0n, 1n, 100, -2_000],
    [1n, 0n, 2n, 100, -4_800],
    [1n, 2n, 0n, 100, 4_800],
    [1n, 2n, 3n, 100, 0],
    [1n, 2n, 1n, 100, 2_800],
    [1n, 1n, 0n, 2_900, 4_800],
    [1n, 1n, 2n, 2_900, 0],
    [1n, 1n, 1n, 100, 0],
  ])('from %i over %i to %i is %i, refund %i', (original, current, next, price, refund) => {
    expect(writeGas({ original, current, next }, 'warm')).toEqual({ price, refund })
    expect(writeGas({ original, current, next }, 'cold')).toEqual({ price: price + 2_100, refund })
  })
})
