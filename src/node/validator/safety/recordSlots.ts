import { decodeRecord, encodeRecord, type SafetyRecord } from '../../../consensus/index.ts'
import { assert, BaseError, type Bytes } from '../../../primitives/index.ts'
import type { Disk } from './disk.ts'
import { encodeFrame, type Frame, frameAt } from './frame.ts'

/** The record's file: two slots, each at a place of its own. */
const RECORD_FILE = 'record'
/** Room of a slot: a record of 300 validators takes about 100 KB. */
export const SLOT_BYTES = 2 ** 20

/** The record's file, open. */
export type RecordSlots = {
  /** True when nothing was ever written. */
  readonly isEmpty: boolean
  /** What both slots hold; undefined when neither is whole. */
  readonly record: SafetyRecord | undefined
  /** Replaces it: in both slots, and durable, when it resolves. */
  write(record: SafetyRecord): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the record's file, made when there is none. A record is acknowledged when both slots hold it, one written and synced
 * after the other: a write that is torn leaves the other slot, and a slot that has gone bad later does not bring back an
 * older record. What an interrupted write has left is mended first.
 */
export async function openRecordSlots(disk: Disk): Promise<RecordSlots> {
  const bytes = (await disk.read(RECORD_FILE)) ?? new Uint8Array()
  const slots = [0, 1].map((slot) => slotAt(bytes, slot))
  const newest = slots.reduce((best, one) => (one !== undefined && one.number > (best?.number ?? -1) ? one : best))
  const file = await disk.open(RECORD_FILE)
  await disk.syncNames()
  let number = newest?.number ?? 0

  async function put(slot: number, frame: Bytes): Promise<void> {
    assert(frame.length <= SLOT_BYTES, 'a safety record fits into its slot')
    await file.writeAt(frame, slot * SLOT_BYTES)
    await file.sync()
  }

  for (const slot of [0, 1]) {
    if (newest !== undefined && slots[slot]?.number !== number) await put(slot, encodeFrame(number, newest.payload))
  }
  return {
    isEmpty: bytes.length === 0,
    record: newest?.record,
    async write(record) {
      number += 1
      const frame = encodeFrame(number, encodeRecord(record))
      await put(0, frame)
      await put(1, frame)
    },
    close: () => file.close(),
  }
}

/** A slot whose checksum is right and whose bytes are a record. */
function slotAt(bytes: Bytes, slot: number): (Frame & { readonly record: SafetyRecord }) | undefined {
  const frame = frameAt(bytes, slot * SLOT_BYTES)
  if (frame === undefined) return undefined
  try {
    return { ...frame, record: decodeRecord(frame.payload) }
  } catch (thrown) {
    // Of another version, or another file: as good as none.
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}
