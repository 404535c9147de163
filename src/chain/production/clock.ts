/** Time as block production sees it. Tests drive their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Calls `tick` every so many milliseconds until the returned function is called. */
  every(milliseconds: number, tick: () => void): () => void
}

/** The machine's clock. Its timers keep the process alive until they are cancelled. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  every(milliseconds, tick) {
    const timer = setInterval(tick, milliseconds)
    return () => clearInterval(timer)
  },
}
