import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes, fromHex } from '../../../src/primitives/index.ts'
import { decodeModule } from '../../../src/wasm/decode.ts'
import { instrument } from '../../../src/wasm/instrument.ts'
import { prepareModule } from '../../../src/wasm/prepare.ts'
import { validate } from '../../../src/wasm/v8.ts'
import { contract, createWorld, deploy, run } from '../../unit/wasm/support/world.ts'

/** A module with something of everything, to be damaged. */
const sample = contract(
  `(local $i i32) (local $w i64)
   (block $out
     (loop $again
       (br_if $out (i32.ge_u (local.get $i) (i32.const 5)))
       (local.set $i (i32.add (local.get $i) (i32.const 1)))
       (if (i32.and (local.get $i) (i32.const 1))
         (then (call $sender (i32.const 0)))
         (else (local.set $w (i64.extend_i32_s (call_indirect (type $t) (local.get $i) (i32.const 0))))))
       (br $again)))
   (memory.fill (i32.const 64) (i32.const 7) (i32.const 9))
   (global.set $g (i64.mul (local.get $w) (i64.const -3)))
   (block (block (br_table 0 1 (local.get $i))))
   (drop (memory.grow (i32.const 1)))
   (call $result (i32.const 0) (i32.const 80))
   (i32.const 0)`,
  `(type $t (func (param i32) (result i32)))
   (import "vm_hooks" "msg_sender" (func $sender (param i32)))
   (import "vm_hooks" "write_result" (func $result (param i32 i32)))`,
  `(memory (export "memory") 1 4) (data (i32.const 70) "hello")
   (global $g (mut i64) (i64.const 5)) (table 2 funcref) (elem (i32.const 0) $f)
   (func $f (param i32) (result i32) (if (local.get 0) (then (return (i32.const 2)))) (i32.clz (local.get 0)))`,
)

const mutation = fc.record({
  at: fc.nat({ max: sample.length - 1 }),
  drop: fc.nat({ max: 4 }),
  insert: fc.uint8Array({ maxLength: 4 }),
})

function mutate(bytes: Uint8Array, changes: readonly { at: number; drop: number; insert: Uint8Array }[]): Uint8Array {
  return changes.reduce(
    (code, { at, drop, insert }) => concatBytes(code.slice(0, at), insert, code.slice(at + drop)),
    bytes,
  )
}

/** Changed in place, so that lengths stay right and damage reaches the code. */
const poke = fc.record({ at: fc.nat({ max: sample.length - 1 }), value: fc.integer({ min: 0, max: 255 }) })

function pokeAll(changes: readonly { at: number; value: number }[]): Uint8Array {
  const code = sample.slice()
  for (const { at, value } of changes) code[at] = value
  return code
}

const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => concatBytes(fromHex('0x0061736d01000000'), bytes)),
  fc.array(mutation, { minLength: 1, maxLength: 4 }).map((changes) => mutate(sample, changes)),
  fc.array(poke, { minLength: 1, maxLength: 4 }).map(pokeAll),
)

test('any bytes are a fault or a module, and V8 compiles what we accept before and after instrumentation', () => {
  let accepted = 0
  fc.assert(
    fc.property(hostile, (code) => {
      const prepared = prepareModule(code)
      if (prepared.kind === 'invalid') {
        expect(prepared.fault.reason).not.toBe('')
        expect(prepared.fault.offset).toBeLessThanOrEqual(code.length)
        return
      }
      accepted += 1
      expect(validate(Uint8Array.from(code))).toBe(true)
      expect(validate(instrument(decodeModule(code)).bytes)).toBe(true)
    }),
    { numRuns: 3_000 },
  )
  expect(accepted).toBeGreaterThan(20)
})

test('any bytes, deployed and called, end in the same result twice', () => {
  fc.assert(
    fc.property(hostile, (code) => {
      const [first, second] = [1, 2].map(() => {
        const world = createWorld()
        return [deploy(world, code, { gasLimit: 300_000n }), run(world, code, { gasLimit: 300_000n })]
      })
      expect(first).toEqual(second)
    }),
    { numRuns: 500 },
  )
})
