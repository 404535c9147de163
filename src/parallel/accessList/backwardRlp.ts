import { BaseError, type Bytes, isUint } from '../../primitives/index.ts'

const STRING = 0x80
const LIST = 0xc0
const MAX_SHORT_LENGTH = 55

/**
 * Writes RLP from its end to its start: a list's length is known once its items are there, so nothing is measured first and
 * nothing is copied. A block's access list takes 0.4 us per number so, and 2 us through a tree of items.
 */
export class BackwardRlp {
  #bytes = Buffer.alloc(4096)
  /** How many bytes are written, at the end of the buffer. */
  #length = 0

  /** All that was written. */
  take(): Bytes {
    return new Uint8Array(this.#bytes.subarray(this.#bytes.length - this.#length))
  }

  /** Where what is written next ends: what {@link close} wants of a list whose items are written by hand. */
  end(): number {
    return this.#length
  }

  /** Makes a list of all that was written since `end`. */
  close(end: number): void {
    this.#prefix(LIST, this.#length - end)
  }

  /** A list; `write` writes one item of it. */
  list<item>(items: readonly item[], write: (out: this, item: item) => void): void {
    const end = this.#length
    for (const item of items.toReversed()) write(this, item)
    this.close(end)
  }

  bytes(bytes: Bytes): void {
    const at = this.#room(bytes.length)
    this.#bytes.set(bytes, at)
    if (bytes.length !== 1 || (bytes[0] ?? STRING) >= STRING) this.#prefix(STRING, bytes.length)
  }

  /** Whole bytes as hex with `0x`; more than one. */
  hex(digits: string): void {
    const count = (digits.length - 2) / 2
    const at = this.#room(count)
    this.#bytes.write(digits.slice(2), at, 'hex')
    this.#prefix(STRING, count)
  }

  /** An unsigned number below 2^bits, without leading zeros. Throws `RLP_INVALID_VALUE` for any other. */
  number(value: bigint, bits: number): void {
    if (!isUint(value, bits))
      throw new BaseError('RLP_INVALID_VALUE', `${value} is no unsigned integer of ${bits} bits`)
    if (value < 0x80n) {
      const at = this.#room(1)
      this.#bytes[at] = value === 0n ? STRING : Number(value)
    } else if (value < 0x1_0000_0000_0000n) {
      const small = Number(value)
      const count = bytesOf(small)
      const at = this.#room(count)
      this.#bytes.writeUIntBE(small, at, count)
      this.#prefix(STRING, count)
    } else {
      const digits = value.toString(16)
      this.hex(digits.length % 2 === 0 ? `0x${digits}` : `0x0${digits}`)
    }
  }

  #prefix(kind: number, length: number): void {
    if (length <= MAX_SHORT_LENGTH) {
      const at = this.#room(1)
      this.#bytes[at] = kind + length
      return
    }
    const count = bytesOf(length)
    const at = this.#room(count + 1)
    this.#bytes[at] = kind + MAX_SHORT_LENGTH + count
    this.#bytes.writeUIntBE(length, at + 1, count)
  }

  /** Takes the last `count` free bytes; returns where they begin. */
  #room(count: number): number {
    const length = this.#length + count
    if (length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(length, this.#bytes.length * 2))
      this.#bytes.copy(larger, larger.length - this.#bytes.length)
      this.#bytes = larger
    }
    this.#length = length
    return this.#bytes.length - length
  }
}

/** At most 6: below 2^48. */
function bytesOf(number: number): number {
  let count = 1
  for (let limit = 0x100; number >= limit; limit *= 0x100) count += 1
  return count
}
