import type { Word } from '../../primitives/index.ts'

/** Where something stands in the shared memory: an index of 32-bit words. Those of records are even; 0 is none. */
export type Pointer = number

/** Words that a thread takes from the common rest at a time: 128 KiB, so that threads rarely meet there. */
const CHUNK_WORDS = 32_768

/** Where the first word stands that nobody has taken yet. */
const FREE = 0
/** Words at the front that {@link Arena.take} never gives: the free pointer, and the control words (control.ts). */
const RESERVED_WORDS = 512
/** The first of them are the block's; the others are the team's and outlive it. */
const BLOCK_WORDS = 64

/** The block does not fit. Whoever executes it does so without shared memory. */
export class MemoryFull extends Error {
  override readonly name = 'MemoryFull'
}

/** Shared memory for blocks. Its pages cost nothing until they are written. */
export function allocateShared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes)
}

/**
 * One thread's hand on the shared memory: plain and atomic words, 256-bit words, and a piece to put new records in. What was
 * written plainly is seen by others after an atomic store that they loaded: JavaScript's atomics are sequentially consistent
 * and are the only order there is.
 */
export class Arena {
  readonly buffer: SharedArrayBuffer
  readonly bytes: Uint8Array
  readonly #words: Int32Array
  readonly #limbs: BigUint64Array
  #next = 0
  #end = 0

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.bytes = new Uint8Array(buffer)
    this.#words = new Int32Array(buffer)
    this.#limbs = new BigUint64Array(buffer)
  }

  /** Forgets the block. Nobody else may use the memory now. */
  clear(): void {
    this.#words.fill(0, 0, BLOCK_WORDS)
    this.store(FREE, RESERVED_WORDS)
    this.release()
  }

  /** Forgets the piece that this thread was filling: the memory was cleared. */
  release(): void {
    this.#next = 0
    this.#end = 0
  }

  /** New words, with what was there before in them, at an even place. Throws {@link MemoryFull}. */
  take(count: number): Pointer {
    const rounded = (count + 1) & ~1
    if (this.#next + rounded > this.#end) this.#refill(rounded)
    const taken = this.#next
    this.#next += rounded
    return taken
  }

  /** The same, and all 0. */
  takeZeroed(count: number): Pointer {
    const taken = this.take(count)
    this.#words.fill(0, taken, taken + count)
    return taken
  }

  #refill(atLeast: number): void {
    const count = Math.max(atLeast, CHUNK_WORDS)
    const start = this.add(FREE, count)
    if (start + count > this.#words.length) throw new MemoryFull('the block does not fit into the shared memory')
    this.#next = start
    this.#end = start + count
  }

  get(pointer: Pointer): number {
    return this.#words[pointer] ?? 0
  }

  set(pointer: Pointer, value: number): void {
    this.#words[pointer] = value
  }

  load(pointer: Pointer): number {
    return Atomics.load(this.#words, pointer)
  }

  store(pointer: Pointer, value: number): void {
    Atomics.store(this.#words, pointer, value)
  }

  /** Adds and returns what was there before. */
  add(pointer: Pointer, value: number): number {
    return Atomics.add(this.#words, pointer, value)
  }

  /** Puts a value there and returns what was there before. */
  exchange(pointer: Pointer, value: number): number {
    return Atomics.exchange(this.#words, pointer, value)
  }

  /** True when `expected` was there; then `value` is. */
  replace(pointer: Pointer, expected: number, value: number): boolean {
    return Atomics.compareExchange(this.#words, pointer, expected, value) === expected
  }

  /** Lowers a word to `value`, unless it is lower. */
  lower(pointer: Pointer, value: number): void {
    for (let seen = this.load(pointer); seen > value; seen = this.load(pointer)) {
      if (this.replace(pointer, seen, value)) return
    }
  }

  /** Sleeps until the word is not `seen`, is woken, or the time is over. */
  wait(pointer: Pointer, seen: number, milliseconds: number): void {
    Atomics.wait(this.#words, pointer, seen, milliseconds)
  }

  /** Wakes all that sleep on the word. */
  wake(pointer: Pointer): void {
    Atomics.notify(this.#words, pointer)
  }

  /** An unsigned 64-bit number at an even place. */
  getLimb(pointer: Pointer): bigint {
    return this.#limbs[pointer >> 1] ?? 0n
  }

  setLimb(pointer: Pointer, value: bigint): void {
    this.#limbs[pointer >> 1] = value
  }

  /** A 256-bit number, 8 words at an even place. Most are below 2^64, and then three limbs need not be joined. */
  getWord(pointer: Pointer): Word {
    const at = pointer >> 1
    const low = this.#limbs[at] ?? 0n
    const high = pointer + 2
    if (!this.#hasBits(high, 6)) return low
    const upper = ((this.#limbs[at + 3] ?? 0n) << 64n) | (this.#limbs[at + 2] ?? 0n)
    return (((upper << 64n) | (this.#limbs[at + 1] ?? 0n)) << 64n) | low
  }

  /** Writes the low 256 bits. */
  setWord(pointer: Pointer, value: bigint): void {
    const at = pointer >> 1
    const isSmall = value >= 0n && value < 0x1_0000_0000_0000_0000n
    this.#limbs[at] = value
    this.#limbs[at + 1] = isSmall ? 0n : value >> 64n
    this.#limbs[at + 2] = isSmall ? 0n : value >> 128n
    this.#limbs[at + 3] = isSmall ? 0n : value >> 192n
  }

  #hasBits(pointer: Pointer, count: number): boolean {
    for (let at = pointer; at < pointer + count; at += 1) if (this.#words[at] !== 0) return true
    return false
  }

  /** True when `count` words at two places are equal. */
  equal(a: Pointer, b: Pointer, count: number): boolean {
    for (let at = 0; at < count; at += 1) if (this.#words[a + at] !== this.#words[b + at]) return false
    return true
  }
}
