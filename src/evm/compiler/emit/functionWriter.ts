/** Writes the function that begins at one place of a code: sections, their checks, and how it ends. */
import { layout, opcodes as op, outcome } from '../../../core/index.ts'
import type { Context } from '../context.ts'
import * as wasm from '../instructions.ts'
import { ZERO } from '../limbs.ts'
import { I32_LOCALS, LOCAL_BASE, LOCAL_FRAME, LOCAL_GAS, LOCAL_SP, VECTOR_LOCALS } from '../locals.ts'
import { BORDER, BRANCH, END, PLAIN, SUSPEND } from '../operations.ts'
import { type Reach, reachOf, sectionGas, widthOf } from '../plan.ts'
import { emitTruthOf, isConstantWord } from './arithmetic.ts'
import { emitScratchCall, emitStackCall } from './coreCalls.ts'
import { emitGoto, emitHalt, emitJump, emitLeave, emitRegisters, LEAVE_FUNCTION } from './exits.ts'
import { operationWriterOf } from './operationWriter.ts'

const STACK_BYTES = layout.STACK_WORDS * layout.WORD_BYTES

/** Writes the body of the function that begins at `start`. */
export function writeFunction(context: Context, start: number): void {
  const { writer, limbs, stack, code, plan, operations } = context
  const size = writer.field()
  const from = writer.length
  const localCount = writeLocals(context)
  const whole = reachOf(code, plan, operations, { pc: start, height: 0, toBranch: false })
  limbs.reset()
  stack.reset(whole.down)
  context.knownMemory = 0
  writer.get(LOCAL_SP)
  if (whole.down > 0) {
    writer.i32(whole.down * layout.WORD_BYTES)
    writer.byte(wasm.I32_SUB)
  }
  writer.set(LOCAL_BASE)
  writeSections(context, start, whole.down)
  writer.end()
  writer.fill(localCount, limbs.localCount)
  writer.fill(size, writer.length - from)
}

/** Declares locals as locals.ts says; returns the field for how many limbs there are. */
function writeLocals({ writer }: Context): number {
  writer.u32(3)
  writer.u32(I32_LOCALS)
  writer.byte(wasm.I32)
  writer.u32(VECTOR_LOCALS)
  writer.byte(wasm.V128)
  const localCount = writer.field()
  writer.byte(wasm.I64)
  return localCount
}

/** Operations from `start` to where the function ends. `base` is how many words it finds. */
function writeSections(context: Context, start: number, base: number): void {
  const { code, plan, operations, stack } = context
  const checked = { down: 0, up: 0 }
  let flow = BRANCH
  for (let pc = start; ; ) {
    const next = plan.functionAt[pc] ?? 0
    if (pc !== start && next > 0) {
      stack.flush()
      emitGoto(context, next)
      return
    }
    if (flow !== PLAIN) {
      const height = stack.height - base
      const reach = flow === BRANCH ? reachOf(code, plan, operations, { pc, height, toBranch: true }) : checked
      openSection(context, pc, checked, reach)
      checked.down = Math.max(checked.down, reach.down)
      checked.up = Math.max(checked.up, reach.up)
      if (checked.down + checked.up > layout.STACK_WORDS) return
    }
    const byte = code[pc] ?? op.STOP
    flow = operations.flow[byte] ?? END
    context.gasAhead -= operations.gas[byte] ?? 0
    if (!writeOperation(context, pc, byte, flow)) return
    pc += widthOf(byte)
  }
}

/** Checks what the section at `pc` takes, and the stack up to the next branch; charges the section's gas. */
function openSection(context: Context, pc: number, checked: Reach, reach: Reach): void {
  const { writer, stack, code, plan, operations } = context
  const gas = sectionGas(code, plan, operations, pc)
  context.gasAhead = gas
  const down = Math.max(checked.down, reach.down)
  const up = Math.max(checked.up, reach.up)
  const needsStack = down > checked.down || up > checked.up
  if (!needsStack && gas === 0) return
  stack.flush()
  if (down + up > layout.STACK_WORDS) {
    emitLeave(context, pc, outcome.STATUS_DEOPT)
    return
  }
  if (gas > 0) {
    writer.get(LOCAL_GAS)
    writer.i64(gas, 0)
    writer.byte(wasm.I64_LT_U)
  }
  if (needsStack) emitStackCheck(context, down, up)
  if (needsStack && gas > 0) writer.byte(wasm.I32_OR)
  writer.begin()
  emitLeave(context, pc, outcome.STATUS_DEOPT)
  writer.end()
  if (gas === 0) return
  writer.get(LOCAL_GAS)
  writer.i64(gas, 0)
  writer.byte(wasm.I64_SUB)
  writer.set(LOCAL_GAS)
}

/** Puts an i32 on WebAssembly's stack that is 1 unless there are `down` words and room for `up` more: one comparison for both. */
function emitStackCheck({ writer }: Context, down: number, up: number): void {
  writer.get(LOCAL_SP)
  writer.get(LOCAL_FRAME)
  writer.loadI32(layout.FRAME_STACK_BASE)
  writer.byte(wasm.I32_SUB)
  if (down > 0) {
    writer.i32(down * layout.WORD_BYTES)
    writer.byte(wasm.I32_SUB)
  }
  writer.i32(STACK_BYTES - (down + up) * layout.WORD_BYTES)
  writer.byte(wasm.I32_GT_U)
}

/** Writes one operation; false when the function ends with it. */
function writeOperation(context: Context, pc: number, byte: number, flow: number): boolean {
  switch (flow) {
    case PLAIN:
    case BORDER:
      operationWriterOf(byte)?.(context, pc, byte)
      return true
    case BRANCH:
      return writeBranch(context)
    case SUSPEND:
      writeSuspend(context, pc, byte)
      return false
    default:
      writeEnd(context, pc, byte)
      return false
  }
}

/** JUMPI; false when it always jumps. */
function writeBranch(context: Context): boolean {
  const { writer, limbs, stack, a, b } = context
  stack.pop(a)
  stack.pop(b)
  limbs.settleAll(a)
  limbs.settleAll(b)
  stack.flush()
  const isKnown = isConstantWord(b)
  const isTaken = isKnown && b.some((limb) => limb !== ZERO)
  if (isTaken) emitJump(context, a)
  else if (!isKnown) {
    emitTruthOf(context, b)
    writer.begin()
    emitJump(context, a)
    writer.end()
  }
  limbs.releaseAll(a)
  limbs.releaseAll(b)
  return !isTaken
}

/** CALL and CREATE kinds: the wish is in the mailbox when the frame is left. */
function writeSuspend(context: Context, pc: number, byte: number): void {
  const { writer, operations } = context
  const isCreate = byte === op.CREATE || byte === op.CREATE2
  emitStackCall(context, {
    name: isCreate ? 'opCreate' : 'opCall',
    pops: operations.pops[byte] ?? 0,
    pushes: 0,
    emitRest: () => writer.i32(byte),
  })
  emitLeave(context, pc + 1, isCreate ? outcome.STATUS_CREATE : outcome.STATUS_CALL)
}

function writeEnd(context: Context, pc: number, byte: number): void {
  const { writer, limbs, stack, operations, a } = context
  if (operations.isKnown[byte] !== 1) emitHalt(context, outcome.HALT_INVALID_OPCODE)
  else if (byte === op.JUMP) {
    stack.pop(a)
    limbs.settleAll(a)
    stack.flush()
    emitJump(context, a)
  } else {
    if (byte === op.RETURN || byte === op.REVERT) emitScratchCall(context, { name: 'opReturn', pops: 2, pushes: 0 })
    else {
      if (byte === op.SELFDESTRUCT) emitScratchCall(context, { name: 'opSelfDestruct', pops: 1, pushes: 0 })
      writer.get(LOCAL_FRAME)
      writer.i32(0)
      writer.storeI32(layout.FRAME_OUTPUT_LENGTH)
    }
    emitRegisters(context)
    writer.i32(pc + 1)
    writer.i32(byte === op.REVERT ? outcome.STATUS_REVERT : outcome.STATUS_RETURN)
    writer.returnCall(LEAVE_FUNCTION)
  }
}
