import type { Bytes } from '../../primitives/index.ts'

/** Bytes that grow at the end. Numbers are written in LEB128's shortest form. */
export class Writer {
  #bytes: Bytes
  #length = 0

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity)
  }

  get length(): number {
    return this.#length
  }

  /** What was written so far, shared: later writes may change it. */
  view(): Bytes {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Forgets everything and keeps the room. */
  clear(): void {
    this.#length = 0
  }

  byte(...values: readonly number[]): this {
    this.#reserve(values.length)
    for (const value of values) {
      this.#bytes[this.#length] = value
      this.#length += 1
    }
    return this
  }

  /** 0 to 2^32 - 1. */
  u32(value: number): this {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80)
      rest = Math.floor(rest / 0x80)
    }
    return this.byte(rest)
  }

  /** A signed number of at most 53 bits; the same form serves `i32.const` and `i64.const`. */
  signed(value: number): this {
    let rest = value
    while (rest < -0x40 || rest >= 0x40) {
      const low = ((rest % 0x80) + 0x80) % 0x80
      this.byte(low | 0x80)
      rest = (rest - low) / 0x80
    }
    return this.byte(rest & 0x7f)
  }

  raw(bytes: Bytes): this {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  /** A length and as many bytes. */
  sized(bytes: Bytes): this {
    return this.u32(bytes.length).raw(bytes)
  }

  utf8(text: string): this {
    return this.sized(utf8.encode(text))
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
    grown.set(this.view())
    this.#bytes = grown
  }
}

const utf8 = new TextEncoder()
