/** How much may be used: `capacity` at once, and `perSecond` more as time passes. */
export type Rate = { readonly capacity: number; readonly perSecond: number }

/** Counts what somebody uses against a rate. Starts full. */
export class TokenBucket {
  readonly #rate: Rate
  #tokens: number
  #filledAtMs: number

  constructor(rate: Rate, nowMs: number) {
    this.#rate = rate
    this.#tokens = rate.capacity
    this.#filledAtMs = nowMs
  }

  /** Takes `amount` tokens; false, and none are taken, when there are fewer. */
  take(amount: number, nowMs: number): boolean {
    const { capacity, perSecond } = this.#rate
    const passedMs = Math.max(0, nowMs - this.#filledAtMs)
    this.#tokens = Math.min(capacity, this.#tokens + (passedMs / 1000) * perSecond)
    this.#filledAtMs = nowMs
    if (this.#tokens < amount) return false
    this.#tokens -= amount
    return true
  }
}
