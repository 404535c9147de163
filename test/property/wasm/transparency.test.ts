import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../fuzz/random.ts'
import { generatedModule } from '../../harness/wasm/generatedModules.ts'
import { checkTransparency } from '../../harness/wasm/transparency.ts'
import { contract, createWorld, run } from '../../unit/wasm/support/world.ts'

const I32_BINARY = [
  'add',
  'sub',
  'mul',
  'div_s',
  'div_u',
  'rem_s',
  'rem_u',
  'and',
  'or',
  'xor',
  'shl',
  'shr_s',
  'shr_u',
]
const ROTATIONS = ['rotl', 'rotr']
const COMPARISONS = ['eq', 'ne', 'lt_s', 'lt_u', 'gt_s', 'gt_u', 'le_s', 'le_u', 'ge_s', 'ge_u']
const UNARY = ['clz', 'ctz', 'popcnt', 'extend8_s', 'extend16_s']
const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const address = (expression: string) => `(i32.and ${expression} (i32.const 0x1fff))`

/**
 * Expressions over locals $a, $b (i32) and $w (i64), a global, a table and the memory: everything that a contract may do
 * but host calls. Division, indirect calls and loads may trap; both sides must then agree.
 */
const { i32: expression } = fc.letrec<{ i32: string; i64: string }>((tie) => {
  const [a, b] = [tie('i32'), tie('i32')]
  const [w, x] = [tie('i64'), tie('i64')]
  const of = <parts extends readonly fc.Arbitrary<string>[]>(parts: parts, text: (...words: string[]) => string) =>
    fc.tuple(...parts).map((words) => text(...words))
  const named = (names: readonly string[], parts: readonly fc.Arbitrary<string>[], type: string) =>
    fc.tuple(fc.constantFrom(...names), ...parts).map(([name, ...words]) => `(${type}.${name} ${words.join(' ')})`)
  return {
    i32: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('(local.get $a)', '(local.get $b)', '(call $f (local.get $a))', '(memory.size)'),
      fc.integer().map((value) => `(i32.const ${value})`),
      named([...I32_BINARY, ...ROTATIONS, ...COMPARISONS], [a, b], 'i32'),
      named([...UNARY, 'eqz'], [a], 'i32'),
      named(COMPARISONS, [w, x], 'i64'),
      of([w], (v) => `(i32.wrap_i64 ${v})`),
      of([a, b, tie('i32')], (p, q, r) => `(if (result i32) ${p} (then ${q}) (else ${r}))`),
      of([a, b], (p, q) => `(block (result i32) (br_if 0 ${p} ${q}) (drop) (i32.const 3))`),
      of([a], (p) => `(block (result i32) (if ${p} (then (br 1 (i32.const 9)))) (i32.const 4))`),
      of([a], (p) => `(local.tee $a ${p})`),
      of([a, b], (p, q) => `(select ${p} ${q} (local.get $a))`),
      of(
        [a, b],
        (p, q) => `(block (result i32) (local.set $b ${p}) (i32.store (i32.const 8) ${q}) (i32.load (i32.const 6)))`,
      ),
      of(
        [a, b],
        (p, q) => `(block (result i32) (i32.store16 offset=3 ${address(p)} ${q}) (i32.load8_s ${address(q)}))`,
      ),
      of([a], (p) => `(i32.load16_u offset=65530 ${address(p)})`),
      of([a], (p) => `(call_indirect (type $unary) (i32.const 5) (i32.and ${p} (i32.const 3)))`),
      // Left in two ways; all rounds of a function together are bounded.
      of(
        [a, b],
        (p, q) => `(block (result i32) (loop (result i32)
          (local.set $a ${p}) (drop (br_if 1 (i32.const 77) (i32.eqz (local.get $rounds))))
          (local.set $rounds (i32.sub (local.get $rounds) (i32.const 1)))
          (br_if 0 (i32.and ${q} (i32.const 1)))
          (local.get $a)))`,
      ),
      of(
        [a],
        (p) => `(block (result i32) (block $x (block $y (block $z (br_table $x $y $z ${p})) (br 2 (i32.const 1)))
        (br 1 (i32.const 2))) (i32.const 3))`,
      ),
      of(
        [a, b],
        (p, q) =>
          `(block (result i32) (memory.fill ${address(p)} ${q} (i32.const 70)) (memory.copy (i32.const 20) ${address(q)} (i32.const 33)) (i32.load (i32.const 40)))`,
      ),
      of([a], (p) => `(block (result i32) (drop (memory.grow (i32.and ${p} (i32.const 3)))) (memory.size))`),
    ),
    i64: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('(local.get $w)', '(global.get $g)'),
      long.map((value) => `(i64.const ${value})`),
      named([...I32_BINARY, ...ROTATIONS], [w, x], 'i64'),
      named([...UNARY, 'extend32_s'], [w], 'i64'),
      of([a], (p) => `(i64.extend_i32_s ${p})`),
      of([a], (p) => `(i64.extend_i32_u ${p})`),
      of([w], (v) => `(local.tee $w ${v})`),
      of([w], (v) => `(block (result i64) (global.set $g ${v}) (global.get $g))`),
      of([a, w], (p, v) => `(block (result i64) (i64.store32 ${address(p)} ${v}) (i64.load ${address(p)}))`),
      of([a, w, x], (p, v, u) => `(select ${v} ${u} ${p})`),
    ),
  }
})

const result = '(import "vm_hooks" "write_result" (func $result (param i32 i32)))'
const helper = (code: string) => `(memory (export "memory") 1 6)
  (type $unary (func (param i32) (result i32))) (type $other (func (param i64)))
  (global $g (mut i64) (i64.const -7)) (table 3 funcref) (elem (i32.const 0) $g1 $leaf $void)
  (func $f (param $a i32) (result i32) (local $b i32) (local $w i64) (local $rounds i32) (local.set $rounds (i32.const 5))
    (if (i32.gt_u (local.get $a) (i32.const 3)) (then (return (i32.popcnt (local.get $a)))))
    ${code})
  (func $g1 (param i32) (result i32) (i32.const 1)) (func $void (param i64))
  (func $leaf (param $a i32) (result i32) (br_if 0 (i32.const 4) (local.get $a)) (drop) (i32.const 2))`

test('generated modules do the same plain, instrumented and in a used instance', () => {
  let trapped = 0
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const verdict = checkTransparency(generatedModule(new Random(seed, 2)))
      if (verdict.trapped) trapped += 1
      expect(verdict.wrong).toBeUndefined()
    }),
    { numRuns: 1_000 },
  )
  expect(trapped).toBeGreaterThan(100)
  expect(trapped).toBeLessThan(900)
})

test('metering changes no result', () => {
  let successes = 0
  fc.assert(
    fc.property(expression, expression, fc.integer(), (main, below, argument) => {
      const body = `(local $a i32) (local $b i32) (local $w i64) (local $rounds i32) (local.set $rounds (i32.const 12)) (local.set $a (i32.const ${argument}))
        (i32.store (i32.const 0) ${main}) (i64.store (i32.const 80) (global.get $g))
        (call $result (i32.const 0) (i32.const 9000)) (i32.const 0)`
      const code = contract(body, result, helper(below.replaceAll('$f', '$g1')))
      const ended = run(createWorld(), code, { gasLimit: 1_000_000_000n })
      if (ended.status === 'success') successes += 1
      const seen = ended.status === 'success' ? Buffer.from(ended.output).toString('hex') : ended.status
      expect(seen).toBe(runBare(code))
    }),
    { numRuns: 500 },
  )
  expect(successes).toBeGreaterThan(100)
})

/** The module as V8 runs it, without us: its memory, or that it trapped. */
function runBare(code: Uint8Array): string {
  const { Module, Instance } = Reflect.get(globalThis, 'WebAssembly')
  let output = ''
  const vm_hooks = {
    write_result: (pointer: number, length: number) => {
      output = Buffer.from(instance.exports.memory.buffer, pointer, length).toString('hex')
    },
  }
  const instance = new Instance(new Module(code), { vm_hooks })
  try {
    instance.exports.user_entrypoint(0)
    return output
  } catch {
    return 'revert'
  }
}
