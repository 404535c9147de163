import type { Bytes } from '../../primitives/index.ts'
import { TokenBucket } from '../tokenBucket.ts'
import type { DisconnectReason } from '../transport.ts'
import { FrameReader } from './frames.ts'
import { LANES, type Lane, limitsFor } from './lanes.ts'

type LaneState = { readonly reader: FrameReader; frames: TokenBucket; bytes: TokenBucket }

/** What comes from one peer: whole frames, as many as it may send. Says once what it did wrong, and takes no more. */
export class Inbox {
  readonly #lanes: Readonly<Record<Lane, LaneState>>
  readonly #onFrame: (lane: Lane, frame: Bytes) => void
  readonly #onFault: (reason: DisconnectReason) => void
  #isClosed = false

  constructor(nowMs: number, onFrame: (lane: Lane, frame: Bytes) => void, onFault: (reason: DisconnectReason) => void) {
    const limits = limitsFor(false)
    const state = (lane: Lane): LaneState => ({
      reader: new FrameReader(limits[lane].maxFrameBytes),
      frames: new TokenBucket(limits[lane].frames, nowMs),
      bytes: new TokenBucket(limits[lane].bytes, nowMs),
    })
    this.#lanes = {
      control: state('control'),
      consensus: state('consensus'),
      bodies: state('bodies'),
      sync: state('sync'),
      transactions: state('transactions'),
    }
    this.#onFrame = onFrame
    this.#onFault = onFault
  }

  /** From now on the peer may send what its role allows. */
  setRole(isValidator: boolean, nowMs: number): void {
    const limits = limitsFor(isValidator)
    for (const lane of LANES) {
      this.#lanes[lane].frames = new TokenBucket(limits[lane].frames, nowMs)
      this.#lanes[lane].bytes = new TokenBucket(limits[lane].bytes, nowMs)
    }
  }

  /** Bytes of a lane's stream. */
  read(lane: Lane, bytes: Bytes, nowMs: number): void {
    if (this.#isClosed) return
    const { reader, frames, bytes: budget } = this.#lanes[lane]
    if (!budget.take(bytes.length, nowMs)) {
      this.#fail('tooManyBytes')
      return
    }
    const isShort = reader.read(bytes, (frame) => {
      if (this.#isClosed) return
      if (frames.take(1, nowMs)) this.#onFrame(lane, frame)
      else this.#fail('tooManyMessages')
    })
    if (!isShort) this.#fail('frameTooLarge')
  }

  /** Takes no more. */
  close(): void {
    this.#isClosed = true
  }

  #fail(reason: DisconnectReason): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#onFault(reason)
  }
}
