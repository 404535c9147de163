import type { Input } from '../../consensus/index.ts'
import type { PeerName } from '../../network/index.ts'

/** What may wait of one peer. An honest one sends a handful of messages a round; bodies count by their bytes. */
export const MAX_QUEUED_MESSAGES = 512
export const MAX_QUEUED_BYTES = 16 * 1024 * 1024

type Queued = { readonly input: Input; readonly bytes: number }
type PeerQueue = { readonly waiting: Queued[]; bytes: number }

/**
 * Inputs that wait for their step. What this node itself has to say comes first; then each peer in turn has one message
 * heard, so that nobody who sends much keeps another waiting. Of a peer that sends more than can be heard the oldest
 * messages go: newer rounds matter more.
 */
export class InputQueue {
  readonly #own: Input[] = []
  /** Peers with something waiting; the first is next. */
  readonly #peers = new Map<PeerName, PeerQueue>()
  readonly #onOverflow: (peer: PeerName) => void
  readonly #dropped = new Map<PeerName, number>()

  /** `onOverflow` is told of a peer each time as many of its messages were dropped as may wait. */
  constructor(onOverflow: (peer: PeerName) => void) {
    this.#onOverflow = onOverflow
  }

  /** Messages of all peers that wait. */
  get waiting(): number {
    let sum = 0
    for (const { waiting } of this.#peers.values()) sum += waiting.length
    return sum
  }

  /** An input of this node's own: a timer, an answer of execution. Bounded by what was asked for. */
  push(input: Input): void {
    this.#own.push(input)
  }

  /** A message of `byteLength` bytes from a peer. */
  pushFrom(peer: PeerName, input: Input, byteLength: number): void {
    const queue = this.#peers.get(peer) ?? { waiting: [], bytes: 0 }
    this.#peers.set(peer, queue)
    queue.waiting.push({ input, bytes: byteLength })
    queue.bytes += byteLength
    while (queue.waiting.length > MAX_QUEUED_MESSAGES || (queue.bytes > MAX_QUEUED_BYTES && queue.waiting.length > 1)) {
      queue.bytes -= queue.waiting.shift()?.bytes ?? 0
      this.#countDropped(peer)
    }
  }

  shift(): Input | undefined {
    const own = this.#own.shift()
    if (own !== undefined) return own
    for (const [peer, queue] of this.#peers) {
      const next = queue.waiting.shift()
      this.#peers.delete(peer)
      if (next === undefined) continue
      queue.bytes -= next.bytes
      // To the end of the line.
      if (queue.waiting.length > 0) this.#peers.set(peer, queue)
      else this.#dropped.delete(peer)
      return next.input
    }
    return undefined
  }

  clear(): void {
    this.#own.length = 0
    this.#peers.clear()
  }

  #countDropped(peer: PeerName): void {
    const dropped = (this.#dropped.get(peer) ?? 0) + 1
    this.#dropped.set(peer, dropped % MAX_QUEUED_MESSAGES)
    if (dropped === MAX_QUEUED_MESSAGES) this.#onOverflow(peer)
  }
}
