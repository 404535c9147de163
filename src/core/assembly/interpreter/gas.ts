/**
 * Gas is a signed 64-bit number and at most 2^63 - 1 (EIP-4803). An operation takes the gas left and gives back what is then
 * left, or the reason of a halt as a negative number: HALT_x is `-HALT_x`.
 */
import { FRAME_MEMORY_BASE, FRAME_MEMORY_SIZE } from '../layout'
import { fitsU32, isZero } from '../word'
import { FORK_TABLE_BYTES, OPCODE_BYTES, OPCODE_LATE_GAS } from './forkTable'
import { grow, MAX_MEMORY_BYTES } from './memory'
import { HALT_OUT_OF_GAS } from './outcome'

/** A price that nobody can pay, far from overflow when more is added to it. */
export const NEVER: i64 = 1 << 60

/** Where the prices of the fork stand that runs now; ./forkTable.ts says how. */
export const forkTable = memory.data(FORK_TABLE_BYTES, 16)

/** Tells TypeScript where to write the fork's table. */
export function forkTablePointer(): usize {
  return forkTable
}

/** A price of the fork: `field` is PRICE_x, SSTORE_x or the like. */
// @ts-ignore: decorator
@inline
export function price(field: usize): u32 {
  return load<u32>(forkTable + field)
}

/** The part of an opcode's fixed price that it takes itself. */
// @ts-ignore: decorator
@inline
export function lateGas(opcode: u32): i64 {
  return load<u16>(forkTable + opcode * OPCODE_BYTES, OPCODE_LATE_GAS)
}

/** Takes `cost`, which may be {@link NEVER}, from `gas`. */
// @ts-ignore: decorator
@inline
export function pay(gas: i64, cost: i64): i64 {
  return cost > gas || cost >= NEVER ? -HALT_OUT_OF_GAS : gas - cost
}

/** The first byte beyond a range given by two words: 0 when it is empty, -1 when it is longer or further than anyone can pay for. */
// @ts-ignore: decorator
@inline
export function rangeEnd(offset: usize, length: usize): i64 {
  if (isZero(length)) return 0
  if (!fitsU32(offset) || !fitsU32(length)) return -1
  return i64(load<u32>(offset)) + load<u32>(length)
}

/** Words that `bytes` fill, the last perhaps in part. */
// @ts-ignore: decorator
@inline
export function wordCount(bytes: i64): i64 {
  return (bytes + 31) >> 5
}

/** What growing the frame's memory to `end` bytes costs. Source: Yellow Paper (326), C_mem. NEVER beyond what one block holds. */
export function growthGas(frame: usize, end: i64): i64 {
  const size = i64(load<u32>(frame, FRAME_MEMORY_SIZE))
  if (end < 0 || end > MAX_MEMORY_BYTES) return NEVER
  if (end <= size) return 0
  const before = size >> 5
  const after = wordCount(end)
  return 3 * (after - before) + ((after * after) >> 9) - ((before * before) >> 9)
}

/** Pays `cost` and for memory up to `end`, then grows it. */
export function payAndGrow(frame: usize, gas: i64, cost: i64, end: i64): i64 {
  const left = pay(gas, cost + growthGas(frame, end))
  return left >= 0 && !grow(frame, end) ? -HALT_OUT_OF_GAS : left
}

/** The frame's memory at the offset in a word, which has been paid for. */
// @ts-ignore: decorator
@inline
export function memoryAt(frame: usize, offset: usize): usize {
  return usize(load<u32>(frame, FRAME_MEMORY_BASE)) + load<u32>(offset)
}
