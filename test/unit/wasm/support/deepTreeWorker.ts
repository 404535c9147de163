import { parentPort } from 'node:worker_threads'
import { createReferenceEvm, referencePrecompiles } from '../../../../src/evm/index.ts'
import { decompressBrotli } from '../../../../src/node/brotli.ts'
import type { Bytes } from '../../../../src/primitives/index.ts'
import { fromHex, wordToBytes } from '../../../../src/primitives/index.ts'
import { createFrameDriver, protocolContext } from '../../../../src/router/frames.ts'
import type { Result, VmEngine } from '../../../../src/vm/index.ts'
import { createWasmEngine } from '../../../../src/wasm/index.ts'
import { addr, environment, world } from '../../../harness/world.ts'
import { contract } from './world.ts'

/** The transaction's pages, and so its open contract frames with a memory. */
const WASM_FRAMES = 128
const VALUES = 150
const GAS = 2n ** 62n

const SENDER = addr(1)
const EVM = addr(0xe0)
const WASM = addr(0xa0)

/**
 * Calls the EVM contract from the `activations`-th activation of a function that computes the same values before and after
 * it recurses: once it is hot, V8 computes them once and keeps all of them in each native frame meanwhile.
 */
function hoarder(activations: number): Bytes {
  const values = Array.from(
    { length: VALUES },
    (_, index) => `(local.set $s (i64.xor (local.get $s) (i64.mul (local.get $x) (i64.const ${index * 7_919 + 13}))))`,
  ).join('\n')
  const hooks = `
    (import "vm_hooks" "read_args" (func $args (param i32)))
    (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))`
  const more = `(memory (export "memory") 1) (data (i32.const 32) "${EVM.slice(2).replace(/../g, '\\$&')}")
    (func $hoard (param $x i64) (param $n i32) (result i64) (local $s i64)
      ${values}
      (if (local.get $n)
        (then (local.set $s (call $hoard (i64.add (local.get $x) (local.get $s)) (i32.sub (local.get $n) (i32.const 1)))))
        (else (if (i64.eq (local.get $x) (i64.const 5))
          (then)
          (else (drop (call $call (i32.const 32) (i32.const 96) (i32.const 32) (i32.const 0) (i64.const -1) (i32.const 200)))))))
      ${values}
      (local.get $s))`
  // One byte of arguments warms it up; 32 are passed on.
  const body = `(local $k i32) (call $args (i32.const 96))
    (if (i32.eq (local.get $len) (i32.const 1)) (then (loop $warm
      (drop (call $hoard (i64.const 5) (i32.const 0)))
      (br_if $warm (i32.lt_u (local.tee $k (i32.add (local.get $k) (i32.const 1))) (i32.const 150000)))) (return (i32.const 0))))
    (drop (call $hoard (i64.const 9) (i32.const ${activations - 1}))) (i32.const 0)`
  return contract(body, hooks, more)
}

/** Counts its calls in its input; the first calls go to the WebAssembly contract, the others to itself. */
function caller(): Bytes {
  const count = '5f35600101600052'
  const callArguments = '60006000602060006000'
  const isFewWasmFrames = `60${(WASM_FRAMES - 1).toString(16)}5f3510`
  // JUMPI to the second address, or take the first and JUMP past it.
  const target = `60325773${EVM.slice(2)}6048565b73${WASM.slice(2)}5b`
  return fromHex(`0x${count}${callArguments}${isFewWasmFrames}${target}5af100`)
}

/** What one tree of calls was like. */
export type DeepTree = { readonly status: Result['status']; readonly depth: number; readonly wasmFrames: number }

/** Grows the deepest tree and says how deep it was, and how many WebAssembly frames were open at once. */
function grow(activations: number): DeepTree {
  let [depth, open, wasmFrames] = [0, 0, 0]
  const watched = (engine: VmEngine): VmEngine => ({
    ...engine,
    execute: (execution, code, host) => {
      depth = Math.max(depth, execution.depth)
      if (engine.kind === 'wasm') open += 1
      wasmFrames = Math.max(wasmFrames, open)
      const result = engine.execute(execution, code, host)
      if (engine.kind === 'wasm') open -= 1
      return result
    },
  })
  const machines = {
    evm: watched(createReferenceEvm('osaka')),
    wasm: watched(createWasmEngine({ decompress: decompressBrotli })),
    precompiles: referencePrecompiles('osaka'),
  }
  const place = environment({ machines })
  place.journal.begin(world({ [SENDER]: {}, [EVM]: { code: caller() }, [WASM]: { code: hoarder(activations) } }))
  const driver = createFrameDriver(place, protocolContext(SENDER))
  const frame = { kind: 'call', caller: SENDER, valueWei: 0n, gasLimit: GAS, depth: 0, isStatic: false } as const
  driver.call({ ...frame, recipient: WASM, codeAddress: WASM, input: Uint8Array.of(1) })
  ;[depth, open, wasmFrames] = [0, 0, 0]
  const { status } = driver.call({ ...frame, recipient: WASM, codeAddress: WASM, input: wordToBytes(0n) })
  return { status, depth, wasmFrames }
}

parentPort?.on('message', (activations: number) => parentPort?.postMessage(grow(activations)))
