/** Room for the records of one transaction. Records do not move, so whoever has a pointer may keep it until `begin`. */
import { allocate } from '../heap'

const CHUNK_BYTES: u32 = 0x10000
/** A chunk begins with a pointer to the next one. */
const CHUNK_HEADER_BYTES: u32 = 16

let firstChunk: usize = 0
let chunk: usize = 0
let free: usize = 0
let end: usize = 0

/** `bytes` zeroes, 16-aligned; `bytes` is a multiple of 16 and far below a chunk's. */
export function take(bytes: u32): usize {
  if (free + bytes > end) nextChunk()
  const taken = free
  free += bytes
  for (let at = taken; at < free; at += 16) v128.store(at, i64x2.splat(0))
  return taken
}

/** Everything that was taken is free again. */
export function takeBackAll(): void {
  chunk = 0
  free = 0
  end = 0
}

function nextChunk(): void {
  let next: usize = chunk == 0 ? firstChunk : load<u32>(chunk)
  if (next == 0) {
    next = allocate(CHUNK_BYTES)
    store<u32>(next, 0)
    if (chunk == 0) firstChunk = next
    else store<u32>(chunk, u32(next))
  }
  chunk = next
  free = next + CHUNK_HEADER_BYTES
  end = next + CHUNK_BYTES
}
