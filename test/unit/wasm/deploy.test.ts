import { describe, expect, test } from 'vitest'
import { concatBytes, EMPTY_BYTES, fromHex } from '../../../src/primitives/index.ts'
import { MAX_WASM_CODE_BYTES } from '../../../src/vm/index.ts'
import { END_MARKER } from '../../../src/wasm/index.ts'
import { assemble, CONTRACT, callTo, createWorld, deploy, run } from './support/world.ts'

const marker = concatBytes(
  fromHex(
    `0x00${(END_MARKER.length + 1).toString(16).padStart(2, '0')}${END_MARKER.length.toString(16).padStart(2, '0')}`,
  ),
  new TextEncoder().encode(END_MARKER),
)
const args = fromHex(`0x${'2a'.padStart(64, '0')}`)

const hooks = `
  (import "vm_hooks" "read_args" (func $args (param i32)))
  (import "vm_hooks" "write_result" (func $result (param i32 i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))`

/** Its constructor stores its argument in slot 0, or reverts with it when it is not 32 bytes. */
const stored = assemble(`(module ${hooks} (memory (export "memory") 1)
  (func (export "user_constructor") (param $len i32) (result i32)
    (call $args (i32.const 64))
    (call $result (i32.const 64) (local.get $len))
    (if (i32.ne (local.get $len) (i32.const 32)) (then (return (i32.const 1))))
    (call $store (i32.const 0) (i32.const 64))
    (i32.const 0))
  (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))`)
const plain = assemble(
  '(module (memory (export "memory") 0) (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))',
)

describe('a creation', () => {
  test('without a constructor gives the module back', () => {
    expect(deploy(createWorld(), plain)).toMatchObject({ status: 'success', output: plain })
  })

  test('pays for validation by bytes, functions, pages, and what metering adds', () => {
    // One function of one basic block with one local.
    const metered = BigInt(plain.length) + 48n + 20n + 1n
    const price = 50_000n + 30n * BigInt(plain.length) + 200n + 4n * metered
    expect(deploy(createWorld(), plain)).toMatchObject({ gasLeft: 10_000_000n - price })
  })

  test('runs the constructor on what follows the marker and stores the module with it', () => {
    const world = createWorld()
    const module = concatBytes(stored, marker)
    expect(deploy(world, concatBytes(module, args))).toMatchObject({ status: 'success', output: module })
    expect(world.journal.storage(CONTRACT, 0n)).toBe(0x2an)
    expect(run(world, module).status).toBe('success')
  })

  test('without a marker has no arguments', () => {
    expect(deploy(createWorld(), stored)).toMatchObject({ status: 'revert', output: EMPTY_BYTES })
  })

  test('reverts with what the constructor says', () => {
    const word = args.slice(0, 31)
    expect(deploy(createWorld(), concatBytes(stored, marker, word))).toMatchObject({ status: 'revert', output: word })
  })

  test('ignores arguments when there is no constructor', () => {
    const module = concatBytes(plain, marker)
    expect(deploy(createWorld(), concatBytes(module, args))).toMatchObject({ status: 'success', output: module })
  })

  test.each([
    ['garbage', fromHex('0x0061736d01000000ffffffffffff'), /more than 32 bits at byte 14/],
    ['a header', fromHex('0x0061736d01000000'), /^no memory at byte 0/],
    [
      'floats',
      assemble(
        '(module (memory (export "memory") 0) (func (export "user_entrypoint") (param i32) (result i32) (drop (f32.const 0)) (i32.const 0)))',
      ),
      /float/,
    ],
    ['too many bytes', concatBytes(plain, new Uint8Array(MAX_WASM_CODE_BYTES)), /more than 131072/],
  ])('of %s is refused with a reason', (_name, code, fault) => {
    expect(deploy(createWorld(), code)).toEqual({
      status: 'halt',
      reason: 'invalid-code',
      fault: expect.stringMatching(fault),
    })
  })

  test.each([
    ['validation', 10_000n],
    ['what the module holds', 50_000n + 30n * BigInt(plain.length) + 199n],
  ])('that cannot pay for %s ends out of gas', (_name, gasLimit) => {
    expect(deploy(createWorld(), plain, { gasLimit })).toMatchObject({ status: 'halt', reason: 'out-of-gas' })
  })

  test('burns the gas when the constructor runs out of it', () => {
    const code = assemble(`(module (memory (export "memory") 0)
      (func (export "user_constructor") (param i32) (result i32) (loop $l (br $l)) (unreachable))
      (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))`)
    expect(deploy(createWorld(), code)).toMatchObject({ status: 'halt', reason: 'out-of-gas' })
  })
})

describe('stored code', () => {
  test('that was never validated halts', () => {
    const world = createWorld()
    const broken = fromHex('0x0061736d01000000')
    expect(world.engine.execute(callTo(CONTRACT), broken, world.host)).toMatchObject({
      status: 'halt',
      reason: 'invalid-code',
    })
  })

  test('costs its start and the block that ran', () => {
    const start = 8_832n + BigInt(Math.ceil(plain.length / 8)) + 2n
    expect(run(createWorld(), plain)).toEqual({
      status: 'success',
      output: EMPTY_BYTES,
      gasLeft: 10_000_000n - start - 1n,
    })
    expect(run(createWorld(), plain, { gasLimit: start })).toMatchObject({ status: 'halt', reason: 'out-of-gas' })
  })

  test('costs the same when it is cached', () => {
    const world = createWorld()
    expect(run(world, plain)).toEqual(run(world, plain.slice()))
  })
})
