import { type Address, assert, BaseError, type Bytes } from '../../primitives/index.ts'
import { BAN_MS, MAX_MESSAGE_BYTES, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES } from '../limits.ts'
import { PeerError } from '../peerError.ts'
import { Penalties } from '../penalties.ts'
import { PendingRequests } from '../pendingRequests.ts'
import { createRoster, isValidatorName, mayUse, type Roster } from '../roster.ts'
import type {
  Channel,
  Contact,
  DisconnectReason,
  MessageHandler,
  NetworkClock,
  PeerEvent,
  PeerId,
  PeerName,
  PeerStatus,
  Protocol,
  RequestHandler,
  Transport,
} from '../transport.ts'

/** What the nodes of one network share. */
export type Wire = {
  readonly clock: NetworkClock
  readonly started: Map<PeerId, MemoryTransport>
  /** Calls `deliver` when a message has gone from one to the other: never, once or twice. */
  readonly carry: (from: PeerId, to: PeerId, deliver: () => void) => void
}

type Counters = { -readonly [K in 'messagesIn' | 'messagesOut' | 'bytesIn' | 'bytesOut']: number }

type Connection = {
  readonly id: PeerId
  name: PeerName
  readonly isInbound: boolean
  readonly connectedAtMs: number
  readonly counters: Counters
  readonly requests: PendingRequests
}

/** One node of a {@link MemoryNetwork}. */
export class MemoryTransport implements Transport {
  readonly #id: PeerId
  readonly #wire: Wire
  readonly #connections = new Map<PeerId, Connection>()
  readonly #penalties: Penalties
  readonly #handlers = new Map<Channel, MessageHandler>()
  readonly #servers = new Map<Protocol, RequestHandler>()
  #roster: Roster
  #onPeer: (event: PeerEvent) => void = () => {}

  constructor(id: PeerId, validators: ReadonlyMap<Address, Contact>, wire: Wire) {
    this.#id = id
    this.#wire = wire
    this.#penalties = new Penalties(wire.clock)
    this.#roster = createRoster(validators)
  }

  get self(): PeerName {
    return this.#roster.nameOf(this.#id)
  }

  async start(): Promise<void> {
    const { started } = this.#wire
    for (const other of [...started.values()]) this.#dial(other)
    started.set(this.#id, this)
  }

  async close(): Promise<void> {
    this.#wire.started.delete(this.#id)
    for (const id of [...this.#connections.keys()]) this.#disconnect(id, 'closed')
  }

  send(to: PeerName, channel: Channel, bytes: Bytes): void {
    assert(bytes.length <= MAX_MESSAGE_BYTES[channel], 'a message fits into its channel')
    const connection = this.#connectionOf(to)
    if (connection === undefined) return
    this.#carry(connection, bytes, (receiver) => receiver.#receive(this.#id, channel, bytes))
  }

  broadcast(channel: Channel, bytes: Bytes): void {
    for (const { name } of [...this.#connections.values()]) if (isValidatorName(name)) this.send(name, channel, bytes)
  }

  request(to: PeerName, protocol: Protocol, bytes: Bytes, timeoutMs: number): Promise<Bytes> {
    assert(bytes.length <= MAX_REQUEST_BYTES[protocol], 'a request fits into its protocol')
    const connection = this.#connectionOf(to)
    if (connection === undefined) return Promise.reject(new PeerError('PEER_UNREACHABLE', to))
    return connection.requests.open(to, timeoutMs, (request) =>
      this.#carry(connection, bytes, (receiver) => receiver.#answer(this.#id, protocol, bytes, request)),
    )
  }

  on(channel: Channel, handler: MessageHandler): void {
    this.#handlers.set(channel, handler)
  }

  serve(protocol: Protocol, handler: RequestHandler): void {
    this.#servers.set(protocol, handler)
  }

  onPeer(handler: (event: PeerEvent) => void): void {
    this.#onPeer = handler
  }

  blame(peer: PeerName): void {
    const connection = this.#connectionOf(peer)
    if (connection === undefined) return
    if (!this.#penalties.allowFault(connection.id)) this.#ban(connection.id, 'tooManyFaults')
  }

  setValidators(validators: ReadonlyMap<Address, Contact>): void {
    this.#roster = createRoster(validators)
    for (const connection of this.#connections.values()) {
      const name = this.#roster.nameOf(connection.id)
      if (name === connection.name) continue
      this.#onPeer({ kind: 'down', peer: connection.name, reason: 'roleChanged', by: 'us' })
      connection.name = name
      this.#onPeer({ kind: 'up', peer: name })
    }
  }

  peers(): readonly PeerStatus[] {
    return [...this.#connections.values()].map(({ id, name, isInbound, connectedAtMs, counters }) => {
      return {
        peer: name,
        id,
        isInbound,
        connectedAtMs,
        ...counters,
        dropped: 0,
        queuedBytes: 0,
        roundTripMs: undefined,
      }
    })
  }

  #dial(other: MemoryTransport): void {
    if (this.#penalties.isBanned(other.#id) || other.#penalties.isBanned(this.#id) || this.#connections.has(other.#id))
      return
    this.#connect(other.#id, false)
    other.#connect(this.#id, true)
  }

  #connect(id: PeerId, isInbound: boolean): void {
    const name = this.#roster.nameOf(id)
    const counters = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0 }
    const { clock } = this.#wire
    const requests = new PendingRequests(clock)
    this.#connections.set(id, { id, name, isInbound, connectedAtMs: clock.nowMs(), counters, requests })
    this.#onPeer({ kind: 'up', peer: name })
  }

  /** Ends a connection on both sides. */
  #disconnect(id: PeerId, reason: DisconnectReason): void {
    this.#hangUp(id, reason, 'us')
    const other = this.#wire.started.get(id)
    if (other !== undefined) other.#hangUp(this.#id, reason, 'them')
  }

  #hangUp(id: PeerId, reason: DisconnectReason, by: 'us' | 'them'): void {
    const connection = this.#connections.get(id)
    if (connection === undefined) return
    this.#connections.delete(id)
    connection.requests.end()
    this.#onPeer({ kind: 'down', peer: connection.name, reason, by })
  }

  #ban(id: PeerId, reason: DisconnectReason): void {
    const { clock, started } = this.#wire
    this.#penalties.ban(id)
    this.#disconnect(id, reason)
    clock.after(BAN_MS, () => {
      const other = started.get(id)
      if (other !== undefined && started.get(this.#id) === this) this.#dial(other)
    })
  }

  #connectionOf(name: PeerName): Connection | undefined {
    const id = this.#roster.idOf(name)
    return id === undefined ? undefined : this.#connections.get(id)
  }

  /** Sends something that costs `bytes`; `deliver` is called with the receiver while the connection stands. */
  #carry({ id, counters }: Connection, bytes: Bytes, deliver: (receiver: MemoryTransport) => void): void {
    counters.messagesOut += 1
    counters.bytesOut += bytes.length
    const { started, carry } = this.#wire
    carry(this.#id, id, () => {
      const receiver = started.get(id)
      if (receiver === undefined) return
      const connection = receiver.#connections.get(this.#id)
      if (connection === undefined) return
      connection.counters.messagesIn += 1
      connection.counters.bytesIn += bytes.length
      deliver(receiver)
    })
  }

  #receive(from: PeerId, channel: Channel, bytes: Bytes): void {
    const name = this.#roster.nameOf(from)
    if (!mayUse(channel, name, this.self)) this.#ban(from, 'notAllowed')
    else this.#handlers.get(channel)?.(name, bytes)
  }

  async #answer(from: PeerId, protocol: Protocol, bytes: Bytes, request: number): Promise<void> {
    const answer = await this.#served(from, protocol, bytes)
    assert((answer?.length ?? 0) <= MAX_RESPONSE_BYTES[protocol], 'an answer fits into its protocol')
    const connection = this.#connections.get(from)
    if (connection === undefined) return
    const size = answer ?? new Uint8Array()
    this.#carry(connection, size, (asker) =>
      asker.#connections.get(this.#id)?.requests.settle(request, answer ?? 'PEER_REFUSED'),
    )
  }

  async #served(from: PeerId, protocol: Protocol, bytes: Bytes): Promise<Bytes | undefined> {
    try {
      return await this.#servers.get(protocol)?.(this.#roster.nameOf(from), bytes)
    } catch (thrown) {
      if (!(thrown instanceof BaseError)) throw thrown
      return undefined
    }
  }
}
