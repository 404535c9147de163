import { type Bytes, concatBytes, keccak256 } from '../../../primitives/index.ts'

const LENGTH_BYTES = 4
const NUMBER_BYTES = 8
const CHECKSUM_BYTES = 32
const HEAD_BYTES = CHECKSUM_BYTES + NUMBER_BYTES + LENGTH_BYTES

/** Bytes on a disk that may have been written only in part: a number, what it is of, and a checksum of both. */
export type Frame = { readonly number: number; readonly payload: Bytes; readonly end: number }

/** checksum (Keccak-256 of the rest), number (8 bytes), length (4 bytes), payload. */
export function encodeFrame(number: number, payload: Bytes): Bytes {
  const rest = new Uint8Array(NUMBER_BYTES + LENGTH_BYTES + payload.length)
  const view = new DataView(rest.buffer)
  view.setBigUint64(0, BigInt(number))
  view.setUint32(NUMBER_BYTES, payload.length)
  rest.set(payload, NUMBER_BYTES + LENGTH_BYTES)
  return concatBytes(keccak256(rest), rest)
}

/** The frame that begins at `start`; undefined when there is none that is whole. `end` is where the next one may begin. */
export function frameAt(bytes: Bytes, start: number): Frame | undefined {
  if (start + HEAD_BYTES > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset + start + CHECKSUM_BYTES)
  const end = start + HEAD_BYTES + view.getUint32(NUMBER_BYTES)
  if (end > bytes.length) return undefined
  const sum = keccak256(bytes.subarray(start + CHECKSUM_BYTES, end))
  if (sum.some((byte, index) => byte !== bytes[start + index])) return undefined
  return { number: Number(view.getBigUint64(0)), payload: bytes.slice(start + HEAD_BYTES, end), end }
}
