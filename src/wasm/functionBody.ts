import { assert } from '../primitives/index.ts'
import { InvalidModuleError, Reader } from './binary/reader.ts'
import { familyHint, LOCALS_HINT, MULTIVALUE_HINT } from './hints.ts'
import * as limits from './limits.ts'
import type { FunctionType, Module, Range } from './module.ts'
import { typeOfFunction } from './module.ts'
import type { Operation, Operations } from './opcodes.ts'
import { BRANCH_TARGET_INK, forbiddenFamily, INDIRECT_PARAMETER_INK, Op, operationAt } from './opcodes.ts'
import { OperandStack } from './operandStack.ts'

/** One instruction where it stands. The same object serves all of a function, one after the other. */
export type Instruction = {
  operation: Operation
  /** Its bytes are `[start, end)` of the module. */
  start: number
  end: number
  /** The function of a `call`, else 0. */
  callee: number
  /** Targets of a `br_table`, its default not counted; else 0. */
  targets: number
  /** Price in ink, with what its immediates add. */
  ink: number
  /** Blocks around it, the function's own not counted: the label of a `return`. */
  depth: number
}

/** What a function's code amounts to. */
export type BodySize = {
  /** Words of stack that one activation is charged for. */
  readonly frameWords: number
  /** What its preparation takes besides its own bytes: see `ModuleSize.meteredBytes`. */
  readonly addedBytes: number
  /** Beyond the bounds of version 2: V8's optimiser takes more than linear time for it. */
  readonly isHeavy: boolean
}

/** Limits of a function that version 1 of the rules does not have. */
export type BodyLimits = { readonly basicBlocks: number; readonly edgesTimesLocals: number }

/** A function's locals. */
export type Locals = {
  /** Their declarations, as they stand in the module after the count of them; where they end the code begins. */
  readonly range: Range
  readonly groups: number
  /** Parameters and locals together: the index of one more local. */
  readonly count: number
}

/** Reads what stands before a function's code, which is `range`. Throws {@link InvalidModuleError}. */
export function readLocals({ bytes }: Module, type: FunctionType, { start, end }: Range): Locals {
  const reader = new Reader(bytes, start, end)
  const groups = reader.u32()
  const first = reader.offset
  const count = countLocals(reader, groups, type)
  return { range: { start: first, end: reader.offset }, groups, count }
}

/**
 * Reads a function's code from `range` once, visiting each instruction. Checks that only allowed instructions occur, that limits hold
 * and that operands suffice; types are V8's to check. Throws {@link InvalidModuleError}.
 */
export function walkBody(
  module: Module,
  { operations, bodyLimits }: { readonly operations: Operations; readonly bodyLimits: BodyLimits },
  type: FunctionType,
  range: Range,
  locals: Locals,
  visit: (instruction: Readonly<Instruction>) => void,
): BodySize {
  const reader = new Reader(module.bytes, locals.range.end, range.end)
  const stack = new OperandStack(type.results.length)
  const instruction = newInstruction(operations)

  let [count, blocks, targets, calls] = [0, 0, 0, 0]
  for (; !stack.isFinished; count += 1) {
    if (count === limits.MAX_INSTRUCTIONS) reader.fail(`more than ${limits.MAX_INSTRUCTIONS} instructions`)
    readInstruction(module, operations, reader, stack, instruction)
    const { operation } = instruction
    if (operation.endsBlock) blocks += 1
    if (operation.immediate === 'call' || operation.immediate === 'callIndirect') calls += 1
    targets += instruction.targets
    visit(instruction)
  }
  const product = (blocks + targets) * locals.count
  checkShape(blocks, product, bodyLimits, range)
  if (!reader.isAtEnd) reader.fail("bytes after a function's end")

  const share = Math.ceil(count / limits.INSTRUCTIONS_PER_WORD)
  const frameWords = stack.highest + locals.count + limits.FRAME_BASE_WORDS + share
  if (frameWords > limits.MAX_FRAME_WORDS) {
    throw new InvalidModuleError(`frame of ${frameWords} words, more than ${limits.MAX_FRAME_WORDS}`, range.start)
  }
  const { METERED_BLOCK_BYTES, METERED_CALL_BYTES, METERED_FUNCTION_BYTES } = limits
  const added = METERED_FUNCTION_BYTES + METERED_BLOCK_BYTES * blocks + METERED_CALL_BYTES * calls
  return {
    frameWords,
    addedBytes: added + product,
    isHeavy: blocks > limits.MAX_BASIC_BLOCKS || product > limits.MAX_EDGES_TIMES_LOCALS,
  }
}

function checkShape(blocks: number, product: number, { basicBlocks, edgesTimesLocals }: BodyLimits, at: Range): void {
  if (blocks > basicBlocks) {
    throw new InvalidModuleError(`${blocks} basic blocks, more than ${basicBlocks}${LOCALS_HINT}`, at.start)
  }
  if (product > edgesTimesLocals) {
    const counted = `${product} basic blocks and branch targets times locals`
    throw new InvalidModuleError(`${counted}, more than ${edgesTimesLocals}${LOCALS_HINT}`, at.start)
  }
}

/** Parameters and locals together. Locals may be floats: without float instructions nothing can be made of them. */
function countLocals(reader: Reader, groups: number, type: FunctionType): number {
  let total = type.params.length
  for (let group = 0; group < groups; group += 1) {
    total += reader.u32()
    if (total > limits.MAX_LOCALS) reader.fail(`more than ${limits.MAX_LOCALS} parameters and locals${LOCALS_HINT}`)
    const code = reader.byte()
    if (code < 0x7c || code > 0x7f)
      reader.fail(`local of type 0x${code.toString(16)}${code === 0x7b ? familyHint('SIMD') : ''}`)
  }
  return total
}

function newInstruction(operations: Operations): Instruction {
  const operation = operationAt(operations, Op.unreachable)
  assert(operation !== undefined, 'the table has all instructions')
  return { operation, start: 0, end: 0, callee: 0, targets: 0, ink: 0, depth: 0 }
}

function readInstruction(
  module: Module,
  operations: Operations,
  reader: Reader,
  stack: OperandStack,
  into: Instruction,
): void {
  into.start = reader.offset
  into.operation = readOperation(operations, reader)
  into.callee = 0
  into.targets = 0
  into.ink = into.operation.ink
  into.depth = stack.depth
  readImmediate(module, reader, stack, into)
  into.end = reader.offset
}

function readOperation(operations: Operations, reader: Reader): Operation {
  const start = reader.offset
  const first = reader.byte()
  const code = first === 0xfc ? 0xfc00 + reader.u32UpTo(0xff, 'as instruction') : first
  const operation = operationAt(operations, code)
  if (operation !== undefined) return operation
  const family = forbiddenFamily(code)
  throw new InvalidModuleError(`${family} instruction 0x${code.toString(16)}${familyHint(family)}`, start)
}

/** Reads what follows the opcode and applies the instruction to the operand stack. */
function readImmediate(module: Module, reader: Reader, stack: OperandStack, into: Instruction): void {
  const { operation } = into
  if (!stack.pop(operation.pops)) underflow(into)
  switch (operation.immediate) {
    case 'none':
      break
    case 'block':
    case 'if':
      enterBlock(reader, stack, operation.immediate === 'if')
      break
    case 'else':
      if (!stack.otherwise()) reader.fail('else without if')
      break
    case 'end':
      stack.leave()
      break
    case 'stop':
      stack.stop()
      break
    case 'branch':
      reader.u32()
      stack.stop()
      break
    case 'branchIf':
    case 'index':
      reader.u32()
      break
    case 'branchTable':
      into.targets = skipTargets(reader)
      into.ink += BRANCH_TARGET_INK * into.targets
      stack.stop()
      break
    case 'call':
      into.callee = reader.u32()
      applyCall(stack, typeOfFunction(module, into.callee), into)
      break
    case 'callIndirect':
      into.ink += INDIRECT_PARAMETER_INK * applyCall(stack, module.types[reader.u32()], into)
      zero(reader, 'table')
      break
    default:
      skipPlain(reader, operation.immediate)
  }
  stack.push(operation.pushes)
}

function skipPlain(reader: Reader, immediate: 'memoryArgument' | 'memory' | 'memoryPair' | 'i32' | 'i64'): void {
  switch (immediate) {
    case 'i32':
      reader.skipSigned(32)
      break
    case 'i64':
      reader.skipSigned(64)
      break
    case 'memoryArgument':
      reader.u32UpTo(3, 'as alignment')
      reader.u32()
      break
    case 'memoryPair':
      zero(reader, 'memory')
      zero(reader, 'memory')
      break
    case 'memory':
      zero(reader, 'memory')
  }
}

function enterBlock(reader: Reader, stack: OperandStack, isIf: boolean): void {
  const type = reader.byte()
  if (type === 0x7d || type === 0x7c) reader.fail('float as result of a block')
  if (type !== 0x40 && type !== 0x7f && type !== 0x7e)
    reader.fail(`block with parameters or several results${MULTIVALUE_HINT}`)
  if (stack.depth === limits.MAX_BLOCK_DEPTH)
    reader.fail(`more than ${limits.MAX_BLOCK_DEPTH} blocks inside each other`)
  stack.enter(type === 0x40 ? 0 : 1, isIf)
}

function skipTargets(reader: Reader): number {
  const targets = reader.u32UpTo(limits.MAX_BRANCH_TARGETS, 'targets of a br_table')
  for (let index = 0; index <= targets; index += 1) reader.u32()
  return targets
}

function applyCall(stack: OperandStack, type: FunctionType | undefined, into: Instruction): number {
  if (type === undefined) throw new InvalidModuleError('call of an unknown function or type', into.start)
  if (!stack.pop(type.params.length)) underflow(into)
  stack.push(type.results.length)
  return type.params.length
}

function underflow(instruction: Instruction): never {
  throw new InvalidModuleError(`${instruction.operation.name} lacks operands`, instruction.start)
}

function zero(reader: Reader, what: string): void {
  if (reader.u32() !== 0) reader.fail(`second ${what}`)
}
