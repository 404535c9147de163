import type { Bytes } from '../../../primitives/index.ts'

/** What bytes of LevelDB's files turn out not to be: a sentence without a subject. */
export class FileDamage extends Error {
  override readonly name = 'FileDamage'
}

/** Reads numbers and byte strings of LevelDB's formats. Throws `FileDamage` beyond the end. */
export class LevelReader {
  readonly #bytes: Bytes
  readonly #view: DataView
  offset: number

  constructor(bytes: Bytes, offset = 0) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.offset = offset
  }

  get isAtEnd(): boolean {
    return this.offset >= this.#bytes.length
  }

  byte(): number {
    return this.take(1)[0] ?? 0
  }

  /** A fixed 32-bit number, little-endian, unsigned. */
  uint32(): number {
    const start = this.#advance(4)
    return this.#view.getUint32(start, true)
  }

  /** A number of 7 bits a byte, the lowest first, below 2^53. */
  varint(): number {
    let value = 0
    for (let scale = 1; scale < 2 ** 63; scale *= 128) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) throw new FileDamage('a number in it is too large')
        return value
      }
    }
    throw new FileDamage('a number in it has no end')
  }

  /** The next bytes, not copied. */
  take(length: number): Bytes {
    const start = this.#advance(length)
    return this.#bytes.subarray(start, this.offset)
  }

  /** Bytes after their length. */
  string(): Bytes {
    return this.take(this.varint())
  }

  #advance(length: number): number {
    const start = this.offset
    if (start < 0 || start + length > this.#bytes.length) throw new FileDamage('it ends too early')
    this.offset = start + length
    return start
  }
}
