import { decodeRecord, encodeRecord, type SafetyRecord } from '../../../consensus/index.ts'
import {
  assert,
  BaseError,
  type Bytes,
  fromHex,
  type Hash,
  readFields,
  rlpDecode,
  rlpEncode,
  toHex,
} from '../../../primitives/index.ts'
import type { Disk } from './disk.ts'
import { encodeFrame, type Frame, frameAt } from './frame.ts'

/** The record's file: two slots, each at a place of its own. */
export const RECORD_FILE = 'record'
/** Room of a slot: a record of 300 validators takes about 100 KB. */
export const SLOT_BYTES = 2 ** 20

/** Whose safety record it is: votes of another key, or for another chain, say nothing about this one's. */
export type RecordOwner = {
  /** BLS12-381, 48 bytes. */
  readonly publicKey: Bytes
  /** Commits to the first block, the rules of consensus and the first validators. */
  readonly genesisId: Hash
}

/** Whether both sign with one key, whatever their networks. */
export function isSameKey(a: RecordOwner, b: RecordOwner): boolean {
  return toHex(a.publicKey) === toHex(b.publicKey)
}

/** What the record's file held when it was opened. */
export type FoundSlots =
  /** Nothing was ever written. */
  | { readonly kind: 'empty' }
  /** Neither slot is whole. */
  | { readonly kind: 'damaged' }
  /** Of an evmpp that did not write yet whose record it is. */
  | { readonly kind: 'unnamed' }
  | { readonly kind: 'record'; readonly record: SafetyRecord }

/** The record's file, open. */
export type RecordSlots = {
  readonly found: FoundSlots
  /** Replaces it: in both slots, and durable, when it resolves. */
  write(record: SafetyRecord): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the record's file, made when there is none. A record is acknowledged when both slots hold it, one written and synced
 * after the other: a write that is torn leaves the other slot, and a slot that has gone bad later does not bring back an
 * older record. What an interrupted write has left is mended first. A record of somebody else is not touched: `onForeign`
 * throws.
 */
export async function openRecordSlots(
  disk: Disk,
  owner: RecordOwner,
  onForeign: (found: RecordOwner) => never,
): Promise<RecordSlots> {
  const bytes = (await disk.read(RECORD_FILE)) ?? new Uint8Array()
  const slots = [0, 1].map((slot) => slotAt(bytes, slot))
  const newest = slots.reduce((best, one) => (one !== undefined && one.number > (best?.number ?? -1) ? one : best))
  const named = newest?.content.kind === 'named' ? newest.content : undefined
  const isOwn = named === undefined || (isSameKey(named.owner, owner) && named.owner.genesisId === owner.genesisId)
  if (!isOwn) onForeign(named.owner)
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
    found: named !== undefined ? { kind: 'record', record: named.record } : withoutRecord(bytes, newest),
    async write(record) {
      number += 1
      const frame = encodeFrame(number, encodeNamed(owner, record))
      await put(0, frame)
      await put(1, frame)
    },
    close: () => file.close(),
  }
}

function withoutRecord(bytes: Bytes, unnamed: Slot | undefined): FoundSlots {
  if (unnamed !== undefined) return { kind: 'unnamed' }
  return { kind: bytes.length === 0 ? 'empty' : 'damaged' }
}

type Named = { readonly kind: 'named'; readonly owner: RecordOwner; readonly record: SafetyRecord }
type Slot = Frame & { readonly content: Named | { readonly kind: 'unnamed' } }

/** A slot whose checksum is right and whose bytes are a record, with or without its owner. */
function slotAt(bytes: Bytes, slot: number): Slot | undefined {
  const frame = frameAt(bytes, slot * SLOT_BYTES)
  if (frame === undefined) return undefined
  const content = decoded(() => decodeNamed(frame.payload)) ?? decoded(() => decodeUnnamed(frame.payload))
  return content === undefined ? undefined : { ...frame, content }
}

/** RLP: the public key, the genesis id, and the record's own encoding. */
function encodeNamed({ publicKey, genesisId }: RecordOwner, record: SafetyRecord): Bytes {
  return rlpEncode([publicKey, fromHex(genesisId), encodeRecord(record)])
}

function decodeNamed(payload: Bytes): Slot['content'] {
  const fields = readFields(rlpDecode(payload), 'named safety record')
  const owner = { publicKey: fields.bytes('publicKey'), genesisId: fields.hash('genesisId') }
  const record = decodeRecord(fields.bytes('record'))
  fields.end()
  return { kind: 'named', owner, record }
}

function decodeUnnamed(payload: Bytes): Slot['content'] {
  decodeRecord(payload)
  return { kind: 'unnamed' }
}

/** Undefined for the bytes of another version, or of another file: as good as none. */
function decoded<value>(decode: () => value): value | undefined {
  try {
    return decode()
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}
