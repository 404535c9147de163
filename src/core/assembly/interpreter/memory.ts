/**
 * A frame's memory. It grows in the region that all frames share, where a child's begins at its parent's end. What does not
 * fit there any more (256 MiB: more than 100 million gas buy) moves to a block of the heap: nothing points into a frame's
 * memory while the frame itself runs.
 */
import { allocate, release } from '../heap'
import { FRAME_MEMORY_BASE, FRAME_MEMORY_HOME, FRAME_MEMORY_LIMIT, FRAME_MEMORY_SIZE, MEMORY_END } from '../layout'

/** The largest block of the heap; as a frame's memory it costs 2 * 10^12 gas. TypeScript's `MAX_EVM_MEMORY_BYTES`. */
export const MAX_MEMORY_BYTES: i64 = 1 << 30
/** All blocks together. */
const MAX_MOVED_BYTES: u64 = 1 << 31
const FIRST_BLOCK_BYTES: u32 = 1 << 16

let movedBytes: u64 = 0

/** Grows the memory to hold `end` bytes, which were paid for: the new ones are 0. False when there is no room in the world. */
export function grow(frame: usize, end: i64): bool {
  const size = load<u32>(frame, FRAME_MEMORY_SIZE)
  if (end <= i64(size)) return true
  const newSize = (u32(end) + 31) & ~31
  if (u64(load<u32>(frame, FRAME_MEMORY_BASE)) + newSize > load<u32>(frame, FRAME_MEMORY_LIMIT) && !move(frame, newSize)) {
    return false
  }
  memory.fill(load<u32>(frame, FRAME_MEMORY_BASE) + size, 0, newSize - size)
  store<u32>(frame, newSize, FRAME_MEMORY_SIZE)
  return true
}

/** Moves the memory to a block that holds `bytes`. */
function move(frame: usize, bytes: u32): bool {
  let blockBytes = FIRST_BLOCK_BYTES
  while (blockBytes < bytes) blockBytes <<= 1
  if (movedBytes + blockBytes > MAX_MOVED_BYTES) return false
  const base: usize = load<u32>(frame, FRAME_MEMORY_BASE)
  const block = allocate(blockBytes)
  memory.copy(block, base, load<u32>(frame, FRAME_MEMORY_SIZE))
  if (!isMoved(frame)) store<u32>(frame, u32(base), FRAME_MEMORY_HOME)
  releaseMemory(frame)
  movedBytes += blockBytes
  store<u32>(frame, u32(block), FRAME_MEMORY_BASE)
  store<u32>(frame, u32(block) + blockBytes, FRAME_MEMORY_LIMIT)
  return true
}

// @ts-ignore: decorator
@inline
function isMoved(frame: usize): bool {
  return load<u32>(frame, FRAME_MEMORY_LIMIT) != MEMORY_END
}

/** Gives a frame's block back, if it has one. To be called when the frame has ended. */
export function releaseMemory(frame: usize): void {
  if (!isMoved(frame)) return
  const base = load<u32>(frame, FRAME_MEMORY_BASE)
  const bytes = load<u32>(frame, FRAME_MEMORY_LIMIT) - base
  release(base, bytes)
  movedBytes -= bytes
}
