import type { Address, Bytes, Hash } from '../../primitives/index.ts'

/** Writes values one after the other into bytes that grow. For records that only this program reads: no version, no checks. */
export class ByteWriter {
  #bytes = Buffer.alloc(1024)
  #length = 0

  /** What was written since the last call; stands until the next write. */
  take(): Bytes {
    const written = this.#bytes.subarray(0, this.#length)
    this.#length = 0
    return written
  }

  byte(value: number): void {
    const at = this.#room(1)
    this.#bytes[at] = value
  }

  length(value: number): void {
    const at = this.#room(4)
    this.#bytes.writeUInt32LE(value, at)
  }

  /** An unsigned number of any size. */
  number(value: bigint): void {
    if (value < 0x1_0000_0000_0000_0000n) {
      this.byte(8)
      const at = this.#room(8)
      this.#bytes.writeBigUInt64LE(value, at)
      return
    }
    const digits = value.toString(16)
    this.hex(digits.length % 2 === 0 ? digits : `0${digits}`)
  }

  /** Hex digits of fewer than 256 bytes, without `0x`. */
  hex(digits: string): void {
    this.byte(digits.length / 2)
    const at = this.#room(digits.length / 2)
    this.#bytes.write(digits, at, 'hex')
  }

  address(address: Address): void {
    const at = this.#room(20)
    this.#bytes.write(address.slice(2), at, 'hex')
  }

  hash(hash: Hash): void {
    const at = this.#room(32)
    this.#bytes.write(hash.slice(2), at, 'hex')
  }

  bytes(bytes: Bytes): void {
    this.length(bytes.length)
    const at = this.#room(bytes.length)
    this.#bytes.set(bytes, at)
  }

  text(text: string): void {
    this.bytes(Buffer.from(text, 'utf8'))
  }

  list<item>(items: readonly item[], write: (item: item) => void): void {
    this.length(items.length)
    for (const item of items) write(item)
  }

  /** A value that may be missing. */
  maybe<value>(value: value | undefined, write: (value: value) => void): void {
    this.byte(value === undefined ? 0 : 1)
    if (value !== undefined) write(value)
  }

  #room(count: number): number {
    const at = this.#length
    this.#length += count
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.alloc(Math.max(this.#length, this.#bytes.length * 2))
      this.#bytes.copy(larger)
      this.#bytes = larger
    }
    return at
  }
}
