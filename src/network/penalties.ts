import { BAN_MS, FAULT_RATE } from './limits.ts'
import { TokenBucket } from './tokenBucket.ts'
import type { NetworkClock, PeerId } from './transport.ts'

/** Peers that are remembered for their faults, and for being sent away; the oldest are forgotten first. */
const MAX_REMEMBERED = 4096

/** Who did what wrong. */
export class Penalties {
  readonly #clock: NetworkClock
  readonly #faults = new Map<PeerId, TokenBucket>()
  readonly #bannedUntilMs = new Map<PeerId, number>()

  constructor(clock: NetworkClock) {
    this.#clock = clock
  }

  /** Counts a fault. False when it was one too many. */
  allowFault(id: PeerId): boolean {
    const nowMs = this.#clock.nowMs()
    const faults = this.#faults.get(id) ?? new TokenBucket(FAULT_RATE, nowMs)
    remember(this.#faults, id, faults)
    return faults.take(1, nowMs)
  }

  /** Does not let it in for {@link BAN_MS}. */
  ban(id: PeerId): void {
    remember(this.#bannedUntilMs, id, this.#clock.nowMs() + BAN_MS)
  }

  isBanned(id: PeerId): boolean {
    return (this.#bannedUntilMs.get(id) ?? 0) > this.#clock.nowMs()
  }
}

function remember<value>(memory: Map<PeerId, value>, id: PeerId, value: value): void {
  memory.delete(id)
  memory.set(id, value)
  const [oldest] = memory.keys()
  if (memory.size > MAX_REMEMBERED && oldest !== undefined) memory.delete(oldest)
}
