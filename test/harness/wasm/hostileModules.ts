import { concatBytes, fromHex, NEWEST_WASM_RULES } from '../../../src/primitives/index.ts'
import type { VmEngine } from '../../../src/vm/index.ts'
import { Reader } from '../../../src/wasm/binary/reader.ts'
import { Writer } from '../../../src/wasm/binary/writer.ts'
import { decodeModule } from '../../../src/wasm/decode.ts'
import { gasScheduleOf } from '../../../src/wasm/gasSchedule.ts'
import { instrument } from '../../../src/wasm/instrument.ts'
import { prepareModule } from '../../../src/wasm/prepare.ts'
import { validate } from '../../../src/wasm/v8.ts'
import type { Random } from '../../fuzz/random.ts'
import { contract, createWorld, deploy, run } from '../../unit/wasm/support/world.ts'

/** Modules with something of everything, to be damaged. */
const samples: readonly Uint8Array[] = [
  contract(
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
  ),
  contract(
    `(local $k i64)
     (call $load (i32.const 0) (i32.const 32)) (call $store (i32.const 32) (i32.const 0))
     (drop (call $add (i32.const 0) (i32.const 32) (i32.const 64) (i32.const 96)))
     (memory.copy (i32.const 200) (i32.const 0) (i32.const 64))
     (loop $l (local.set $k (i64.add (local.get $k) (i64.const 1))) (br_if $l (i64.lt_u (local.get $k) (i64.const 4))))
     (call $log (i32.const 0) (i32.const 64) (i32.const 1))
     (i32.wrap_i64 (i64.shr_u (local.get $k) (i64.const 60)))`,
    `(import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))
     (import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))
     (import "vm_hooks" "emit_log" (func $log (param i32 i32 i32)))
     (import "evmpp" "storage_add" (func $add (param i32 i32 i32 i32) (result i32)))`,
    `(memory (export "memory") 1) (data (i32.const 120) "\\ff\\ff\\ff")
     (func (export "user_constructor") (param i32) (result i32) (local i32 f64) (local.tee 1 (i32.const 0)))`,
  ),
  contract('(i32.const 0)'),
]
const HEADER = fromHex('0x0061736d01000000')
/** Bytes that mean something: section ids, opcodes, types, ends of numbers. */
const TELLING = [
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x0b, 0x0c, 0x0f, 0x10, 0x11, 0x40, 0x60, 0x70, 0x7e, 0x7f, 0x80, 0xfc, 0xff,
]

/** Names that are one name to some readers and two to others, or none at all. */
const NAMES: readonly (readonly number[])[] = [
  [0xef, 0xbb, 0xbf],
  [0xc3, 0xa9],
  [0x65, 0xcc, 0x81],
  [0xff],
  [0xe2, 0x82],
  [0xed, 0xa0, 0x80],
  [0xc0, 0x80],
  [0x00],
]

/** Adds an export of the memory or of the first own function, under an odd form of a name that matters. */
function withOddExport(random: Random, code: Uint8Array): Uint8Array {
  const odd = Uint8Array.from(random.pick(NAMES))
  const known = new TextEncoder().encode(random.pick(['memory', 'user_entrypoint', 'user_constructor', '']))
  const name = random.oneIn(2) ? concatBytes(odd, known) : concatBytes(known, odd)
  const { exports } = decodeModule(code, NEWEST_WASM_RULES)
  const same = random.pick(exports.filter(({ kind }) => kind === 'memory' || kind === 'function'))
  const entry = new Writer()
    .sized(name)
    .byte(same.kind === 'memory' ? 2 : 0)
    .u32(same.index)
    .view()
    .slice()
  return rewriteExports(code, exports.length, entry)
}

/** The module with one more export at the end of its section. */
function rewriteExports(code: Uint8Array, count: number, entry: Uint8Array): Uint8Array {
  const reader = new Reader(code, HEADER.length)
  while (!reader.isAtEnd) {
    const start = reader.offset
    const id = reader.byte()
    const content = reader.section(reader.u32())
    if (id !== 7) continue
    content.u32()
    const section = new Writer()
      .u32(count + 1)
      .raw(code.subarray(content.offset, content.end))
      .raw(entry)
    const written = new Writer().byte(7).sized(section.view()).view().slice()
    return concatBytes(code.slice(0, start), written, code.slice(reader.offset))
  }
  return code
}

/** Bytes that were a module once, or only begin like one. */
export function hostileModule(random: Random): Uint8Array {
  if (random.oneIn(20)) return random.bytes(random.below(300))
  if (random.oneIn(20)) return concatBytes(HEADER, random.bytes(random.below(300)))
  let code: Uint8Array = random.pick(samples).slice()
  if (random.oneIn(4)) code = withOddExport(random, code)
  if (random.oneIn(8)) return code
  for (let changes = random.oneIn(2) ? 1 : random.between(1, 5); changes > 0; changes -= 1) code = damage(random, code)
  return code
}

function damage(random: Random, code: Uint8Array): Uint8Array {
  const at = random.below(code.length + 1)
  switch (random.below(6)) {
    case 0:
    case 1:
      return poked(code, at, random.oneIn(2) ? random.below(256) : random.pick(TELLING))
    case 2:
      return poked(code, at, (code[at] ?? 0) ^ (1 << random.below(8)))
    case 3:
      return concatBytes(code.slice(0, at), random.bytes(random.between(1, 5)), code.slice(at))
    case 4:
      return concatBytes(code.slice(0, at), code.slice(at + random.between(1, 8)))
    default: {
      const other = random.pick(samples)
      const from = random.below(other.length)
      return concatBytes(code.slice(0, at), other.slice(from, from + random.below(40)), code.slice(at))
    }
  }
}

function poked(code: Uint8Array, at: number, value: number): Uint8Array {
  if (at < code.length) code[at] = value
  return code
}

const LIMIT = { gasLimit: 300_000n }
const world = createWorld()
const engine: VmEngine = world.engine

/** What is wrong with how these bytes are taken, or undefined; `wasAccepted` says whether they are a contract. */
export function checkModuleCase(code: Uint8Array): {
  readonly wasAccepted: boolean
  readonly wrong: string | undefined
} {
  const prepared = prepareModule(code, NEWEST_WASM_RULES)
  if (prepared.kind === 'invalid') {
    const { reason, offset } = prepared.fault
    const isTold = reason !== '' && offset >= 0 && offset <= code.length
    return { wasAccepted: false, wrong: isTold ? undefined : `fault ${reason} at ${offset}` }
  }
  if (!validate(Uint8Array.from(code))) return { wasAccepted: true, wrong: 'V8 refuses the module' }
  if (!validate(instrument(decodeModule(code, NEWEST_WASM_RULES), gasScheduleOf(NEWEST_WASM_RULES)).bytes))
    return { wasAccepted: true, wrong: 'V8 refuses its instrumentation' }
  const [first, second] = [runOnce(code), runOnce(code)]
  return { wasAccepted: true, wrong: first === second ? undefined : `ends in ${first} and in ${second}` }
}

/** Deploys and calls; anything thrown is a finding of its own. */
function runOnce(code: Uint8Array): string {
  const results = [deploy, run].map((step) => {
    const { host, journal } = createWorldOn(engine)
    const result = step({ ...world, host, journal }, code, LIMIT)
    const left = result.status === 'halt' ? '' : `${result.gasLeft} ${Buffer.from(result.output).toString('hex')}`
    return `${result.status} ${left} ${JSON.stringify(journal.finish(host.rules).logs.length)}`
  })
  return results.join(', ')
}

/** The same world with a host of its own: engines know transactions by their host. */
function createWorldOn(shared: VmEngine): typeof world {
  const fresh = createWorld()
  return { ...fresh, engine: shared }
}
