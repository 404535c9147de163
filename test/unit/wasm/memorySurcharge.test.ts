import { describe, expect, test } from 'vitest'
import type { WasmRulesVersion } from '../../../src/primitives/index.ts'
import { emptyView } from '../../../src/state/index.ts'
import { contract, createWorld, run, succeed } from './support/world.ts'

const IMPORTS = `
  (import "vm_hooks" "evm_ink_left" (func $ink (result i64)))
  (import "vm_hooks" "write_result" (func $result (param i32 i32)))`
const GAS_LIMIT = 50_000_000n

/** Ink that `body` takes, as the contract itself sees it; the memory is `memory` and `before` runs first. */
function inkOf(body: string, memory: string, before = '', version: WasmRulesVersion = 2): bigint {
  const measured = [body, ''].map((measuredBody) => {
    const text = `
      (local $before i64) (local $after i64) (local $a i32) (local $i i32)
      ${before}
      (local.set $before (call $ink))
      ${measuredBody}
      (local.set $after (i64.sub (local.get $before) (call $ink)))
      (call $tell (local.get $after))
      (i32.const 0)`
    // Told by another function, as the store that it takes would be part of the measured block.
    const more = `(memory (export "memory") ${memory})
      (func $tell (param i64) (i64.store (i32.const 0) (local.get 0)) (call $result (i32.const 0) (i32.const 8)))`
    const result = run(createWorld(emptyView, succeed, version), contract(text, IMPORTS, more), {
      gasLimit: GAS_LIMIT,
    })
    if (result.status !== 'success') throw new Error(result.status)
    return Buffer.from(result.output).readBigInt64LE()
  })
  return (measured[0] ?? 0n) - (measured[1] ?? 0n)
}

const LOAD = '(drop (i32.load (local.get $a)))'
const LOAD_INK = 9 + 670 + 75
const grow = (pages: number) => `(drop (memory.grow (i32.const ${pages})))`

describe('an access to a large memory', () => {
  test.each<[memory: string, before: string, surcharge: number]>([
    ['1', '', 0],
    ['8 8', '', 0],
    ['8', '', 0],
    ['9', '', 300],
    ['9 9', '', 300],
    ['16', '', 8 * 300],
    ['64', '', 56 * 300],
    ['65', '', 56 * 300],
    ['128', '', 56 * 300],
    ['1', grow(7), 0],
    ['1', grow(8), 300],
    ['1', grow(8) + grow(3), 4 * 300],
    ['1', grow(63), 56 * 300],
    ['0', grow(1) + grow(127), 56 * 300],
    ['8 12', grow(5), 0],
    ['9 12', grow(0), 300],
  ])('of %s pages after "%s" costs %i ink more', (memory, before, surcharge) => {
    expect(inkOf(LOAD, memory, before)).toBe(BigInt(LOAD_INK + surcharge))
    expect(inkOf(LOAD, memory, before, 1)).toBe(BigInt(LOAD_INK))
  })

  test.each<[body: string, ink: number, accesses: number]>([
    [LOAD, LOAD_INK, 1],
    [LOAD + LOAD, 2 * LOAD_INK, 2],
    ['(drop (i64.load8_u (local.get $a)))', 9 + 680 + 75, 1],
    ['(i32.store16 (local.get $a) (i32.const 1))', 825 + 75 + 1, 1],
    ['(i64.store (local.get $a) (i64.const 1))', 950 + 75 + 1, 1],
    ['(memory.fill (local.get $a) (i32.const 1) (i32.const 9))', 950 + 75 + 2 + 900, 1],
    ['(memory.copy (local.get $a) (i32.const 1) (i32.const 9))', 950 + 75 + 2 + 900, 2],
    ['(drop (memory.size))', 9 + 3_000, 0],
    ['(nop)', 1, 0],
  ])('%s', (body, ink, accesses) => {
    expect(inkOf(body, '1')).toBe(BigInt(ink))
    expect(inkOf(body, '10')).toBe(BigInt(ink + 2 * 300 * accesses))
  })

  test('costs by the memory that the basic block began with', () => {
    const growing = (last: string) => inkOf(`${LOAD} ${grow(9)} ${LOAD} ${last}`, '1')
    expect(growing(`(block) ${LOAD}`) - growing('(block)')).toBe(BigInt(LOAD_INK + 2 * 300))
    const [pagesInk, growInk, blockInk] = [80_020_000, 9 + 8_050 + 1, 2 + 2_450]
    expect(growing('(block)')).toBe(BigInt(2 * LOAD_INK + pagesInk + growInk + blockInk))
  })
})

/** 20,000 loads, each of the address that the one before gave. */
const CHAIN = `(local.set $i (i32.const 1000))
  (loop $again (local.set $a ${'(i32.load '.repeat(20)} (local.get $a) ${')'.repeat(20)})
    (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))`

test('a chain of loads over 4 MB pays for a miss of all caches each time', () => {
  // A load that misses takes up to 140 ns: at 100 ns a gas 14,000 ink.
  expect(inkOf(CHAIN, '64')).toBeGreaterThan(20_000n * 14_000n)
  expect(inkOf(CHAIN, '1', grow(63))).toBeGreaterThan(20_000n * 14_000n)
  // Over 1 MB up to 18 ns.
  expect(inkOf(CHAIN, '16')).toBeGreaterThan(20_000n * 1_800n)
})

test('and what version 1 says on its chains', () => {
  expect(inkOf(CHAIN, '64', '', 1)).toBe(inkOf(CHAIN, '1', '', 1))
})

describe('each instance pays by its own memory', () => {
  test('one that served before as one that is new', () => {
    const world = createWorld()
    const code = contract(
      `(if (local.get $len) (then ${grow(20)})) (drop (i32.load (i32.const 0))) (i32.const 0)`,
      '',
      '(memory (export "memory") 1)',
    )
    const used = (input: number): bigint => {
      const result = run(world, code, { input: new Uint8Array(input) })
      if (result.status !== 'success') throw new Error(result.status)
      return 10_000_000n - result.gasLeft
    }
    used(0)
    const before = used(0)
    expect(used(1)).toBeGreaterThan(before)
    expect(used(0)).toBe(before)
  })

  test('and is out of gas in the middle of a block', () => {
    const code = contract(
      `(drop (memory.grow (i32.const 63))) (loop $l (drop (i32.load (i32.const 0))) (br $l)) (i32.const 0)`,
    )
    expect(run(createWorld(), code)).toEqual({ status: 'halt', reason: 'out-of-gas' })
  })
})
