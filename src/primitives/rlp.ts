import { BaseError } from './errors.ts'
import type { Bytes } from './types.ts'

/** A byte string or a list of items. Source: Yellow Paper, appendix B. */
export type RlpItem = Bytes | readonly RlpItem[]

/** First byte of an empty string and of an empty list; what is longer adds its length. */
const STRING = 0x80
const LIST = 0xc0
/** Lengths up to this one fit into the first byte. */
const MAX_SHORT_LENGTH = 55
/** A transaction's access list nests three deep, a block of them five. Deeper input is somebody's attack on the stack. */
const MAX_DEPTH = 64

/** Encodes an item. */
export function rlpEncode(item: RlpItem): Bytes {
  const bytes = new Uint8Array(encodedLength(item))
  write(bytes, 0, item)
  return bytes
}

/** A list of items that are encoded already. */
export function rlpListOf(encodedItems: readonly Bytes[]): Bytes {
  const length = encodedItems.reduce((sum, item) => sum + item.length, 0)
  const bytes = new Uint8Array(prefixLength(length) + length)
  let offset = writePrefix(bytes, 0, LIST, length)
  for (const item of encodedItems) {
    bytes.set(item, offset)
    offset += item.length
  }
  return bytes
}

/**
 * Decodes exactly one item. Strict: every item has one encoding that is accepted. Strings of the result are views of
 * `bytes`. Throws `INVALID_RLP` for anything else: lengths that are not minimal or reach too far, bytes after the item.
 */
export function rlpDecode(bytes: Bytes): RlpItem {
  const { item, end } = readItem(bytes, 0, bytes.length, 0)
  if (end !== bytes.length) throw invalid(`${bytes.length - end} bytes follow the item`)
  return item
}

/**
 * Where the items of the list that `bytes` begins with start, and where the last one ends. Throws `INVALID_RLP` where that cannot
 * be seen; does not look into the items.
 */
export function rlpItemBounds(bytes: Bytes): readonly number[] {
  const { from, to } = payloadAt(bytes, 0, bytes.length)
  const bounds = [from]
  for (let at = from; at < to; bounds.push(at)) {
    at = (bytes[at] ?? 0) < STRING ? at + 1 : payloadAt(bytes, at, to).to
  }
  return bounds
}

/** The payload of an item that is not a byte of its own. */
function payloadAt(bytes: Bytes, start: number, limit: number): { from: number; to: number } {
  const first = bytes[start] ?? 0
  return readPayload(bytes, start, limit, first - (first < LIST ? STRING : LIST))
}

function encodedLength(item: RlpItem): number {
  if (!(item instanceof Uint8Array)) {
    const length = payloadLength(item)
    return prefixLength(length) + length
  }
  return isOwnEncoding(item) ? 1 : prefixLength(item.length) + item.length
}

function payloadLength(list: readonly RlpItem[]): number {
  return list.reduce((sum, item) => sum + encodedLength(item), 0)
}

/** A single byte below 0x80 stands for itself. */
function isOwnEncoding(string: Bytes): boolean {
  return string.length === 1 && (string[0] ?? STRING) < STRING
}

/** Writes an item at `offset` and says where it ends. */
function write(target: Bytes, offset: number, item: RlpItem): number {
  if (item instanceof Uint8Array) {
    const start = isOwnEncoding(item) ? offset : writePrefix(target, offset, STRING, item.length)
    target.set(item, start)
    return start + item.length
  }
  // Lists are measured again at each depth: cheaper than remembering for the two or three depths there are.
  let end = writePrefix(target, offset, LIST, payloadLength(item))
  for (const child of item) end = write(target, end, child)
  return end
}

function prefixLength(length: number): number {
  return length <= MAX_SHORT_LENGTH ? 1 : 1 + lengthOfLength(length)
}

function lengthOfLength(length: number): number {
  return length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4
}

function writePrefix(target: Bytes, offset: number, kind: number, length: number): number {
  if (length <= MAX_SHORT_LENGTH) {
    target[offset] = kind + length
    return offset + 1
  }
  const size = lengthOfLength(length)
  target[offset] = kind + MAX_SHORT_LENGTH + size
  for (let i = 0; i < size; i++) target[offset + size - i] = length >>> (8 * i)
  return offset + 1 + size
}

/** Reads the item at `start` that ends at `limit` or before. */
function readItem(bytes: Bytes, start: number, limit: number, depth: number): { item: RlpItem; end: number } {
  if (start >= limit) throw invalid('an item is missing')
  const first = bytes[start] ?? 0
  if (first < STRING) return { item: bytes.subarray(start, start + 1), end: start + 1 }
  const kind = first < LIST ? STRING : LIST
  const { from, to } = readPayload(bytes, start, limit, first - kind)
  if (kind === LIST) return { item: readList(bytes, from, to, depth + 1), end: to }
  const item = bytes.subarray(from, to)
  if (isOwnEncoding(item)) throw invalid('a single byte below 0x80 has a prefix')
  return { item, end: to }
}

function readList(bytes: Bytes, from: number, to: number, depth: number): readonly RlpItem[] {
  if (depth > MAX_DEPTH) throw invalid(`lists nest more than ${MAX_DEPTH} deep`)
  const items: RlpItem[] = []
  for (let position = from; position < to; ) {
    const { item, end } = readItem(bytes, position, to, depth)
    items.push(item)
    position = end
  }
  return items
}

/** Where the payload lies whose prefix at `start` says `size`: its length, or how many bytes spell its length. */
function readPayload(bytes: Bytes, start: number, limit: number, size: number): { from: number; to: number } {
  const lengthBytes = size > MAX_SHORT_LENGTH ? size - MAX_SHORT_LENGTH : 0
  const from = start + 1 + lengthBytes
  let length = size
  if (lengthBytes > 0) {
    if (from > limit) throw invalid('a length reaches past the end')
    if (bytes[start + 1] === 0) throw invalid('a length has a leading zero')
    length = 0
    for (let i = start + 1; i < from; i++) length = length * 256 + (bytes[i] ?? 0)
    if (length <= MAX_SHORT_LENGTH) throw invalid('a short length is spelled out')
  }
  if (length > limit - from) throw invalid('an item reaches past the end')
  return { from, to: from + length }
}

function invalid(fault: string): BaseError {
  return new BaseError('INVALID_RLP', `the bytes are not valid RLP: ${fault}`)
}
