import { type Address, assert, type Bytes, type Hash, type Word } from '../primitives/index.ts'
import type { CoreExports, Pointer } from './exports.ts'
import type { LinearMemory } from './webAssembly.ts'

/**
 * The core's memory as TypeScript reads and writes it. Growing it detaches every view: take views from here each time,
 * never keep one over a call into the core. The methods do so themselves.
 */
export type CoreMemory = {
  /** For modules that share it: the compile tier imports it. */
  readonly linear: LinearMemory
  readonly buffer: Buffer
  /** Numbers in it are little-endian: `view.getUint32(pointer, true)`. */
  readonly view: DataView
  readWord(pointer: Pointer): Word
  /** Writes a word; anything else is a bug. */
  writeWord(pointer: Pointer, word: Word): void
  /** The address in a word's low 20 bytes. */
  readAddress(pointer: Pointer): Address
  /** Writes a word whose low 20 bytes are the address and whose others are 0. */
  writeAddress(pointer: Pointer, address: Address): void
  /** A word as the hash of that value. */
  readHash(pointer: Pointer): Hash
  writeHash(pointer: Pointer, hash: Hash): void
  /** A copy of `length` bytes. */
  readBytes(pointer: Pointer, length: number): Bytes
  writeBytes(pointer: Pointer, bytes: Bytes): void
}

const TWO_64 = 1n << 64n

function isZeroLimb(view: DataView, pointer: Pointer): boolean {
  return (view.getInt32(pointer, true) | view.getInt32(pointer + 4, true)) === 0
}

/** Most words are below 2^64: without the three upper limbs a read takes 20 ns instead of 170. */
function readLimbs(view: DataView, pointer: Pointer): Word {
  const limb = (offset: number): bigint => view.getBigUint64(pointer + offset, true)
  if (isZeroLimb(view, pointer + 8) && isZeroLimb(view, pointer + 16) && isZeroLimb(view, pointer + 24)) return limb(0)
  return (((((limb(24) << 64n) | limb(16)) << 64n) | limb(8)) << 64n) | limb(0)
}

/** A view's own setter takes what is too large modulo 2^64: a remainder must not pass for the number. */
function writeLimbs(view: DataView, pointer: Pointer, word: Word): void {
  const isSmall = word >= 0n && word < TWO_64
  const top = isSmall ? 0n : word >> 192n
  assert(top >= 0n && top < TWO_64, 'a word has at most 256 bits')
  view.setBigUint64(pointer, word, true)
  view.setBigUint64(pointer + 8, isSmall ? 0n : word >> 64n, true)
  view.setBigUint64(pointer + 16, isSmall ? 0n : word >> 128n, true)
  view.setBigUint64(pointer + 24, top, true)
}

/** Views of `linear` that are made again after it grew, and what they read and write. */
export function createCoreMemory({
  memory: linear,
  allocate,
  loadBePartial,
  loadBe,
  storeBe,
}: CoreExports): CoreMemory {
  const scratch = allocate(32)
  let buffer = Buffer.from(linear.buffer)
  let view = new DataView(linear.buffer)
  const refresh = (): void => {
    // A detached buffer has no bytes: asking for its length is cheaper than comparing `linear.buffer`, 1 ns to 15.
    if (buffer.length > 0) return
    buffer = Buffer.from(linear.buffer)
    view = new DataView(linear.buffer)
  }
  const memory: CoreMemory = {
    linear,
    get buffer() {
      refresh()
      return buffer
    },
    get view() {
      refresh()
      return view
    },
    readWord: (pointer) => readLimbs(memory.view, pointer),
    writeWord: (pointer, word) => writeLimbs(memory.view, pointer, word),
    readAddress(pointer) {
      storeBe(scratch, pointer)
      return `0x${memory.buffer.toString('hex', scratch + 12, scratch + 32)}` as Address
    },
    writeAddress(pointer, address) {
      memory.buffer.write(address.slice(2), scratch, 20, 'hex')
      loadBePartial(pointer, scratch, 20)
    },
    readHash(pointer) {
      storeBe(scratch, pointer)
      return `0x${memory.buffer.toString('hex', scratch, scratch + 32)}` as Hash
    },
    writeHash(pointer, hash) {
      memory.buffer.write(hash.slice(2), scratch, 32, 'hex')
      loadBe(pointer, scratch)
    },
    readBytes: (pointer, length) => new Uint8Array(memory.buffer.subarray(pointer, pointer + length)),
    writeBytes: (pointer, bytes) => memory.buffer.set(bytes, pointer),
  }
  return memory
}
