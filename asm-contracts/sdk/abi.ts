// Solidity's ABI. A value is one of four things, told apart when its type is known to the compiler:
//
//   word      integers, bool, u256 and the like, Address, Bytes32 ...   one word
//   tuple     `@struct` classes and FixedArray: what has `__put`        its parts, dynamic if one of them is
//   array     Array                                                     dynamic
//   content   string, Uint8Array                                        dynamic
//
// Decoding is strict: dirty bits and data that is too short revert.

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

/** Nothing, as a value of that type: to ask what its type knows. */
// @ts-ignore: decorator
@inline export function ask<T>(): T {
  return changetype<T>(<usize>0)
}

/** How many members an enumeration has, 0 for what is none. Each call is a number that the compiler puts there. */
export function memberCount<T>(): u32 {
  return 0
}

/** An object of that type in fresh memory, its fields all zero. */
export function fresh<T>(): T {
  return changetype<T>(__new(offsetof<T>(), idof<T>()))
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

/** The bytes that a value takes in the head of a tuple. */
export function headSize<T>(): usize {
  if (isReference<T>()) {
    if (isDefined(ask<T>().__put)) return ask<T>().__dynamic() ? 32 : ask<T>().__heads() << 5
  }
  return 32
}

/** The bytes that a value takes beyond the head. */
export function tailSize<T>(value: T): usize {
  if (isReference<T>()) {
    if (isDefined(value.__put)) return value.__dynamic() ? (value.__heads() << 5) + value.__tails() : 0
  }
  if (isString<T>()) return 32 + padded(utf8Size(changetype<string>(value)))
  if (isArray<T>()) {
    let size: usize = 32
    for (let i = 0; i < value.length; i++) size += headSize<valueof<T>>() + tailSize<valueof<T>>(value[i])
    return size
  }
  if (isManaged<T>()) return 32 + padded(changetype<Uint8Array>(value).length)
  return 0
}

function padded(size: usize): usize {
  return (size + 31) & ~31
}

/** Writes what follows the offset of an array or of content; returns where it ends. */
function encodeTail<T>(value: T, at: usize): usize {
  const body = at + 32
  if (isArray<T>()) {
    const length = value.length
    encodeWord<u32>(length, at)
    const encoder = new Encoder(body, body, body + <usize>length * headSize<valueof<T>>())
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
    if (isReference<T>()) {
      if (isDefined(value.__put)) {
        if (!value.__dynamic()) {
          value.__put(this)
          return
        }
        const inner = new Encoder(this.tail, this.tail, this.tail + (value.__heads() << 5))
        value.__put(inner)
        this.putOffset(inner.tail)
        return
      }
    }
    if (isManaged<T>()) {
      this.putOffset(encodeTail<T>(value, this.tail))
    } else {
      encodeWord<T>(value, this.head)
      this.head += 32
    }
  }

  /** The head of a dynamic value, whose tail ends at `end`. */
  private putOffset(end: usize): void {
    encodeWord<u32>(<u32>(this.tail - this.base), this.head)
    this.tail = end
    this.head += 32
  }
}

/** Memory for `prefix` bytes and then a tuple of `heads` words and `tails` bytes, and the encoder that fills it. */
export function encoder(prefix: usize, heads: usize, tails: usize): Encoder {
  const base = __alloc(prefix + (heads << 5) + tails) + prefix
  return new Encoder(base, base, base + (heads << 5))
}

/** An encoder that holds what a function returns: one value, or those of a `@tuple`. */
export function encoded<T>(value: T): Encoder {
  if (isReference<T>()) {
    if (isDefined(value.__tuple)) {
      const made = encoder(0, value.__heads(), value.__tails())
      value.__put(made)
      return made
    }
  }
  const made = encoder(0, headSize<T>() >>> 5, tailSize<T>(value))
  made.put<T>(value)
  return made
}

/** The topic of an indexed value: its word, or the hash of its bytes or of its elements' words. */
export function topic<T>(value: T, at: usize): void {
  if (!isManaged<T>()) {
    encodeWord<T>(value, at)
    return
  }
  if (isReference<T>()) {
    if (isDefined(value.__put)) {
      const words = encoded<T>(value)
      keccak(words.base, words.tail - words.base, at)
      return
    }
  }
  if (isArray<T>()) {
    const size = tailSize<T>(value)
    const words = __alloc(size)
    encodeTail<T>(value, words)
    keccak(words + 32, size - 32, at)
    return
  }
  const bytes = contentOf<T>(value)
  keccak(bytes.dataStart, bytes.length, at)
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
    if (isDefined(ask<T>().__check)) changetype<T>(at).__check()
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
    if (memberCount<T>()) {
      if (low >= memberCount<T>()) fail()
    }
  }
  return <T>low
}

function decodeTail<T>(at: usize, end: usize): T {
  // The offset was below 2^32 and sums of two such numbers are compared without wrapping.
  if (<u64>at + 32 > <u64>end) fail()
  const size = low64(at)
  const body = at + 32
  if (isArray<T>()) {
    if (size > <u64>((end - body) / headSize<valueof<T>>())) fail()
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
    if (isReference<T>()) {
      if (isDefined(ask<T>().__put)) {
        const made = fresh<T>()
        if (!made.__dynamic()) {
          made.__next(this)
        } else {
          const at = this.nextTail()
          made.__next(decoder(at, this.end - at, made.__heads()))
        }
        return made
      }
    }
    if (isManaged<T>()) return decodeTail<T>(this.nextTail(), this.end)
    const at = this.head
    this.head += 32
    return decodeWord<T>(at)
  }

  /** What a function returned: one value, or those of a `@tuple`. */
  all<T>(): T {
    if (isReference<T>()) {
      if (isDefined(ask<T>().__tuple)) {
        const made = fresh<T>()
        made.__next(this)
        return made
      }
    }
    return this.next<T>()
  }

  /** Where the tail of the next value begins. */
  private nextTail(): usize {
    const offset = low64(this.head)
    this.head += 32
    if (offset > <u64>(this.end - this.base)) fail()
    return this.base + <usize>offset
  }
}

/** A decoder over `size` bytes of data that hold a tuple of `heads` words; shorter data reverts. */
export function decoder(from: usize, size: usize, heads: usize): Decoder {
  if (size < heads << 5) fail()
  return new Decoder(from, from, from + size)
}

/** A decoder over what a function that returns a `T` returned. */
export function resultDecoder<T>(from: usize, size: usize): Decoder {
  if (isReference<T>()) {
    if (isDefined(ask<T>().__tuple)) return decoder(from, size, ask<T>().__heads())
  }
  return decoder(from, size, headSize<T>() >>> 5)
}

/** The ABI encoding of a value, or of all the fields of a `@tuple`: Solidity's `abi.encode`. */
export function encode<T>(value: T): Uint8Array {
  const made = encoded<T>(value)
  return bytesOf(made.base, made.tail - made.base)
}

/** The value that {@link encode} encoded; reverts when the data holds none. */
export function decode<T>(data: Uint8Array): T {
  return resultDecoder<T>(data.dataStart, data.length).all<T>()
}
