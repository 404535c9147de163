import initWabt from 'wabt'
import type { Bytes } from '../../../src/primitives/index.ts'
import { concatBytes, wordToBytes } from '../../../src/primitives/index.ts'
import { DESTROYER } from './treeContracts.ts'

/**
 * A WebAssembly contract whose call data is a list of acts, each one byte and four words: what it does to a slot, the slot, and
 *
 *   add delta minimum maximum | read | write value | destroy heir | fail
 *
 * It logs whether an addition was refused, and what it read.
 */
const ACTS = { add: 1, read: 2, write: 3, destroy: 4, fail: 5 } as const

/** One of the acts; words that it does not name are 0. */
export type Act = {
  readonly act: keyof typeof ACTS
  readonly slot?: bigint
  /** What is added (from -2^255), written, or inherits. */
  readonly value?: bigint
  readonly minimum?: bigint
  readonly maximum?: bigint
}

const ARGS = 4096
const ACT_BYTES = 129
const word = (index: number): string => `(i32.add (local.get $p) (i32.const ${ARGS + 1 + 32 * index}))`
const when = (act: keyof typeof ACTS, body: string): string =>
  `(if (i32.eq (i32.load8_u (i32.add (local.get $p) (i32.const ${ARGS}))) (i32.const ${ACTS[act]})) (then ${body}))`

const wat = `(module
  (import "vm_hooks" "read_args" (func $args (param i32)))
  (import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))
  (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
  (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
  (import "vm_hooks" "emit_log" (func $log (param i32 i32 i32)))
  (import "vm_hooks" "delegate_call_contract" (func $delegate (param i32 i32 i32 i64 i32) (result i32)))
  (import "evmpp" "storage_add" (func $add (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1100) "${DESTROYER.slice(2).replace(/../g, '\\$&')}")
  (func (export "user_entrypoint") (param $len i32) (result i32) (local $p i32)
    (call $args (i32.const ${ARGS}))
    (loop $next
      (if (i32.ge_u (local.get $p) (local.get $len)) (then (call $flush (i32.const 0)) (return (i32.const 0))))
      ${when('add', `(i32.store8 (i32.const 0) (call $add ${word(0)} ${word(1)} ${word(2)} ${word(3)})) (call $log (i32.const 0) (i32.const 1) (i32.const 0))`)}
      ${when('read', `(call $load ${word(0)} (i32.const 0)) (call $log (i32.const 0) (i32.const 32) (i32.const 0))`)}
      ${when('write', `(call $store ${word(0)} ${word(1)})`)}
      ${when('destroy', `(call $flush (i32.const 0)) (drop (call $delegate (i32.const 1100) ${word(1)} (i32.const 32) (i64.const -1) (i32.const 64)))`)}
      ${when('fail', '(return (i32.const 1))')}
      (local.set $p (i32.add (local.get $p) (i32.const ${ACT_BYTES})))
      (br $next))
    (unreachable)))`

const wabt = await initWabt()

/** The contract, which is its own init code. */
export const ADDER_CODE: Bytes = Uint8Array.from(
  wabt.parseWat('adder.wat', wat, { bulk_memory: true }).toBinary({}).buffer,
)

/** Adds 1 to slot 0, whatever it holds: the contract is a counter for which nobody waits. */
export const COUNT_CALL: Bytes = encodeActs([{ act: 'add', value: 1n, maximum: 2n ** 256n - 1n }])

/** Call data. */
export function encodeActs(acts: readonly Act[]): Bytes {
  return concatBytes(
    ...acts.map(({ act, slot = 0n, value = 0n, minimum = 0n, maximum = 0n }) =>
      concatBytes(
        Uint8Array.of(ACTS[act]),
        ...[slot, BigInt.asUintN(256, value), minimum, maximum].map((one) => wordToBytes(one)),
      ),
    ),
  )
}
