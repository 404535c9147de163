/** What each operation becomes: a table from its byte to what writes it. Those that end a function are in functionWriter.ts. */
import { layout, opcodes as op } from '../../../core/index.ts'
import type { Context } from '../context.ts'
import * as wasm from '../instructions.ts'
import { ZERO } from '../limbs.ts'
import { LOCAL_FRAME, LOCAL_GAS } from '../locals.ts'
import {
  emitAdd,
  emitBits,
  emitEquals,
  emitIsZero,
  emitLess,
  emitNot,
  emitSub,
  limbOf,
  popTwo,
  releaseTwo,
  smallConstant,
} from './arithmetic.ts'
import type { StackCall } from './coreCalls.ts'
import {
  emitDivide,
  emitMul,
  emitQuestion,
  emitReplacement,
  emitScratchCall,
  emitSelfBalance,
  emitStackCall,
  emitWordFunction,
  exponentOf,
  pushWordFunction,
} from './coreCalls.ts'
import { emitMload, emitMstore, emitMstore8, pushWordAt } from './memory.ts'
import { pushByte, pushShiftedLeft, pushShiftedRight, pushSignExtended } from './shifts.ts'

/** Writes the operation at `pc`, whose byte is `byte`. */
export type OperationWriter = (context: Context, pc: number, byte: number) => void

const writers: (OperationWriter | undefined)[] = Array.from({ length: 256 }, () => undefined)

/** What writes an operation; undefined for those that end a function. */
export function operationWriterOf(byte: number): OperationWriter | undefined {
  return writers[byte]
}

function range(first: number, count: number, writer: OperationWriter): void {
  writers.fill(writer, first, first + count)
}

writers[op.ADD] = emitAdd
writers[op.SUB] = emitSub
writers[op.AND] = (context) => emitBits(context, 'and')
writers[op.OR] = (context) => emitBits(context, 'or')
writers[op.XOR] = (context) => emitBits(context, 'xor')
writers[op.NOT] = emitNot
writers[op.ISZERO] = emitIsZero
writers[op.EQ] = emitEquals
writers[op.LT] = (context) => emitLess(context, { isSigned: false, isExchanged: false })
writers[op.GT] = (context) => emitLess(context, { isSigned: false, isExchanged: true })
writers[op.SLT] = (context) => emitLess(context, { isSigned: true, isExchanged: false })
writers[op.SGT] = (context) => emitLess(context, { isSigned: true, isExchanged: true })

for (const [byte, name] of [
  [op.MOD, 'mod'],
  [op.SDIV, 'sdiv'],
  [op.SMOD, 'smod'],
] as const) {
  writers[byte] = (context) => {
    popTwo(context)
    emitDivide(context, name)
  }
}
writers[op.ADDMOD] = (context) => emitWordFunction(context, 'addmod', 3)
writers[op.MULMOD] = (context) => emitWordFunction(context, 'mulmod', 3)
writers[op.CLZ] = (context) => emitWordFunction(context, 'clz', 1)

writers[op.MUL] = (context) => {
  const { a, b } = context
  popTwo(context)
  const [left, right] = [exponentOf(context, a), exponentOf(context, b)]
  if (left === undefined && right === undefined) {
    emitMul(context)
    return
  }
  if (right !== undefined) pushShiftedLeft(context, a, right)
  else if (left !== undefined) pushShiftedLeft(context, b, left)
  releaseTwo(context)
}

writers[op.DIV] = (context) => {
  const { a, b } = context
  popTwo(context)
  const exponent = exponentOf(context, b)
  if (exponent === undefined) {
    emitDivide(context, 'div')
    return
  }
  pushShiftedRight(context, a, exponent, false)
  releaseTwo(context)
}

/** Writes a shift and the like by a constant in place, by anything else as a call. */
function byConstant(
  name: string,
  limit: number,
  inPlace: (context: Context, count: number) => void,
  beyond: (context: Context) => void,
): OperationWriter {
  return (context) => {
    popTwo(context)
    const { a } = context
    const count = smallConstant(context, a)
    if (count === undefined) {
      pushWordFunction(context, name)
      return
    }
    if (count < limit) inPlace(context, count)
    else beyond(context)
    releaseTwo(context)
  }
}

const pushZero = ({ stack }: Context): void => stack.pushLimb(ZERO)

writers[op.SHL] = byConstant('shl', 256, (context, count) => pushShiftedLeft(context, context.b, count), pushZero)
writers[op.SHR] = byConstant(
  'shr',
  256,
  (context, count) => pushShiftedRight(context, context.b, count, false),
  pushZero,
)
writers[op.SAR] = byConstant(
  'sar',
  256,
  (context, count) => pushShiftedRight(context, context.b, count, true),
  ({ stack, limbs, b }) => {
    const sign = limbs.sar(limbOf(b, 3), 63)
    stack.push(sign, limbs.retain(sign), limbs.retain(sign), limbs.retain(sign))
  },
)
writers[op.BYTE] = byConstant('byteAt', 32, (context, index) => pushByte(context, context.b, index), pushZero)
writers[op.SIGNEXTEND] = byConstant(
  'signExtend',
  31,
  (context, index) => pushSignExtended(context, context.b, index),
  ({ stack, limbs, b }) => stack.pushWord(b.map((limb) => limbs.retain(limb))),
)

writers[op.POP] = ({ stack }) => stack.drop(1)
writers[op.JUMPDEST] = () => undefined
writers[op.MLOAD] = emitMload
writers[op.MSTORE] = emitMstore
writers[op.MSTORE8] = emitMstore8
writers[op.PC] = ({ stack, limbs }, pc) => stack.pushLimb(limbs.constant(pc, 0))
writers[op.CODESIZE] = ({ stack, limbs, code }) => stack.pushLimb(limbs.constant(code.length, 0))
writers[op.GAS] = ({ stack, limbs, writer, gasAhead }) => {
  writer.get(LOCAL_GAS)
  writer.i64(gasAhead, 0)
  writer.byte(wasm.I64_ADD)
  stack.pushLimb(limbs.take())
}

for (const [byte, field] of [
  [op.CALLDATASIZE, layout.FRAME_INPUT_LENGTH],
  [op.RETURNDATASIZE, layout.FRAME_RETURN_LENGTH],
  [op.MSIZE, layout.FRAME_MEMORY_SIZE],
] as const) {
  writers[byte] = ({ writer, stack, limbs }) => {
    writer.get(LOCAL_FRAME)
    writer.loadI32(field)
    stack.pushLimb(limbs.takeI32())
  }
}

for (const [byte, field] of [
  [op.ADDRESS, layout.FRAME_ADDRESS],
  [op.CALLER, layout.FRAME_CALLER],
  [op.CALLVALUE, layout.FRAME_VALUE],
] as const) {
  writers[byte] = (context) => pushWordAt(context, () => context.writer.get(LOCAL_FRAME), field)
}

for (const [byte, field] of [
  [op.ORIGIN, layout.CONTEXT_ORIGIN],
  [op.GASPRICE, layout.CONTEXT_GAS_PRICE],
  [op.COINBASE, layout.CONTEXT_COINBASE],
  [op.TIMESTAMP, layout.CONTEXT_TIMESTAMP],
  [op.NUMBER, layout.CONTEXT_NUMBER],
  [op.PREVRANDAO, layout.CONTEXT_PREVRANDAO],
  [op.GASLIMIT, layout.CONTEXT_GAS_LIMIT],
  [op.CHAINID, layout.CONTEXT_CHAIN_ID],
  [op.BASEFEE, layout.CONTEXT_BASE_FEE],
  [op.BLOBBASEFEE, layout.CONTEXT_BLOB_BASE_FEE],
] as const) {
  writers[byte] = (context) => pushWordAt(context, () => context.writer.i32(0), layout.CONTEXT + field)
}

range(op.PUSH0, 33, ({ code, stack, limbs }, pc, byte) => {
  const count = byte - op.PUSH0
  const half = (index: number): number => {
    let value = 0
    for (let i = 4 * index; i < 4 * index + 4 && i < count; i++) value |= (code[pc + count - i] ?? 0) << (8 * (i & 3))
    return value
  }
  const limb = (k: number): number => limbs.constant(half(2 * k), half(2 * k + 1))
  stack.push(limb(0), limb(1), limb(2), limb(3))
})
range(op.DUP1, 16, ({ stack }, _pc, byte) => stack.duplicate(byte - op.DUP1 + 1))
range(op.SWAP1, 16, ({ stack }, _pc, byte) => stack.swap(byte - op.SWAP1 + 1))

writers[op.CALLDATALOAD] = (context) => emitReplacement(context, 'opCallDataLoad', true)
writers[op.TLOAD] = (context) => emitReplacement(context, 'opTload', true)
writers[op.BLOCKHASH] = (context) => emitReplacement(context, 'opBlockHash', false)
writers[op.BLOBHASH] = (context) => emitReplacement(context, 'opBlobHash', false)
writers[op.SELFBALANCE] = emitSelfBalance
writers[op.SLOAD] = (context) => emitQuestion(context, 'opSload', true)
writers[op.BALANCE] = (context) => emitQuestion(context, 'opBalance', false)
writers[op.EXTCODESIZE] = (context) => emitQuestion(context, 'opExtCodeSize', false)
writers[op.EXTCODEHASH] = (context) => emitQuestion(context, 'opExtCodeHash', false)

/** Operations on operands alone. */
const scratchCalls: readonly (readonly [number, StackCall])[] = [
  [op.EXP, { name: 'opExp', pops: 2, pushes: 1, takesFrame: false }],
  [op.KECCAK256, { name: 'opKeccak', pops: 2, pushes: 1 }],
  [op.MCOPY, { name: 'opMcopy', pops: 3, pushes: 0 }],
]
for (const [byte, call] of scratchCalls) writers[byte] = (context) => emitScratchCall(context, call)

for (const [byte, pointer, length] of [
  [op.CALLDATACOPY, layout.FRAME_INPUT, layout.FRAME_INPUT_LENGTH],
  [op.CODECOPY, layout.FRAME_CODE, layout.FRAME_CODE_LENGTH],
] as const) {
  writers[byte] = (context) => {
    const { writer } = context
    const emitRest = (): void => {
      writer.get(LOCAL_FRAME)
      writer.loadI32(pointer)
      writer.get(LOCAL_FRAME)
      writer.loadI32(length)
    }
    emitScratchCall(context, { name: 'opCopy', pops: 3, pushes: 0, emitRest })
  }
}

/** Borders. */
const stackCalls: readonly (readonly [number, StackCall])[] = [
  [op.SSTORE, { name: 'opSstore', pops: 2, pushes: 0 }],
  [op.TSTORE, { name: 'opTstore', pops: 2, pushes: 0 }],
  [op.EXTCODECOPY, { name: 'opExtCodeCopy', pops: 4, pushes: 0 }],
  [op.RETURNDATACOPY, { name: 'opReturnDataCopy', pops: 3, pushes: 0 }],
]
for (const [byte, call] of stackCalls) writers[byte] = (context) => emitStackCall(context, call)
range(op.LOG0, 5, (context, _pc, byte) => {
  const emitRest = (): void => context.writer.i32(byte)
  emitStackCall(context, { name: 'opLog', pops: byte - op.LOG0 + 2, pushes: 0, emitRest })
})
