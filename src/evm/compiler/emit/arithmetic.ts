/** ADD, SUB, bitwise operations and comparisons, limb by limb. Operands are `context.a`, which was on top, and `context.b`. */
import type { Context } from '../context.ts'
import * as wasm from '../instructions.ts'
import { isConstant, isFlag, type Limb, ZERO } from '../limbs.ts'
import type { Word } from '../operandStack.ts'

/** Limb `k` of a word. */
export function limbOf(word: Word, k: number): Limb {
  return word[k] ?? ZERO
}

export function isConstantWord(word: Word): boolean {
  return word.every(isConstant)
}

/** Whether a word is known to be below 2^64. */
export function isSmall(word: Word): boolean {
  return limbOf(word, 1) === ZERO && limbOf(word, 2) === ZERO && limbOf(word, 3) === ZERO
}

/** The value of a constant word below 2^31; undefined for any other. */
export function smallConstant({ limbs }: Context, word: Word): number | undefined {
  const low = limbOf(word, 0)
  if (!isSmall(word) || !isConstant(low) || limbs.high(low) !== 0 || limbs.low(low) < 0) return undefined
  return limbs.low(low)
}

/** Takes the two operands of the operation at hand off the stack. */
export function popTwo({ stack, a, b }: Context): void {
  stack.pop(a)
  stack.pop(b)
}

/** Gives the limbs of both operands back. */
export function releaseTwo({ limbs, a, b }: Context): void {
  limbs.releaseAll(a)
  limbs.releaseAll(b)
}

const result = new Int32Array(4)

export function emitAdd(context: Context): void {
  const { limbs, stack, a, b } = context
  popTwo(context)
  limbs.settleAll(b)
  let carry = ZERO
  for (let k = 0; k < 4; k++) {
    const next = addLimb(context, limbOf(a, k), limbOf(b, k), carry, k)
    limbs.release(carry)
    carry = next
  }
  limbs.release(carry)
  releaseTwo(context)
  stack.pushWord(result)
}

/** Sets limb `k` of the result to a + b + carry and gives the next carry, a flag or a constant. */
function addLimb({ limbs, writer }: Context, a: Limb, b: Limb, carry: Limb, k: number): Limb {
  const isPlain = a === ZERO || b === ZERO || (isConstant(a) && isConstant(b))
  if (carry === ZERO) {
    const sum = limbs.add(a, b)
    result[k] = sum
    return k === 3 || a === ZERO || b === ZERO ? ZERO : limbs.lessThan(sum, b)
  }
  if (isPlain || k === 3) return addPlainLimb({ limbs }, a, b, carry, k)
  limbs.emit(a)
  limbs.emit(b)
  writer.byte(wasm.I64_ADD)
  const sum = limbs.keep()
  limbs.emit(carry)
  writer.byte(wasm.I64_ADD)
  result[k] = limbs.keep()
  limbs.emit(carry)
  writer.byte(wasm.I64_LT_U)
  limbs.emit(sum)
  limbs.emit(b)
  writer.byte(wasm.I64_LT_U)
  writer.byte(wasm.I32_OR)
  limbs.release(sum)
  return limbs.takeI32()
}

/** {@link addLimb} where constants make one of the two sums or carries go away. */
function addPlainLimb({ limbs }: Pick<Context, 'limbs'>, a: Limb, b: Limb, carry: Limb, k: number): Limb {
  const sum = limbs.add(a, b)
  const total = limbs.add(sum, carry)
  result[k] = total
  const first = k === 3 || a === ZERO || b === ZERO ? ZERO : limbs.lessThan(sum, b)
  const second = k === 3 ? ZERO : limbs.lessThan(total, carry)
  const next = limbs.either(first, second)
  limbs.release(first)
  limbs.release(second)
  limbs.release(sum)
  return next
}

export function emitSub(context: Context): void {
  const { limbs, stack, a, b } = context
  popTwo(context)
  limbs.settleAll(a)
  limbs.settleAll(b)
  let borrow = ZERO
  for (let k = 0; k < 4; k++) {
    const next = subLimb(context, limbOf(a, k), limbOf(b, k), borrow, k)
    limbs.release(borrow)
    borrow = next
  }
  limbs.release(borrow)
  releaseTwo(context)
  stack.pushWord(result)
}

/** Sets limb `k` of the result to a - b - borrow and gives the next borrow, a flag or a constant. */
function subLimb({ limbs }: Context, a: Limb, b: Limb, borrow: Limb, k: number): Limb {
  const first = k === 3 ? ZERO : limbs.lessThan(a, b)
  const difference = limbs.sub(a, b)
  if (borrow === ZERO) {
    result[k] = difference
    return first
  }
  result[k] = limbs.sub(difference, borrow)
  const second = k === 3 ? ZERO : limbs.lessThan(difference, borrow)
  const next = limbs.either(first, second)
  limbs.release(first)
  limbs.release(second)
  limbs.release(difference)
  return next
}

type BitOperation = 'and' | 'or' | 'xor'

export function emitBits(context: Context, operation: BitOperation): void {
  const { limbs, stack, a, b } = context
  popTwo(context)
  for (let k = 0; k < 4; k++) result[k] = limbs[operation](limbOf(a, k), limbOf(b, k))
  releaseTwo(context)
  stack.pushWord(result)
}

export function emitNot({ limbs, stack, a }: Context): void {
  stack.pop(a)
  const ones = limbs.constant(-1, -1)
  for (let k = 0; k < 4; k++) result[k] = limbs.xor(limbOf(a, k), ones)
  limbs.releaseAll(a)
  stack.pushWord(result)
}

export function emitIsZero(context: Context): void {
  const { limbs, stack, a, writer } = context
  stack.pop(a)
  if (isConstantWord(a)) stack.pushLimb(limbs.truth(a.every((limb) => limb === ZERO)))
  else {
    emitTruthOf(context, a)
    writer.byte(wasm.I32_EQZ)
    stack.pushLimb(limbs.takeI32())
  }
  limbs.releaseAll(a)
}

/** Puts an i32 on WebAssembly's stack that is 0 when the word is 0, else any other number. */
export function emitTruthOf({ limbs, writer }: Context, word: Word): void {
  if (isSmall(word) && isFlag(limbOf(word, 0))) {
    limbs.emitI32(limbOf(word, 0))
    return
  }
  let count = 0
  for (const limb of word) {
    if (limb === ZERO) continue
    limbs.emit(limb)
    if (count > 0) writer.byte(wasm.I64_OR)
    count += 1
  }
  if (count === 0) writer.i64(0, 0)
  writer.i64(0, 0)
  writer.byte(wasm.I64_NE)
}

export function emitEquals(context: Context): void {
  const { limbs, stack, writer, a, b } = context
  popTwo(context)
  let count = 0
  let differs = false
  for (let k = 0; k < 4; k++) {
    const left = limbOf(a, k)
    const right = limbOf(b, k)
    if (isConstant(left) && isConstant(right)) {
      if (!limbs.areEqual(left, right)) differs = true
      continue
    }
    emitDifference(context, left, right)
    if (count > 0) writer.byte(wasm.I64_OR)
    count += 1
  }
  if (count === 0) stack.pushLimb(limbs.truth(!differs))
  else {
    writer.byte(wasm.I64_EQZ)
    const equal = limbs.takeI32()
    if (differs) limbs.release(equal)
    stack.pushLimb(differs ? ZERO : equal)
  }
  releaseTwo(context)
}

/** Puts a number on WebAssembly's stack that is 0 when two limbs are equal. */
function emitDifference({ limbs, writer }: Context, left: Limb, right: Limb): void {
  if (left !== ZERO) limbs.emit(left)
  if (right !== ZERO) limbs.emit(right)
  if (left !== ZERO && right !== ZERO) writer.byte(wasm.I64_XOR)
}

/** LT and SLT of a and b; GT and SGT with the operands exchanged. */
export function emitLess(
  context: Context,
  { isSigned, isExchanged }: { readonly isSigned: boolean; readonly isExchanged: boolean },
): void {
  const { limbs, stack, a, b } = context
  stack.pop(isExchanged ? b : a)
  stack.pop(isExchanged ? a : b)
  limbs.settleAll(a)
  limbs.settleAll(b)
  let less = ZERO
  for (let k = 0; k < 4; k++) {
    const next = lessUpTo(context, k, less, isSigned && k === 3)
    limbs.release(less)
    less = next
  }
  releaseTwo(context)
  stack.pushLimb(less)
}

/** Whether the lowest k + 1 limbs of a are below those of b, where `lower` says it of the lowest k. */
function lessUpTo({ limbs, a, b, writer }: Context, k: number, lower: Limb, isSigned: boolean): Limb {
  const left = limbOf(a, k)
  const right = limbOf(b, k)
  if (isConstant(left) && isConstant(right)) {
    if (limbs.areEqual(left, right)) return limbs.retain(lower)
    const isNegative = isSigned && (limbs.high(left) ^ limbs.high(right)) < 0
    return limbs.truth(limbs.isBelow(left, right) !== isNegative)
  }
  const below = isSigned ? limbs.compare(wasm.I64_LT_S, left, right) : limbs.lessThan(left, right)
  if (lower === ZERO) return below
  limbs.emit(left)
  limbs.emit(right)
  writer.byte(wasm.I64_EQ)
  limbs.emitI32(lower)
  writer.byte(wasm.I32_AND)
  const equalAndLower = limbs.takeI32()
  const less = limbs.either(below, equalAndLower)
  limbs.release(below)
  limbs.release(equalAndLower)
  return less
}
