// What all numbers of more than 64 bits are made of: pointers to 32 big-endian bytes, as call data, storage and host
// functions hold them, so that they enter and leave without conversion. A word never changes after it was made.

export const OVERFLOW: u8 = 0x11
export const DIVISION_BY_ZERO: u8 = 0x12

/** The `at`-th byte's 64 bits, as a number. */
// @ts-ignore: decorator
@inline export function limb(word: usize, at: usize): u64 {
  return bswap<u64>(load<u64>(word + at))
}

// @ts-ignore: decorator
@inline export function setLimb(word: usize, at: usize, value: u64): void {
  store<u64>(word + at, bswap<u64>(value))
}

/** A copy that may still be changed. */
export function copyOf(word: usize): usize {
  const made = __alloc(32)
  memory.copy(made, word, 32)
  return made
}

/** A word of 64 bits. */
export function wordOf(value: u64): usize {
  const made = __alloc(32)
  setLimb(made, 24, value)
  return made
}

export function isZeroWord(at: usize): bool {
  return !(load<u64>(at) | load<u64>(at, 8) | load<u64>(at, 16) | load<u64>(at, 24))
}

/** True when the first bit is set: a negative number, in two's complement. */
// @ts-ignore: decorator
@inline export function isNegativeWord(at: usize): bool {
  return <i8>load<u8>(at) < 0
}

/** Below 0, 0 or above 0 as a is less than, equal to or greater than b, both without sign. */
export function compareWords(a: usize, b: usize): i32 {
  for (let at: usize = 0; at < 32; at += 8) {
    const x = limb(a, at)
    const y = limb(b, at)
    if (x != y) return x < y ? -1 : 1
  }
  return 0
}

/** Writes a + (b ^ flip) + carry to `made` and returns the carry out. With flip and carry set, that is a - b. */
export function addWords(made: usize, a: usize, b: usize, flip: u64): u64 {
  let carry = flip & 1
  for (let at: i32 = 24; at >= 0; at -= 8) {
    const x = limb(a, at)
    const y = limb(b, at) ^ flip
    const sum = x + y
    const total = sum + carry
    setLimb(made, at, total)
    carry = u64(sum < x) | u64(total < sum)
  }
  return carry
}

/** 0 - a, modulo 2^256. */
export function negated(a: usize): usize {
  const made = __alloc(32)
  addWords(made, made, a, u64.MAX_VALUE)
  return made
}

/** a * b modulo 2^256, digit by digit of 32 bits. */
export function multipliedWrapping(a: usize, b: usize): usize {
  const made = __alloc(32)
  for (let i: i32 = 28; i >= 0; i -= 4) {
    const x = <u64>bswap<u32>(load<u32>(a + i))
    let carry: u64 = 0
    for (let j: i32 = 28; i + j >= 28; j -= 4) {
      const at = made + i + j - 28
      carry += x * <u64>bswap<u32>(load<u32>(b + j)) + <u64>bswap<u32>(load<u32>(at))
      store<u32>(at, bswap<u32>(<u32>carry))
      carry >>>= 32
    }
  }
  return made
}

/** a << bits; bits that leave are lost. */
export function shiftedLeft(a: usize, bits: u32): usize {
  const made = __alloc(32)
  const skip = <i32>(min<u32>(bits, 256) >>> 6) << 3
  const part = <u64>(bits & 63)
  for (let at: i32 = 0; at + skip < 32; at += 8) {
    let value = limb(a, at + skip) << part
    if (part && at + skip < 24) value |= limb(a, at + skip + 8) >>> (64 - part)
    setLimb(made, at, value)
  }
  return made
}

/** a >> bits, without sign. */
export function shiftedRight(a: usize, bits: u32): usize {
  const made = __alloc(32)
  const skip = <i32>(min<u32>(bits, 256) >>> 6) << 3
  const part = <u64>(bits & 63)
  for (let at: i32 = 24; at >= skip; at -= 8) {
    let value = limb(a, at - skip) >>> part
    if (part && at > skip) value |= limb(a, at - skip - 8) << (64 - part)
    setLimb(made, at, value)
  }
  return made
}

/** All bits the other way round. */
export function flipped(a: usize): usize {
  const made = __alloc(32)
  for (let at: usize = 0; at < 32; at += 8) setLimb(made, at, ~limb(a, at))
  return made
}

/** True when all but the last `size` bytes are zero. */
export function fitsUnsigned(word: usize, size: i32): bool {
  for (let i = 0; i < 32 - size; i++) if (load<u8>(word + i)) return false
  return true
}

/** True when all but the last `size` bytes repeat the sign. */
export function fitsSigned(word: usize, size: i32): bool {
  const sign = <u8>(<i8>load<u8>(word + 32 - size) >> 7)
  for (let i = 0; i < 32 - size; i++) if (load<u8>(word + i) != sign) return false
  return true
}

/** True when all but the first `size` bytes are zero. */
export function fitsLeft(word: usize, size: i32): bool {
  for (let i = size; i < 32; i++) if (load<u8>(word + i)) return false
  return true
}

/** The last `size` bytes of a word, as a number without sign. */
export function truncatedUnsigned(word: usize, size: i32): usize {
  const made = __alloc(32)
  memory.copy(made + 32 - size, word + 32 - size, size)
  return made
}

/** The last `size` bytes of a word, as a number with sign. */
export function truncatedSigned(word: usize, size: i32): usize {
  const made = truncatedUnsigned(word, size)
  memory.fill(made, <u8>(<i8>load<u8>(word + 32 - size) >> 7), 32 - size)
  return made
}
