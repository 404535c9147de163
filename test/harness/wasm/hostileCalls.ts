import { EMPTY_BYTES } from '../../../src/primitives/index.ts'
import { emptyView } from '../../../src/state/index.ts'
import type { HostFunction } from '../../../src/wasm/hostFunctions/hostFunction.ts'
import { HOST_FUNCTIONS } from '../../../src/wasm/hostFunctions/index.ts'
import type { Random } from '../../fuzz/random.ts'
import { CONTRACT, callTo, contract, createWorld } from '../../unit/wasm/support/world.ts'

const PAGES = 2
const MEMORY_BYTES = PAGES * 65_536
const ARGS_AT = 70_000
const TEXT_AT = 40
const TEXT = '0123456789abcdefghijklmnopqrstuvwxyz'
const MAX_PARAMS = 8

/** A pointer's parameter, and how many bytes it leads to: a number, or another parameter. */
type Span = readonly [pointer: number, size: number | { readonly param: number }]
type Reach = { readonly reads: readonly Span[]; readonly writes: readonly Span[] }
const param = (index: number): { readonly param: number } => ({ param: index })
const word = (pointer: number): Span => [pointer, 32]
const reach = (reads: readonly Span[], writes: readonly Span[] = []): Reach => ({ reads, writes })

const inPlace = reach([word(0), word(1)], [word(0)])
const inPlaceOfThree = reach([word(0), word(1), word(2)], [word(0)])
const precompile = reach([[0, param(1)]], [[3, param(4)]])
const out32 = reach([], [word(0)])
const out20 = reach([], [[0, 20]])

/** What each function may read and write of the memory, in its own words rather than the engine's. */
const reaches: Readonly<Record<string, Reach>> = {
  read_args: reach([], [[0, 8 * MAX_PARAMS]]),
  read_args_slice: reach([], [[0, param(2)]]),
  write_result: reach([[0, param(1)]]),
  read_return_data: reach([], [[0, param(2)]]),
  emit_log: reach([[0, param(1)]]),
  native_keccak256: reach([[0, param(1)]], [word(2)]),
  storage_load_bytes32: reach([word(0)], [word(1)]),
  storage_cache_bytes32: reach([word(0), word(1)]),
  storage_add: reach([word(0), word(1), word(2), word(3)]),
  transient_load_bytes32: reach([word(0)], [word(1)]),
  transient_store_bytes32: reach([word(0), word(1)]),
  call_contract: reach([[0, 20], [1, param(2)], word(3)], [[5, 4]]),
  delegate_call_contract: reach(
    [
      [0, 20],
      [1, param(2)],
    ],
    [[4, 4]],
  ),
  static_call_contract: reach(
    [
      [0, 20],
      [1, param(2)],
    ],
    [[4, 4]],
  ),
  create1: reach(
    [[0, param(1)], word(2)],
    [
      [3, 20],
      [4, 4],
    ],
  ),
  create2: reach(
    [[0, param(1)], word(2), word(3)],
    [
      [4, 20],
      [5, 4],
    ],
  ),
  create1_wasm: reach(
    [[0, param(1)], [2, param(3)], word(4)],
    [
      [5, 20],
      [6, 4],
    ],
  ),
  create2_wasm: reach(
    [[0, param(1)], [2, param(3)], word(4), word(5)],
    [
      [6, 20],
      [7, 4],
    ],
  ),
  account_balance: reach([[0, 20]], [word(1)]),
  account_codehash: reach([[0, 20]], [word(1)]),
  account_code_size: reach([[0, 20]]),
  account_code: reach([[0, 20]], [[3, param(2)]]),
  math_div: inPlace,
  math_mod: inPlace,
  math_pow: inPlace,
  math_add: inPlace,
  math_sub: inPlace,
  math_mul: inPlace,
  math_compare: reach([word(0), word(1)]),
  math_add_mod: inPlaceOfThree,
  math_mul_mod: inPlaceOfThree,
  block_hash: reach([], [word(1)]),
  blob_hash: reach([], [word(1)]),
  ...Object.fromEntries(
    ['block_basefee', 'msg_value', 'tx_gas_price', 'prevrandao', 'blob_basefee'].map((it) => [it, out32]),
  ),
  ...Object.fromEntries(['block_coinbase', 'contract_address', 'msg_sender', 'tx_origin'].map((it) => [it, out20])),
}
const nothing = reach([])
const isPrecompile = ({ type }: HostFunction): boolean => type.params.length === 5 && type.params[2] === 'i64'
const reachOf = (wanted: HostFunction): Reach => reaches[wanted.name] ?? (isPrecompile(wanted) ? precompile : nothing)

/** Calls the function with what its call data says, and gives back all of its memory. */
function callerOf({ module, name, type }: HostFunction): Uint8Array {
  const load = (index: number): string =>
    type.params[index] === 'i64'
      ? `(i64.load (i32.const ${ARGS_AT + 8 * index}))`
      : `(i32.load (i32.const ${ARGS_AT + 8 * index}))`
  const call = `(call $op ${type.params.map((_, index) => load(index)).join(' ')})`
  const signature = `${type.params.map((it) => `(param ${it})`).join(' ')} ${type.results.map((it) => `(result ${it})`).join(' ')}`
  return contract(
    `(call $args (i32.const ${ARGS_AT})) ${type.results.length > 0 ? `(drop ${call})` : call}
     (call $whole (i32.const 0) (i32.const ${MEMORY_BYTES})) (i32.const 0)`,
    `(import "vm_hooks" "read_args" (func $args (param i32))) (import "vm_hooks" "write_result" (func $whole (param i32 i32)))
     (import "${module}" "${name}" (func $op ${signature}))`,
    `(memory (export "memory") ${PAGES} ${PAGES}) (data (i32.const ${TEXT_AT}) "${TEXT}")`,
  )
}

const callers = HOST_FUNCTIONS.map((wanted) => ({ wanted, code: callerOf(wanted) }))
const shared = createWorld(emptyView, ({ gasLimit }) => ({
  status: gasLimit % 3n === 0n ? 'revert' : 'success',
  output: gasLimit % 2n === 0n ? EMPTY_BYTES : new Uint8Array(100).fill(0xee),
  gasLeft: gasLimit / 2n,
}))

/** One call of a host function. */
export type HostCall = { readonly caller: number; readonly args: readonly bigint[]; readonly isStatic: boolean }

/** A call whose pointers and lengths are at and beyond every edge. */
export function hostileCall(random: Random): HostCall {
  const caller = random.below(callers.length)
  const params = callers[caller]?.wanted.type.params ?? []
  return {
    caller,
    args: params.map((type) =>
      type === 'i64' ? BigInt.asUintN(64, random.bits(random.below(65))) : BigInt(pointer(random)),
    ),
    isStatic: random.oneIn(6),
  }
}

function pointer(random: Random): number {
  switch (random.below(8)) {
    case 0:
      return random.next()
    case 1:
      return (MEMORY_BYTES - 70 + random.below(80)) >>> 0
    case 2:
      return (0x1_0000_0000 - random.between(1, 70)) >>> 0
    case 3:
      return random.below(MEMORY_BYTES)
    case 4:
      return (0x8000_0000 - 40 + random.below(80)) >>> 0
    default:
      return random.below(300)
  }
}

const GAS = 20_000_000n
const ALLOWED_HALTS: ReadonlySet<string> = new Set(['out-of-gas', 'init-code-too-large'])

/** What is wrong with how the call ended, or undefined. */
export function checkHostCall({ caller, args, isStatic }: HostCall): string | undefined {
  const { wanted, code } = callers[caller] ?? { wanted: undefined, code: EMPTY_BYTES }
  if (wanted === undefined) return 'no such function'
  const input = inputOf(args)
  shared.journal.begin(emptyView)
  shared.sent.length = 0
  const host = { ...shared.host }
  const result = shared.engine.execute(callTo(CONTRACT, { input, isStatic, gasLimit: GAS }), code, host)
  const { diff, logs } = shared.journal.finish(host.rules)
  const describe = (what: string): string =>
    `${wanted.module}.${wanted.name}(${args.join(', ')}) static ${isStatic}: ${what}`
  if (result.status === 'halt') return ALLOWED_HALTS.has(result.reason) ? undefined : describe(result.reason)
  if (result.gasLeft < 0n || result.gasLeft > GAS) return describe(`${result.gasLeft} gas left`)
  if (isStatic && (diff.length > 0 || logs.length > 0)) return describe('a static call changed something')
  if (result.status === 'revert')
    return result.output.length > 0 && wanted.name !== 'exit_early' ? describe('a trap with output') : undefined
  if (wanted.name === 'exit_early') return undefined
  const wrong = wrongMemory(reachOf(wanted), args, input, result.output)
  return wrong === undefined ? undefined : describe(wrong)
}

function inputOf(args: readonly bigint[]): Uint8Array {
  const input = Buffer.alloc(8 * MAX_PARAMS)
  for (const [index, arg] of args.entries()) input.writeBigUInt64LE(arg, 8 * index)
  return Uint8Array.from(input)
}

const sizeOf = ([, size]: Span, args: readonly bigint[]): number =>
  typeof size === 'number' ? size : Number(args[size.param] ?? 0n)

/** A success has read inside the memory only and changed nothing but what it writes. */
function wrongMemory(
  { reads, writes }: Reach,
  args: readonly bigint[],
  input: Uint8Array,
  after: Uint8Array,
): string | undefined {
  for (const span of reads) {
    const size = sizeOf(span, args)
    if (size > 0 && Number(args[span[0]]) + size > MEMORY_BYTES) return `read ${size} bytes at ${args[span[0]]}`
  }
  if (after.length !== MEMORY_BYTES) return `${after.length} bytes of memory`
  const expected = Buffer.alloc(MEMORY_BYTES)
  expected.write(TEXT, TEXT_AT, 'latin1')
  expected.set(input, ARGS_AT)
  for (const span of writes) {
    const [start, size] = [Number(args[span[0]]), sizeOf(span, args)]
    if (typeof span[1] === 'number' && start + size > MEMORY_BYTES) return `wrote ${size} bytes at ${start}`
    expected.set(after.subarray(start, Math.min(MEMORY_BYTES, start + size)), Math.min(start, MEMORY_BYTES))
  }
  return expected.equals(after) ? undefined : 'memory outside of what it writes has changed'
}
