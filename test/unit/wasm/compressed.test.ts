import { brotliCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createReferenceEvm } from '../../../src/evm/index.ts'
import { decompressBrotli } from '../../../src/node/brotli.ts'
import type { Bytes, Hardfork } from '../../../src/primitives/index.ts'
import { concatBytes, createAddress, fromHex, rulesOf } from '../../../src/primitives/index.ts'
import { createFrameDriver, protocolContext } from '../../../src/router/frames.ts'
import { codeKind, MAX_WASM_CODE_BYTES } from '../../../src/vm/index.ts'
import { END_SECTION } from '../../../src/wasm/decode.ts'
import { createWasmEngine } from '../../../src/wasm/index.ts'
import { prepareModule } from '../../../src/wasm/prepare.ts'
import { addr, environment, world } from '../../harness/world.ts'
import { assemble, CONTRACT, callTo, createWorld, deploy, run } from './support/world.ts'

const module = assemble(`(module
  (import "vm_hooks" "write_result" (func $result (param i32 i32)))
  (memory (export "memory") 1) (data (i32.const 0) "hello")
  (func (export "user_entrypoint") (param i32) (result i32) (call $result (i32.const 0) (i32.const 5)) (i32.const 0)))`)

const compressed = (content: Uint8Array, dictionary = 0): Bytes =>
  concatBytes(fromHex('0xeff000'), Uint8Array.of(dictionary), brotliCompressSync(content))

/** A custom section of zeros: a module of any length. */
const padded = (length: number): Bytes => {
  const size = length - module.length - 4
  const leb = [(size & 0x7f) | 0x80, ((size >> 7) & 0x7f) | 0x80, size >> 14]
  return concatBytes(module, Uint8Array.of(0, ...leb), new Uint8Array(size))
}

describe('a compressed module', () => {
  const code = compressed(module)

  test('is WebAssembly by its prefix', () => {
    expect(codeKind(code)).toBe('wasm')
    expect(codeKind(fromHex('0xeff001'))).toBe('evm')
  })

  test('runs as the module that it holds, at the same price', () => {
    const world = createWorld()
    expect(run(world, code)).toEqual(run(createWorld(), module))
    expect(run(world, code)).toMatchObject({ status: 'success', output: new TextEncoder().encode('hello') })
  })

  test.each([1, 2] as const)(
    'pays for its own bytes, for the module and for what that holds: version %i',
    (version) => {
      const rules = rulesOf('osaka', version)
      const prepared = prepareModule(module, version)
      const metered = version === 1 || prepared.kind === 'invalid' ? 0 : 4 * prepared.size.meteredBytes
      const price = 50_000n + 30n * BigInt(code.length + module.length) + 200n + 2n * 5n + 1_000n + BigInt(metered)
      expect(createWorld().engine.validate(code, price, rules)).toEqual({ status: 'valid', gasLeft: 0n })
      expect(createWorld().engine.validate(code, price - 1n, rules)).toMatchObject({
        status: 'halt',
        reason: 'out-of-gas',
      })
      expect(createWorld().engine.validate(code, 50_000n + 30n * BigInt(code.length), rules)).toMatchObject({
        status: 'halt',
      })
    },
  )

  test('is init code without arguments, and is stored as it is', () => {
    expect(deploy(createWorld(), code)).toMatchObject({ status: 'success', output: code })
  })

  test(`may hold ${MAX_WASM_CODE_BYTES} bytes`, () => {
    const largest = padded(MAX_WASM_CODE_BYTES)
    expect(largest).toHaveLength(MAX_WASM_CODE_BYTES)
    expect(createWorld().engine.validate(compressed(largest), 10n ** 9n, rulesOf('osaka'))).toMatchObject({
      status: 'valid',
    })
  })

  test.each<[name: string, code: Bytes, fault: RegExp]>([
    [
      'too much content',
      compressed(padded(MAX_WASM_CODE_BYTES + 1)),
      /not one Brotli stream of at most 131072 bytes at byte 4/,
    ],
    ['a bomb', compressed(new Uint8Array(50_000_000)), /not one Brotli stream/],
    ['a cut stream', code.slice(0, -1), /not one Brotli stream/],
    ['bytes after the stream', concatBytes(code, Uint8Array.of(0)), /not one Brotli stream/],
    ['no stream', fromHex('0xeff00000ffffff'), /not one Brotli stream/],
    ['nothing', fromHex('0xeff00000'), /not one Brotli stream/],
    ["Stylus's dictionary", compressed(module, 1), /Stylus's dictionary; deploy it compressed without one at byte 3/],
    ['another dictionary', compressed(module, 2), /unknown dictionary 2 at byte 3/],
    ['no dictionary byte', fromHex('0xeff000'), /unknown dictionary at byte 3/],
    ['what is no module', compressed(fromHex('0x6000')), /in the decompressed module: does not begin with/],
    ['itself', compressed(code), /in the decompressed module: does not begin with/],
  ])('of %s is refused', (_name, refused, fault) => {
    const halt = { status: 'halt', reason: 'invalid-code', fault: expect.stringMatching(fault) }
    expect(createWorld().engine.validate(refused, 10n ** 9n, rulesOf('osaka'))).toEqual(halt)
    expect(run(createWorld(), refused)).toEqual(halt)
  })
})

describe('decompressBrotli', () => {
  test.each([0, 1, 1_000])('gives back %i bytes', (length) => {
    const content = new Uint8Array(length).fill(7)
    expect(decompressBrotli(brotliCompressSync(content), Math.max(1, length))).toEqual(content)
  })

  test('refuses one byte too many', () => {
    expect(decompressBrotli(brotliCompressSync(new Uint8Array(1_000)), 999)).toBeUndefined()
  })
})

describe('an EVM constructor that returns a compressed module', () => {
  /** Stylus's own init code: copies what stands behind its 43 bytes and returns it. */
  const returning = (code: Bytes): Bytes =>
    concatBytes(fromHex(`0x7f${code.length.toString(16).padStart(64, '0')}80602b6000396000f300`), code)

  const create = (initCode: Bytes, gasLimit = 5_000_000n, hardfork: Hardfork = 'osaka') => {
    const machines = {
      evm: createReferenceEvm(hardfork),
      wasm: createWasmEngine({ decompress: decompressBrotli }),
      precompiles: new Map(),
    }
    const place = environment({ hardfork, machines })
    place.journal.begin(world({ [addr(1)]: { balanceWei: 1n } }))
    const driver = createFrameDriver(place, protocolContext(addr(1)))
    const message = { caller: addr(1), valueWei: 0n, gasLimit, depth: 0, isStatic: false, initCode, salt: undefined }
    const result = driver.call({ kind: 'create', ...message })
    return { result, driver }
  }

  test('creates a contract that runs', () => {
    const code = compressed(module)
    const { result, driver } = create(returning(code))
    expect(result).toMatchObject({ status: 'success' })
    const created = createAddress(addr(1), 0n)
    expect(driver.journal.code(created)).toEqual(code)
    const answer = driver.call({ ...callTo(created), kind: 'call' })
    expect(answer).toMatchObject({ status: 'success', output: new TextEncoder().encode('hello') })
  })

  test('pays for validation as any other deployment does', () => {
    const used = (code: Bytes) => {
      const { result } = create(returning(code))
      return result.status === 'success' ? 5_000_000n - result.gasLeft : 0n
    }
    const price = (code: Bytes, content: number) => 200n * BigInt(code.length) + 50_000n + 30n * BigInt(content)
    const [packed, plain] = [compressed(module), module]
    const words = (code: Bytes) => 6n * BigInt(Math.ceil(code.length / 32))
    const difference = used(packed) - price(packed, packed.length + module.length) - words(packed)
    expect(difference).toBe(used(plain) - price(plain, plain.length) - words(plain))
  })

  test('that cannot pay is out of gas', () => {
    expect(create(returning(compressed(module)), 76_000n).result).toMatchObject({
      status: 'halt',
      reason: 'out-of-gas',
    })
  })

  test.each<[name: string, code: Bytes]>([
    ["Stylus's dictionary", compressed(module, 1)],
    ['another EF code', fromHex('0xeff001')],
    ['EF alone', fromHex('0xef')],
    ['a cut prefix', fromHex('0xeff0')],
  ])('with %s is refused', (_name, code) => {
    expect(create(returning(code)).result).toMatchObject({ status: 'halt', reason: 'invalid-code' })
  })
})

describe("a constructor's arguments with compressed code", () => {
  const withConstructor = assemble(`(module
    (import "vm_hooks" "read_args" (func $args (param i32)))
    (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
    (memory (export "memory") 1)
    (func (export "user_constructor") (param $len i32) (result i32)
      (call $args (i32.const 32)) (call $store (i32.const 0) (i32.const 32))
      (i32.ne (local.get $len) (i32.const 32)))
    (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))`)
  const args = new Uint8Array(32).fill(7)
  const initCode = compressed(concatBytes(withConstructor, END_SECTION, args))

  test('stand in the stream after the module, and the code is stored as it is', () => {
    const world = createWorld()
    expect(deploy(world, initCode)).toMatchObject({ status: 'success', output: initCode })
    expect(world.journal.storage(CONTRACT, 0n)).toBe(BigInt(`0x${'07'.repeat(32)}`))
    expect(run(world, initCode)).toMatchObject({ status: 'success' })
    expect(deploy(createWorld(), compressed(withConstructor))).toMatchObject({ status: 'revert' })
  })

  test('are refused by version 1, where nothing may follow the marker', () => {
    const world = createWorld()
    const host = { ...world.host, rules: rulesOf('osaka', 1) }
    const execution = callTo(CONTRACT, { kind: 'create' })
    expect(world.engine.execute(execution, initCode, host)).toMatchObject({ status: 'halt', reason: 'invalid-code' })
  })
})
