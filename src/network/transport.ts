import type { Address, Brand, Bytes } from '../primitives/index.ts'

/** A node's name that nobody else can bear: its ed25519 key as libp2p writes it (`12D3KooW...`). */
export type PeerId = Brand<string, 'PeerId'>

/** A validator goes by its address, everybody else by the name of its key. An address begins with `0x`, a key's name never. */
export type PeerName = Address | PeerId

/**
 * One-way messages, most urgent first: what waits on an earlier one is sent before what waits on a later one.
 * A validator takes `consensus` and `bodies` only from validators; all else is for everybody.
 */
export type Channel = 'consensus' | 'bodies' | 'transactions'

/** Kinds of questions; each question has one answer. For everybody. */
export type Protocol = 'blocks' | 'state'

/** Why a connection ended. See docs/network.md for what leads to each. */
export type DisconnectReason =
  /** One of the two stopped. */
  | 'closed'
  /** The connection broke. */
  | 'lost'
  /** A frame longer than its class allows. */
  | 'frameTooLarge'
  /** A frame that follows no rule. */
  | 'frameMalformed'
  | 'tooManyMessages'
  | 'tooManyBytes'
  | 'tooManyStreams'
  /** Too much that was wrong: see {@link Transport.blame}. */
  | 'tooManyFaults'
  /** It did not take what was sent to it. */
  | 'tooSlow'
  /** A channel that is not for it. */
  | 'notAllowed'
  /** No room for another peer that is not a validator. */
  | 'noRoom'
  /** The peer connected anew; or both sides had dialled, and one connection is enough. */
  | 'replaced'
  /** It became a validator or ceased to be one; it may connect again at once. */
  | 'roleChanged'

/** Why a peer that this node dials is not reached. */
export type DialFault =
  /** Nobody is there, or does not finish the handshake. */
  | 'noAnswer'
  /** Whoever is there has another key. */
  | 'wrongKey'
  /** It is the peer, and it speaks for another network or in another version. */
  | 'otherNetwork'

/** A connection began or ended, `by` saying which side ended it; or several attempts in a row came to nothing, told once. */
export type PeerEvent =
  | { readonly kind: 'up'; readonly peer: PeerName }
  | { readonly kind: 'down'; readonly peer: PeerName; readonly reason: DisconnectReason; readonly by: 'us' | 'them' }
  | { readonly kind: 'unreachable'; readonly peer: PeerName; readonly fault: DialFault }

/** What went over a connection since it began, and what waits. */
export type PeerStatus = {
  readonly peer: PeerName
  readonly id: PeerId
  readonly isInbound: boolean
  readonly connectedAtMs: number
  readonly messagesIn: number
  readonly messagesOut: number
  readonly bytesIn: number
  readonly bytesOut: number
  /** Messages to this peer that were thrown away because its queue was full. */
  readonly dropped: number
  /** Bytes that wait to be sent to it. */
  readonly queuedBytes: number
  /** The newest round trip; undefined before the first. */
  readonly roundTripMs: number | undefined
}

/** Where a node can be reached: `addresses` are `host:port`, none when it only ever dials itself. */
export type Contact = { readonly id: PeerId; readonly addresses: readonly string[] }

export type MessageHandler = (from: PeerName, bytes: Bytes) => void

/** Answers a request, or throws a `BaseError`: then the asker gets `PEER_REFUSED`. */
export type RequestHandler = (from: PeerName, bytes: Bytes) => Promise<Bytes>

/**
 * Messages between nodes whose ends know each other.
 *
 * Nothing here blocks and nothing is promised to arrive: a message may be lost, late, twice or out of order, as on any
 * network; who needs an answer asks again. What is promised: `from` is who really sent it, a message arrives whole or not at
 * all, what waits for one peer is bounded and slows down no other, and a peer's bytes never throw.
 * Handlers are set before `start`, one each; they must not throw and must not keep the thread for long.
 */
export interface Transport {
  readonly self: PeerName
  /** Listens, and dials who should be connected until it is. Throws `CANNOT_LISTEN` or `PORT_IN_USE`. */
  start(): Promise<void>
  /** Ends every connection; pending requests are rejected. */
  close(): Promise<void>
  /** At most the channel's bytes of {@link MAX_MESSAGE_BYTES}. Lost when that peer is not connected. */
  send(to: PeerName, channel: Channel, bytes: Bytes): void
  /** `send` to every connected validator but this node. */
  broadcast(channel: Channel, bytes: Bytes): void
  /**
   * Asks a peer. Rejects with `PEER_UNREACHABLE` (not connected, or no longer), `PEER_TIMEOUT`, `PEER_BUSY` (too many of
   * our requests wait for it) or `PEER_REFUSED`.
   */
  request(to: PeerName, protocol: Protocol, bytes: Bytes, timeoutMs: number): Promise<Bytes>
  on(channel: Channel, handler: MessageHandler): void
  serve(protocol: Protocol, handler: RequestHandler): void
  onPeer(handler: (event: PeerEvent) => void): void
  /** What this peer sent was wrong. A few such pass; then it is disconnected (`tooManyFaults`) and not let in for a while. */
  blame(peer: PeerName): void
  /** Who validates, now: the only ones that `consensus` and `bodies` are open to, and that are dialled for good. */
  setValidators(validators: ReadonlyMap<Address, Contact>): void
  /** Who is connected. */
  peers(): readonly PeerStatus[]
}

/** Time as the network sees it. Tests drive their own. */
export interface NetworkClock {
  /** Milliseconds since 1970. */
  nowMs(): number
  /** Calls `action` once, later, unless the returned function is called before. */
  after(delayMs: number, action: () => void): () => void
}
