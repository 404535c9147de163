import type { Address, Bytes, Word } from '../primitives/index.ts'
import { addressFromBytes, fromHex, wordFromBytes, wordToBytes } from '../primitives/index.ts'
import { trap } from './frameEnd.ts'
import type { LinearMemory } from './v8.ts'

const WORD_BYTES = 32
const ADDRESS_BYTES = 20

/**
 * The contract's memory as host functions use it. Pointers and lengths are unsigned 32-bit numbers of the contract's
 * choosing: whatever lies outside the memory traps, and nothing is read or written. No bytes touch no place, so a length
 * of 0 is good at any pointer. What is read is copied.
 */
export class GuestMemory {
  readonly #memory: LinearMemory

  constructor(memory: LinearMemory) {
    this.#memory = memory
  }

  read(pointer: number, length: number): Bytes {
    return this.#at(pointer, length).slice()
  }

  write(pointer: number, bytes: Bytes): void {
    this.#at(pointer, bytes.length).set(bytes)
  }

  /** 32 bytes, big-endian. */
  readWord(pointer: number): Word {
    return wordFromBytes(this.#at(pointer, WORD_BYTES))
  }

  writeWord(pointer: number, word: Word): void {
    this.write(pointer, wordToBytes(word))
  }

  readAddress(pointer: number): Address {
    return addressFromBytes(this.#at(pointer, ADDRESS_BYTES))
  }

  writeAddress(pointer: number, address: Address): void {
    this.write(pointer, fromHex(address))
  }

  /** 4 bytes, little-endian: the form of lengths that host functions give back. */
  writeLength(pointer: number, length: number): void {
    this.write(pointer, Uint8Array.of(length, length >>> 8, length >>> 16, length >>> 24))
  }

  #at(pointer: number, length: number): Bytes {
    const { buffer } = this.#memory
    if (length === 0) return new Uint8Array(0)
    if (pointer + length > buffer.byteLength) trap(`${length} bytes at ${pointer} are outside the memory`)
    return new Uint8Array(buffer, pointer, length)
  }
}
