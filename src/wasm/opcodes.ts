/**
 * The instructions that a contract may use, as data: immediates, effect on the operand stack, price. What is not in the
 * table is rejected. Source: WebAssembly core specification 1.0 and the sign-extension and bulk-memory proposals; prices
 * are Stylus's (docs/decisions/003-wasm-rules.md).
 */

import type { WasmRulesVersion } from '../primitives/index.ts'
import type { GasSchedule } from './gasSchedule.ts'

/** What follows an opcode, and with `else`, `end` and the like also what the instruction does to the flow. */
export type Immediate =
  | 'none'
  | 'block'
  | 'if'
  | 'else'
  | 'end'
  | 'stop'
  | 'branch'
  | 'branchIf'
  | 'branchTable'
  | 'call'
  | 'callIndirect'
  | 'index'
  | 'memoryArgument'
  | 'memory'
  | 'memoryPair'
  | 'i32'
  | 'i64'

/** One instruction's row. */
export type Operation = {
  readonly name: string
  /** One byte, or 0xfc00 and the second byte. */
  readonly code: number
  readonly immediate: Immediate
  /** Operands taken and given; of calls only what their type does not say. */
  readonly pops: number
  readonly pushes: number
  /** Price in ink, without what depends on its operands. */
  readonly ink: number
  /** True when control can leave or enter after it, so that a metered block ends here. */
  readonly endsBlock: boolean
  /** True when the code can be left here: by a trap, or for a while by a call. What others must know has to be said before. */
  readonly mayLeave: boolean
  /** Places in memory that it reads or writes; a bulk operation's are its ends. */
  readonly accesses: number
}

const CONTROL_INK = 1
const BRANCH_INK = 765

/** For each target of a `br_table`, its default excepted. */
export const BRANCH_TARGET_INK = 325
/** For each parameter of a `call_indirect`. */
export const INDIRECT_PARAMETER_INK = 650
/** For each metered block. */
export const BLOCK_HEADER_INK = 2_450
/** For each byte of a `memory.copy` or `memory.fill`, before it acts. */
export const BULK_BYTE_INK = 100

/** The opcodes that the instrumenter writes or looks for. */
export const Op = {
  unreachable: 0x00,
  block: 0x02,
  if: 0x04,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  select: 0x1b,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eqz: 0x45,
  i32LtU: 0x49,
  i32GtU: 0x4b,
  i64LtS: 0x53,
  i64GtU: 0x56,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Shl: 0x74,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64ExtendI32U: 0xad,
  i64TruncF64U: 0xb1,
  memoryInit: 0xfc08,
  memoryCopy: 0xfc0a,
  memoryFill: 0xfc0b,
} as const

type Row = Omit<Operation, 'name' | 'code' | 'mayLeave' | 'accesses'>

const row = (pops: number, pushes: number, ink: number, immediate: Immediate = 'none', endsBlock = false): Row => ({
  pops,
  pushes,
  ink,
  immediate,
  endsBlock,
})

const i32Compare = row(2, 1, 170)
const i64Compare = row(2, 1, 225)
const countZeros = row(1, 1, 210)
const i32Cheap = row(2, 1, 70)
const i64Cheap = row(2, 1, 100)
const multiply = row(2, 1, 160)
const i32Divide = row(2, 1, 1_120)
const i64Divide = row(2, 1, 1_270)
const convert = row(1, 1, 100)
const i32Load = row(1, 1, 670, 'memoryArgument')
const i64Load = row(1, 1, 680, 'memoryArgument')
const i32Store = row(2, 0, 825, 'memoryArgument')
const i64Store = row(2, 0, 950, 'memoryArgument')

/** Instructions with the same row and consecutive opcodes, named in order. */
const groups: readonly (readonly [first: number, names: string, row: Row])[] = [
  [0x00, 'unreachable', row(0, 0, CONTROL_INK, 'stop')],
  [0x01, 'nop', row(0, 0, CONTROL_INK)],
  [0x02, 'block', row(0, 0, CONTROL_INK, 'block')],
  [0x03, 'loop', row(0, 0, CONTROL_INK, 'block', true)],
  [0x04, 'if', row(1, 0, BRANCH_INK, 'if', true)],
  [0x05, 'else', row(0, 0, CONTROL_INK, 'else', true)],
  [0x0b, 'end', row(0, 0, CONTROL_INK, 'end', true)],
  [0x0c, 'br', row(0, 0, BRANCH_INK, 'branch', true)],
  [0x0d, 'br_if', row(1, 0, BRANCH_INK, 'branchIf', true)],
  [0x0e, 'br_table', row(1, 0, 2_400, 'branchTable', true)],
  [0x0f, 'return', row(0, 0, CONTROL_INK, 'stop', true)],
  [0x10, 'call', row(0, 0, 3_800, 'call', true)],
  [0x11, 'call_indirect', row(1, 0, 13_610, 'callIndirect', true)],
  [0x1a, 'drop', row(1, 0, 9)],
  [0x1b, 'select', row(3, 1, 1_250)],
  [0x20, 'local.get', row(0, 1, 75, 'index')],
  [0x21, 'local.set', row(1, 0, 210, 'index')],
  [0x22, 'local.tee', row(1, 1, 75, 'index')],
  [0x23, 'global.get', row(0, 1, 225, 'index')],
  [0x24, 'global.set', row(1, 0, 575, 'index')],
  [0x28, 'i32.load', i32Load],
  [0x29, 'i64.load', i64Load],
  [0x2c, 'i32.load8_s i32.load8_u i32.load16_s i32.load16_u', i32Load],
  [0x30, 'i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u', i64Load],
  [0x36, 'i32.store', i32Store],
  [0x37, 'i64.store', i64Store],
  [0x3a, 'i32.store8 i32.store16', i32Store],
  [0x3c, 'i64.store8 i64.store16 i64.store32', i64Store],
  [0x3f, 'memory.size', row(0, 1, 3_000, 'memory')],
  [0x40, 'memory.grow', row(1, 1, 8_050, 'memory')],
  [0x41, 'i32.const', row(0, 1, 1, 'i32')],
  [0x42, 'i64.const', row(0, 1, 1, 'i64')],
  [0x45, 'i32.eqz', { ...i32Compare, pops: 1 }],
  [0x46, 'i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u', i32Compare],
  [0x50, 'i64.eqz', { ...i64Compare, pops: 1 }],
  [0x51, 'i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u', i64Compare],
  [0x67, 'i32.clz i32.ctz', countZeros],
  [0x69, 'i32.popcnt', row(1, 1, 2_650)],
  [0x6a, 'i32.add i32.sub', i32Cheap],
  [0x6c, 'i32.mul', multiply],
  [0x6d, 'i32.div_s i32.div_u i32.rem_s i32.rem_u', i32Divide],
  [0x71, 'i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr', i32Cheap],
  [0x79, 'i64.clz i64.ctz', countZeros],
  [0x7b, 'i64.popcnt', row(1, 1, 6_000)],
  [0x7c, 'i64.add i64.sub', i64Cheap],
  [0x7e, 'i64.mul', multiply],
  [0x7f, 'i64.div_s i64.div_u i64.rem_s i64.rem_u', i64Divide],
  [0x83, 'i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr', i64Cheap],
  [0xa7, 'i32.wrap_i64', convert],
  [0xac, 'i64.extend_i32_s i64.extend_i32_u', convert],
  [0xc0, 'i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s', convert],
  [Op.memoryCopy, 'memory.copy', row(3, 0, 950, 'memoryPair')],
  [Op.memoryFill, 'memory.fill', row(3, 0, 950, 'memory')],
]

/** Loads, stores and other uses of memory, calls, `unreachable`. */
const LEAVING: ReadonlySet<Immediate> = new Set([
  'memoryArgument',
  'memory',
  'memoryPair',
  'call',
  'callIndirect',
  'stop',
])

function accessesOf(code: number, immediate: Immediate): number {
  if (code === Op.memoryCopy) return 2
  return immediate === 'memoryArgument' || code === Op.memoryFill ? 1 : 0
}

/** Every allowed instruction by its `code`, at the prices of version 1. */
export const OPERATIONS: ReadonlyMap<number, Operation> = new Map(
  groups.flatMap(([first, names, shared]) =>
    names.split(' ').map((name, index) => {
      const mayLeave = LEAVING.has(shared.immediate) || /div|rem/.test(name)
      const accesses = accessesOf(first + index, shared.immediate)
      return [first + index, { ...shared, name, code: first + index, mayLeave, accesses }] as const
    }),
  ),
)

/** Every allowed instruction, for {@link operationAt}: an array, as each instruction of a module is looked up. */
export type Operations = readonly (Operation | undefined)[]

/** Every allowed instruction at the prices of `schedule`. */
export function operationsOf({ instructionInk, version }: GasSchedule): Operations {
  const known = repriced.get(version)
  if (known !== undefined) return known
  const operations = new Array<Operation | undefined>(2 * 0x100).fill(undefined)
  for (const [code, row] of OPERATIONS) {
    operations[indexOf(code)] = { ...row, ink: instructionInk[row.name] ?? row.ink }
  }
  repriced.set(version, operations)
  return operations
}

const repriced = new Map<WasmRulesVersion, Operations>()

/** The instruction of this `code`; undefined when it is not allowed. */
export function operationAt(operations: Operations, code: number): Operation | undefined {
  return operations[indexOf(code)]
}

/** Opcodes of one byte, then those after 0xfc. */
function indexOf(code: number): number {
  return code < 0x100 ? code : code - 0xfc00 + 0x100
}

/** First and last opcodes of the families that are rejected, so that a fault can say which it met. */
const forbidden: readonly (readonly [first: number, last: number, family: string])[] = [
  [0x06, 0x0a, 'exception'],
  [0x12, 0x15, 'tail call'],
  [0x18, 0x19, 'exception'],
  [0x1c, 0x1c, 'reference type'],
  [0x25, 0x26, 'table'],
  [0x2a, 0x2b, 'float'],
  [0x38, 0x39, 'float'],
  [0x43, 0x44, 'float'],
  [0x5b, 0x66, 'float'],
  [0x8b, 0xa6, 'float'],
  [0xa8, 0xab, 'float'],
  [0xae, 0xbf, 'float'],
  [0xd0, 0xd6, 'reference type'],
  [0xfb, 0xfb, 'garbage collection'],
  [0xfd, 0xfd, 'SIMD'],
  [0xfe, 0xfe, 'thread'],
  [0xfc00, 0xfc07, 'float'],
  [0xfc08, 0xfc09, 'passive segment'],
  [0xfc0c, 0xfc11, 'table'],
]

/** What kind of instruction a rejected opcode is. */
export function forbiddenFamily(code: number): string {
  return forbidden.find(([first, last]) => first <= code && code <= last)?.[2] ?? 'unknown'
}
