import { parentPort } from 'node:worker_threads'
import type { Result } from '../../../../src/vm/index.ts'
import { CONTRACT, contract, createWorld, run } from './world.ts'

const escaped = CONTRACT.slice(2).replace(/../g, '\\$&')
const memory = `(memory (export "memory") 1) (data (i32.const 32) "${escaped}")`
const hook = '(import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))'
const callItself =
  '(call $call (i32.const 32) (i32.const 0) (i32.const 0) (i32.const 0) (i64.const -1) (i32.const 200))'

/** 1,001 activations of a function, the last of which calls the contract again. */
const recursive = contract(
  '(drop (call $deep (i32.const 1000))) (i32.const 0)',
  hook,
  `${memory}
   (func $deep (param $n i32) (result i32)
     (if (result i32) (local.get $n)
       (then (call $deep (i32.sub (local.get $n) (i32.const 1))))
       (else ${callItself})))`,
)

/**
 * Computes the same many values before and after it recurses. Once it is hot, V8 computes them once and keeps all of them
 * in the native frame meanwhile.
 */
function hoarder(): Uint8Array {
  const values = Array.from(
    { length: 600 },
    (_, index) => `(local.set $s (i64.xor (local.get $s) (i64.mul (local.get $x) (i64.const ${index * 7_919 + 13}))))`,
  ).join('\n')
  // Only the first frame has arguments.
  const warm = `(local $k i32) (if (local.get $len) (then (loop $warm
    (drop (call $hoard (i64.const 5) (i32.const 0)))
    (br_if $warm (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 150000))))))`
  return contract(
    `${warm} (drop (call $hoard (i64.const 9) (i32.const 1500))) (i32.const 0)`,
    hook,
    `${memory}
     (func $hoard (param $x i64) (param $n i32) (result i64) (local $s i64)
       ${values}
       (if (local.get $n)
         (then (local.set $s (call $hoard (i64.add (local.get $x) (local.get $s)) (i32.sub (local.get $n) (i32.const 1)))))
         (else (if (i64.eq (local.get $x) (i64.const 5)) (then) (else (drop ${callItself})))))
       ${values}
       (local.get $s))`,
  )
}

/** How a contract that calls itself ended, and how many frames it opened below the first. */
function explore(code: Uint8Array): { readonly status: Result['status']; readonly frames: number } {
  const world = createWorld()
  world.journal.setCode(CONTRACT, code)
  const { status } = run(world, code, { gasLimit: 50_000_000_000n, input: Uint8Array.of(1) })
  return { status, frames: world.sent.length }
}

parentPort?.postMessage({ recursive: explore(recursive), hoarder: explore(hoarder()) })
