/**
 * How a function leaves: to another function, to the driver or for good. Functions that every module has are first in it,
 * so their numbers are known.
 */
import { layout, opcodes as op, outcome } from '../../../core/index.ts'
import type { Context } from '../context.ts'
import { CORE_FUNCTIONS } from '../imports.ts'
import * as wasm from '../instructions.ts'
import { ZERO } from '../limbs.ts'
import { LOCAL_BASE, LOCAL_FRAME, LOCAL_GAS } from '../locals.ts'
import type { Word } from '../operandStack.ts'
import { isConstantWord, limbOf, smallConstant } from './arithmetic.ts'

/** `(frame, number of a function)`: goes on at a function, with the frame's registers. Exported. */
export const ENTER_FUNCTION = CORE_FUNCTIONS.length
/** `(frame, sp, gas, pc, status)`: writes the registers back and returns the status. */
export const LEAVE_FUNCTION = ENTER_FUNCTION + 1
/** `(frame, minus the reason)`: halts. */
export const HALT_FUNCTION = ENTER_FUNCTION + 2
/** `(frame, sp, gas)`: what stands in the table for places that are no JUMPDEST. */
export const BAD_JUMP_FUNCTION = ENTER_FUNCTION + 3
/** `(frame, gas, end, far)`: grows memory to `end` bytes and gives the gas left; `far` is not 0 when it can not. */
export const GROW_FUNCTION = ENTER_FUNCTION + 4
/** Function 1 of a plan; function n is n - 1 further. */
export const FIRST_FUNCTION = ENTER_FUNCTION + 5

/** The type of a block's function among a module's types; see module.ts. */
export const BLOCK_TYPE = 0
/** The imported global that points to the map of jumps: a u16 per byte of code, the number of a function or 0. */
export const JUMP_MAP_GLOBAL = 0

/** Puts frame, stack pointer and gas on WebAssembly's stack: what a block takes. */
export function emitRegisters({ writer, stack }: Context): void {
  writer.get(LOCAL_FRAME)
  emitStackPointer({ writer, stack })
  writer.get(LOCAL_GAS)
}

export function emitStackPointer({ writer, stack }: Pick<Context, 'writer' | 'stack'>): void {
  writer.get(LOCAL_BASE)
  if (stack.height === 0) return
  writer.i32(stack.height * layout.WORD_BYTES)
  writer.byte(wasm.I32_ADD)
}

/** Returns to the driver. The stack is in memory. */
export function emitLeave(context: Context, pc: number, status: number): void {
  emitRegisters(context)
  context.writer.i32(pc)
  context.writer.i32(status)
  context.writer.returnCall(LEAVE_FUNCTION)
}

export function emitHalt({ writer }: Context, reason: number): void {
  writer.get(LOCAL_FRAME)
  writer.i64(-reason, -1)
  writer.returnCall(HALT_FUNCTION)
}

/** Takes the gas left from WebAssembly's stack, or halts for the reason that it is. */
export function emitHaltIfNegative({ writer }: Context): void {
  writer.tee(LOCAL_GAS)
  writer.i64(0, 0)
  writer.byte(wasm.I64_LT_S)
  writer.begin()
  writer.get(LOCAL_FRAME)
  writer.get(LOCAL_GAS)
  writer.returnCall(HALT_FUNCTION)
  writer.end()
}

/** Goes on at function `number` of the plan. The stack is in memory. */
export function emitGoto(context: Context, number: number): void {
  emitRegisters(context)
  context.writer.returnCall(FIRST_FUNCTION + number - 1)
}

/** Jumps to what a settled word says, or halts. The stack is in memory. */
export function emitJump(context: Context, target: Word): void {
  const { code, plan } = context
  const known = smallConstant(context, target)
  if (known !== undefined) {
    const number = code[known] === op.JUMPDEST ? (plan.functionAt[known] ?? 0) : 0
    if (number === 0) emitHalt(context, outcome.HALT_INVALID_JUMP)
    else emitGoto(context, number)
  } else if (isConstantWord(target)) emitHalt(context, outcome.HALT_INVALID_JUMP)
  else emitDynamicJump(context, target)
}

function emitDynamicJump(context: Context, target: Word): void {
  const { writer, limbs, code } = context
  limbs.emit(limbOf(target, 0))
  writer.i64(code.length, 0)
  writer.byte(wasm.I64_GE_U)
  for (let k = 1; k < 4; k++) {
    if (limbOf(target, k) === ZERO) continue
    limbs.emit(limbOf(target, k))
    writer.i64(0, 0)
    writer.byte(wasm.I64_NE)
    writer.byte(wasm.I32_OR)
  }
  writer.begin()
  emitHalt(context, outcome.HALT_INVALID_JUMP)
  writer.end()
  emitRegisters(context)
  limbs.emitI32(limbOf(target, 0))
  writer.i32(1)
  writer.byte(wasm.I32_SHL)
  writer.byte(wasm.GLOBAL_GET)
  writer.u32(JUMP_MAP_GLOBAL)
  writer.byte(wasm.I32_ADD)
  writer.loadU16(0)
  writer.byte(wasm.RETURN_CALL_INDIRECT)
  writer.u32(BLOCK_TYPE)
  writer.u32(0)
}
