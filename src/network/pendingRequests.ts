import type { Bytes } from '../primitives/index.ts'
import { MAX_REQUESTS_IN_FLIGHT } from './limits.ts'
import { PeerError, type PeerErrorCode } from './peerError.ts'
import type { NetworkClock, PeerName } from './transport.ts'

/** Our requests that wait for one peer's answer. */
export class PendingRequests {
  readonly #clock: NetworkClock
  readonly #pending = new Map<number, (outcome: Bytes | PeerErrorCode) => void>()
  #last = 0

  constructor(clock: NetworkClock) {
    this.#clock = clock
  }

  /** A request: `send` gets its number. The promise is as {@link Transport.request}'s. */
  open(peer: PeerName, timeoutMs: number, send: (request: number) => void): Promise<Bytes> {
    return new Promise((resolve, reject) => {
      if (this.#pending.size >= MAX_REQUESTS_IN_FLIGHT) {
        reject(new PeerError('PEER_BUSY', peer))
        return
      }
      this.#last = (this.#last + 1) >>> 0
      const request = this.#last
      const cancel = this.#clock.after(timeoutMs, () => this.settle(request, 'PEER_TIMEOUT'))
      this.#pending.set(request, (outcome) => {
        cancel()
        if (typeof outcome === 'string') reject(new PeerError(outcome, peer))
        else resolve(outcome)
      })
      send(request)
    })
  }

  /** An answer, or why there is none. What nobody waits for any more is ignored. */
  settle(request: number, outcome: Bytes | PeerErrorCode): void {
    const settle = this.#pending.get(request)
    this.#pending.delete(request)
    settle?.(outcome)
  }

  /** The peer is gone. */
  end(): void {
    for (const request of [...this.#pending.keys()]) this.settle(request, 'PEER_UNREACHABLE')
  }
}
