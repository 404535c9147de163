/** Operations that the core does: their operands go to memory, its functions are called, results come back as limbs. */
import { layout } from '../../../core/index.ts'
import type { Context } from '../context.ts'
import { importIndex } from '../imports.ts'
import * as wasm from '../instructions.ts'
import { isConstant, isSlot, type Limb, slotIndex, ZERO } from '../limbs.ts'
import { LOCAL_BASE, LOCAL_FRAME, LOCAL_GAS, LOCAL_TEMPORARY } from '../locals.ts'
import type { Word } from '../operandStack.ts'
import { limbOf, releaseTwo } from './arithmetic.ts'
import { emitHaltIfNegative, emitStackPointer } from './exits.ts'
import { emitStoreWord, pushWordAt } from './memory.ts'

const { SCRATCH, WORD_BYTES } = layout
/** Scratch words for operands of functions on words; the first is for the result. */
const OPERANDS = SCRATCH + WORD_BYTES

/** Puts a pointer to a word on WebAssembly's stack: to its place, or to scratch word `index`, where {@link spill} put it. */
function emitPointer({ writer }: Context, word: Word, index: number): void {
  const position = placeOf(word)
  if (position === undefined) {
    writer.i32(OPERANDS + index * WORD_BYTES)
    return
  }
  writer.get(LOCAL_BASE)
  if (position === 0) return
  writer.i32(position * WORD_BYTES)
  writer.byte(wasm.I32_ADD)
}

/** The position of the EVM stack where all of a word is; undefined when it is nowhere in memory. */
function placeOf(word: Word): number | undefined {
  const first = slotIndex(limbOf(word, 0))
  if ((first & 3) !== 0) return undefined
  for (let k = 0; k < 4; k++) {
    if (!isSlot(limbOf(word, k)) || slotIndex(limbOf(word, k)) !== first + k) return undefined
  }
  return first >> 2
}

/** Writes a word to scratch word `index`, unless it is in memory already. */
function spill(context: Context, word: Word, index: number): void {
  if (placeOf(word) === undefined) emitStoreWord(context, word, OPERANDS + index * WORD_BYTES)
}

/** Calls a core function `(out, ...words)`; the result is the first scratch word. */
function emitWordCall(context: Context, name: string, words: readonly Word[]): void {
  const { writer } = context
  words.forEach((word, index) => {
    spill(context, word, index)
  })
  writer.i32(SCRATCH)
  words.forEach((word, index) => {
    emitPointer(context, word, index)
  })
  writer.call(importIndex(name))
}

function pushScratch(context: Context, address: number): void {
  pushWordAt(context, () => context.writer.i32(0), address)
}

/** Takes `count` words off the stack and pushes what the core function `name` makes of them. */
export function emitWordFunction(context: Context, name: string, count: 1 | 2 | 3): void {
  const { stack, limbs, a, b, c } = context
  const words = [a, b, c].slice(0, count)
  for (const word of words) stack.pop(word)
  emitWordCall(context, name, words)
  for (const word of words) limbs.releaseAll(word)
  pushScratch(context, SCRATCH)
}

/** {@link emitWordFunction} of the words in `a` and `b`, taken off already. */
export function pushWordFunction(context: Context, name: string): void {
  emitWordCall(context, name, [context.a, context.b])
  releaseTwo(context)
  pushScratch(context, SCRATCH)
}

/** MUL: in place where both operands and the product are below 2^64, as their leading zeros say. */
export function emitMul(context: Context): void {
  const { a, b, writer, limbs } = context
  if (!canBeSmall(a) || !canBeSmall(b)) {
    pushWordFunction(context, 'mul')
    return
  }
  emitWithShortcut(context, 'mul', {
    emitCondition() {
      limbs.emit(limbOf(a, 0))
      writer.byte(wasm.I64_CLZ)
      limbs.emit(limbOf(b, 0))
      writer.byte(wasm.I64_CLZ)
      writer.byte(wasm.I64_ADD)
      writer.i64(64, 0)
      writer.byte(wasm.I64_LT_U)
      writer.byte(wasm.I64_EXTEND_I32_U)
      emitUpperLimbs(context)
      writer.byte(wasm.I64_EQZ)
    },
    instruction: wasm.I64_MUL,
  })
}

/** DIV, MOD, SDIV and SMOD: in place where both operands are below 2^64 and the divisor is not 0. */
export function emitDivide(context: Context, name: 'div' | 'mod' | 'sdiv' | 'smod'): void {
  const { a, b, writer, limbs } = context
  const divisor = limbOf(b, 0)
  if (!canBeSmall(a) || !canBeSmall(b) || divisor === ZERO) {
    pushWordFunction(context, name)
    return
  }
  emitWithShortcut(context, name, {
    emitCondition() {
      if (isConstant(divisor)) writer.i64(0, 0)
      else {
        limbs.emit(divisor)
        writer.byte(wasm.I64_EQZ)
        writer.byte(wasm.I64_EXTEND_I32_U)
      }
      emitUpperLimbs(context)
      writer.byte(wasm.I64_EQZ)
    },
    instruction: name === 'div' || name === 'sdiv' ? wasm.I64_DIV_U : wasm.I64_REM_U,
  })
}

/** False for words that are known to be 2^64 or more. */
function canBeSmall(word: Word): boolean {
  for (let k = 1; k < 4; k++) {
    const limb = limbOf(word, k)
    if (isConstant(limb) && limb !== ZERO) return false
  }
  return true
}

/** Adds, by OR, the limbs above the lowest of both operands to what is on WebAssembly's stack. */
function emitUpperLimbs({ a, b, writer, limbs }: Context): void {
  for (const word of [a, b]) {
    for (let k = 1; k < 4; k++) {
      if (limbOf(word, k) === ZERO) continue
      limbs.emit(limbOf(word, k))
      writer.byte(wasm.I64_OR)
    }
  }
}

type Shortcut = { readonly emitCondition: () => void; readonly instruction: number }

function emitWithShortcut(context: Context, name: string, { emitCondition, instruction }: Shortcut): void {
  const { a, b, writer, limbs, stack } = context
  // What is in memory may stay there for the call.
  const words = [a, b].map((word) => (placeOf(word) === undefined ? word : word.slice()))
  limbs.settleAll(a)
  limbs.settleAll(b)
  const result = [0, 1, 2, 3].map(() => limbs.variable())
  emitCondition()
  writer.begin()
  limbs.emit(limbOf(a, 0))
  limbs.emit(limbOf(b, 0))
  writer.byte(instruction)
  result.forEach((limb, k) => {
    if (k > 0) writer.i64(0, 0)
    limbs.store(limb)
  })
  writer.otherwise()
  emitWordCall(context, name, words)
  result.forEach((limb, k) => {
    writer.i32(0)
    writer.loadI64(SCRATCH + 8 * k)
    limbs.store(limb)
  })
  writer.end()
  releaseTwo(context)
  const [low = ZERO, second = ZERO, third = ZERO, high = ZERO] = result
  stack.push(low, second, third, high)
}

/** What an operation on operands that stand on the stack needs beside them. */
export type StackCall = {
  readonly name: string
  readonly pops: number
  readonly pushes: 0 | 1
  /** Puts arguments after the gas on WebAssembly's stack. */
  readonly emitRest?: () => void
  readonly takesFrame?: false
}

/**
 * Calls a core function on operands as the interpreter leaves them, but in scratch memory, so that the stack may stay in
 * locals. For operations that depend on nothing but operands, memory and gas.
 */
export function emitScratchCall(context: Context, { name, pops, pushes, emitRest, takesFrame }: StackCall): void {
  const { writer, stack, limbs, a } = context
  for (let i = 1; i <= pops; i++) {
    stack.pop(a)
    emitStoreWord(context, a, OPERANDS + (pops - i) * WORD_BYTES)
    limbs.releaseAll(a)
  }
  if (takesFrame !== false) writer.get(LOCAL_FRAME)
  writer.i32(OPERANDS + pops * WORD_BYTES)
  writer.get(LOCAL_GAS)
  emitRest?.()
  writer.call(importIndex(name))
  emitHaltIfNegative(context)
  if (pushes === 1) pushScratch(context, OPERANDS)
}

/** Calls a core function on the EVM stack itself: for borders, after which all of it is in memory. */
export function emitStackCall(context: Context, { name, pops, pushes, emitRest }: StackCall): void {
  const { writer, stack } = context
  stack.flush()
  stack.forgetLocals()
  writer.get(LOCAL_FRAME)
  emitStackPointer(context)
  writer.get(LOCAL_GAS)
  emitRest?.()
  writer.call(importIndex(name))
  emitHaltIfNegative(context)
  stack.drop(pops)
  if (pushes === 1) stack.pushFromMemory()
}

/** Calls a core function on the top word, which its answer replaces: for borders that ask about accounts and slots. */
export function emitQuestion(context: Context, name: string, takesFrame: boolean): void {
  const { writer, stack } = context
  stack.flush()
  stack.forgetLocals()
  if (takesFrame) writer.get(LOCAL_FRAME)
  writer.get(LOCAL_BASE)
  writer.i32((stack.height - 1) * WORD_BYTES)
  writer.byte(wasm.I32_ADD)
  writer.get(LOCAL_GAS)
  writer.call(importIndex(name))
  emitHaltIfNegative(context)
  stack.drop(1)
  stack.pushFromMemory()
}

/** Calls a core function on the top word, which it replaces, without gas. */
export function emitReplacement(context: Context, name: string, takesFrame: boolean): void {
  const { writer, stack, limbs, a } = context
  stack.pop(a)
  emitStoreWord(context, a, SCRATCH)
  limbs.releaseAll(a)
  if (takesFrame) writer.get(LOCAL_FRAME)
  writer.i32(SCRATCH)
  writer.call(importIndex(name))
  pushScratch(context, SCRATCH)
}

/** SELFBALANCE: the account may have to be loaded, so the core is asked. */
export function emitSelfBalance(context: Context): void {
  const { writer, stack } = context
  stack.flush()
  stack.forgetLocals()
  writer.get(LOCAL_FRAME)
  writer.loadI32(layout.FRAME_ACCOUNT)
  writer.call(importIndex('balanceOf'))
  writer.set(LOCAL_TEMPORARY)
  pushWordAt(context, () => writer.get(LOCAL_TEMPORARY), 0)
}

/** The exponent of a word that is known to be a power of 2; undefined for any other. */
export function exponentOf(context: Context, word: Word): number | undefined {
  const { limbs } = context
  let exponent: number | undefined
  for (let k = 0; k < 4; k++) {
    const limb: Limb = limbOf(word, k)
    if (limb === ZERO) continue
    if (!isConstant(limb) || exponent !== undefined) return undefined
    const [low, high] = [limbs.low(limb) >>> 0, limbs.high(limb) >>> 0]
    if (low !== 0 && high !== 0) return undefined
    const half = low === 0 ? high : low
    if ((half & (half - 1)) !== 0) return undefined
    exponent = 64 * k + (low === 0 ? 32 : 0) + 31 - Math.clz32(half)
  }
  return exponent
}
