import type { MessageStream } from '@libp2p/interface'
import { TokenBucket } from '../tokenBucket.ts'
import type { DisconnectReason, NetworkClock } from '../transport.ts'

const MIB = 1024 * 1024

/** Bytes that a peer may send over its connection, whatever they are: above the sum of what its lanes may need at a time. */
const WIRE_RATE = { capacity: 256 * MIB, perSecond: 80 * MIB }

/** Bytes that may wait below the streams. Lanes leave a chunk each there; more are answers to a peer that asks and reads nothing. */
const MAX_UNSENT_BYTES = 4 * MIB

/**
 * Watches a connection below its streams, where libp2p has no bounds: it answers pings and refused streams of a peer that
 * does not read, and would keep the answers. What goes over a limit ends the connection.
 */
export class WireGuard {
  readonly #wire: MessageStream
  readonly #clock: NetworkClock
  readonly #rate: TokenBucket
  /** Why the connection was ended here. */
  fault: DisconnectReason | undefined

  /** Before the multiplexer listens to `wire`. */
  constructor(wire: MessageStream, clock: NetworkClock) {
    this.#wire = wire
    this.#clock = clock
    this.#rate = new TokenBucket(WIRE_RATE, clock.nowMs())
    wire.addEventListener('message', ({ data }) => this.#check(data.byteLength))
  }

  #check(length: number): void {
    if (!this.#rate.take(length, this.#clock.nowMs())) this.#end('tooManyBytes')
    else if (this.#wire.writeBufferLength > MAX_UNSENT_BYTES) this.#end('tooSlow')
  }

  #end(fault: DisconnectReason): void {
    if (this.fault !== undefined) return
    this.fault = fault
    this.#wire.abort(new Error(fault))
  }
}
