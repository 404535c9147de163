/** MLOAD, MSTORE and MSTORE8 on the frame's memory, and words between locals and memory. */
import { layout } from '../../../core/index.ts'
import type { Context } from '../context.ts'
import * as wasm from '../instructions.ts'
import { isConstant, isSlot, type Limb, slotIndex, ZERO } from '../limbs.ts'
import {
  LOCAL_BASE,
  LOCAL_FRAME,
  LOCAL_GAS,
  LOCAL_HIGH_HALF,
  LOCAL_LOW_HALF,
  LOCAL_TEMPORARY,
  LOCAL_ZEROS,
} from '../locals.ts'
import type { Word } from '../operandStack.ts'
import { limbOf, smallConstant } from './arithmetic.ts'
import { emitHaltIfNegative, GROW_FUNCTION } from './exits.ts'

/** Beyond it memory cannot be paid for, and offsets would no longer fit an instruction's. */
const MAX_STATIC_OFFSET = 2 ** 27

/**
 * Makes sure that memory has `size` bytes at the offset in `word`, whose lowest limb is settled, and leaves a pointer in
 * LOCAL_TEMPORARY. Returns what must be added to that pointer.
 */
export function emitMemoryAt(context: Context, word: Word, size: number): number {
  const { writer, limbs } = context
  const offset = smallConstant(context, word)
  const isStatic = offset !== undefined && offset <= MAX_STATIC_OFFSET
  if (isStatic) emitStaticGrowth(context, offset + size)
  else emitDynamicGrowth(context, word, size)
  writer.get(LOCAL_FRAME)
  writer.loadI32(layout.FRAME_MEMORY_BASE)
  if (!isStatic) {
    limbs.emitI32(limbOf(word, 0))
    writer.byte(wasm.I32_ADD)
  }
  writer.set(LOCAL_TEMPORARY)
  return isStatic ? offset : 0
}

function emitStaticGrowth(context: Context, end: number): void {
  const { writer } = context
  if (end <= context.knownMemory) return
  context.knownMemory = (end + 31) & ~31
  writer.get(LOCAL_FRAME)
  writer.loadI32(layout.FRAME_MEMORY_SIZE)
  writer.i32(end)
  writer.byte(wasm.I32_LT_U)
  writer.begin()
  writer.get(LOCAL_FRAME)
  writer.get(LOCAL_GAS)
  writer.i64(end, 0)
  writer.i64(0, 0)
  writer.call(GROW_FUNCTION)
  emitHaltIfNegative(context)
  writer.end()
}

/** The end of the range is beyond the memory, or the offset is 2^32 or more: one test for both, and one call. */
function emitDynamicGrowth(context: Context, word: Word, size: number): void {
  const { writer, limbs } = context
  const low = limbOf(word, 0)
  limbs.emit(low)
  writer.i64(32, 0)
  writer.byte(wasm.I64_SHR_U)
  for (let k = 1; k < 4; k++) {
    if (limbOf(word, k) === ZERO) continue
    limbs.emit(limbOf(word, k))
    writer.byte(wasm.I64_OR)
  }
  const far = limbs.keep()
  writer.i64(0, 0)
  writer.byte(wasm.I64_NE)
  limbs.emit(low)
  writer.i64(size, 0)
  writer.byte(wasm.I64_ADD)
  const end = limbs.keep()
  writer.get(LOCAL_FRAME)
  writer.loadU32(layout.FRAME_MEMORY_SIZE)
  writer.byte(wasm.I64_GT_U)
  writer.byte(wasm.I32_OR)
  writer.begin()
  writer.get(LOCAL_FRAME)
  writer.get(LOCAL_GAS)
  limbs.emit(end)
  limbs.emit(far)
  writer.call(GROW_FUNCTION)
  emitHaltIfNegative(context)
  writer.end()
  limbs.release(far)
  limbs.release(end)
}

/** An offset's lowest limb is used more than once, the others are not. */
function settleLow({ limbs }: Context, word: Word): void {
  word[0] = limbs.settle(limbOf(word, 0))
}

export function emitMload(context: Context): void {
  const { limbs, stack, a } = context
  stack.pop(a)
  settleLow(context, a)
  const offset = emitMemoryAt(context, a, layout.WORD_BYTES)
  limbs.releaseAll(a)
  pushBigEndian(context, offset)
}

/** Pushes the 32 bytes at LOCAL_TEMPORARY + offset, the most significant first. */
export function pushBigEndian({ writer, limbs, stack }: Context, offset: number): void {
  const lane = (half: number, index: number): Limb => {
    writer.get(half)
    writer.vector(wasm.I64X2_EXTRACT_LANE)
    writer.byte(index)
    return limbs.take()
  }
  for (const [half, place] of [
    [LOCAL_HIGH_HALF, offset],
    [LOCAL_LOW_HALF, offset + 16],
  ] as const) {
    writer.get(LOCAL_TEMPORARY)
    writer.loadV128(place, false)
    writer.set(half)
    writer.reverse(half)
    writer.set(half)
  }
  const low = lane(LOCAL_LOW_HALF, 0)
  const second = lane(LOCAL_LOW_HALF, 1)
  const third = lane(LOCAL_HIGH_HALF, 0)
  stack.push(low, second, third, lane(LOCAL_HIGH_HALF, 1))
}

export function emitMstore(context: Context): void {
  const { limbs, stack, a, b } = context
  stack.pop(a)
  stack.pop(b)
  settleLow(context, a)
  const offset = emitMemoryAt(context, a, layout.WORD_BYTES)
  emitStoreHalf(context, limbOf(b, 2), limbOf(b, 3), offset)
  emitStoreHalf(context, limbOf(b, 0), limbOf(b, 1), offset + 16)
  limbs.releaseAll(a)
  limbs.releaseAll(b)
}

/** Stores two limbs, the bytes reversed, at LOCAL_TEMPORARY + offset. */
function emitStoreHalf(context: Context, low: Limb, high: Limb, offset: number): void {
  const { writer } = context
  writer.get(LOCAL_TEMPORARY)
  if (low === ZERO && high === ZERO) writer.get(LOCAL_ZEROS)
  else if (isConstant(low) && isConstant(high)) emitReversedConstant(context, low, high)
  else {
    emitHalf(context, low, high)
    writer.set(LOCAL_LOW_HALF)
    writer.reverse(LOCAL_LOW_HALF)
  }
  writer.storeV128(offset, false)
}

function emitReversedConstant({ writer, limbs }: Context, low: Limb, high: Limb): void {
  writer.vector(wasm.V128_CONST)
  for (const half of [limbs.high(high), limbs.low(high), limbs.high(low), limbs.low(low)]) {
    for (let shift = 24; shift >= 0; shift -= 8) writer.byte((half >>> shift) & 0xff)
  }
}

/** Puts a vector of two limbs on WebAssembly's stack. */
function emitHalf({ writer, limbs }: Context, low: Limb, high: Limb): void {
  if (isSlot(low) && isSlot(high) && slotIndex(high) === slotIndex(low) + 1) {
    writer.get(LOCAL_BASE)
    writer.loadV128(slotIndex(low) << 3, true)
    return
  }
  limbs.emit(low)
  writer.vector(wasm.I64X2_SPLAT)
  limbs.emit(high)
  writer.vector(wasm.I64X2_REPLACE_LANE)
  writer.byte(1)
}

export function emitMstore8(context: Context): void {
  const { limbs, stack, writer, a, b } = context
  stack.pop(a)
  stack.pop(b)
  settleLow(context, a)
  const offset = emitMemoryAt(context, a, 1)
  writer.get(LOCAL_TEMPORARY)
  limbs.emit(limbOf(b, 0))
  writer.storeU8(offset)
  limbs.releaseAll(a)
  limbs.releaseAll(b)
}

/** Stores a word's limbs, lowest first, at a fixed address. */
export function emitStoreWord(context: Context, word: Word, address: number): void {
  const { writer, limbs } = context
  for (let k = 0; k < 4; k += 2) {
    const low = limbOf(word, k)
    const high = limbOf(word, k + 1)
    const place = address + 8 * k
    if (low === ZERO && high === ZERO) {
      writer.i32(0)
      writer.get(LOCAL_ZEROS)
      writer.storeV128(place, true)
    } else if (isSlot(low) && isSlot(high)) {
      writer.i32(0)
      emitHalf(context, low, high)
      writer.storeV128(place, true)
    } else {
      writer.i32(0)
      limbs.emit(low)
      writer.storeI64(place)
      writer.i32(0)
      limbs.emit(high)
      writer.storeI64(place + 8)
    }
  }
}

/** Loads four limbs, lowest first, from what `emitPointer` puts on WebAssembly's stack, and pushes them. */
export function pushWordAt(context: Context, emitPointer: () => void, offset: number): void {
  const { writer, limbs, stack } = context
  const load = (k: number): Limb => {
    emitPointer()
    writer.loadI64(offset + 8 * k)
    return limbs.take()
  }
  const low = load(0)
  const second = load(1)
  const third = load(2)
  stack.push(low, second, third, load(3))
}
