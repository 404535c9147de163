import type { Bytes } from '../../primitives/index.ts'
import { FRAME_HEADER_BYTES, frameHeader } from './frames.ts'
import { LANES, type Lane, limitsFor } from './lanes.ts'

/** Bytes that are handed to a stream at a time. A more urgent frame waits for no more than that. */
export const CHUNK_BYTES = 64 * 1024

/** Where a lane's bytes go. */
export type Sink = {
  /** False while what was sent before has not left yet. */
  isReady(): boolean
  send(chunk: Bytes): void
}

type Frame = { readonly header: Bytes; readonly payload: Bytes; sent: number; readonly onSent: () => void }

/**
 * What waits to be sent to one peer. Bounded: when a lane is full its oldest frame goes, unless it is on its way already.
 * The most urgent lane that can take bytes goes first, a chunk at a time.
 */
export class Outbox {
  readonly #sinks: Readonly<Record<Lane, Sink>>
  readonly #queues: Readonly<Record<Lane, Frame[]>> = {
    control: [],
    consensus: [],
    bodies: [],
    sync: [],
    transactions: [],
  }
  readonly #queuedBytes: Record<Lane, number> = { control: 0, consensus: 0, bodies: 0, sync: 0, transactions: 0 }
  dropped = 0
  /** When bytes last left, or when there were none to leave. */
  movedAtMs: number

  constructor(sinks: Readonly<Record<Lane, Sink>>, nowMs: number) {
    this.#sinks = sinks
    this.movedAtMs = nowMs
  }

  get queuedBytes(): number {
    return LANES.reduce((sum, lane) => sum + this.#queuedBytes[lane], 0)
  }

  /** Queues a frame; `onSent` is called once its last byte has been handed over. `pump` sends it. */
  push(lane: Lane, payload: Bytes, nowMs: number, onSent: () => void = () => {}): void {
    if (this.queuedBytes === 0) this.movedAtMs = nowMs
    const queue = this.#queues[lane]
    queue.push({ header: frameHeader(payload.length), payload, sent: 0, onSent })
    this.#queuedBytes[lane] += FRAME_HEADER_BYTES + payload.length
    while (this.#queuedBytes[lane] > limitsFor(true)[lane].maxQueuedBytes && queue.length > 1) this.#dropOldest(lane)
  }

  /** Sends what the streams take. */
  pump(nowMs: number): void {
    for (;;) {
      const lane = LANES.find((one) => this.#queues[one].length > 0 && this.#sinks[one].isReady())
      if (lane === undefined) return
      this.movedAtMs = nowMs
      this.#sinks[lane].send(this.#takeChunk(lane))
    }
  }

  #dropOldest(lane: Lane): void {
    const queue = this.#queues[lane]
    const index = (queue[0]?.sent ?? 0) > 0 ? 1 : 0
    for (const frame of queue.splice(index, 1)) this.#queuedBytes[lane] -= FRAME_HEADER_BYTES + frame.payload.length
    this.dropped += 1
  }

  /** The next bytes of a lane: the rest of a frame, or several small ones at once. */
  #takeChunk(lane: Lane): Bytes {
    const queue = this.#queues[lane]
    const parts: Bytes[] = []
    let room = CHUNK_BYTES
    let done = 0
    for (const frame of queue) {
      if (room <= FRAME_HEADER_BYTES) break
      if (frame.sent === 0) {
        parts.push(frame.header)
        frame.sent = FRAME_HEADER_BYTES
        room -= FRAME_HEADER_BYTES
      }
      const from = frame.sent - FRAME_HEADER_BYTES
      const part = frame.payload.subarray(from, from + room)
      parts.push(part)
      frame.sent += part.length
      room -= part.length
      if (frame.sent < FRAME_HEADER_BYTES + frame.payload.length) break
      done += 1
    }
    this.#queuedBytes[lane] -= CHUNK_BYTES - room
    for (const frame of queue.splice(0, done)) frame.onSent()
    const [only] = parts
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts)
  }
}
