import type { NetworkClock, PeerName, Transport } from '../../network/index.ts'
import { MAX_MESSAGE_BYTES } from '../../network/index.ts'
import type { Address, Bytes, Hash, SignedTransaction } from '../../primitives/index.ts'
import { encodeAcknowledged, encodeForwarded } from './transactionWire.ts'

/** Transactions that arrive within this time go in one message. Source: notes/consensus.md 5, "Mempool". */
const GATHER_MS = 10
/** Room for the list around the transactions. */
const MAX_BATCH_BYTES = MAX_MESSAGE_BYTES.transactions - 1024
/** How often what is due is looked for. */
const LOOK_EVERY_MS = 500
/** A transaction that is in no block after so long is passed on again, then after twice as long, and so on. */
const FIRST_REPEAT_MS = 1_000
const MAX_REPEAT_MS = 8_000
/** Bytes that one look passes on again: what is due beyond them waits for the next. */
const MAX_REPEATED_BYTES = 1024 * 1024

/** What a forwarder needs. */
export type ForwarderParts = {
  readonly transport: Transport
  readonly clock: NetworkClock
  /** The leaders of the next rounds, this node included when it is one. */
  readonly nextLeaders: () => readonly Address[]
  /** Whether a transaction still waits in the pool. */
  readonly isWaiting: (hash: Hash) => boolean
}

/**
 * Sends clients' transactions to those who propose next, again and again until a block has them, at growing intervals and
 * never to whom has acknowledged that it has them: its own pool survives its end.
 */
export interface Forwarder {
  forward(transaction: SignedTransaction): void
  /** `peer` says that these are in its pool. */
  acknowledged(peer: PeerName, hashes: readonly Hash[]): void
  stop(): void
}

type Sent = {
  readonly transaction: SignedTransaction
  readonly holders: Set<PeerName>
  dueMs: number
  repeatMs: number
}

export function createForwarder({ transport, clock, nextLeaders, isWaiting }: ForwarderParts): Forwarder {
  let gathered: Sent[] = []
  const sent = new Map<Hash, Sent>()
  let cancelFlush: (() => void) | undefined
  let cancelLook = clock.after(LOOK_EVERY_MS, look)

  /** Leaders who are connected, or anybody who is: a node that only follows may know no leader. */
  function receivers(): readonly PeerName[] {
    const connected = transport.peers().map(({ peer }) => peer)
    const leaders = nextLeaders().filter((leader) => connected.includes(leader))
    return leaders.length > 0 ? [...new Set<PeerName>(leaders)] : connected
  }

  function flush(): void {
    cancelFlush = undefined
    const due = gathered
    gathered = []
    for (const one of due) one.dueMs = clock.nowMs() + one.repeatMs
    for (const peer of receivers()) {
      const missing = due.filter(({ holders }) => !holders.has(peer)).map(({ transaction }) => transaction.raw)
      for (const batch of batches(missing)) transport.send(peer, 'transactions', encodeForwarded(batch))
    }
  }

  function look(): void {
    const nowMs = clock.nowMs()
    let bytesLeft = MAX_REPEATED_BYTES
    for (const [hash, one] of sent) {
      if (!isWaiting(hash)) sent.delete(hash)
      else if (one.dueMs <= nowMs && bytesLeft > 0) {
        bytesLeft -= one.transaction.raw.length
        one.repeatMs = Math.min(2 * one.repeatMs, MAX_REPEAT_MS)
        gather(one)
      }
    }
    cancelLook = clock.after(LOOK_EVERY_MS, look)
  }

  function gather(one: Sent): void {
    one.dueMs = Number.POSITIVE_INFINITY
    gathered.push(one)
    cancelFlush ??= clock.after(GATHER_MS, flush)
  }

  return {
    forward(transaction) {
      const one = { transaction, holders: new Set<PeerName>(), dueMs: 0, repeatMs: FIRST_REPEAT_MS }
      sent.set(transaction.hash, one)
      gather(one)
    },
    acknowledged(peer, hashes) {
      for (const hash of hashes) sent.get(hash)?.holders.add(peer)
    },
    stop() {
      cancelFlush?.()
      cancelLook()
    },
  }
}

/** Encodings in lists that fit into a message each. */
function batches(raws: readonly Bytes[]): readonly (readonly Bytes[])[] {
  const lists: Bytes[][] = []
  let room = 0
  for (const raw of raws) {
    const size = raw.length + 4
    if (size > room || lists.length === 0) {
      lists.push([])
      room = MAX_BATCH_BYTES
    }
    lists.at(-1)?.push(raw)
    room -= size
  }
  return lists
}

/** Tells a peer which of its transactions this node has taken. */
export function acknowledge(transport: Transport, to: PeerName, hashes: readonly Hash[]): void {
  if (hashes.length > 0) transport.send(to, 'transactions', encodeAcknowledged(hashes))
}
