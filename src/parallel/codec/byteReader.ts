import type { Address, Bytes, Hash } from '../../primitives/index.ts'
import { EMPTY_BYTES } from '../../primitives/index.ts'

/** Reads what a {@link ByteWriter} wrote, in the same order. */
export class ByteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Bytes) {
    // A Buffer's native hex decoder does not take shared memory: it reads a copy.
    this.#bytes = Buffer.from(bytes)
  }

  byte(): number {
    const value = this.#bytes[this.#at] ?? 0
    this.#at += 1
    return value
  }

  length(): number {
    const value = this.#bytes.readUInt32LE(this.#at)
    this.#at += 4
    return value
  }

  number(): bigint {
    const count = this.byte()
    const from = this.#skip(count)
    if (count === 8) return this.#bytes.readBigUInt64LE(from)
    return BigInt(`0x${this.#bytes.toString('hex', from, from + count)}`)
  }

  address(): Address {
    return this.#hex(20) as Address
  }

  hash(): Hash {
    return this.#hex(32) as Hash
  }

  bytes(): Bytes {
    const count = this.length()
    if (count === 0) return EMPTY_BYTES
    const from = this.#skip(count)
    return new Uint8Array(this.#bytes.subarray(from, from + count))
  }

  text(): string {
    return Buffer.from(this.bytes()).toString('utf8')
  }

  list<item>(read: () => item): item[] {
    return Array.from({ length: this.length() }, read)
  }

  maybe<value>(read: () => value): value | undefined {
    return this.byte() === 0 ? undefined : read()
  }

  #hex(count: number): string {
    const from = this.#skip(count)
    return `0x${this.#bytes.toString('hex', from, from + count)}`
  }

  #skip(count: number): number {
    const from = this.#at
    this.#at += count
    return from
  }
}
