import type { Bytes } from '../../../primitives/index.ts'
import { FileDamage, LevelReader } from './bytes.ts'
import { crc32c, maskedCrc } from './crc32c.ts'
import { unpackSnappy } from './snappy.ts'

/** Source for all of it: LevelDB, doc/table_format.md. */
const FOOTER_BYTES = 48
/** The last eight bytes, as two numbers. */
const MAGIC = [0x8b80_fb57, 0xdb47_7524] as const
/** Behind each block: how it is compressed (1 byte), masked CRC-32C of the block and that byte (4). */
const TRAILER_BYTES = 5
const COMPRESSION = { none: 0, snappy: 1 } as const

/** Where a block is. */
type Handle = { readonly offset: number; readonly size: number }

/** Checks every block of a table: LevelDB reads them without a look at their checksums. Throws `FileDamage`. */
export function checkTable(file: Bytes): void {
  const footer = new LevelReader(file.subarray(-FOOTER_BYTES))
  const metaIndex = readHandle(footer)
  const index = readHandle(footer)
  footer.offset = FOOTER_BYTES - 8
  if (footer.uint32() !== MAGIC[0] || footer.uint32() !== MAGIC[1]) throw new FileDamage('it was cut short')
  // One names the blocks of entries, the other the filters.
  for (const blocks of [index, metaIndex]) {
    for (const value of valuesOf(readBlock(file, blocks))) checkBlock(file, readHandle(new LevelReader(value)))
  }
}

function readHandle(reader: LevelReader): Handle {
  const offset = reader.varint()
  return { offset, size: reader.varint() }
}

/** The block as it is stored; its compression. */
function checkBlock(file: Bytes, { offset, size }: Handle): { readonly stored: Bytes; readonly compression: number } {
  const reader = new LevelReader(file, offset)
  const stored = reader.take(size)
  const compression = reader.byte()
  if (reader.uint32() !== maskedCrc(crc32c(file, offset, offset + size + 1))) {
    throw new FileDamage(`its checksum does not hold for the block at byte ${offset}`)
  }
  return { stored, compression }
}

/** Length of the trailer is part of the format: a block may not reach into the footer. */
function readBlock(file: Bytes, handle: Handle): Bytes {
  if (handle.offset + handle.size + TRAILER_BYTES > file.length) throw new FileDamage('a block is beyond its end')
  const { stored, compression } = checkBlock(file, handle)
  if (compression === COMPRESSION.none) return stored
  if (compression === COMPRESSION.snappy) return unpackSnappy(stored)
  throw new FileDamage(`a block is compressed in an unknown way ${compression}`)
}

/** The values of a block's entries: each is length shared with the key before, rest of the key, value. */
function valuesOf(block: Bytes): readonly Bytes[] {
  const restarts = new LevelReader(block, block.length - 4).uint32()
  const reader = new LevelReader(block)
  const end = block.length - 4 * (restarts + 1)
  const values: Bytes[] = []
  while (reader.offset < end) {
    reader.varint()
    const keyLength = reader.varint()
    const valueLength = reader.varint()
    reader.take(keyLength)
    values.push(reader.take(valueLength))
  }
  return values
}
