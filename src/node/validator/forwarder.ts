import type { NetworkClock, PeerName, Transport } from '../../network/index.ts'
import { MAX_MESSAGE_BYTES } from '../../network/index.ts'
import type { Address, Bytes, Hash, SignedTransaction } from '../../primitives/index.ts'
import { BaseError, rlpDecode, rlpEncode } from '../../primitives/index.ts'

/** Transactions that arrive within this time go in one message. Source: notes/consensus.md 5, "Mempool". */
const GATHER_MS = 10
/** Room for the list around the transactions. */
const MAX_BATCH_BYTES = MAX_MESSAGE_BYTES.transactions - 1024
/** A transaction that is in no block after so long is passed on again: its leader may have died with it. */
const REPEAT_MS = 2_000

/** What a forwarder needs. */
export type ForwarderParts = {
  readonly transport: Transport
  readonly clock: NetworkClock
  /** The leaders of the next rounds, this node included when it is one. */
  readonly nextLeaders: () => readonly Address[]
  /** Whether a transaction still waits in the pool. */
  readonly isWaiting: (hash: Hash) => boolean
}

/** Sends clients' transactions to those who propose next. */
export interface Forwarder {
  forward(transaction: SignedTransaction): void
  stop(): void
}

export function createForwarder({ transport, clock, nextLeaders, isWaiting }: ForwarderParts): Forwarder {
  let gathered: SignedTransaction[] = []
  const sent = new Map<Hash, { readonly transaction: SignedTransaction; readonly sentMs: number }>()
  let cancelFlush: (() => void) | undefined
  let cancelRepeat = clock.after(REPEAT_MS, repeat)

  /** Leaders who are connected, or anybody who is: a node that only follows may know no leader. */
  function receivers(): readonly PeerName[] {
    const connected = transport.peers().map(({ peer }) => peer)
    const leaders = nextLeaders().filter((leader) => connected.includes(leader))
    return leaders.length > 0 ? [...new Set<PeerName>(leaders)] : connected
  }

  function flush(): void {
    cancelFlush = undefined
    const transactions = gathered
    gathered = []
    const sentMs = clock.nowMs()
    for (const transaction of transactions) sent.set(transaction.hash, { transaction, sentMs })
    const to = receivers()
    for (const batch of batches(transactions)) {
      const bytes = rlpEncode(batch)
      for (const peer of to) transport.send(peer, 'transactions', bytes)
    }
  }

  function repeat(): void {
    const dueMs = clock.nowMs() - REPEAT_MS
    for (const [hash, { transaction, sentMs }] of sent) {
      if (!isWaiting(hash)) sent.delete(hash)
      else if (sentMs <= dueMs) forward(transaction)
    }
    cancelRepeat = clock.after(REPEAT_MS, repeat)
  }

  function forward(transaction: SignedTransaction): void {
    gathered.push(transaction)
    cancelFlush ??= clock.after(GATHER_MS, flush)
  }

  return {
    forward,
    stop() {
      cancelFlush?.()
      cancelRepeat()
    },
  }
}

/** Encodings in lists that fit into a message each. */
function batches(transactions: readonly SignedTransaction[]): readonly (readonly Bytes[])[] {
  const lists: Bytes[][] = []
  let room = 0
  for (const { raw } of transactions) {
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

/** The encodings in a message of {@link createForwarder}; undefined when it is none. */
export function decodeForwarded(bytes: Bytes): readonly Bytes[] | undefined {
  try {
    const items = rlpDecode(bytes)
    if (items instanceof Uint8Array) return undefined
    const raws = items.filter((item) => item instanceof Uint8Array)
    return raws.length === items.length ? raws : undefined
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}
