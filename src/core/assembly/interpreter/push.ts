/** PUSH2 to PUSH32: immediates of any length in three vector instructions, by shuffles that also cut off what follows. */
import { WORD_BYTES } from '../layout'

/**
 * Sixteen shuffles of 16 bytes, for immediates of 1 to 16: index n - 1 reverses the first n bytes and zeroes the rest. They
 * overlap: each begins one byte before the last.
 */
const REVERSE = memory.data<u8>(
  [
    15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    128, 128,
  ],
  16,
)

/** The first `count` of the 16 bytes at `bytes` as a big-endian number. */
// @ts-ignore: decorator
@inline
function upTo16(bytes: usize, count: u32): v128 {
  return i8x16.swizzle(v128.load(bytes), v128.load(REVERSE + 16 - count))
}

/** Writes the `count` (1 to 32) bytes at `bytes`, big-endian, as a word. Reads up to 16 bytes beyond them. */
export function pushImmediate(out: usize, bytes: usize, count: u32): void {
  if (count <= 16) {
    v128.store(out, upTo16(bytes, count))
    v128.store(out, i64x2.splat(0), WORD_BYTES / 2)
    return
  }
  v128.store(out, upTo16(bytes + count - 16, 16))
  v128.store(out, upTo16(bytes, count - 16), WORD_BYTES / 2)
}
