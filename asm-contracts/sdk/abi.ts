// Solidity's ABI. What is managed (string, Uint8Array, Array) is dynamic there, what is not (integers, bool, u256,
// Address, Bytes32) is one word. Decoding is strict: dirty high bits and data that is too short revert.

import { keccak } from './hooks'
import { fail } from './revert'
import { utf8Read, utf8Size, utf8Write } from './text'

/** A `Uint8Array` with a copy of bytes in memory. */
export function bytesOf(from: usize, size: usize): Uint8Array {
  const buffer = __new(size, idof<ArrayBuffer>())
  memory.copy(buffer, from, size)
  const view = __new(offsetof<Uint8Array>(), idof<Uint8Array>())
  store<usize>(view, buffer, offsetof<Uint8Array>('buffer'))
  store<usize>(view, buffer, offsetof<Uint8Array>('dataStart'))
  store<usize>(view, size, offsetof<Uint8Array>('byteLength'))
  return changetype<Uint8Array>(view)
}

/** The bytes of a string or of bytes. */
export function contentOf<T>(value: T): Uint8Array {
  if (!isString<T>()) return changetype<Uint8Array>(value)
  const text = changetype<string>(value)
  const size = utf8Size(text)
  const at = __alloc(size)
  utf8Write(text, at)
  return bytesOf(at, size)
}

/** Writes a value of one word at `at`, where memory is zero. */
export function encodeWord<T>(value: T, at: usize): void {
  if (isReference<T>()) {
    memory.copy(at + 32 - offsetof<T>(), changetype<usize>(value), offsetof<T>())
  } else {
    store<u64>(at, bswap<u64>(<u64>value), 24)
    if (isSigned<T>()) {
      if (value < 0) memory.fill(at, 0xff, 24)
    }
  }
}

/** The bytes that a value takes beyond its word in the head. */
export function tailSize<T>(value: T): usize {
  if (isString<T>()) return 32 + padded(utf8Size(changetype<string>(value)))
  if (isArray<T>()) {
    let size: usize = 32
    for (let i = 0; i < value.length; i++) size += 32 + tailSize<valueof<T>>(value[i])
    return size
  }
  if (isManaged<T>()) return 32 + padded(changetype<Uint8Array>(value).length)
  return 0
}

function padded(size: usize): usize {
  return (size + 31) & ~31
}

/** Writes what follows a dynamic value's offset; returns where it ends. */
function encodeTail<T>(value: T, at: usize): usize {
  const body = at + 32
  if (isArray<T>()) {
    const length = value.length
    encodeWord<u32>(length, at)
    const encoder = new Encoder(body, body, body + (<usize>length << 5))
    for (let i = 0; i < length; i++) encoder.put<valueof<T>>(value[i])
    return encoder.tail
  }
  const bytes = contentOf<T>(value)
  const size = <usize>bytes.length
  memory.copy(body, bytes.dataStart, size)
  encodeWord<u32>(<u32>size, at)
  return body + padded(size)
}

/** Writes a tuple: heads from `head` on, tails from `tail` on, offsets counted from `base`. */
@unmanaged @final
export class Encoder {
  constructor(
    public base: usize,
    public head: usize,
    public tail: usize,
  ) {}

  put<T>(value: T): void {
    if (isManaged<T>()) {
      encodeWord<u32>(<u32>(this.tail - this.base), this.head)
      this.tail = encodeTail<T>(value, this.tail)
    } else {
      encodeWord<T>(value, this.head)
    }
    this.head += 32
  }
}

/** Memory for `prefix` bytes and then a tuple of `heads` words and `tails` bytes, and the encoder that fills it. */
export function encoder(prefix: usize, heads: usize, tails: usize): Encoder {
  const base = __alloc(prefix + (heads << 5) + tails) + prefix
  return new Encoder(base, base, base + (heads << 5))
}

/** The topic of an indexed value: its word, or the hash of its bytes. */
export function topic<T>(value: T, at: usize): void {
  if (isManaged<T>()) {
    const bytes = contentOf<T>(value)
    keccak(bytes.dataStart, bytes.length, at)
  } else {
    encodeWord<T>(value, at)
  }
}

/** The low 64 bits of a word whose other bits are zero. */
function low64(at: usize): u64 {
  if (load<u64>(at) | load<u64>(at, 8) | load<u64>(at, 16)) fail()
  return bswap<u64>(load<u64>(at, 24))
}

/** The low 64 bits of a word whose other bits repeat the sign. */
function signed64(at: usize): u64 {
  const low = <i64>bswap<u64>(load<u64>(at, 24))
  const sign = <u64>(low >> 63)
  if ((load<u64>(at) ^ sign) | (load<u64>(at, 8) ^ sign) | (load<u64>(at, 16) ^ sign)) fail()
  return low
}

/** A value of one word. Words and addresses are not copied: the result points into the data. */
function decodeWord<T>(at: usize): T {
  if (isReference<T>()) {
    if (offsetof<T>() == 20) {
      if (load<u64>(at) | load<u32>(at, 8)) fail()
    }
    return changetype<T>(at + 32 - offsetof<T>())
  }
  if (isSigned<T>()) {
    const low = signed64(at)
    if (<i64>(<T>low) != <i64>low) fail()
    return <T>low
  }
  const low = low64(at)
  if (isBoolean<T>()) {
    if (low > 1) fail()
  } else {
    if (<u64>(<T>low) != low) fail()
  }
  return <T>low
}

function decodeTail<T>(at: usize, end: usize): T {
  // The offset was below 2^32 and sums of two such numbers are compared without wrapping.
  if (<u64>at + 32 > <u64>end) fail()
  const size = low64(at)
  const body = at + 32
  if (isArray<T>()) {
    if (size > (<u64>(end - body) >>> 5)) fail()
    const decoder = new Decoder(body, body, end)
    const made = instantiate<T>(<i32>size)
    for (let i = 0; i < <i32>size; i++) made[i] = decoder.next<valueof<T>>()
    return made
  }
  if (size > <u64>(end - body)) fail()
  if (isString<T>()) return changetype<T>(utf8Read(body, <usize>size))
  return changetype<T>(bytesOf(body, <usize>size))
}

/** Reads a tuple: heads from `head` on, offsets counted from `base`, nothing at or after `end`. */
@unmanaged @final
export class Decoder {
  constructor(
    public base: usize,
    public head: usize,
    public end: usize,
  ) {}

  next<T>(): T {
    const at = this.head
    this.head += 32
    if (!isManaged<T>()) return decodeWord<T>(at)
    const offset = low64(at)
    if (offset > <u64>(this.end - this.base)) fail()
    return decodeTail<T>(this.base + <usize>offset, this.end)
  }
}

/** A decoder over `size` bytes of data that hold a tuple of `heads` words; shorter data reverts. */
export function decoder(from: usize, size: usize, heads: usize): Decoder {
  if (size < heads << 5) fail()
  return new Decoder(from, from, from + size)
}
