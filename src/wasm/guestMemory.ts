import type { Address, Bytes, Hash, Word } from '../primitives/index.ts'
import { EMPTY_BYTES, toAddress } from '../primitives/index.ts'
import { trap } from './frameEnd.ts'
import { createKeccakMemo } from './keccakMemo.ts'
import { PAGE_BYTES } from './limits.ts'
import type { LinearMemory } from './v8.ts'

const WORD_BYTES = 32
const ADDRESS_BYTES = 20
const MAX_LANE = 0xffff_ffff_ffff_ffffn
const LIMB_BYTES = 4
const MAX_LIMB = 0xffff_ffff
/** One per thread: see `#operandAt`. */
const operand = new DataView(new ArrayBuffer(WORD_BYTES))
/** One per thread. */
const keccak = createKeccakMemo()

/**
 * The contract's memory as host functions use it. Pointers and lengths are unsigned 32-bit numbers of the contract's
 * choosing: whatever lies outside the memory traps, and nothing is read or written. No bytes touch no place, so a length
 * of 0 is good at any pointer. What is read is copied.
 *
 * Host functions are cheap in ink, so their conversions must be cheap: a word through four 64-bit lanes takes 0.3 us to
 * read and 0.2 us to write, through hex 1.0 and 0.6 us; most words are small, and then both take 0.03. The views are kept, because only `grow` replaces the buffer.
 */
export class GuestMemory {
  readonly #memory: LinearMemory
  #bytes: Bytes
  #lanes: DataView
  #hex: Buffer

  constructor(memory: LinearMemory) {
    this.#memory = memory
    this.#bytes = new Uint8Array(memory.buffer)
    this.#lanes = new DataView(memory.buffer)
    this.#hex = Buffer.from(memory.buffer)
  }

  get pages(): number {
    return this.#bytes.length / PAGE_BYTES
  }

  /** Adds pages within the maximum; V8 throws when the machine has no memory left. */
  grow(pages: number): void {
    this.#memory.grow(pages)
    this.#bytes = new Uint8Array(this.#memory.buffer)
    this.#lanes = new DataView(this.#memory.buffer)
    this.#hex = Buffer.from(this.#memory.buffer)
  }

  read(pointer: number, length: number): Bytes {
    if (length === 0) return EMPTY_BYTES
    this.#check(pointer, length)
    return this.#bytes.slice(pointer, pointer + length)
  }

  write(pointer: number, bytes: Bytes): void {
    if (bytes.length === 0) return
    this.#check(pointer, bytes.length)
    this.#bytes.set(bytes, pointer)
  }

  /** 32 bytes, big-endian. */
  readWord(pointer: number): Word {
    this.#check(pointer, WORD_BYTES)
    const lanes = this.#lanes
    const low = lanes.getBigUint64(pointer + 24)
    if (this.#isZero(pointer) && this.#isZero(pointer + 8) && this.#isZero(pointer + 16)) return low
    const high = (lanes.getBigUint64(pointer) << 64n) | lanes.getBigUint64(pointer + 8)
    return (high << 128n) | (lanes.getBigUint64(pointer + 16) << 64n) | low
  }

  writeWord(pointer: number, word: Word): void {
    this.#check(pointer, WORD_BYTES)
    const lanes = this.#lanes
    if (word <= MAX_LANE) {
      this.#bytes.fill(0, pointer, pointer + 24)
      lanes.setBigUint64(pointer + 24, word)
      return
    }
    // A DataView takes the low 64 bits.
    lanes.setBigUint64(pointer, word >> 192n)
    lanes.setBigUint64(pointer + 8, word >> 128n)
    lanes.setBigUint64(pointer + 16, word >> 64n)
    lanes.setBigUint64(pointer + 24, word)
  }

  /**
   * `a = a + b` modulo 2^256 of words in the memory; 1 when the sum has 257 bits. By 32-bit limbs, a tenth of what it takes through
   * bigints.
   */
  addWord(a: number, b: number): number {
    const lanes = this.#lanes
    const addend = this.#operandAt(a, b)
    let carry = 0
    for (let at = WORD_BYTES - LIMB_BYTES; at >= 0; at -= LIMB_BYTES) {
      const sum = lanes.getUint32(a + at) + addend.getUint32(at) + carry
      lanes.setUint32(a + at, sum)
      carry = sum > MAX_LIMB ? 1 : 0
    }
    return carry
  }

  /** `a = a - b` modulo 2^256; 1 when `b` is the greater. */
  subtractWord(a: number, b: number): number {
    const lanes = this.#lanes
    const subtrahend = this.#operandAt(a, b)
    let borrow = 0
    for (let at = WORD_BYTES - LIMB_BYTES; at >= 0; at -= LIMB_BYTES) {
      const difference = lanes.getUint32(a + at) - subtrahend.getUint32(at) - borrow
      lanes.setUint32(a + at, difference)
      borrow = difference < 0 ? 1 : 0
    }
    return borrow
  }

  /** -1, 0 or 1 as the word at `a` is less than, equal to or greater than that at `b`. */
  compareWords(a: number, b: number): number {
    this.#check(a, WORD_BYTES)
    this.#check(b, WORD_BYTES)
    for (let at = 0; at < WORD_BYTES; at += LIMB_BYTES) {
      const difference = this.#lanes.getUint32(a + at) - this.#lanes.getUint32(b + at)
      if (difference !== 0) return difference < 0 ? -1 : 1
    }
    return 0
  }

  /** A copy of the word at `b`, for an operation that writes to `a`: the two may overlap. */
  #operandAt(a: number, b: number): DataView {
    this.#check(a, WORD_BYTES)
    this.#check(b, WORD_BYTES)
    for (let at = 0; at < WORD_BYTES; at += LIMB_BYTES) operand.setUint32(at, this.#lanes.getUint32(b + at))
    return operand
  }

  readAddress(pointer: number): Address {
    this.#check(pointer, ADDRESS_BYTES)
    return toAddress(`0x${this.#hex.toString('hex', pointer, pointer + ADDRESS_BYTES)}`)
  }

  writeAddress(pointer: number, address: Address): void {
    this.#check(pointer, ADDRESS_BYTES)
    this.#hex.write(address.slice(2), pointer, 'hex')
  }

  /** 4 bytes, little-endian: the form of lengths that host functions give back. */
  writeLength(pointer: number, length: number): void {
    this.#check(pointer, 4)
    this.#lanes.setUint32(pointer, length, true)
  }

  readHash(pointer: number): Hash {
    this.#check(pointer, WORD_BYTES)
    return `0x${this.#hex.toString('hex', pointer, pointer + WORD_BYTES)}` as Hash
  }

  writeHash(pointer: number, hash: Hash): void {
    this.#check(pointer, WORD_BYTES)
    this.#hex.write(hash.slice(2), pointer, 'hex')
  }

  /** Writes the Keccak-256 of `length` bytes at `pointer` to `output`. */
  hash(pointer: number, length: number, output: number): void {
    const from = length === 0 ? 0 : pointer
    this.#check(from, length)
    this.#check(output, WORD_BYTES)
    keccak(this.#lanes, from, length, output)
  }

  #isZero(pointer: number): boolean {
    return (this.#lanes.getInt32(pointer) | this.#lanes.getInt32(pointer + 4)) === 0
  }

  #check(pointer: number, length: number): void {
    if (pointer + length > this.#bytes.length) trap(`${length} bytes at ${pointer} are outside the memory`)
  }
}
