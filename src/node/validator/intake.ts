import { MAX_CREATION_BYTES, type TransactionReader } from '../../chain/index.ts'
import type { NetworkClock, PeerName } from '../../network/index.ts'
import { isValidatorName } from '../../network/index.ts'
import type { Bytes, Hash } from '../../primitives/index.ts'
import type { NetworkFeed } from './feed.ts'

/** Transactions of one peer that are taken in one turn: votes must not wait for thousands. */
const TAKEN_AT_ONCE = 64
/** Bytes of one peer that may wait for their turn; what comes beyond them is dropped, and its sender sends it again. */
const MAX_WAITING_BYTES = { validator: 4 * 1024 * 1024, stranger: MAX_CREATION_BYTES }
/** Between two turns of peers without a vote, all of them together: about 1,280 transactions a second. */
const STRANGERS_EVERY_MS = 50

/** What takes peers' transactions into the pool is made of. */
export type IntakeParts = {
  readonly reader: TransactionReader
  readonly clock: NetworkClock
  readonly receive: NetworkFeed['receive']
  readonly isKnown: (hash: Hash) => boolean
  /** Some bytes were no transaction. */
  readonly blame: (peer: PeerName) => void
  /** These of the peer's transactions are in the pool now. */
  readonly acknowledge: (peer: PeerName, hashes: readonly Hash[]) => void
  readonly onFailure: (error: unknown) => void
}

/**
 * Takes what peers pass on into the pool: fairly, each peer in its turn, and within bounds, so that nobody's flood fills the
 * memory or keeps another's transactions out. Peers without a vote share what is left of the time.
 */
export interface Intake {
  take(from: PeerName, raws: readonly Bytes[]): void
  stop(): void
}

type Waiting = { raws: Bytes[]; bytes: number }

export function createIntake(parts: IntakeParts): Intake {
  const waiting = new Map<PeerName, Waiting>()
  let isRunning = false
  let isStopped = false
  let strangersFromMs = 0
  let cancelWake: (() => void) | undefined

  /** The peer whose turn it is goes to the end of the line. */
  function nextPeer(): PeerName | undefined {
    const mayStranger = parts.clock.nowMs() >= strangersFromMs
    for (const peer of waiting.keys()) {
      if (!isValidatorName(peer) && !mayStranger) continue
      if (!isValidatorName(peer)) strangersFromMs = parts.clock.nowMs() + STRANGERS_EVERY_MS
      return peer
    }
    return undefined
  }

  async function takeTurn(peer: PeerName, own: Waiting): Promise<void> {
    waiting.delete(peer)
    const raws = own.raws.splice(0, TAKEN_AT_ONCE)
    for (const { length } of raws) own.bytes -= length
    if (own.raws.length > 0) waiting.set(peer, own)
    const taken: Hash[] = []
    for (const transaction of await parts.reader.read(raws)) {
      if (transaction === undefined) {
        waiting.delete(peer)
        parts.blame(peer)
        break
      }
      const { hash } = transaction
      if (parts.isKnown(hash) || parts.receive(transaction).kind !== 'rejected') taken.push(hash)
    }
    parts.acknowledge(peer, taken)
  }

  async function run(): Promise<void> {
    for (let peer = nextPeer(); peer !== undefined && !isStopped; peer = nextPeer()) {
      const own = waiting.get(peer)
      if (own !== undefined) await takeTurn(peer, own)
    }
  }

  function start(): void {
    if (isStopped || isRunning) return
    isRunning = true
    void run()
      .catch(parts.onFailure)
      .finally(() => {
        isRunning = false
        if (waiting.size > 0) cancelWake = parts.clock.after(STRANGERS_EVERY_MS, start)
      })
  }

  return {
    take(from, raws) {
      const own = waiting.get(from) ?? { raws: [], bytes: 0 }
      const most = isValidatorName(from) ? MAX_WAITING_BYTES.validator : MAX_WAITING_BYTES.stranger
      for (const raw of raws) {
        if (own.bytes + raw.length > most) break
        own.raws.push(raw)
        own.bytes += raw.length
      }
      if (own.raws.length === 0) return
      waiting.set(from, own)
      start()
    },
    stop() {
      isStopped = true
      waiting.clear()
      cancelWake?.()
    },
  }
}
