import { type Bytes, concatBytes } from '../../../primitives/index.ts'
import { FileDamage } from './bytes.ts'
import { crc32c, maskedCrc } from './crc32c.ts'

/** Source for all of it: LevelDB, doc/log_format.md. */
const BLOCK_BYTES = 32_768
/** Masked CRC-32C of type and payload (4 bytes), length of the payload (2), type (1); little-endian. */
const HEAD_BYTES = 7
const CHECKSUM_BYTES = 4
const TYPES = { full: 1, first: 2, middle: 3, last: 4 } as const
/** What a disk writes as a whole, so that a power cut leaves whole ones. */
const SECTOR_BYTES = 512

/**
 * The records of a log or a manifest. A write that a crash has cut off at the end of the file is left out, as LevelDB does:
 * nobody was told that it is there. Throws `FileDamage` when a record is not what was written: LevelDB itself passes over
 * such a record, and over all that follow in its 32 KiB, without a word.
 */
export function logRecords(file: Bytes): readonly Bytes[] {
  const records: Bytes[] = []
  let parts: Bytes[] = []
  for (let start = 0; start + HEAD_BYTES <= file.length; ) {
    const room = BLOCK_BYTES - (start % BLOCK_BYTES)
    if (room < HEAD_BYTES) {
      start += room
      continue
    }
    const fragment = fragmentAt(file, start)
    if (fragment === undefined) {
      if (isTornWrite(file, start)) return records
      throw new FileDamage(`its checksum does not hold at byte ${start}`)
    }
    const { type, payload } = fragment
    const isBegin = type === TYPES.full || type === TYPES.first
    if (isBegin !== (parts.length === 0)) throw new FileDamage(`a record is incomplete at byte ${start}`)
    parts.push(payload)
    if (type === TYPES.full || type === TYPES.last) {
      records.push(concatBytes(...parts))
      parts = []
    }
    start += HEAD_BYTES + payload.length
  }
  return records
}

/** The fragment of a record whose head stands at `start`; undefined when there is none whose checksum holds. */
function fragmentAt(file: Bytes, start: number) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const type = view.getUint8(start + 6)
  const end = start + HEAD_BYTES + view.getUint16(start + CHECKSUM_BYTES, true)
  if (type < TYPES.full || type > TYPES.last || end > endOfBlock(file, start)) return undefined
  if (view.getUint32(start, true) !== maskedCrc(crc32c(file, start + HEAD_BYTES - 1, end))) return undefined
  return { type, payload: file.subarray(start + HEAD_BYTES, end) }
}

/** True when what stands at `start` can be the begin of the last write, of which a crash has kept the rest from the disk. */
function isTornWrite(file: Bytes, start: number): boolean {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  // Sectors that were never written are zero.
  const lastSector = Math.floor((file.length - 1) / SECTOR_BYTES) * SECTOR_BYTES
  if (isZero(file, Math.max(start, lastSector))) return true
  const end = start + HEAD_BYTES + view.getUint16(start + CHECKSUM_BYTES, true)
  if (end <= file.length || endOfBlock(file, start) < file.length) return false
  // The checksum does not cover the length: when it holds for all that is there, the length is wrong, not the file short.
  if (view.getUint32(start, true) === maskedCrc(crc32c(file, start + HEAD_BYTES - 1))) return false
  return !hasFragmentAfter(file, start)
}

/** Whether a whole fragment follows `start` somewhere in its block: what was written later than a record that was cut off. */
function hasFragmentAfter(file: Bytes, start: number): boolean {
  const end = endOfBlock(file, start)
  for (let at = start + 1; at + HEAD_BYTES <= end; at += 1) if (fragmentAt(file, at) !== undefined) return true
  return false
}

function endOfBlock(file: Bytes, start: number): number {
  return Math.min(file.length, (Math.floor(start / BLOCK_BYTES) + 1) * BLOCK_BYTES)
}

function isZero(file: Bytes, from: number): boolean {
  return file.subarray(from).every((byte) => byte === 0)
}
