import type { Mempool, TransactionReader } from '../../chain/index.ts'
import type { NetworkClock, PeerName, Transport } from '../../network/index.ts'
import type { Address, SignedTransaction } from '../../primitives/index.ts'
import type { NetworkFeed } from './feed.ts'
import { acknowledge, createForwarder } from './forwarder.ts'
import { createIntake } from './intake.ts'
import { decodeTransactionMessage } from './transactionWire.ts'

/** What the exchange of transactions with peers is made of. */
export type GossipParts = {
  readonly transport: Transport
  readonly clock: NetworkClock
  readonly mempool: Mempool
  readonly reader: TransactionReader
  /** The leaders of the next rounds, this node included when it is one. */
  readonly nextLeaders: () => readonly Address[]
  readonly receive: NetworkFeed['receive']
  readonly onFailure: (error: unknown) => void
}

/** Passes clients' transactions on to peers and takes theirs: both sides of the channel `transactions`. */
export interface TransactionGossip {
  forward(transaction: SignedTransaction): void
  /** Passes on what an earlier run left in the pool: this node accepted it, and may be the only one to have it. */
  start(): void
  stop(): void
}

/** Listens on the channel from now on. */
export function createTransactionGossip(parts: GossipParts): TransactionGossip {
  const { transport, mempool } = parts
  const forwarder = createForwarder({ ...parts, isWaiting: (hash) => mempool.get(hash) !== undefined })
  const intake = createIntake({
    ...parts,
    isKnown: (hash) => mempool.get(hash) !== undefined,
    blame: (peer) => transport.blame(peer),
    acknowledge: (peer, hashes) => acknowledge(transport, peer, hashes),
  })
  const take = (from: PeerName, message: ReturnType<typeof decodeTransactionMessage>): void => {
    if (message === undefined) transport.blame(from)
    else if (message.kind === 'transactions') intake.take(from, message.raws)
    else forwarder.acknowledged(from, message.hashes)
  }
  transport.on('transactions', (from, bytes) => take(from, decodeTransactionMessage(bytes)))
  return {
    forward: forwarder.forward,
    start() {
      const { pending, queued } = mempool.content()
      for (const byNonce of [...pending.values(), ...queued.values()]) {
        for (const transaction of byNonce.values()) forwarder.forward(transaction)
      }
    },
    stop() {
      forwarder.stop()
      intake.stop()
    },
  }
}
