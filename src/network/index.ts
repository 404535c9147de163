/**
 * Network: messages between nodes whose ends know each other.
 *
 * A {@link Transport} carries what consensus, block sync and the mempool have to say. Two carry it the same way:
 *
 *   libp2p   TCP, encrypted and authenticated by Noise, many streams on one connection by Yamux
 *   memory   in one process under a virtual clock, with the faults of a seeded link, for simulation
 *
 * - W1 *The sender is who it says*: a message's `from` was proved by a key, never claimed.
 * - W2 *Whole or not at all*: nobody sees half a message.
 * - W3 *Bounded*: what waits for a peer, what a peer may send, ask and get wrong all have limits (limits.ts), and who goes
 *   over one is disconnected for a reason that has a name. A slow peer slows down nobody else.
 * - W4 *A peer's bytes never throw*, and never end the process.
 * - W5 *Urgent first*: votes are not kept waiting by bodies.
 */

export type { Libp2pTransportOptions, ListeningTransport } from './libp2p/libp2pTransport.ts'
export { createLibp2pTransport } from './libp2p.ts'
export * from './limits.ts'
export {
  createMemoryNetwork,
  faultyLink,
  type Link,
  type LinkFaults,
  type MemoryNetwork,
} from './memory/memoryNetwork.ts'
export { createNodeKey, NODE_KEY_BYTES, nodePublicKeyOf, parseContact, peerIdFrom, peerIdOf } from './nodeKey.ts'
export { PeerError, type PeerErrorCode } from './peerError.ts'
export { isValidatorName } from './roster.ts'
export type * from './transport.ts'
