import type { Bytes, Hash, Log } from '../../primitives/index.ts'
import { fromHex, keccak256 } from '../../primitives/index.ts'

/** Length of a log bloom in bytes: 2048 bits. */
const BLOOM_BYTES = 256

/** The bloom filter of logs: their addresses and topics. 256 bytes. Source: Yellow Paper 4.4.1. */
export function bloomOf(logs: readonly Log[]): Bytes {
  const bloom = new Uint8Array(BLOOM_BYTES)
  for (const { address, topics } of logs) {
    for (const value of [address, ...topics]) {
      for (const { index, mask } of bitsOf(value)) bloom[index] = byteAt(bloom, index) | mask
    }
  }
  return bloom
}

/** The filter of everything that any of `blooms` holds. */
export function mergeBlooms(blooms: readonly Bytes[]): Bytes {
  const merged = new Uint8Array(BLOOM_BYTES)
  for (const bloom of blooms)
    bloom.forEach((byte, index) => {
      merged[index] = byteAt(merged, index) | byte
    })
  return merged
}

/** Three bits of a bloom. */
export type BloomBits = readonly { readonly index: number; readonly mask: number }[]

/** The bits that an address or a topic sets: the low 11 bits of each of the first three byte pairs of its hash. */
export function bitsOf(value: `0x${string}` | Hash): BloomBits {
  const hash = keccak256(fromHex(value))
  return [0, 2, 4].map((pair) => {
    const bit = ((byteAt(hash, pair) << 8) | byteAt(hash, pair + 1)) & 0x7ff
    return { index: BLOOM_BYTES - 1 - (bit >> 3), mask: 1 << (bit & 7) }
  })
}

/** False only when what has these bits is certainly not in the bloom. */
export function mayHold(bloom: Bytes, bits: BloomBits): boolean {
  return bits.every(({ index, mask }) => (byteAt(bloom, index) & mask) !== 0)
}

/** The caller has checked the range; 0 satisfies the compiler. */
function byteAt(bytes: Bytes, index: number): number {
  return bytes[index] ?? 0
}
