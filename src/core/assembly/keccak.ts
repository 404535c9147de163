/** Keccak-256 with the original padding, as Ethereum uses it (Keccak reference 3.0; Yellow Paper section 3). */
import { loadBe } from './word'

const RATE: u32 = 136
const state = memory.data(200, 16)
const block = memory.data(136, 16)
const parity = memory.data(40, 16)
const moved = memory.data(200, 16)

const ROUND_CONSTANTS = memory.data<u64>([
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
])
/** Rotation of lane x + 5y. */
const ROTATIONS = memory.data<u8>([
  0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14,
])

function lane(base: usize, x: u32, y: u32): usize {
  return base + ((x % 5) + 5 * (y % 5)) * 8
}

function permute(): void {
  for (let round = 0; round < 24; round++) {
    for (let x: u32 = 0; x < 5; x++) {
      let sum: u64 = 0
      for (let y: u32 = 0; y < 5; y++) sum ^= load<u64>(lane(state, x, y))
      store<u64>(lane(parity, x, 0), sum)
    }
    for (let x: u32 = 0; x < 5; x++) {
      const d = load<u64>(lane(parity, x + 4, 0)) ^ rotl<u64>(load<u64>(lane(parity, x + 1, 0)), 1)
      for (let y: u32 = 0; y < 5; y++) {
        const turned = rotl<u64>(load<u64>(lane(state, x, y)) ^ d, load<u8>(ROTATIONS + x + 5 * y))
        store<u64>(lane(moved, y, 2 * x + 3 * y), turned)
      }
    }
    for (let y: u32 = 0; y < 5; y++)
      for (let x: u32 = 0; x < 5; x++)
        store<u64>(
          lane(state, x, y),
          load<u64>(lane(moved, x, y)) ^ (~load<u64>(lane(moved, x + 1, y)) & load<u64>(lane(moved, x + 2, y))),
        )
    store<u64>(state, load<u64>(state) ^ load<u64>(ROUND_CONSTANTS + round * 8))
  }
}

function absorb(from: usize): void {
  for (let i: usize = 0; i < RATE; i += 8) store<u64>(state + i, load<u64>(state + i) ^ load<u64>(from + i))
  permute()
}

/** Writes the hash of `length` bytes at `from` as 32 bytes at `out`. */
export function keccak256(from: usize, length: u32, out: usize): void {
  memory.fill(state, 0, 200)
  let left = length
  for (; left >= RATE; left -= RATE, from += RATE) absorb(from)
  memory.fill(block, 0, RATE)
  memory.copy(block, from, left)
  store<u8>(block + left, 1)
  store<u8>(block + RATE - 1, load<u8>(block + RATE - 1) | 0x80)
  absorb(block)
  memory.copy(out, state, 32)
}

/** {@link keccak256} as a word: what the EVM pushes. */
export function keccak256Word(from: usize, length: u32, out: usize): void {
  keccak256(from, length, out)
  loadBe(out, out)
}

/** The hashes of two messages at once, each 32 bytes. */
export function keccak256Pair(fromA: usize, lengthA: u32, fromB: usize, lengthB: u32, outA: usize, outB: usize): void {
  keccak256(fromA, lengthA, outA)
  keccak256(fromB, lengthB, outB)
}
