import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contract, createWorld, run } from '../../unit/wasm/support/world.ts'

/** Expressions over two locals that any i32 function can compute. Division may trap; both sides must then agree. */
const { expression } = fc.letrec<{ expression: string }>((tie) => {
  const operand = tie('expression')
  return {
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('(local.get $a)', '(local.get $b)', '(call $f (local.get $a))'),
      fc.integer().map((value) => `(i32.const ${value})`),
      fc
        .tuple(
          fc.constantFrom('add', 'sub', 'mul', 'div_s', 'rem_u', 'and', 'xor', 'shl', 'rotr', 'lt_s', 'ge_u'),
          operand,
          operand,
        )
        .map(([name, left, right]) => `(i32.${name} ${left} ${right})`),
      fc.tuple(operand, operand, operand).map(([a, b, c]) => `(if (result i32) ${a} (then ${b}) (else ${c}))`),
      fc.tuple(operand, operand).map(([a, b]) => `(block (result i32) (br_if 0 ${a} ${b}) (drop) (i32.const 3))`),
      fc
        .tuple(operand, operand)
        .map(
          ([a, b]) =>
            `(block (result i32) (local.set $b ${a}) (i32.store (i32.const 8) ${b}) (i32.load (i32.const 6)))`,
        ),
      operand.map((a) => `(block (result i32) (if ${a} (then (br 1 (i32.const 9)))) (i32.const 4))`),
      operand.map((a) => `(local.tee $a ${a})`),
      fc.tuple(operand, operand).map(([a, b]) => `(select ${a} ${b} (local.get $a))`),
    ),
  }
})

const result = '(import "vm_hooks" "write_result" (func $result (param i32 i32)))'
const helper = (code: string) => `(memory (export "memory") 1)
  (func $f (param $a i32) (result i32) (local $b i32)
    (if (i32.gt_u (local.get $a) (i32.const 3)) (then (return (i32.popcnt (local.get $a)))))
    ${code})
  (func $g (param i32) (result i32) (i32.const 1))`

test('metering changes no result', () => {
  fc.assert(
    fc.property(expression, expression, fc.integer(), (main, below, argument) => {
      const body = `(local $a i32) (local $b i32) (local.set $a (i32.const ${argument}))
        (i32.store (i32.const 0) ${main}) (call $result (i32.const 0) (i32.const 16)) (i32.const 0)`
      const code = contract(body, result, helper(below.replaceAll('$f', '$g')))
      const ended = run(createWorld(), code)
      expect(ended.status === 'success' ? ended.output : ended.status).toEqual(runBare(code))
    }),
    { numRuns: 300 },
  )
})

/** The module as V8 runs it, without us. */
function runBare(code: Uint8Array): Uint8Array | string {
  const { Module, Instance } = Reflect.get(globalThis, 'WebAssembly')
  let output = new Uint8Array(0)
  const vm_hooks = {
    write_result: (pointer: number, length: number) => {
      output = new Uint8Array(instance.exports.memory.buffer, pointer, length).slice()
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
