// The memory of one call. It takes the place of AssemblyScript's `rt/stub`: a frame lives for one call, so memory is
// only ever handed out, fresh (all zero) and in order, and nothing is given back. Objects carry the two words that the
// compiler reads (class id and size) and nothing else; `@unmanaged` classes carry nothing at all.

import { payForMemoryGrow } from '../evmpp-sdk/hooks'

/** Class id and size, before every managed object. */
const HEADER: usize = 8

/** Where free memory begins; 0 before the first use. */
@lazy let top: usize = 0
/** Where memory ends. Kept, because asking for it costs more than all the rest. */
@lazy let end: usize = 0

function grow(): void {
  const pages = (top - end + 0xffff) >>> 16
  if (memory.grow(<i32>pages) < 0) unreachable()
  // Free of charge but for the call: it keeps the import that a module with growing memory must have.
  payForMemoryGrow(0)
  end += pages << 16
}

@global @unsafe
export function __alloc(size: usize): usize {
  if (!top) {
    top = (__heap_base + 7) & ~7
    end = <usize>memory.size() << 16
  }
  const at = top
  top = (at + size + 7) & ~7
  if (top < at) unreachable()
  if (top > end) grow()
  return at
}

@global @unsafe
export function __realloc(from: usize, size: usize): usize {
  const to = __alloc(size)
  // The old size is not known; what follows the old block is copied too and nobody reads it.
  memory.copy(to, from, size)
  return to
}

@global @unsafe
export function __free(from: usize): void {}

@global @unsafe
export function __new(size: usize, id: u32): usize {
  const at = __alloc(size + HEADER) + HEADER
  store<u32>(at - 8, id)
  store<u32>(at - 4, <u32>size)
  return at
}

@global @unsafe
export function __renew(from: usize, size: usize): usize {
  const to = __new(size, load<u32>(from - 8))
  memory.copy(to, from, min<usize>(load<u32>(from - 4), size))
  return to
}

@global @unsafe
export function __link(parent: usize, child: usize, many: bool): void {}

@global @unsafe
export function __pin(at: usize): usize {
  return at
}

@global @unsafe
export function __unpin(at: usize): void {}

@global @unsafe
function __visit(at: usize, cookie: u32): void {}

@global @unsafe
export function __collect(): void {}

@global @unsafe
export function __reset(): void {}
