import { describe, expect, test } from 'vitest'
import { EMPTY_BYTES, NEWEST_WASM_RULES } from '../../../src/primitives/index.ts'
import { decodeModule } from '../../../src/wasm/decode.ts'
import { contract, createWorld, run } from './support/world.ts'

const hooks = `
  (import "vm_hooks" "msg_value" (func $value (param i32)))
  (import "vm_hooks" "emit_log" (func $log (param i32 i32 i32)))`
const more = `(memory (export "memory") 1) (table 2 funcref) (elem (i32.const 0) $divide) (type $none (func))
  (func $divide (param i32) (result i32) (i32.div_u (i32.const 7) (local.get 0)))`
const code = (body: string) => contract(`(local $i i32) ${body} (i32.const 0)`, hooks, more)

/** Noise before the trap: blocks, calls and operations that instrumentation makes longer. */
const noise = `
  (loop $again (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $again (i32.lt_u (local.get $i) (i32.const 3))))
  (call $value (i32.const 0)) (drop (memory.grow (i32.const 0))) (memory.fill (i32.const 0) (i32.const 0) (i32.const 3))
  (if (i32.eqz (local.get $i)) (then (return (i32.const 1)))) (drop (call $divide (i32.const 2)))`

describe.each([
  ['at once', ''],
  ['after much else', noise],
])('a trap %s', (_name, before) => {
  test.each<[kind: string, body: string, opcode: number, inFunction: number]>([
    ['unreachable', '(unreachable)', 0x00, 3],
    ['divide by zero', '(drop (call $divide (i32.const 0)))', 0x6e, 2],
    ['memory access out of bounds', '(drop (i32.load16_s (i32.const -1)))', 0x2e, 3],
    ['null function', '(call_indirect (type $none) (i32.const 1))', 0x11, 3],
    ['null function or function signature mismatch', '(call_indirect (type $none) (i32.const 0))', 0x11, 3],
    ['32 bytes at 65505 are outside the memory', '(call $value (i32.const 65505))', 0x10, 3],
    ['log of 160 bytes with 5 topics', '(call $log (i32.const 0) (i32.const 160) (i32.const 5))', 0x10, 3],
    ['memory access out of bounds', '(memory.fill (i32.const 65530) (i32.const 1) (i32.const 100))', 0xfc, 3],
  ])('of kind "%s" names the function and the byte of its instruction', (kind, body, opcode, inFunction) => {
    const bytes = code(`${before} ${body}`)
    const ended = run(createWorld(), bytes)
    expect(ended).toMatchObject({ status: 'revert', output: EMPTY_BYTES })
    const fault = ended.status === 'revert' ? (ended.fault ?? '') : ''
    const [, reason, index, at] = /^(.*) in function (\d+) at byte (\d+)$/.exec(fault) ?? []
    expect(reason).toContain(kind)
    expect(Number(index)).toBe(inFunction)
    expect(bytes[Number(at)]).toBe(opcode)
    const { start, end } = decodeModule(bytes, NEWEST_WASM_RULES).bodies[inFunction - 2] ?? { start: 0, end: 0 }
    expect(Number(at)).toBeGreaterThan(start)
    expect(Number(at)).toBeLessThan(end)
  })
})

test('the byte is that of the very instruction', () => {
  const bytes = code('(drop (i32.div_u (i32.const 1) (i32.const 2))) (drop (i32.div_u (i32.const 3) (i32.const 0)))')
  const ended = run(createWorld(), bytes)
  const places = [...bytes.keys()].filter((at) => bytes[at] === 0x6e)
  expect(ended).toMatchObject({ fault: `divide by zero in function 3 at byte ${places.at(-1)}` })
})
