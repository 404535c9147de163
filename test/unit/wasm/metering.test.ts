import { describe, expect, test } from 'vitest'
import { EMPTY_BYTES } from '../../../src/primitives/index.ts'
import type { Result } from '../../../src/vm/index.ts'
import { OPERATIONS } from '../../../src/wasm/opcodes.ts'
import { assemble, contract, createWorld, run } from './support/world.ts'

const hooks = `
  (import "vm_hooks" "evm_ink_left" (func $ink (result i64)))
  (import "vm_hooks" "write_result" (func $result (param i32 i32)))`

/** Ink that `body` takes beyond nothing at all, as the contract itself sees it. */
function inkOf(body: string, more = ''): bigint {
  const measured = [body, ''].map((measuredBody) => {
    const text = `
      (local $before i64) (local $a i32) (local $b i64)
      (local.set $before (call $ink))
      ${measuredBody}
      (i64.store (i32.const 0) (i64.sub (local.get $before) (call $ink)))
      (call $result (i32.const 0) (i32.const 8))
      (i32.const 0)`
    const result = run(createWorld(), contract(text, hooks, `(memory (export "memory") 1) ${more}`))
    if (result.status !== 'success') throw new Error(result.status)
    return Buffer.from(result.output).readBigInt64LE()
  })
  return (measured[0] ?? 0n) - (measured[1] ?? 0n)
}

const i32 = '(local.get $a)'
const i64 = '(local.get $b)'
const get = 75
const drop = 9
const header = 2_450

describe('ink of instructions', () => {
  test.each<[body: string, ink: number]>([
    ['(nop)', 1],
    [`(drop ${i32})`, drop + get],
    ['(drop (i32.const 5))', drop + 1],
    [`(local.set $a ${i32})`, 210 + get],
    [`(drop (local.tee $a ${i32}))`, drop + 75 + get],
    [`(drop (i32.add ${i32} ${i32}))`, drop + 70 + 2 * get],
    [`(drop (i64.add ${i64} ${i64}))`, drop + 100 + 2 * get],
    [`(drop (i32.mul ${i32} ${i32}))`, drop + 160 + 2 * get],
    [`(drop (i64.mul ${i64} ${i64}))`, drop + 160 + 2 * get],
    [`(drop (i32.div_u ${i32} (i32.const 3)))`, drop + 1_120 + get + 1],
    [`(drop (i64.rem_s ${i64} (i64.const 3)))`, drop + 1_270 + get + 1],
    [`(drop (i32.lt_s ${i32} ${i32}))`, drop + 170 + 2 * get],
    [`(drop (i32.eqz ${i32}))`, drop + 170 + get],
    [`(drop (i64.eqz ${i64}))`, drop + 225 + get],
    [`(drop (i32.clz ${i32}))`, drop + 210 + get],
    [`(drop (i32.popcnt ${i32}))`, drop + 2_650 + get],
    [`(drop (i64.popcnt ${i64}))`, drop + 6_000 + get],
    [`(drop (i32.wrap_i64 ${i64}))`, drop + 100 + get],
    [`(drop (i64.extend_i32_u ${i32}))`, drop + 100 + get],
    [`(drop (i64.extend32_s ${i64}))`, drop + 100 + get],
    [`(drop (select ${i32} ${i32} ${i32}))`, drop + 1_250 + 3 * get],
    [`(drop (i32.load8_u ${i32}))`, drop + 670 + get],
    [`(drop (i64.load ${i32}))`, drop + 680 + get],
    [`(i32.store8 ${i32} ${i32})`, 825 + 2 * get],
    [`(i64.store32 ${i32} ${i64})`, 950 + 2 * get],
    ['(drop (memory.size))', drop + 3_000],
    ['(drop (memory.grow (i32.const 0)))', drop + 8_050 + 1],
    ['(memory.fill (i32.const 0) (i32.const 0) (i32.const 50))', 950 + 3 + 100 * 50],
    ['(memory.copy (i32.const 0) (i32.const 9) (i32.const 7))', 950 + 3 + 100 * 7],
    ['(block (nop))', 1 + 1 + 1 + header],
    ['(loop (nop))', 1 + header + 1 + 1 + header],
    [`(if ${i32} (then (nop)))`, 765 + get + header],
    ['(if (i32.const 1) (then (nop)))', 765 + 1 + header + 1 + 1 + header],
    ['(if (i32.const 1) (then) (else))', 765 + 1 + header + 1 + header],
    [`(block (br 0))`, 1 + 765 + header],
    [`(block (br_if 0 ${i32}))`, 1 + get + 765 + header + 1 + header],
    ['(block (block (br_table 0 1 0 (i32.const 0))))', 2 + 1 + 2_400 + 2 * 325 + header + 1 + header],
    ['(block (block (br_table 0 1 0 (i32.const 1))))', 2 + 1 + 2_400 + 2 * 325 + header],
  ])('%s', (body, ink) => {
    // The `end` or branch that closes a block also closes its price; a skipped part costs nothing.
    expect(inkOf(body)).toBe(BigInt(ink))
  })

  test.each<[name: string, body: string, more: string, ink: number]>([
    ['call', '(call $f)', '(func $f)', 3_800 + header + 1 + header],
    ['global', '(global.set 0 (global.get 0))', '(global (mut i32) (i32.const 1))', 225 + 575],
    [
      'call_indirect',
      '(call_indirect (param i32 i32) (i32.const 1) (i32.const 2) (i32.const 0))',
      '(table 1 funcref) (elem (i32.const 0) $g) (func $g (param i32 i32))',
      3 + 13_610 + 2 * 650 + header + 1 + header,
    ],
    ['return', '(call $h)', '(func $h (return))', 3_800 + header + 1 + header],
  ])('%s', (_name, body, more, ink) => {
    expect(inkOf(body, more)).toBe(BigInt(ink))
  })
})

/** Stylus's table, in its own words: what is in none of the rows may not be used. */
const STYLUS_INK: readonly (readonly [ink: number, names: string])[] = [
  [1, 'i32.const i64.const nop block loop else end return unreachable'],
  [9, 'drop'],
  [765, 'br br_if if'],
  [2_400, 'br_table'],
  [1_250, 'select'],
  [3_800, 'call'],
  [13_610, 'call_indirect'],
  [75, 'local.get local.tee'],
  [210, 'local.set'],
  [225, 'global.get'],
  [575, 'global.set'],
  [670, 'i32.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u'],
  [680, 'i64.load i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u'],
  [825, 'i32.store i32.store8 i32.store16'],
  [950, 'i64.store i64.store8 i64.store16 i64.store32'],
  [3_000, 'memory.size'],
  [8_050, 'memory.grow'],
  [950, 'memory.copy memory.fill'],
  [170, 'i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u'],
  [225, 'i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u'],
  [210, 'i32.clz i32.ctz i64.clz i64.ctz'],
  [2_650, 'i32.popcnt'],
  [6_000, 'i64.popcnt'],
  [70, 'i32.add i32.sub i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr'],
  [100, 'i64.add i64.sub i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr'],
  [160, 'i32.mul i64.mul'],
  [1_120, 'i32.div_s i32.div_u i32.rem_s i32.rem_u'],
  [1_270, 'i64.div_s i64.div_u i64.rem_s i64.rem_u'],
  [100, 'i32.wrap_i64 i64.extend_i32_s i64.extend_i32_u'],
  [100, 'i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s'],
]

test('every instruction has its price, and there is no other', () => {
  const stylus = STYLUS_INK.flatMap(([ink, names]) => names.split(' ').map((name) => [name, ink]))
  const ours = [...OPERATIONS.values()].map(({ name, ink }) => [name, ink])
  expect(ours.sort()).toEqual(stylus.sort())
})

const OUT_OF_GAS: Result = { status: 'halt', reason: 'out-of-gas' }
const CALL_DEPTH = { status: 'halt', reason: 'call-depth' }

describe('work without end', () => {
  const forever = (body: string) => `(loop $again ${body} (br $again)) (i32.const 0)`

  test.each<[name: string, code: Uint8Array, result: object]>([
    ['a loop', contract('(loop $again (br $again)) (i32.const 0)'), OUT_OF_GAS],
    ['a loop that writes memory', contract(forever('(i32.store (i32.const 0) (i32.const 1))')), OUT_OF_GAS],
    ['memory growth by pages', contract(forever('(drop (memory.grow (i32.const 1)))')), OUT_OF_GAS],
    ['memory growth by nothing', contract(forever('(drop (memory.grow (i32.const 0)))')), OUT_OF_GAS],
    ['memory growth at once', contract('(memory.grow (i32.const -1))'), OUT_OF_GAS],
    [
      'memory.fill of everything',
      contract('(memory.fill (i32.const 0) (i32.const 1) (i32.const -1)) (i32.const 0)'),
      OUT_OF_GAS,
    ],
    [
      'memory.copy of everything',
      contract('(memory.copy (i32.const 0) (i32.const 1) (i32.const -1)) (i32.const 0)'),
      OUT_OF_GAS,
    ],
    [
      'recursion',
      contract('(call $f) (i32.const 0)', '', '(memory (export "memory") 0) (func $f (call $f))'),
      CALL_DEPTH,
    ],
    [
      'recursion through a table',
      contract(
        '(call_indirect (type $t) (i32.const 0)) (i32.const 0)',
        '(type $t (func))',
        '(memory (export "memory") 0) (table 1 funcref) (elem (i32.const 0) $f) (func $f (call_indirect (type $t) (i32.const 0)))',
      ),
      CALL_DEPTH,
    ],
  ])('%s ends', (_name, code, result) => {
    expect(run(createWorld(), code)).toMatchObject(result)
    // And the engine lives on.
    expect(run(createWorld(), contract('(i32.const 0)')).status).toBe('success')
  })

  test('a bulk operation that was paid for and does not fit is a trap, not an end of gas', () => {
    const code = contract('(memory.fill (i32.const 65530) (i32.const 1) (i32.const 7)) (i32.const 0)')
    expect(run(createWorld(), code)).toMatchObject({ status: 'revert', output: EMPTY_BYTES })
  })
})

describe('words of stack', () => {
  /** Recurses `depth` times; a frame is 2 operands, 1 parameter, 4 words and 1 for its 8 instructions: 8. */
  const recursive = (depth: number) =>
    contract(
      `(call $f (i32.const ${depth})) (i32.const 0)`,
      '',
      `(memory (export "memory") 0)
       (func $f (param $n i32)
         (if (local.get $n) (then (call $f (i32.sub (local.get $n) (i32.const 1))))))`,
    )
  // The entry point takes 1 operand, 1 parameter, 4 words and 1 for its 4 instructions: 7.
  const deepest = Math.floor((22_000 - 7) / 8) - 1

  test('suffice to the last', () => {
    expect(run(createWorld(), recursive(deepest)).status).toBe('success')
  })
  test('and not for one frame more', () => {
    expect(run(createWorld(), recursive(deepest + 1))).toMatchObject(CALL_DEPTH)
  })

  test.each([
    ['end', '(nop)'],
    ['return', '(return)'],
    ['br to the outermost label', '(br 0)'],
    ['br out of blocks', '(block (loop (br 2)))'],
    ['br_if to the outermost label', '(br_if 0 (local.get $x))'],
    ['br_table to the outermost label', '(block (br_table 0 1 (local.get $x)))'],
    ['return out of blocks', '(block (block (return)))'],
  ])('are given back by %s', (_name, leave) => {
    const code = contract(
      '(local $i i32) (loop $l (call $f (i32.const 1)) (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 30000)))) (i32.const 0)',
      '',
      `(memory (export "memory") 0) (func $f (param $x i32) ${leave})`,
    )
    expect(run(createWorld(), code, { gasLimit: 1_000_000_000n }).status).toBe('success')
  })

  test.each([
    ['return', '(return (i32.const 7))'],
    ['br with a value', '(br 0 (i32.const 7))'],
    ['br with operands below', '(i32.const 1) (i32.const 2) (br 0 (i32.const 7))'],
    ['return with operands below', '(i64.const 1) (return (i32.const 7))'],
  ])('a value survives %s', (_name, leave) => {
    const code = contract(
      '(i32.ne (call $f) (i32.const 7))',
      '',
      `(memory (export "memory") 0) (func $f (result i32) ${leave})`,
    )
    expect(run(createWorld(), code).status).toBe('success')
  })
})

describe('endings', () => {
  const result = '(import "vm_hooks" "write_result" (func $result (param i32 i32)))'
  const exit = '(import "vm_hooks" "exit_early" (func $exit (param i32)))'
  const data =
    '(memory (export "memory") 1) (data (i32.const 0) "hello") (func $deep (param i32) (call $exit (local.get 0)))'
  const hello = new TextEncoder().encode('hello')

  test.each<[name: string, body: string, status: string, output: Uint8Array]>([
    ['returning 0', '(call $result (i32.const 0) (i32.const 5)) (i32.const 0)', 'success', hello],
    ['returning 1', '(call $result (i32.const 0) (i32.const 5)) (i32.const 1)', 'revert', hello],
    ['returning -1', '(i32.const -1)', 'revert', EMPTY_BYTES],
    [
      'the last result counts',
      '(call $result (i32.const 0) (i32.const 1)) (call $result (i32.const 0) (i32.const 5)) (i32.const 0)',
      'success',
      hello,
    ],
    [
      'leaving early, well',
      '(call $result (i32.const 0) (i32.const 5)) (call $deep (i32.const 0)) (unreachable)',
      'success',
      hello,
    ],
    [
      'leaving early, badly',
      '(call $result (i32.const 0) (i32.const 5)) (call $deep (i32.const 2)) (unreachable)',
      'revert',
      hello,
    ],
    ['a trap after a result', '(call $result (i32.const 0) (i32.const 5)) (unreachable)', 'revert', EMPTY_BYTES],
  ])('%s', (_name, body, status, output) => {
    const ended = run(createWorld(), contract(body, result + exit, data))
    expect(ended).toMatchObject({ status, output })
  })

  test.each([
    ['unreachable', '(unreachable)', /unreachable in function 0/],
    ['division by zero', '(i32.div_u (i32.const 1) (i32.const 0))', /zero in function 0/],
    ['overflow', '(i32.div_s (i32.const 0x80000000) (i32.const -1))', /in function 0/],
    ['memory out of bounds', '(i32.load (i32.const 65533))', /out of bounds/],
    ['empty table entry', '(call_indirect (result i32) (i32.const 1))', /in function 0/],
    ['table entry of another type', '(call_indirect (result i32) (i32.const 0))', /in function 0/],
    ['table out of bounds', '(call_indirect (result i32) (i32.const 9))', /in function 0/],
    ['a trap below', '(call 1) (i32.const 0)', /in function 1/],
  ])('%s reverts without output and keeps the gas', (_name, body, fault) => {
    const more = '(memory (export "memory") 1) (table 2 funcref) (elem (i32.const 0) $other)'
    const code = assemble(`(module ${more}
      (func (export "user_entrypoint") (param i32) (result i32) ${body}) (func $other (unreachable)))`)
    const ended = run(createWorld(), code)
    expect(ended).toMatchObject({ status: 'revert', output: EMPTY_BYTES, fault: expect.stringMatching(fault) })
    expect(ended.status === 'revert' && ended.gasLeft > 9_900_000n).toBe(true)
  })

  test.each([
    ['unreachable', '(unreachable)'],
    ['a division', '(drop (i32.div_u (i32.const 1) (i32.const 0)))'],
    ['a load', '(drop (i32.load (i32.const -1)))'],
    ['a store', '(i64.store (i32.const -1) (i64.const 0))'],
    ['a bulk operation', '(memory.fill (i32.const -1) (i32.const 0) (i32.const 1))'],
    ['an indirect call', '(call_indirect (i32.const 9))'],
    ['a host function', '(call $exit (i32.const 1))'],
  ])('all that ran before is paid when %s ends the frame', (_name, end) => {
    const loop = `(loop $l (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000))))`
    const used = [loop, ''].map((before) => {
      const more = '(memory (export "memory") 1) (table 1 funcref)'
      const ended = run(createWorld(), contract(`(local $i i32) ${before} ${end} (i32.const 1)`, exit, more))
      if (ended.status !== 'revert') throw new Error(ended.status)
      return 10_000_000n - ended.gasLeft
    })
    // 2,000 rounds of 3,607 ink, and a few more bytes of code.
    expect((used[0] ?? 0n) - (used[1] ?? 0n)).toBeGreaterThanOrEqual(721n)
    expect((used[0] ?? 0n) - (used[1] ?? 0n)).toBeLessThan(729n)
  })

  test('a large output costs what its memory costs in the EVM', () => {
    const code = contract(
      '(call $result (i32.const 0) (i32.const 0x100000)) (i32.const 0)',
      result,
      '(memory (export "memory") 16)',
    )
    const words = 0x100000n / 32n
    const memoryGas = 3n * words + (words * words) / 512n
    expect(run(createWorld(), code)).toMatchObject({ status: 'success', gasLeft: 10_000_000n - memoryGas })
    expect(run(createWorld(), code, { gasLimit: memoryGas })).toMatchObject({ status: 'success', gasLeft: 0n })
    expect(run(createWorld(), code, { gasLimit: memoryGas - 1n })).toEqual(OUT_OF_GAS)
  })
})

describe('memory', () => {
  const more = (memory: string) => `(memory (export "memory") ${memory})`
  const grow = (pages: number, expected: number) =>
    `(if (i32.ne (memory.grow (i32.const ${pages})) (i32.const ${expected})) (then (unreachable)))`

  test.each<[name: string, memory: string, body: string, status: string]>([
    ['grows within its maximum', '1 3', grow(2, 1), 'success'],
    ['answers -1 past its maximum', '1 3', grow(3, -1), 'success'],
    ['does not grow without room', '2 2', grow(1, -1), 'success'],
    ['grows when no maximum is named', '1', grow(1, 1) + grow(4, 2), 'success'],
    ['grows from nothing', '0', grow(1, 0), 'success'],
    ['ends the frame past 128 pages', '1', grow(128, -1), 'halt'],
  ])('%s', (_name, memory, body, status) => {
    expect(
      run(createWorld(), contract(`${body} (i32.const 0)`, '', more(memory)), { gasLimit: 50_000_000n }).status,
    ).toBe(status)
  })

  test('of 128 pages costs 32 million gas however it was reached', () => {
    const used = [
      contract('(i32.const 0)', '', more('128')),
      contract(`${grow(128, 0)} (i32.const 0)`, '', more('0')),
    ].map((code) => {
      const ended = run(createWorld(), code, { gasLimit: 40_000_000n })
      return ended.status === 'success' ? 40_000_000n - ended.gasLeft : 0n
    })
    for (const gas of used) expect(gas - 31_999_998n).toBeLessThan(9_000n)
    for (const gas of used) expect(gas).toBeGreaterThan(31_999_998n)
  })
})
