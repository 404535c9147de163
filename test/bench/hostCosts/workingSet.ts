import type { Bytes } from '../../../src/primitives/index.ts'
import { contract } from '../../unit/wasm/support/world.ts'

/** A loop over a memory of `pages`, one address in each cache line, in an order that no processor foresees. */
export type Walk = { readonly name: string; readonly codeOf: (rounds: number) => Bytes }

const PAGE_BYTES = 65_536
const LINE_BYTES = 64
/** Accesses of one round, so that next to nothing but them is measured. */
export const UNROLLED = 32
/** 256 KiB to 8 MiB: what first-level caches have no room for, up to what a transaction may open. */
const PAGES = [4, 8, 9, 10, 12, 16, 24, 32, 64, 128]

/** The cheapest way: an operand goes from load to load. */
const CHAIN = `(local.set $p ${'(i32.load '.repeat(UNROLLED)} (local.get $p) ${')'.repeat(UNROLLED)})`
const repeated = (access: string): string => access.repeat(UNROLLED)
const FOLLOW = '(local.set $p (i32.load (local.get $p)))'
/** The next address of a walk that waits for no load. */
const computed = (pages: number): string => `(local.set $p (i32.and
  (i32.add (i32.mul (local.get $p) (i32.const 1103515245)) (i32.const 806912))
  (i32.const ${2 ** Math.floor(Math.log2(pages * PAGE_BYTES)) - LINE_BYTES})))`

/**
 * Each first word of a line holds the address of another line, in one circle through all: a generator
 * of full period (Hull and Dobell) modulo the number of lines, whose prime factors are 2, 3 and 5.
 */
function walk(name: string, pages: number, round: string, imports = ''): Walk {
  const lines = (pages * PAGE_BYTES) / LINE_BYTES
  const codeOf = (rounds: number): Bytes =>
    contract(
      `(local $i i32) (local $p i32)
      (loop $fill
        (i32.store (i32.mul (local.get $i) (i32.const ${LINE_BYTES})) (i32.mul (i32.const ${LINE_BYTES}) (i32.wrap_i64
          (i64.rem_u (i64.add (i64.mul (i64.extend_i32_u (local.get $i)) (i64.const 74074621)) (i64.const 104729))
            (i64.const ${lines})))))
        (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${lines}))))
      (local.set $i (i32.const ${rounds}))
      (loop $again ${round}
        (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (i32.const 0)`,
      imports,
      `(memory (export "memory") ${pages})`,
    )
  return { name: `${name} ${pages}`, codeOf }
}

const VALUE = '(import "vm_hooks" "msg_value" (func $op (param i32)))'
const COMPARE = '(import "evmpp" "math_compare" (func $op (param i32 i32) (result i32)))'

/** Chains of loads, stores at computed addresses, bulk copies, and host functions that read or write. */
export const walks: readonly Walk[] = PAGES.flatMap((pages) => [
  walk('chain', pages, CHAIN),
  walk('stores', pages, repeated(`${computed(pages)} (i32.store offset=4 (local.get $p) (local.get $i))`)),
  walk('copies', pages, repeated(`(memory.copy (i32.const 4) (local.get $p) (i32.const 4)) ${FOLLOW}`)),
  walk('fills', pages, repeated(`${computed(pages)} (memory.fill (local.get $p) (i32.const 7) (i32.const 1))`)),
  walk('msg_value', pages, repeated(`(call $op (i32.add (local.get $p) (i32.const 4))) ${FOLLOW}`), VALUE),
  walk(
    'math_compare',
    pages,
    repeated(
      `${computed(pages)} (drop (call $op (i32.add (local.get $p) (i32.const 30)) (i32.xor (local.get $p) (i32.const 0x3ff80))))`,
    ),
    COMPARE,
  ),
])
