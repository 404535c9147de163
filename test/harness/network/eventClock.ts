import type { NetworkClock } from '../../../src/network/index.ts'
import { EventQueue } from '../consensus/eventQueue.ts'

/** A clock that stands still until it is told to go on. */
export class EventClock implements NetworkClock {
  readonly #queue = new EventQueue()
  #nowMs = 1_000_000

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, action: () => void): () => void {
    let isCancelled = false
    this.#queue.push(this.#nowMs + delayMs, () => {
      if (!isCancelled) action()
    })
    return () => {
      isCancelled = true
    }
  }

  /** Lets time pass; what promises wait for happens between two events, as it does in a real process. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs
    await promises()
    for (;;) {
      const event = this.#queue.popUntil(endMs)
      if (event === undefined) break
      this.#nowMs = event.atMs
      event.action()
      await promises()
    }
    this.#nowMs = endMs
  }
}

/** All promises that can settle have settled. */
function promises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
