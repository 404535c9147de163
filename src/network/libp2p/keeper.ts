import type { Contact, NetworkClock, PeerId } from '../transport.ts'

const FIRST_RETRY_MS = 200
const MAX_RETRY_MS = 15_000
/** A connection that lasted so long makes earlier failures forgotten. */
const STABLE_MS = 10_000

type Attempt = { failures: number; cancel: () => void; connectedAtMs: number | undefined }

export type KeeperOptions = {
  readonly clock: NetworkClock
  /** Connects, or rejects. */
  readonly dial: (contact: Contact) => Promise<void>
  /** True while there is a connection, or the beginning of one. */
  readonly isConnected: (id: PeerId) => boolean
  /** How long to wait before the first attempt: of two that dial each other, one lets the other go first. */
  readonly headStartMs: (id: PeerId) => number
}

/** Keeps connections to those who should be connected: dials again, later each time, up to every 15 seconds. */
export class Keeper {
  readonly #options: KeeperOptions
  readonly #attempts = new Map<PeerId, Attempt>()
  #contacts: ReadonlyMap<PeerId, Contact> = new Map()

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** Who should be connected, from now on. */
  setContacts(contacts: readonly Contact[]): void {
    this.#contacts = new Map(contacts.filter(({ addresses }) => addresses.length > 0).map((one) => [one.id, one]))
    for (const [id, { cancel }] of this.#attempts) {
      if (this.#contacts.has(id)) continue
      cancel()
      this.#attempts.delete(id)
    }
    for (const id of this.#contacts.keys())
      if (!this.#attempts.has(id)) this.#schedule(id, this.#options.headStartMs(id))
  }

  /** A connection is in use. */
  connected(id: PeerId): void {
    const attempt = this.#attempts.get(id)
    if (attempt !== undefined) attempt.connectedAtMs = this.#options.clock.nowMs()
  }

  /** A connection has ended, or did not come about. */
  ended(id: PeerId): void {
    const attempt = this.#attempts.get(id)
    if (attempt === undefined) return
    const { clock } = this.#options
    const { connectedAtMs } = attempt
    if (connectedAtMs !== undefined && clock.nowMs() - connectedAtMs >= STABLE_MS) attempt.failures = 0
    attempt.connectedAtMs = undefined
    const delayMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt.failures)
    attempt.failures += 1
    // A quarter more or less, so that those who failed together do not come back together.
    this.#schedule(id, this.#options.headStartMs(id) + delayMs * (0.75 + Math.random() / 2))
  }

  #schedule(id: PeerId, delayMs: number): void {
    const attempt = this.#attempts.get(id) ?? { failures: 0, cancel: () => {}, connectedAtMs: undefined }
    attempt.cancel()
    attempt.cancel = this.#options.clock.after(delayMs, () => this.#dial(id))
    this.#attempts.set(id, attempt)
  }

  #dial(id: PeerId): void {
    const contact = this.#contacts.get(id)
    if (contact === undefined || this.#options.isConnected(id)) return
    this.#options.dial(contact).catch(() => {
      if (!this.#options.isConnected(id)) this.ended(id)
    })
  }
}
