import initWabt from 'wabt'
import type { Bytes } from '../../../src/primitives/index.ts'

const wabt = await initWabt()

/** Calls the address in its arguments' bytes 1 to 20 with the rest; byte 0 says how. Returns what came back. */
const FORWARDER = `(module
  (import "vm_hooks" "read_args" (func $args (param i32)))
  (import "vm_hooks" "write_result" (func $result (param i32 i32)))
  (import "vm_hooks" "read_return_data" (func $returned (param i32 i32 i32) (result i32)))
  (import "vm_hooks" "call_contract" (func $call (param i32 i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "delegate_call_contract" (func $delegate (param i32 i32 i32 i64 i32) (result i32)))
  (import "vm_hooks" "static_call_contract" (func $static (param i32 i32 i32 i64 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (local $how i32) (local $status i32)
    (if (i32.or (i32.lt_u (local.get $length) (i32.const 21)) (i32.gt_u (local.get $length) (i32.const 4096)))
      (then (return (i32.const 1))))
    (call $args (i32.const 0))
    (local.set $how (i32.load8_u (i32.const 0)))
    (local.set $length (i32.sub (local.get $length) (i32.const 21)))
    (local.set $status
      (if (result i32) (i32.eqz (local.get $how))
        (then (call $call (i32.const 1) (i32.const 21) (local.get $length) (i32.const 8192) (i64.const -1) (i32.const 8224)))
        (else (if (result i32) (i32.eq (local.get $how) (i32.const 1))
          (then (call $delegate (i32.const 1) (i32.const 21) (local.get $length) (i64.const 40000) (i32.const 8224)))
          (else (call $static (i32.const 1) (i32.const 21) (local.get $length) (i64.const -1) (i32.const 8224)))))))
    (call $result (i32.const 8256) (call $returned (i32.const 8256) (i32.const 0) (i32.const 256)))
    (local.get $status)))`

/** Adds its first argument to slot 0, keeps the sum in slot 1 and in transient slot 2, logs it and returns it. */
const KEEPER = `(module
  (import "vm_hooks" "read_args" (func $args (param i32)))
  (import "vm_hooks" "write_result" (func $result (param i32 i32)))
  (import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "transient_store_bytes32" (func $remember (param i32 i32)))
  (import "vm_hooks" "emit_log" (func $log (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "user_entrypoint") (param $length i32) (result i32)
    (if (i32.gt_u (local.get $length) (i32.const 4096)) (then (return (i32.const 1))))
    (call $args (i32.const 1024))
    (call $load (i32.const 0) (i32.const 64))
    (i64.store (i32.const 88) (i64.add (i64.load (i32.const 88)) (i64.load (i32.const 1048))))
    (i32.store8 (i32.const 31) (i32.const 1))
    (call $store (i32.const 0) (i32.const 64))
    (call $flush (i32.const 0))
    (i32.store8 (i32.const 31) (i32.const 2))
    (call $remember (i32.const 0) (i32.const 64))
    (call $log (i32.const 64) (i32.const 32) (i32.const 1))
    (call $result (i32.const 64) (i32.const 32))
    (i32.const 0)))`

/** The WebAssembly contracts that programs can call. Fixed: it is the EVM and the borders between the two that are tested. */
export const WASM_CONTRACTS: readonly Bytes[] = [FORWARDER, KEEPER].map(assembleText)

function assembleText(text: string): Bytes {
  const module = wabt.parseWat('contract.wat', text, {})
  try {
    return Uint8Array.from(module.toBinary({}).buffer)
  } finally {
    module.destroy()
  }
}
