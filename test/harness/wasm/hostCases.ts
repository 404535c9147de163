import type { Address, Hex } from 'viem'
import { bytesToHex, concat, getContractAddress, hexToBytes, keccak256, pad, sha256, toHex } from 'viem'
import initWabt from 'wabt'
import { HOST_FUNCTIONS } from '../../../src/wasm/hostFunctions/index.ts'

const wabt = await initWabt()

/** Whom a contract sees. */
type Context = { readonly contract: Address; readonly sender: Address }
/** One host function in use, and what it answers. */
export type HostCase = {
  readonly name: string
  /** Runs with the arguments at byte 1024. `$op` is the function; what the case imports besides it is in `more`. */
  readonly body: string
  /** The first so many bytes of memory are the output. */
  readonly bytes: number
  readonly data?: Hex
  readonly value?: bigint
  readonly more?: string
  readonly memory?: string
  readonly expected: Hex | RegExp | ((context: Context) => Hex)
}

/** 32 bytes, big-endian. */
export const word = (value: bigint | number): Hex => pad(toHex(value), { size: 32 })
const littleEndian = (value: number, bytes: number): Hex =>
  bytesToHex(hexToBytes(pad(toHex(value), { size: bytes })).reverse())
const long = '(i64.store (i32.const 0) (call $op))'
const int = '(i32.store (i32.const 0) (call $op))'
const out = '(call $op (i32.const 0))'
/** In place over the first operand, which is then copied out. */
const inPlace = (operands: number, drops = false) => {
  const pointers = Array.from({ length: operands }, (_, index) => `(i32.const ${1024 + 32 * index})`).join(' ')
  const called = `(call $op ${pointers})`
  return `${drops ? `(i32.store8 (i32.const 32) ${called})` : called} (memory.copy (i32.const 0) (i32.const 1024) (i32.const 32))`
}
/** Several of them. */
export const words = (...values: readonly (bigint | number)[]): Hex => concat(values.map(word))
const MAX = 2n ** 256n - 1n
const callIdentity =
  '(drop (call $static (i32.const 2000) (i32.const 1024) (local.get $len) (i64.const -1) (i32.const 2100)))'
const staticImport =
  '(import "vm_hooks" "static_call_contract" (func $static (param i32 i32 i32 i64 i32) (result i32)))'
const identity = '(data (i32.const 2019) "\\04")'
const direct = (length: number, capacity: number) =>
  `(i32.store8 (i32.const ${capacity}) (call $op (i32.const 1024) (i32.const ${length}) (i64.const -1) (i32.const 0) (i32.const ${capacity})))`
const child = '0x3d5ff3' as const
const childModule = (): Hex =>
  assemble(
    '(module (memory (export "memory") 0) (func (export "user_entrypoint") (param i32) (result i32) (i32.const 0)))',
  )
const createdBy = ({ contract }: Context): Hex => getContractAddress({ from: contract, nonce: 1n }).toLowerCase() as Hex
const created2By =
  (initCode: () => Hex) =>
  ({ contract }: Context): Hex =>
    getContractAddress({ opcode: 'CREATE2', from: contract, salt: word(0), bytecode: initCode() }).toLowerCase() as Hex
const END = '0x000a0965766d70702e656e64' as const

/** A use of each host function, none by our own SDK. */
export const HOST_CASES: readonly HostCase[] = [
  { name: 'msg_sender', body: out, bytes: 20, expected: ({ sender }) => sender },
  { name: 'tx_origin', body: out, bytes: 20, expected: ({ sender }) => sender },
  { name: 'contract_address', body: out, bytes: 20, expected: ({ contract }) => contract },
  { name: 'msg_value', body: out, bytes: 32, value: 7n, expected: word(7) },
  { name: 'msg_reentrant', body: int, bytes: 4, expected: littleEndian(0, 4) },
  { name: 'tx_gas_price', body: out, bytes: 32, expected: /^0x[0-9a-f]{64}$/ },
  { name: 'tx_ink_price', body: int, bytes: 4, expected: littleEndian(10_000, 4) },
  { name: 'block_basefee', body: out, bytes: 32, expected: /^0x[0-9a-f]{64}$/ },
  { name: 'block_coinbase', body: out, bytes: 20, expected: /^0x[0-9a-f]{40}$/ },
  { name: 'block_gas_limit', body: long, bytes: 8, expected: /^0x(?!0{16})[0-9a-f]{16}$/ },
  { name: 'block_number', body: long, bytes: 8, expected: /^0x(?!0{16})[0-9a-f]{16}$/ },
  { name: 'block_timestamp', body: long, bytes: 8, expected: /^0x(?!0{16})[0-9a-f]{16}$/ },
  { name: 'chainid', body: long, bytes: 8, expected: littleEndian(31_337, 8) },
  { name: 'evm_gas_left', body: long, bytes: 8, expected: /^0x(?!0{16})[0-9a-f]{16}$/ },
  { name: 'evm_ink_left', body: long, bytes: 8, expected: /^0x(?!0{16})[0-9a-f]{16}$/ },
  { name: 'read_args', body: out, bytes: 3, data: '0x010203', expected: '0x010203' },
  {
    name: 'write_result',
    body: '(call $op (i32.const 1024) (local.get $len)) (return (i32.const 0))',
    bytes: 0,
    data: '0xabcd',
    expected: '0xabcd',
  },
  {
    name: 'exit_early',
    body: '(call $result (i32.const 1024) (i32.const 1)) (call $op (i32.const 0)) (unreachable)',
    bytes: 0,
    data: '0x77',
    expected: '0x77',
  },
  {
    name: 'return_data_size',
    body: `${callIdentity} ${int}`,
    bytes: 4,
    data: '0x010203',
    more: staticImport,
    memory: identity,
    expected: littleEndian(3, 4),
  },
  {
    name: 'read_return_data',
    body: `${callIdentity} (drop (call $op (i32.const 0) (i32.const 1) (i32.const 9)))`,
    bytes: 4,
    data: '0x010203',
    more: staticImport,
    memory: identity,
    expected: '0x02030000',
  },
  {
    name: 'native_keccak256',
    body: '(call $op (i32.const 1024) (local.get $len) (i32.const 0))',
    bytes: 32,
    data: '0x68690a',
    expected: keccak256('0x68690a'),
  },
  { name: 'pay_for_memory_grow', body: '(call $op (i32.const 0))', bytes: 1, expected: '0x00' },
  {
    name: 'transient_load_bytes32',
    body: '(call $store (i32.const 1024) (i32.const 1056)) (call $op (i32.const 1024) (i32.const 0))',
    bytes: 32,
    data: words(5, 6),
    more: '(import "vm_hooks" "transient_store_bytes32" (func $store (param i32 i32)))',
    expected: word(6),
  },
  {
    name: 'transient_store_bytes32',
    body: '(call $op (i32.const 1024) (i32.const 1056)) (call $load (i32.const 1024) (i32.const 0))',
    bytes: 32,
    data: words(5, 6),
    more: '(import "vm_hooks" "transient_load_bytes32" (func $load (param i32 i32)))',
    expected: word(6),
  },
  {
    name: 'storage_load_bytes32',
    body: '(call $store (i32.const 1024) (i32.const 1056)) (call $op (i32.const 1024) (i32.const 0))',
    bytes: 32,
    data: words(5, 6),
    more: '(import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32)))',
    expected: word(6),
  },
  {
    name: 'storage_cache_bytes32',
    body: '(call $op (i32.const 1024) (i32.const 1056)) (call $load (i32.const 1024) (i32.const 0))',
    bytes: 32,
    data: words(5, 6),
    more: '(import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))',
    expected: word(6),
  },
  {
    name: 'storage_flush_cache',
    body: '(call $store (i32.const 1024) (i32.const 1056)) (call $op (i32.const 1)) (call $load (i32.const 1024) (i32.const 0))',
    bytes: 32,
    data: words(5, 6),
    more: '(import "vm_hooks" "storage_cache_bytes32" (func $store (param i32 i32))) (import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))',
    expected: word(6),
  },
  {
    name: 'emit_log',
    body: '(call $op (i32.const 1024) (local.get $len) (i32.const 1))',
    bytes: 1,
    data: words(1, 2),
    expected: '0x00',
  },
  {
    name: 'account_balance',
    body: '(call $self (i32.const 100)) (call $op (i32.const 100) (i32.const 0))',
    bytes: 32,
    value: 9n,
    more: '(import "vm_hooks" "contract_address" (func $self (param i32)))',
    expected: word(9),
  },
  {
    name: 'account_codehash',
    body: '(call $op (i32.const 100) (i32.const 0))',
    bytes: 32,
    memory: '(data (i32.const 119) "\\99")',
    expected: keccak256('0x'),
  },
  {
    name: 'account_code_size',
    body: '(call $self (i32.const 100)) (i32.store8 (i32.const 0) (i32.gt_u (call $op (i32.const 100)) (i32.const 50)))',
    bytes: 1,
    more: '(import "vm_hooks" "contract_address" (func $self (param i32)))',
    expected: '0x01',
  },
  {
    name: 'account_code',
    body: '(call $self (i32.const 100)) (drop (call $op (i32.const 100) (i32.const 0) (i32.const 4) (i32.const 0)))',
    bytes: 4,
    more: '(import "vm_hooks" "contract_address" (func $self (param i32)))',
    expected: '0x0061736d',
  },
  {
    name: 'call_contract',
    body: '(i32.store8 (i32.const 0) (call $op (i32.const 2000) (i32.const 1024) (local.get $len) (i32.const 200) (i64.const -1) (i32.const 1)))',
    bytes: 3,
    data: '0x0102',
    memory: identity,
    expected: '0x000200',
  },
  {
    name: 'static_call_contract',
    body: '(i32.store8 (i32.const 0) (call $op (i32.const 2000) (i32.const 1024) (local.get $len) (i64.const -1) (i32.const 1)))',
    bytes: 3,
    data: '0x0102',
    memory: identity,
    expected: '0x000200',
  },
  {
    name: 'delegate_call_contract',
    body: '(i32.store8 (i32.const 0) (call $op (i32.const 2000) (i32.const 1024) (local.get $len) (i64.const -1) (i32.const 1)))',
    bytes: 3,
    data: '0x0102',
    memory: identity,
    expected: '0x000200',
  },
  {
    name: 'create1',
    body: '(call $op (i32.const 1024) (local.get $len) (i32.const 200) (i32.const 0) (i32.const 300))',
    bytes: 20,
    data: child,
    expected: createdBy,
  },
  {
    name: 'create2',
    body: '(call $op (i32.const 1024) (local.get $len) (i32.const 200) (i32.const 200) (i32.const 0) (i32.const 300))',
    bytes: 20,
    data: child,
    expected: created2By(() => child),
  },
  { name: 'math_div', body: inPlace(2), bytes: 32, data: words(100, 7), expected: word(14) },
  { name: 'math_mod', body: inPlace(2), bytes: 32, data: words(100, 7), expected: word(2) },
  {
    name: 'math_pow',
    body: inPlace(2),
    bytes: 32,
    data: words(3, 257),
    expected: word(BigInt.asUintN(256, 3n ** 257n)),
  },
  { name: 'math_add_mod', body: inPlace(3), bytes: 32, data: words(MAX, MAX, 10), expected: word((2n * MAX) % 10n) },
  { name: 'math_mul_mod', body: inPlace(3), bytes: 32, data: words(MAX, MAX, 12), expected: word((MAX * MAX) % 12n) },
  {
    name: 'block_hash',
    body: '(call $op (i64.const 0) (i32.const 0))',
    bytes: 32,
    expected: /^0x(?!0{64})[0-9a-f]{64}$/,
  },
  { name: 'prevrandao', body: out, bytes: 32, expected: /^0x[0-9a-f]{64}$/ },
  { name: 'blob_hash', body: '(call $op (i32.const 0) (i32.const 0))', bytes: 32, expected: word(0) },
  { name: 'blob_basefee', body: out, bytes: 32, expected: /^0x(?!0{64})[0-9a-f]{64}$/ },
  {
    name: 'read_args_slice',
    body: '(drop (call $op (i32.const 0) (i32.const 1) (i32.const 2)))',
    bytes: 3,
    data: '0x01020304',
    expected: '0x020300',
  },
  { name: 'math_add', body: inPlace(2, true), bytes: 33, data: words(MAX, 3), expected: concat([word(2), '0x01']) },
  { name: 'math_sub', body: inPlace(2, true), bytes: 33, data: words(2, 3), expected: concat([word(MAX), '0x01']) },
  { name: 'math_mul', body: inPlace(2, true), bytes: 33, data: words(2, 3), expected: concat([word(6), '0x00']) },
  { name: 'math_compare', body: inPlace(2, true), bytes: 33, data: words(2, 3), expected: concat([word(2), '0xff']) },
  {
    name: 'storage_add',
    body: '(drop (call $op (i32.const 1024) (i32.const 1056) (i32.const 1088) (i32.const 1120))) (call $load (i32.const 1024) (i32.const 0))',
    bytes: 32,
    data: words(1, 5, 0, 9),
    more: '(import "vm_hooks" "storage_load_bytes32" (func $load (param i32 i32)))',
    expected: word(5),
  },
  {
    name: 'create1_wasm',
    body: '(call $op (i32.const 1024) (local.get $len) (i32.const 0) (i32.const 0) (i32.const 200) (i32.const 0) (i32.const 300))',
    bytes: 20,
    data: childModule(),
    expected: createdBy,
  },
  {
    name: 'create2_wasm',
    body: '(call $op (i32.const 1024) (local.get $len) (i32.const 0) (i32.const 0) (i32.const 200) (i32.const 200) (i32.const 0) (i32.const 300))',
    bytes: 20,
    data: childModule(),
    expected: created2By(() => concat([childModule(), END])),
  },
  { name: 'sha256', body: direct(3, 32), bytes: 33, data: '0x616263', expected: concat([sha256('0x616263'), '0x20']) },
  {
    name: 'ripemd160',
    body: direct(3, 32),
    bytes: 33,
    data: '0x616263',
    expected: '0x0000000000000000000000008eb208f7e05d987a9b044a8e98c6b087f15a0bfc20',
  },
  {
    name: 'ecrecover',
    body: direct(128, 32),
    bytes: 33,
    data: words(1, 27, 0, 0),
    expected: concat([word(0), '0x00']),
  },
  { name: 'modexp', body: direct(99, 1), bytes: 2, data: concat([words(1, 1, 1), '0x030507']), expected: '0x0501' },
  {
    name: 'bn254_add',
    body: direct(128, 64),
    bytes: 65,
    data: words(1, 2, 0, 0),
    expected: concat([words(1, 2), '0x40']),
  },
  { name: 'bn254_mul', body: direct(96, 64), bytes: 65, data: words(1, 2, 1), expected: concat([words(1, 2), '0x40']) },
  { name: 'bn254_pairing', body: direct(0, 32), bytes: 33, expected: concat([word(1), '0x20']) },
  { name: 'blake2f', body: direct(3, 64), bytes: 65, data: '0x000000', expected: concat([words(0, 0), '0xff']) },
  {
    name: 'kzg_point_evaluation',
    body: direct(3, 64),
    bytes: 65,
    data: '0x000000',
    expected: concat([words(0, 0), '0xff']),
  },
  {
    name: 'bls12_g1_add',
    body: direct(256, 128),
    bytes: 129,
    data: words(0, 0, 0, 0, 0, 0, 0, 0),
    expected: concat([words(0, 0, 0, 0), '0x80']),
  },
  {
    name: 'bls12_g1_msm',
    body: direct(160, 128),
    bytes: 129,
    data: words(0, 0, 0, 0, 3),
    expected: concat([words(0, 0, 0, 0), '0x80']),
  },
  { name: 'bls12_g2_add', body: direct(3, 64), bytes: 65, data: '0x000000', expected: concat([words(0, 0), '0xff']) },
  { name: 'bls12_g2_msm', body: direct(3, 64), bytes: 65, data: '0x000000', expected: concat([words(0, 0), '0xff']) },
  {
    name: 'bls12_pairing',
    body: direct(384, 32),
    bytes: 33,
    data: words(...Array.from({ length: 12 }, () => 0)),
    expected: concat([word(1), '0x20']),
  },
  {
    name: 'bls12_map_fp_to_g1',
    body: direct(3, 64),
    bytes: 65,
    data: '0x000000',
    expected: concat([words(0, 0), '0xff']),
  },
  {
    name: 'bls12_map_fp2_to_g2',
    body: direct(3, 64),
    bytes: 65,
    data: '0x000000',
    expected: concat([words(0, 0), '0xff']),
  },
  {
    name: 'p256_verify',
    body: direct(160, 32),
    bytes: 33,
    data: words(1, 2, 3, 4, 5),
    expected: concat([word(0), '0x00']),
  },
]

/** Assembles WebAssembly text. */
export function assemble(text: string): Hex {
  const module = wabt.parseWat('stylus.wat', text, { bulk_memory: true })
  return bytesToHex(Uint8Array.from(module.toBinary({}).buffer))
}

/** What the case's function is, imported under its own name or under that which the case always needs. */
export function moduleOf({ name, body, bytes, more = '', memory = '' }: HostCase): Hex {
  const found = HOST_FUNCTIONS.find((each) => each.name === name)
  if (found === undefined) throw new Error(`no host function ${name}`)
  const { params, results } = found.type
  const type = `${params.map((it) => `(param ${it})`).join(' ')} ${results.map((it) => `(result ${it})`).join(' ')}`
  return assemble(`(module
    (import "vm_hooks" "read_args" (func $args (param i32)))
    (import "vm_hooks" "write_result" (func $result (param i32 i32)))
    (import "${found.module}" "${name}" (func $op ${type}))
    ${more}
    (memory (export "memory") 1) ${memory}
    (func (export "user_entrypoint") (param $len i32) (result i32)
      (call $args (i32.const 1024)) ${body}
      (call $result (i32.const 0) (i32.const ${bytes})) (i32.const 0)))`)
}
