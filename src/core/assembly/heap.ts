/**
 * The one allocator of the core, above HEAP: journal tables, code, buffers of the host. Blocks are powers of two, at least
 * 64 bytes, kept in one free list per size, so both calls take constant time and a table that doubles gives its old block
 * to whoever needs that size next. Blocks are 16-aligned and hold what they held: the caller clears them.
 */
import { HEAP } from './layout'

/** First block of each free list by the exponent of its size; a free block's first u32 points to the next. */
const freeLists = memory.data(32 * 4)
let top: usize = HEAP

/** The exponent of the block that holds `bytes`. */
// @ts-ignore: decorator
@inline
function exponentOf(bytes: u32): u32 {
  return bytes <= 64 ? 6 : 32 - i32.clz(bytes - 1)
}

/** A block of at least `bytes` (up to 2^30). Grows the memory when it must: views of it in TypeScript go stale. Traps when there is none left. */
export function allocate(bytes: u32): usize {
  const exponent = exponentOf(bytes)
  const list = freeLists + (exponent << 2)
  const first = load<u32>(list)
  if (first != 0) {
    store<u32>(list, load<u32>(first))
    return first
  }
  const block = top
  const end = u64(block) + (u64(1) << exponent)
  const pages = i32((end + 0xffff) >> 16) - memory.size()
  if (pages > 0 && memory.grow(pages) < 0) unreachable()
  top = usize(end)
  return block
}

/** Gives back a block of {@link allocate}, with the `bytes` that it was asked for. */
export function release(block: usize, bytes: u32): void {
  const list = freeLists + (exponentOf(bytes) << 2)
  store<u32>(block, load<u32>(list))
  store<u32>(list, block)
}
