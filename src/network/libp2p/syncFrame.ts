import type { Bytes } from '../../primitives/index.ts'
import { MAX_REQUEST_BYTES } from '../limits.ts'
import type { Protocol } from '../transport.ts'
import { SYNC_HEADER_BYTES } from './lanes.ts'

const PROTOCOLS: readonly Protocol[] = ['blocks', 'state']
const [REQUEST, ANSWER, REFUSAL] = [0, 1, 2]

/** What goes over the `sync` lane; `request` numbers the asker's requests. */
export type SyncFrame =
  | { readonly kind: 'request'; readonly request: number; readonly protocol: Protocol; readonly bytes: Bytes }
  | { readonly kind: 'answer'; readonly request: number; readonly bytes: Bytes }
  | { readonly kind: 'refusal'; readonly request: number }

/** A frame: kind, number (4 bytes, big-endian), protocol (0 but in a request), payload. */
export function encodeSyncFrame(frame: SyncFrame): Bytes {
  const payload = frame.kind === 'refusal' ? new Uint8Array() : frame.bytes
  const encoded = new Uint8Array(SYNC_HEADER_BYTES + payload.length)
  const view = new DataView(encoded.buffer)
  view.setUint8(0, { request: REQUEST, answer: ANSWER, refusal: REFUSAL }[frame.kind])
  view.setUint32(1, frame.request)
  view.setUint8(5, frame.kind === 'request' ? PROTOCOLS.indexOf(frame.protocol) : 0)
  encoded.set(payload, SYNC_HEADER_BYTES)
  return encoded
}

/** Undefined for bytes that `encodeSyncFrame` does not make, and for a request that is too long. */
export function decodeSyncFrame(encoded: Bytes): SyncFrame | undefined {
  if (encoded.length < SYNC_HEADER_BYTES) return undefined
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  const [kind, request, protocol] = [view.getUint8(0), view.getUint32(1), PROTOCOLS[view.getUint8(5)]]
  const bytes = encoded.subarray(SYNC_HEADER_BYTES)
  if (protocol === undefined || (kind !== REQUEST && protocol !== PROTOCOLS[0])) return undefined
  if (kind === ANSWER) return { kind: 'answer', request, bytes }
  if (kind === REFUSAL && bytes.length === 0) return { kind: 'refusal', request }
  if (kind !== REQUEST || bytes.length > MAX_REQUEST_BYTES[protocol]) return undefined
  return { kind: 'request', request, protocol, bytes }
}
