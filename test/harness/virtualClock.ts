import type { Clock } from '../../src/chain/index.ts'

/** A clock that stands still until it is told to go on. */
export type VirtualClock = Clock & {
  /** Moves time and calls every timer that comes due, in order. */
  advance(milliseconds: number): void
}

type Timer = { readonly everyMs: number; dueMs: number; tick: () => void }

/** A clock that begins at `startMs`. */
export function virtualClock(startMs: number): VirtualClock {
  const timers = new Set<Timer>()
  let nowMs = startMs
  return {
    nowMs: () => nowMs,
    every(everyMs, tick) {
      const timer = { everyMs, dueMs: nowMs + everyMs, tick }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(milliseconds) {
      const endMs = nowMs + milliseconds
      for (;;) {
        const due = [...timers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0]
        if (due === undefined) break
        nowMs = due.dueMs
        due.dueMs += due.everyMs
        due.tick()
      }
      nowMs = endMs
    },
  }
}
