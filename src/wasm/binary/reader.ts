import type { Bytes } from '../../primitives/index.ts'
import { MAX_NAME_BYTES } from '../limits.ts'

const exact = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const withoutMark = new TextDecoder('utf-8', { fatal: true })

/**
 * How names are compared. `exact`: two names are one when their bytes are, as the specification
 * has it. `withoutMark`: a byte-order mark in front is dropped, as version 1 of the rules does.
 */
export type NameForm = 'exact' | 'withoutMark'

/** A module that breaks a rule: why, and at which byte. Thrown while decoding, a `CodeFault` outside this room. */
export class InvalidModuleError extends Error {
  override readonly name = 'InvalidModuleError'
  readonly reason: string
  readonly offset: number

  constructor(reason: string, offset: number) {
    super(`${reason} at byte ${offset}`)
    this.reason = reason
    this.offset = offset
  }
}

/** A cursor over bytes `[offset, end)`. Every read past the end or over-long is an {@link InvalidModuleError}. */
export class Reader {
  readonly bytes: Bytes
  offset: number
  readonly end: number

  constructor(bytes: Bytes, offset = 0, end = bytes.length) {
    this.bytes = bytes
    this.offset = offset
    this.end = end
  }

  get isAtEnd(): boolean {
    return this.offset >= this.end
  }

  byte(): number {
    const byte = this.offset < this.end ? this.bytes[this.offset] : undefined
    if (byte === undefined) return this.fail('unexpected end')
    this.offset += 1
    return byte
  }

  /** LEB128, at most 5 bytes and 32 bits. */
  u32(): number {
    const first = this.byte()
    if (first < 0x80) return first
    let value = first & 0x7f
    for (let shift = 7; shift < 35; shift += 7) {
      const byte = this.byte()
      if (shift === 28 && byte > 0x0f) return this.fail('number of more than 32 bits')
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    return this.fail('number of more than 32 bits')
  }

  /** An unsigned number of at most `limit`, called `what` when it is more. */
  u32UpTo(limit: number, what: string): number {
    const start = this.offset
    const value = this.u32()
    if (value > limit) throw new InvalidModuleError(`${value} ${what}, more than ${limit}`, start)
    return value
  }

  /** Skips a signed LEB128 of at most `bits` bits; whether its last bits fit is left to V8. */
  skipSigned(bits: 32 | 64): void {
    const most = Math.ceil(bits / 7)
    for (let count = 0; count < most; count += 1) if (this.byte() < 0x80) return
    this.fail(`number of more than ${bits} bits`)
  }

  /** Signed LEB128 of 32 bits. */
  s32(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return shift < 28 && byte & 0x40 ? value | (-1 << (shift + 7)) : value
    }
    return this.fail('number of more than 32 bits')
  }

  /** The next `length` bytes, shared with the source. */
  take(length: number): Bytes {
    if (length > this.end - this.offset) return this.fail('unexpected end')
    this.offset += length
    return this.bytes.subarray(this.offset - length, this.offset)
  }

  /** A length and as many bytes of UTF-8. */
  name(form: NameForm): string {
    const bytes = this.take(this.u32UpTo(MAX_NAME_BYTES, 'bytes in a name'))
    try {
      return (form === 'exact' ? exact : withoutMark).decode(bytes)
    } catch {
      throw new InvalidModuleError('name that is not UTF-8', this.offset - bytes.length)
    }
  }

  /** A reader of the next `length` bytes, which this one skips. */
  section(length: number): Reader {
    const start = this.offset
    this.take(length)
    return new Reader(this.bytes, start, this.offset)
  }

  fail(reason: string): never {
    throw new InvalidModuleError(reason, this.offset)
  }
}
