import { describe, expect, test } from 'vitest'
import initWabt from 'wabt'
import { decompressBrotli } from '../../../src/node/brotli.ts'
import { concatBytes, fromHex, rulesOf } from '../../../src/primitives/index.ts'
import { createWasmEngine } from '../../../src/wasm/index.ts'

const wabt = await initWabt()
const everything = {
  exceptions: true,
  simd: true,
  threads: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  memory64: true,
  multi_memory: true,
  sign_extension: true,
  sat_float_to_int: true,
  mutable_globals: true,
}

function assemble(text: string): Uint8Array {
  const module = wabt.parseWat('test.wat', text, everything)
  return Uint8Array.from(module.toBinary({}).buffer)
}

const engine = createWasmEngine({ decompress: decompressBrotli })
const PLENTY = 10n ** 9n
/** Why the code is refused, and at which byte. */
function faultOf(code: Uint8Array): { readonly fault: string; readonly offset: number } {
  const validation = engine.validate(code, PLENTY, rulesOf('osaka'))
  const fault = validation.status === 'halt' ? (validation.fault ?? '') : ''
  return { fault, offset: Number(/at byte (\d+)$/.exec(fault)?.[1] ?? Number.NaN) }
}
const memory = '(memory (export "memory") 1)'
const entry = '(func (export "user_entrypoint") (param i32) (result i32) (i32.const 0))'
const body = (code: string) =>
  assemble(`(module ${memory} (table 1 funcref) (func (export "user_entrypoint") (param i32) (result i32) ${code}))`)
const module = (parts: string) => assemble(`(module ${parts} ${memory} ${entry})`)
/** A module whose entry point is these bytes; the text assembler takes exponential time for deep blocks. */
const rawBody = (code: readonly number[]) => {
  const sections = [
    [1, 1, 0x60, 1, 0x7f, 1, 0x7f],
    [3, 1, 0],
    [5, 1, 0, 1],
    [7, 2, 15, ...new TextEncoder().encode('user_entrypoint'), 0, 0, 6, ...new TextEncoder().encode('memory'), 2, 0],
    [10, 1, ...sized([0, ...code, 0x41, 0, 0x0b])],
  ]
  return Uint8Array.from([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...sections.flatMap(([id = 0, ...rest]) => [id, ...sized(rest)]),
  ])
}
const sized = (bytes: readonly number[]) => [(bytes.length & 0x7f) | 0x80, bytes.length >> 7, ...bytes]
const many = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ')

describe('what a contract may be', () => {
  test.each<[name: string, code: Uint8Array]>([
    ['the least', module('')],
    ['a constructor', module('(func (export "user_constructor") (param i32) (result i32) (i32.const 0))')],
    ['unused float locals', body('(local f32 f64) (i32.const 0)')],
    ['other exports', module('(func (export "stylus") (param i64)) (global (export "g") i32 (i32.const 1))')],
    ['a table of functions', module('(table 3 funcref) (elem (i32.const 1) $f $f) (func $f)')],
    ['data in the last byte of memory', module('(data (i32.const 65535) "x")')],
    ['4096 functions', assemble(`(module ${memory} ${entry} ${many(4_095, () => '(func)')})`)],
    ['348 parameters and locals', body(`(local ${many(347, () => 'i64')}) (i32.const 0)`)],
    ['dead code', body('(return (i32.const 1)) (drop) (i32.add) (block (drop (i32.const 1)) (unreachable)) (drop)')],
    ['code behind a dead block', body('(unreachable) (block (nop)) (drop) (i32.add)')],
    [
      'an import used twice',
      module('(import "vm_hooks" "msg_value" (func (param i32))) (import "vm_hooks" "msg_value" (func (param i32)))'),
    ],
    ['names and other custom sections', concatBytes(module(''), fromHex('0x0005046e616d65'))],
    ['128 pages', assemble(`(module (memory (export "memory") 128 128) ${entry})`)],
    ['a larger maximum, which is capped', assemble(`(module (memory (export "memory") 1 65536) ${entry})`)],
  ])('%s', (_name, code) => {
    expect(engine.validate(code, PLENTY, rulesOf('osaka'))).toMatchObject({ status: 'valid' })
  })
})

describe('what a contract may not be', () => {
  test.each<[name: string, code: Uint8Array, reason: RegExp]>([
    ['nothing', new Uint8Array(0), /does not begin/],
    ['text', new TextEncoder().encode('(module)'), /does not begin/],
    ['a header', fromHex('0x0061736d01000000'), /no memory/],
    ['another version', fromHex('0x0061736d0d000100'), /version/],
    ['cut short', module('').slice(0, -3), /unexpected end/],
    ['garbage after the header', fromHex('0x0061736d01000000ffffffffffff'), /more than 32 bits/],
    ['an unknown section', fromHex('0x0061736d010000000d00'), /unknown section 13/],
    ['sections out of order', fromHex('0x0061736d01000000030100010100'), /out of order/],
    [
      'bytes after the end marker',
      concatBytes(module(''), fromHex('0x000a0965766d70702e656e64'), fromHex('0x0000')),
      /after the end marker|unexpected end/,
    ],
    ['no entry point', assemble(`(module ${memory})`), /no export "user_entrypoint"/],
    [
      'an entry point of another type',
      assemble(`(module ${memory} (func (export "user_entrypoint")))`),
      /not a function \(i32\) -> i32/,
    ],
    [
      'an imported entry point',
      assemble(
        `(module (import "vm_hooks" "account_code_size" (func $f (param i32) (result i32))) ${memory} (export "user_entrypoint" (func $f)))`,
      ),
      /imported function/,
    ],
    ['a constructor of another type', module('(func (export "user_constructor"))'), /user_constructor/],
    ['no memory', assemble(`(module ${entry})`), /no memory/],
    ['a memory that is not exported', assemble(`(module (memory 1) ${entry})`), /no export "memory"/],
    [
      'something else called memory',
      assemble(`(module (memory 1) (global (export "memory") i32 (i32.const 0)) ${entry})`),
      /not the memory/,
    ],
    ['two memories', module('(memory 1)'), /2 memories/],
    ['129 pages', assemble(`(module (memory (export "memory") 129) ${entry})`), /129 initial pages/],
    ['a shared memory', assemble(`(module (memory (export "memory") 1 2 shared) ${entry})`), /shared/],
    ['a 64-bit memory', assemble(`(module (memory (export "memory") i64 1) ${entry})`), /64-bit/],
    ['an import of another module', module('(import "env" "abort" (func))'), /unknown import env.abort/],
    [
      'an unknown import',
      module('(import "vm_hooks" "block_difficulty" (func (param i32)))'),
      /unknown import vm_hooks.block_difficulty/,
    ],
    [
      'an import of another type',
      module('(import "vm_hooks" "msg_value" (func (param i64)))'),
      /is \(i64\) -> nothing, must be \(i32\) -> nothing/,
    ],
    ['an imported memory', assemble(`(module (import "vm_hooks" "memory" (memory 1)) ${entry})`), /not a function/],
    ['a start function', module('(start $s) (func $s)'), /start function/],
    ['float parameters', module('(func (param f32))'), /float in a function's parameters/],
    ['float results', module('(func (result f64) (unreachable))'), /float in a function's result/],
    ['a float global', module('(global f32 (f32.const 0))'), /float in a global/],
    ['a float constant', body('(drop (f64.const 1)) (i32.const 0)'), /float instruction 0x44/],
    ['float arithmetic', body('(drop (f32.add)) (i32.const 0)'), /float instruction 0x92/],
    ['float conversion', body('(i32.trunc_sat_f32_s)'), /float instruction 0xfc00/],
    ['a float block', body('(drop (block (result f32) (unreachable))) (i32.const 0)'), /float as result of a block/],
    ['several results', module('(func (result i32 i32) (unreachable))'), /2 results/],
    [
      'a block with parameters',
      body('(i32.const 0) (block (param i32) (drop)) (i32.const 0)'),
      /block with parameters/,
    ],
    ['SIMD', body('(drop (v128.const i32x4 0 0 0 0)) (i32.const 0)'), /SIMD instruction/],
    ['atomics', body('(atomic.fence) (i32.const 0)'), /thread instruction/],
    ['tail calls', body('(return_call 0 (i32.const 0))'), /tail call instruction/],
    ['references', body('(drop (ref.null func)) (i32.const 0)'), /reference type instruction/],
    [
      'typed select',
      body('(select (result i32) (i32.const 0) (i32.const 0) (i32.const 0))'),
      /reference type instruction/,
    ],
    ['table writes', body('(table.set 0 (i32.const 0) (unreachable))'), /table instruction/],
    ['memory.init', assemble(`(module ${memory} (data "x") ${entry})`), /not active/],
    [
      'data.drop',
      assemble(`(module ${memory} (data (i32.const 0) "x") (func (data.drop 0)) ${entry})`),
      /passive segment instruction/,
    ],
    ['a passive element segment', module('(table 1 funcref) (elem func 0)'), /not active/],
    ['data outside the memory', module('(data (i32.const 65535) "xy")'), /data segment outside/],
    ['data at a negative offset', module('(data (i32.const -1) "x")'), /data segment outside/],
    [
      'an element outside the table',
      module('(table 1 funcref) (elem (i32.const 1) $f) (func $f)'),
      /element segment outside/,
    ],
    ['two tables', module('(table 1 funcref) (table 1 funcref)'), /2 tables/],
    ['a large table', module('(table 4097 funcref)'), /4097 table entries/],
    ['4097 functions', assemble(`(module ${memory} ${entry} ${many(4_096, () => '(func)')})`), /4097 functions/],
    ['349 parameters and locals', body(`(local ${many(348, () => 'i64')}) (i32.const 0)`), /348 parameters and locals/],
    ['a long function', body(`${many(65_536, () => 'nop')} (i32.const 0)`), /65536 instructions/],
    ['deep blocks', rawBody([...Array(1_025).fill([0x02, 0x40]).flat(), ...Array(1_025).fill(0x0b)]), /1024 blocks/],
    ['a high operand stack', body(`${many(10_300, () => 'i32.const 0')} (unreachable)`), /words, more than 10240/],
    [
      '128 KiB and a byte',
      concatBytes(module(''), fromHex(`0x00${'fdff07'}00${'00'.repeat(131_072)}`)),
      /more than 131072/,
    ],
    ['wrong operands', body('(i32.add (i32.const 1))'), /lacks operands in function 0/],
    ['wrong types', body('(i32.add (i32.const 1) (i64.const 1))'), /expected type i32|type/],
    [
      'an unknown local',
      body('(nop) (i32.const 0)').map((byte, index, all) => (byte === 0x01 && all[index + 1] === 0x41 ? 0x20 : byte)),
      /local|end/,
    ],
  ])('%s', (_name, code, reason) => {
    const { fault, offset } = faultOf(code)
    expect(fault).toMatch(reason)
    expect(offset).toBeLessThanOrEqual(code.length)
  })

  test('a fault points at the byte', () => {
    const code = body('(nop) (drop (f64.const 1)) (i32.const 0)')
    expect(engine.validate(code, PLENTY, rulesOf('osaka'))).toEqual({
      status: 'halt',
      reason: 'invalid-code',
      fault: expect.stringMatching(
        new RegExp(`^float instruction 0x44 .* in function 0 at byte ${code.lastIndexOf(0x44)}$`),
      ),
    })
  })

  test("V8's own fault points at the byte", () => {
    const code = body('(i32.add (i32.const 1) (i64.const 1))')
    expect(code[faultOf(code).offset]).toBe(0x42)
  })
})
