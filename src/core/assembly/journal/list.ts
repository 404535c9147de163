/** Lists of bytes that grow by doubling: the journal's logs of what happened. A list is a header in static memory. */
import { allocate, release } from '../heap'

/** Bytes of a list's header: start, used, capacity. */
export const LIST_BYTES = 12
const USED = 4
const CAPACITY = 8
const FIRST_CAPACITY: u32 = 4096

/** Where the list's bytes are, until it grows. */
// @ts-ignore: decorator
@inline
export function startOf(list: usize): usize {
  return load<u32>(list)
}

/** How many bytes it has. */
// @ts-ignore: decorator
@inline
export function usedOf(list: usize): u32 {
  return load<u32>(list, USED)
}

/** Forgets all but the first `bytes`. */
// @ts-ignore: decorator
@inline
export function truncate(list: usize, bytes: u32): void {
  store<u32>(list, bytes, USED)
}

/** Makes the list longer and says where to write the new bytes, which hold anything. */
// @ts-ignore: decorator
@inline
export function append(list: usize, bytes: u32): usize {
  const used = usedOf(list)
  if (used + bytes > load<u32>(list, CAPACITY)) grow(list, used + bytes)
  truncate(list, used + bytes)
  return startOf(list) + used
}

function grow(list: usize, bytes: u32): void {
  const old = startOf(list)
  const oldCapacity = load<u32>(list, CAPACITY)
  let capacity = max(FIRST_CAPACITY, oldCapacity)
  while (capacity < bytes) capacity <<= 1
  const start = allocate(capacity)
  memory.copy(start, old, usedOf(list))
  if (oldCapacity != 0) release(old, oldCapacity)
  store<u32>(list, u32(start))
  store<u32>(list, capacity, CAPACITY)
}
