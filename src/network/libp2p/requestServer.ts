import { BaseError, type Bytes } from '../../primitives/index.ts'
import { MAX_REQUESTS_IN_FLIGHT } from '../limits.ts'
import type { NetworkClock, Protocol } from '../transport.ts'

/** Requests of one peer that are worked on at a time: so many answers may wait to be sent to it. */
const MAX_SERVED = 4

/** What takes longer is refused. */
const SERVE_TIMEOUT_MS = 10_000

export type ServedRequest = { readonly request: number; readonly protocol: Protocol; readonly bytes: Bytes }

/** Answers one peer's requests: a few at a time, and the next when an answer has left. */
export class RequestServer {
  readonly #clock: NetworkClock
  readonly #serve: (request: ServedRequest) => Promise<Bytes>
  readonly #reply: (request: number, answer: Bytes | undefined, onSent: () => void) => void
  readonly #waiting: ServedRequest[] = []
  #served = 0

  /** `serve` may throw a `BaseError`; `reply` sends an answer, or a refusal when it is undefined. */
  constructor(
    clock: NetworkClock,
    serve: (request: ServedRequest) => Promise<Bytes>,
    reply: (request: number, answer: Bytes | undefined, onSent: () => void) => void,
  ) {
    this.#clock = clock
    this.#serve = serve
    this.#reply = reply
  }

  /** Takes a request. False when the peer has more than it may. */
  receive(request: ServedRequest): boolean {
    // Twice, since an answer that is on its way has been counted here and no longer there.
    if (this.#served + this.#waiting.length >= 2 * MAX_REQUESTS_IN_FLIGHT) return false
    this.#waiting.push(request)
    this.#next()
    return true
  }

  /** The peer is gone. */
  end(): void {
    this.#waiting.length = 0
  }

  #next(): void {
    if (this.#served >= MAX_SERVED) return
    const request = this.#waiting.shift()
    if (request === undefined) return
    this.#served += 1
    this.#answer(request)
  }

  #answer(request: ServedRequest): void {
    let isAnswered = false
    const answer = (bytes: Bytes | undefined): void => {
      if (isAnswered) return
      isAnswered = true
      cancel()
      this.#reply(request.request, bytes, () => {
        this.#served -= 1
        this.#next()
      })
    }
    const cancel = this.#clock.after(SERVE_TIMEOUT_MS, () => answer(undefined))
    this.#serve(request).then(answer, (thrown: unknown) => {
      answer(undefined)
      // What is no refusal is a bug, and a bug stops the node.
      if (!(thrown instanceof BaseError)) throw thrown
    })
  }
}
