import type { Bytes } from '../../primitives/index.ts'
import type { DisconnectReason } from '../transport.ts'
import { REASONS } from './lanes.ts'

const [PING, PONG, FAREWELL] = [0, 1, 2]
const LENGTH = 5

/** What goes over the `control` lane. A farewell is the last that a node says, and tells why. */
export type ControlFrame =
  | { readonly kind: 'ping' | 'pong'; readonly number: number }
  | { readonly kind: 'farewell'; readonly reason: DisconnectReason }

/** A frame: kind, and a number of 4 bytes, big-endian. */
export function encodeControlFrame(frame: ControlFrame): Bytes {
  const view = new DataView(new ArrayBuffer(LENGTH))
  view.setUint8(0, { ping: PING, pong: PONG, farewell: FAREWELL }[frame.kind])
  view.setUint32(1, frame.kind === 'farewell' ? REASONS.indexOf(frame.reason) : frame.number)
  return new Uint8Array(view.buffer)
}

/** Undefined for bytes that `encodeControlFrame` does not make. */
export function decodeControlFrame(encoded: Bytes): ControlFrame | undefined {
  if (encoded.length !== LENGTH) return undefined
  const view = new DataView(encoded.buffer, encoded.byteOffset, encoded.byteLength)
  const [kind, number] = [view.getUint8(0), view.getUint32(1)]
  if (kind === PING) return { kind: 'ping', number }
  if (kind === PONG) return { kind: 'pong', number }
  const reason = REASONS[number]
  return kind === FAREWELL && reason !== undefined ? { kind: 'farewell', reason } : undefined
}
