import type { Connection, Stream } from '@libp2p/interface'
import { type Address, assert, BaseError, type Bytes, messageOf } from '../../primitives/index.ts'
import { MAX_MESSAGE_BYTES, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES } from '../limits.ts'
import { peerIdOf } from '../nodeKey.ts'
import { PeerError } from '../peerError.ts'
import { Penalties } from '../penalties.ts'
import { createRoster, isValidatorName, mayUse, type Roster } from '../roster.ts'
import type {
  Channel,
  Contact,
  DialFault,
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
import { createHost, dialAddress, type Host } from './host.ts'
import { Keeper } from './keeper.ts'
import { LANES, type Lane, protocolOf, VERSION } from './lanes.ts'
import { Session } from './session.ts'

/** How a node is found by others, and whom it finds. */
export type Libp2pTransportOptions = {
  /** Names the chain: nodes of different networks have no protocol in common. Letters, digits and `-`. */
  readonly network: string
  /** 32 bytes: see `createNodeKey`. */
  readonly nodeKey: Bytes
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly validators: ReadonlyMap<Address, Contact>
  /** Dialled for good, besides the validators. */
  readonly peers: readonly Contact[]
  /** How many nodes that do not validate may be connected. */
  readonly maxPeers: number
  /** Versions of the wire that it speaks, the one it prefers first. The newest alone when left out; two while a network is upgraded. */
  readonly versions?: readonly number[]
}

/** A transport that others can dial. */
export interface ListeningTransport extends Transport {
  /** Where it listens, once started: `host:port`. */
  readonly address: string
}

const TICK_MS = 1_000
/** A tick that comes so late means that the process did not run. */
const ASLEEP_MS = 5_000
/** What the validator with the higher id leaves the one with the lower to dial it. */
const HEAD_START_MS = 2_000
/** Nodes that a node which does not validate dials. */
const MAX_DIALLED = 8
/** Attempts in a row without an answer that are nothing to speak of. */
const PATIENT_ATTEMPTS = 4
/** How long farewells may take when the transport closes. */
const CLOSE_MS = 1_000
/** More streams of a lane than its one, so that they are seen here, and not silently reset. */
const SEEN_STREAMS = 8

/** What a peer must have meant or may not be trusted with: it is not let in for a while. */
const BANNED_FOR: ReadonlySet<DisconnectReason> = new Set([
  'frameTooLarge',
  'frameMalformed',
  'tooManyMessages',
  'tooManyBytes',
  'tooManyStreams',
  'tooManyFaults',
  'notAllowed',
])

const realClock: NetworkClock = {
  nowMs: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Creates a transport over libp2p that has not started. */
export async function openLibp2pTransport(options: Libp2pTransportOptions): Promise<ListeningTransport> {
  const penalties = new Penalties(realClock)
  const { nodeKey, host, port } = options
  const isBanned = (id: string) => penalties.isBanned(id as PeerId)
  return new Libp2pTransport(options, await createHost({ nodeKey, host, port, clock: realClock, isBanned }), penalties)
}

class Libp2pTransport implements ListeningTransport {
  readonly #options: Libp2pTransportOptions
  readonly #host: Host
  readonly #penalties: Penalties
  readonly #id: PeerId
  readonly #keeper: Keeper
  /** Every connection that has not ended, by libp2p's name for it. */
  readonly #connections = new Map<string, Session>()
  /** The one in use with each peer. */
  readonly #sessions = new Map<PeerId, Session>()
  readonly #notReachable = new Map<PeerId, { readonly fault: DialFault; readonly times: number }>()
  readonly #handlers = new Map<Channel, MessageHandler>()
  readonly #servers = new Map<Protocol, RequestHandler>()
  #roster: Roster
  #onPeer: (event: PeerEvent) => void = () => {}
  #stopTicking: () => void = () => {}
  #isClosed = false

  constructor(options: Libp2pTransportOptions, host: Host, penalties: Penalties) {
    this.#options = options
    this.#host = host
    this.#penalties = penalties
    this.#id = peerIdOf(options.nodeKey)
    this.#roster = createRoster(options.validators)
    this.#keeper = new Keeper({
      clock: realClock,
      dial: (contact) => this.#dial(contact),
      isConnected: (id) => [...this.#connections.values()].some((session) => session.id === id),
      headStartMs: (id) => (this.#isDialledBy(id) && this.#id > id ? HEAD_START_MS : 0),
    })
  }

  get self(): PeerName {
    return this.#roster.nameOf(this.#id)
  }

  get address(): string {
    const { host, port } = this.#options
    const bound = this.#host.node
      .getMultiaddrs()[0]
      ?.getComponents()
      .find(({ name }) => name === 'tcp')?.value
    return `${host.includes(':') ? `[${host}]` : host}:${bound ?? port}`
  }

  async start(): Promise<void> {
    const { node } = this.#host
    for (const lane of LANES) {
      const onStream = (stream: Stream, { id }: Connection) => this.#onStream(stream, id)
      await node.handle(this.#protocolsOf(lane), onStream, { maxInboundStreams: SEEN_STREAMS })
    }
    node.addEventListener('connection:open', ({ detail }) => this.#onConnection(detail))
    try {
      await node.start()
    } catch (cause) {
      await node.stop()
      throw listenError(this.#options, cause)
    }
    this.#setContacts()
    this.#tick(realClock.nowMs())
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#keeper.setContacts([])
    this.#stopTicking()
    const open = [...this.#connections.values()].map((session) => {
      session.end('closed')
      return session.closed
    })
    await Promise.race([Promise.all(open), new Promise((resolve) => setTimeout(resolve, CLOSE_MS))])
    await this.#host.node.stop()
  }

  send(to: PeerName, channel: Channel, bytes: Bytes): void {
    assert(bytes.length <= MAX_MESSAGE_BYTES[channel], 'a message fits into its channel')
    this.#sessionOf(to)?.send(channel, bytes)
  }

  broadcast(channel: Channel, bytes: Bytes): void {
    for (const { name } of [...this.#sessions.values()]) if (isValidatorName(name)) this.send(name, channel, bytes)
  }

  request(to: PeerName, protocol: Protocol, bytes: Bytes, timeoutMs: number): Promise<Bytes> {
    assert(bytes.length <= MAX_REQUEST_BYTES[protocol], 'a request fits into its protocol')
    const session = this.#sessionOf(to)
    if (session === undefined) return Promise.reject(new PeerError('PEER_UNREACHABLE', to))
    return session.request(protocol, bytes, timeoutMs)
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
    const session = this.#sessionOf(peer)
    if (session !== undefined && !this.#penalties.allowFault(session.id)) session.end('tooManyFaults')
  }

  setValidators(validators: ReadonlyMap<Address, Contact>): void {
    this.#roster = createRoster(validators)
    for (const session of [...this.#sessions.values()]) {
      const name = this.#roster.nameOf(session.id)
      if (name === session.name) continue
      this.#onPeer({ kind: 'down', peer: session.name, reason: 'roleChanged', by: 'us' })
      this.#call(session, name)
    }
    this.#setContacts()
  }

  peers(): readonly PeerStatus[] {
    return [...this.#sessions.values()].map(({ status }) => status)
  }

  #protocolsOf(lane: Lane): string[] {
    const { network, versions = [VERSION] } = this.#options
    return versions.map((version) => protocolOf(network, lane, version))
  }

  #isValidator(): boolean {
    return isValidatorName(this.self)
  }

  /** True when that peer will dial this node too. */
  #isDialledBy(id: PeerId): boolean {
    const { nameOf, validators } = this.#roster
    const own = nameOf(this.#id)
    if (!isValidatorName(own) || !isValidatorName(nameOf(id))) return false
    return (validators.get(own)?.addresses ?? []).length > 0
  }

  #sessionOf(name: PeerName): Session | undefined {
    const id = this.#roster.idOf(name)
    return id === undefined ? undefined : this.#sessions.get(id)
  }

  /** A validator keeps a connection to every other; another node is content with a few of them. */
  #setContacts(): void {
    if (this.#isClosed) return
    const { peers } = this.#options
    const all = [...peers, ...this.#roster.validators.values()].filter(({ id }) => id !== this.#id)
    this.#keeper.setContacts(this.#isValidator() ? all : all.slice(0, Math.max(MAX_DIALLED, peers.length)))
  }

  async #dial({ id, addresses }: Contact): Promise<void> {
    const targets = addresses.map((address) => dialAddress(address, id))
    const connection = await this.#host.node.dial(targets).catch((cause: unknown) => {
      this.#notReached(id, isOtherKey(cause) ? 'wrongKey' : 'noAnswer')
      throw cause
    })
    try {
      const streams = await Promise.all(LANES.map((lane) => connection.newStream(this.#protocolsOf(lane))))
      for (const stream of streams) this.#onStream(stream, connection.id)
    } catch (cause) {
      if (isOtherProtocol(cause)) this.#notReached(id, 'otherNetwork')
      // The session's end has it dialled again.
      this.#connections.get(connection.id)?.end('lost')
    }
  }

  /** Nobody answers for a moment when a network starts; the rest does not mend itself. */
  #notReached(id: PeerId, fault: DialFault): void {
    const known = this.#notReachable.get(id)
    const times = known?.fault === fault ? known.times + 1 : 1
    this.#notReachable.set(id, { fault, times })
    if (times !== (fault === 'noAnswer' ? PATIENT_ATTEMPTS : 1)) return
    this.#onPeer({ kind: 'unreachable', peer: this.#roster.nameOf(id), fault })
  }

  #onConnection(connection: Connection): void {
    const guard = this.#host.guardOf(connection)
    assert(guard !== undefined, 'every connection has a guard')
    if (this.#isClosed) {
      connection.abort(new Error('closed'))
      return
    }
    const session = new Session(
      connection,
      guard,
      {
        onReady: (one) => this.#onReady(one),
        onMessage: (one, channel, bytes) => this.#onMessage(one, channel, bytes),
        onRequest: (one, protocol, bytes) => this.#onRequest(one, protocol, bytes),
        onEnd: (one, reason, by) => this.#onEnd(connection.id, one, reason, by),
      },
      realClock,
    )
    this.#connections.set(connection.id, session)
  }

  #onStream(stream: Stream, connectionId: string): void {
    const lane = LANES.find((one) => this.#protocolsOf(one).includes(stream.protocol))
    const session = this.#connections.get(connectionId)
    if (lane === undefined || session === undefined) stream.abort(new Error('there is no such connection any more'))
    else session.attach(lane, stream)
  }

  #onReady(session: Session): void {
    const other = this.#sessions.get(session.id)
    if (other !== undefined) {
      const loser = this.#isBetter(session, other) ? other : session
      loser.end('replaced')
      if (loser === session) return
    }
    const name = this.#roster.nameOf(session.id)
    const others = [...this.#sessions.values()].filter((one) => !isValidatorName(one.name)).length
    if (!isValidatorName(name) && session.isInbound && others >= this.#options.maxPeers) {
      session.end('noRoom')
      return
    }
    this.#sessions.set(session.id, session)
    this.#keeper.connected(session.id)
    this.#notReachable.delete(session.id)
    this.#call(session, name)
  }

  /**
   * Of two connections with one peer: a newer one of the same direction, since the peer has forgotten the older; of two
   * that crossed each other, the one that the lower id dialled. Both sides come to the same answer.
   */
  #isBetter(newer: Session, older: Session): boolean {
    if (newer.isInbound === older.isInbound) return true
    return newer.isInbound === newer.id < this.#id
  }

  #call(session: Session, name: PeerName): void {
    session.name = name
    session.setRole(isValidatorName(name))
    this.#onPeer({ kind: 'up', peer: name })
  }

  #onMessage(session: Session, channel: Channel, bytes: Bytes): void {
    if (mayUse(channel, session.name, this.self)) this.#handlers.get(channel)?.(session.name, bytes)
    else session.end('notAllowed')
  }

  async #onRequest(session: Session, protocol: Protocol, bytes: Bytes): Promise<Bytes> {
    const server = this.#servers.get(protocol)
    if (server === undefined) throw new PeerError('PEER_REFUSED', this.self)
    const answer = await server(session.name, bytes)
    assert(answer.length <= MAX_RESPONSE_BYTES[protocol], 'an answer fits into its protocol')
    return answer
  }

  #onEnd(connectionId: string, session: Session, reason: DisconnectReason, by: 'us' | 'them'): void {
    this.#connections.delete(connectionId)
    if (by === 'us' && BANNED_FOR.has(reason)) this.#penalties.ban(session.id)
    if (this.#sessions.get(session.id) === session) {
      this.#sessions.delete(session.id)
      this.#onPeer({ kind: 'down', peer: session.name, reason, by })
    }
    if (!this.#sessions.has(session.id)) this.#keeper.ended(session.id)
  }

  #tick(lastMs: number): void {
    const nowMs = realClock.nowMs()
    for (const session of [...this.#connections.values()]) session.tick(nowMs - lastMs > ASLEEP_MS)
    this.#stopTicking = realClock.after(TICK_MS, () => this.#tick(nowMs))
  }
}

/** Noise's word for a key that is not the one that was dialled; libp2p keeps only its message. */
function isOtherKey(cause: unknown): boolean {
  const causes = cause instanceof AggregateError ? cause.errors : [cause]
  return causes.some((one) => messageOf(one).includes('does not match expected remote identity key'))
}

function isOtherProtocol(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'UnsupportedProtocolError'
}

function listenError({ host, port }: Libp2pTransportOptions, cause: unknown): BaseError {
  if (String(cause).includes('EADDRINUSE')) {
    return new BaseError('PORT_IN_USE', `port ${port} of ${host} is in use`, {
      cause,
      advice: ['Stop the other program, or choose another port for the network.'],
    })
  }
  return new BaseError('CANNOT_LISTEN', `cannot listen on ${host}:${port}`, {
    cause,
    advice: ["Choose an address that is this machine's."],
  })
}
