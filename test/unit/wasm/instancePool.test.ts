import { describe, expect, test } from 'vitest'
import { keccakHash, NEWEST_WASM_RULES } from '../../../src/primitives/index.ts'
import { viewOf } from '../../../src/state/index.ts'
import { createInstancePool } from '../../../src/wasm/instancePool.ts'
import { prepareModule } from '../../../src/wasm/prepare.ts'
import { CONTRACT, contract, createWorld, run } from './support/world.ts'

const imports = `
  (import "vm_hooks" "read_args" (func $args (param i32)))
  (import "vm_hooks" "write_result" (func $result (param i32 i32)))
  (import "vm_hooks" "contract_address" (func $self (param i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))`
const more = `(memory (export "memory") 1 3)
  (data (i32.const 100) "first") (data (i32.const 102) "over") (data (i32.const 65535) "z")
  (global $a (mut i32) (i32.const -5)) (global i64 (i64.const 3)) (global $b (mut i64) (i64.const 0x123456789abcdef))
  (table 2 funcref) (elem (i32.const 1) $two) (func $two (result i32) (i32.const 2))`
/** Shows what it finds, in 64 KiB, and then leaves nothing of it. */
const show = '(i32.store (i32.const 0) (global.get $a)) (i64.store (i32.const 8) (global.get $b))'
const spoil = `(memory.fill (i32.const 0) (i32.const 0xaa) (i32.const 65536))
  (global.set $a (i32.const 77)) (global.set $b (i64.const 78))`
const shower = (rest: string) =>
  contract(`${show} (call $result (i32.const 0) (i32.const 65536)) ${spoil} ${rest}`, imports, more)

describe('an instance that served a frame', () => {
  test.each([
    ['returned', '(i32.const 0)'],
    ['reverted', '(i32.const 1)'],
    ['trapped', '(unreachable)'],
    ['grew its memory', '(i32.ne (memory.grow (i32.const 1)) (i32.const 1))'],
    ['ran out of stack', '(call $deep) (i32.const 0)) (func $deep (call $deep)'],
  ])('is as new to the next, after one that %s', (_name, rest) => {
    const world = createWorld()
    const code = shower(rest)
    const frames = [1, 2, 3].map(() => run({ ...world, host: { ...world.host } }, code))
    const seen = frames.map((frame) => ('output' in frame ? { ...frame, output: keccakHash(frame.output) } : frame))
    expect(seen[1]).toEqual(seen[0])
    expect(seen[2]).toEqual(seen[0])
    // And what the first showed was no leftover.
    const [first] = frames
    if (first?.status !== 'success') return
    expect(Buffer.from(first.output).subarray(98, 110).toString('latin1')).toBe('\0\0fiover\0\0\0\0')
    expect(Buffer.from(first.output).readInt32LE(0)).toBe(-5)
  })

  test('serves no second frame while the first waits', () => {
    // Calls itself with a shorter input until there is none, and gives back its own length after the child has ended.
    const code = contract(
      `(memory.fill (i32.const 0) (local.get $len) (i32.const 200))
       (if (local.get $len) (then
         (call $self (i32.const 300))
         (if (call $call (i32.const 300) (i32.const 0) (i32.sub (local.get $len) (i32.const 1)) (i32.const 400) (i64.const -1) (i32.const 500))
           (then (return (i32.const 1))))))
       (call $result (i32.const 0) (i32.const 200)) (i32.const 0)`,
      imports,
      '(memory (export "memory") 1)',
    )
    const account = { nonce: 1n, balanceWei: 0n, codeHash: keccakHash(code) }
    const world = createWorld(viewOf([{ address: CONTRACT, account, code, storageReset: false, storage: [] }]))
    for (const length of [7, 3]) {
      const ended = run(world, code, { input: new Uint8Array(length) })
      expect(ended).toMatchObject({ status: 'success', output: new Uint8Array(200).fill(length) })
    }
  })
})

describe('the pool', () => {
  const prepared = (salt: number) => {
    const made = prepareModule(contract(`(i32.const ${salt})`), NEWEST_WASM_RULES)
    if (made.kind === 'invalid') throw new Error(made.fault.reason)
    return made
  }

  test('gives an instance out once', () => {
    const pool = createInstancePool()
    const module = prepared(1)
    const instance = pool.take(module)
    pool.giveBack(module, instance)
    expect(pool.take(module)).toBe(instance)
    expect(pool.take(module)).not.toBe(instance)
  })

  test('forgets the modules that were used longest ago', () => {
    const pool = createInstancePool()
    const modules = Array.from({ length: 70 }, (_, index) => prepared(index))
    const instances = modules.map((module) => pool.take(module))
    modules.forEach((module, index) => {
      const instance = instances[index]
      if (instance !== undefined) pool.giveBack(module, instance)
    })
    const isKept = modules.map((module, index) => pool.take(module) === instances[index])
    expect(isKept.indexOf(true)).toBe(6)
    expect(isKept.slice(6)).not.toContain(false)
  })
})
