import type { Bytes } from '../../../primitives/index.ts'
import { FileDamage, LevelReader } from './bytes.ts'

/** LevelDB's blocks are of 4 KiB and hardly more; an index of a table of 2 MiB is below it, too. */
const MAX_BYTES = 64 * 2 ** 20

/** Unpacks a block that LevelDB has compressed. Throws `FileDamage`. Source: google/snappy, format_description.txt. */
export function unpackSnappy(packed: Bytes): Bytes {
  const reader = new LevelReader(packed)
  const length = reader.varint()
  if (length > MAX_BYTES) throw new FileDamage('a compressed block is too large')
  const out = new Uint8Array(length)
  let end = 0
  while (!reader.isAtEnd) {
    const tag = reader.byte()
    const isLiteral = (tag & 3) === 0
    const size = isLiteral ? literalLength(reader, tag >>> 2) : copyLength(tag)
    if (end + size > length) throw new FileDamage('a compressed block is longer than it says')
    if (isLiteral) out.set(reader.take(size), end)
    else copyWithin(out, end, copyDistance(reader, tag), size)
    end += size
  }
  if (end !== length) throw new FileDamage('a compressed block is shorter than it says')
  return out
}

/** Lengths up to 60 stand in the tag; longer ones in the 1 to 4 bytes after it. */
function literalLength(reader: LevelReader, code: number): number {
  return 1 + (code < 60 ? code : littleEndian(reader, code - 59))
}

function copyLength(tag: number): number {
  return (tag & 3) === 1 ? 4 + ((tag >>> 2) & 7) : 1 + (tag >>> 2)
}

function copyDistance(reader: LevelReader, tag: number): number {
  switch (tag & 3) {
    case 1:
      return (tag >>> 5) * 256 + reader.byte()
    case 2:
      return littleEndian(reader, 2)
    default:
      return littleEndian(reader, 4)
  }
}

function littleEndian(reader: LevelReader, count: number): number {
  return reader.take(count).reduceRight((value, byte) => value * 256 + byte, 0)
}

/** Byte by byte: what is copied may overlap what it is copied to. */
function copyWithin(out: Uint8Array, end: number, distance: number, size: number): void {
  if (distance === 0 || distance > end) throw new FileDamage('a compressed block refers to bytes before its begin')
  for (let index = end; index < end + size; index += 1) out[index] = out[index - distance] as number
}
