import type { Connection, Stream } from '@libp2p/interface'
import type { Bytes } from '../../primitives/index.ts'
import { PendingRequests } from '../pendingRequests.ts'
import type { Channel, DisconnectReason, NetworkClock, PeerId, PeerName, PeerStatus, Protocol } from '../transport.ts'
import { decodeControlFrame, encodeControlFrame } from './controlFrame.ts'
import { Inbox } from './inbox.ts'
import { LANES, type Lane } from './lanes.ts'
import { Outbox, type Sink } from './outbox.ts'
import { RequestServer } from './requestServer.ts'
import { decodeSyncFrame, encodeSyncFrame } from './syncFrame.ts'
import type { WireGuard } from './wireGuard.ts'

const PING_EVERY_MS = 5_000
/** A peer that has said nothing for so long is gone; it answers pings otherwise. */
const SILENCE_MS = 20_000
/** A peer that takes nothing of what waits for it for so long is too slow. */
const STALL_MS = 20_000
/** All streams must be there by then. */
const OPENING_MS = 10_000
/** How long the other side has to read a farewell and to close. */
const FAREWELL_MS = 250

/** What a session tells its transport. */
export type SessionHandlers = {
  onReady(session: Session): void
  onMessage(session: Session, channel: Channel, bytes: Bytes): void
  onRequest(session: Session, protocol: Protocol, bytes: Bytes): Promise<Bytes>
  /** Once, whatever it ended by. */
  onEnd(session: Session, reason: DisconnectReason, by: 'us' | 'them'): void
}

/** One connection: a stream for each lane, opened by the side that dialled. Any stream's end is its end. */
export class Session {
  readonly id: PeerId
  readonly isInbound: boolean
  readonly connectedAtMs: number
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>
  /** What the peer is called; the transport changes it with the validators. */
  name: PeerName
  readonly #connection: Connection
  readonly #guard: WireGuard
  readonly #handlers: SessionHandlers
  readonly #clock: NetworkClock
  readonly #streams = new Map<Lane, Stream>()
  readonly #inbox: Inbox
  readonly #outbox: Outbox
  readonly #requests: PendingRequests
  readonly #server: RequestServer
  #state: 'opening' | 'ready' | 'ended' = 'opening'
  #counters = { messagesIn: 0, messagesOut: 0, bytesIn: 0, bytesOut: 0 }
  #heardAtMs: number
  #ping: { readonly number: number; readonly sentAtMs: number }
  #roundTripMs: number | undefined
  #isPumping = false

  constructor(connection: Connection, guard: WireGuard, handlers: SessionHandlers, clock: NetworkClock) {
    const nowMs = clock.nowMs()
    this.id = connection.remotePeer.toString() as PeerId
    this.name = this.id
    this.isInbound = connection.direction === 'inbound'
    this.connectedAtMs = nowMs
    this.#connection = connection
    this.#guard = guard
    this.#handlers = handlers
    this.#clock = clock
    this.#heardAtMs = nowMs
    this.#ping = { number: 0, sentAtMs: nowMs - PING_EVERY_MS }
    this.#inbox = new Inbox(
      nowMs,
      (lane, frame) => this.#onFrame(lane, frame),
      (reason) => this.end(reason),
    )
    const sink = (lane: Lane) => this.#sinkOf(lane)
    this.#outbox = new Outbox(
      {
        control: sink('control'),
        consensus: sink('consensus'),
        bodies: sink('bodies'),
        sync: sink('sync'),
        transactions: sink('transactions'),
      },
      nowMs,
    )
    this.#requests = new PendingRequests(clock)
    this.#server = new RequestServer(
      clock,
      ({ protocol, bytes }) => handlers.onRequest(this, protocol, bytes),
      (request, bytes, onSent) => {
        const frame = bytes === undefined ? { kind: 'refusal' as const } : { kind: 'answer' as const, bytes }
        this.#send('sync', encodeSyncFrame({ ...frame, request }), onSent)
      },
    )
    this.closed = new Promise((resolve) => {
      connection.addEventListener('close', () => {
        this.#lost()
        resolve()
      })
    })
  }

  get status(): PeerStatus {
    return {
      peer: this.name,
      id: this.id,
      isInbound: this.isInbound,
      connectedAtMs: this.connectedAtMs,
      ...this.#counters,
      dropped: this.#outbox.dropped,
      queuedBytes: this.#outbox.queuedBytes,
      roundTripMs: this.#roundTripMs,
    }
  }

  /** A lane's stream has been opened. */
  attach(lane: Lane, stream: Stream): void {
    if (this.#streams.has(lane)) {
      this.end('tooManyStreams')
      return
    }
    this.#streams.set(lane, stream)
    if (this.#state !== 'opening' || this.#streams.size < LANES.length) return
    this.#state = 'ready'
    this.#handlers.onReady(this)
    // The handler may have ended it.
    if (this.#isReady()) this.#listen()
  }

  /** Whether it is a validator decides what it may send. */
  setRole(isValidator: boolean): void {
    this.#inbox.setRole(isValidator, this.#clock.nowMs())
  }

  send(channel: Channel, bytes: Bytes): void {
    if (this.#isReady()) this.#send(channel, bytes)
  }

  request(protocol: Protocol, bytes: Bytes, timeoutMs: number): Promise<Bytes> {
    return this.#requests.open(this.name, timeoutMs, (request) =>
      this.#send('sync', encodeSyncFrame({ kind: 'request', request, protocol, bytes })),
    )
  }

  /** Ends it from this side, and tells the other one why. */
  end(reason: DisconnectReason): void {
    if (this.#state === 'ended') return
    this.#outbox.push('control', encodeControlFrame({ kind: 'farewell', reason }), this.#clock.nowMs())
    this.#outbox.pump(this.#clock.nowMs())
    this.#finish(reason, 'us')
    this.#clock.after(FAREWELL_MS, () => this.#close())
  }

  /** Once a second. `wasAsleep`: this process did not run for a while, which is not the peer's fault. */
  tick(wasAsleep: boolean): void {
    const nowMs = this.#clock.nowMs()
    if (wasAsleep) {
      this.#heardAtMs = nowMs
      this.#outbox.movedAtMs = nowMs
    }
    if (this.#state === 'opening' && nowMs - this.connectedAtMs > OPENING_MS) this.end('lost')
    if (!this.#isReady()) return
    if (nowMs - this.#heardAtMs > SILENCE_MS) this.end('lost')
    else if (this.#outbox.queuedBytes > 0 && nowMs - this.#outbox.movedAtMs > STALL_MS) this.end('tooSlow')
    else if (nowMs - this.#ping.sentAtMs >= PING_EVERY_MS) this.#sendPing(nowMs)
    this.#outbox.pump(nowMs)
  }

  #isReady(): boolean {
    return this.#state === 'ready'
  }

  #listen(): void {
    this.#heardAtMs = this.#clock.nowMs()
    for (const [lane, stream] of this.#streams) {
      stream.addEventListener('message', ({ data }) => this.#onData(lane, data.subarray()))
      stream.addEventListener('drain', () => this.#schedulePump())
      stream.addEventListener('close', () => this.#loseStream())
      stream.addEventListener('remoteCloseWrite', () => this.#loseStream())
    }
    this.#sendPing(this.#clock.nowMs())
  }

  #onData(lane: Lane, bytes: Bytes): void {
    const nowMs = this.#clock.nowMs()
    this.#heardAtMs = nowMs
    this.#inbox.read(lane, bytes, nowMs)
  }

  #onFrame(lane: Lane, frame: Bytes): void {
    if (lane === 'control') {
      this.#onControl(frame)
      return
    }
    this.#counters.messagesIn += 1
    this.#counters.bytesIn += frame.length
    if (lane === 'sync') this.#onSync(frame)
    else this.#handlers.onMessage(this, lane, frame)
  }

  #onControl(encoded: Bytes): void {
    const frame = decodeControlFrame(encoded)
    if (frame === undefined) {
      this.end('frameMalformed')
      return
    }
    if (frame.kind === 'ping') this.#send('control', encodeControlFrame({ kind: 'pong', number: frame.number }))
    if (frame.kind === 'pong' && frame.number === this.#ping.number) {
      this.#roundTripMs = this.#clock.nowMs() - this.#ping.sentAtMs
    }
    if (frame.kind === 'farewell') {
      this.#finish(frame.reason, 'them')
      this.#close()
    }
  }

  #onSync(encoded: Bytes): void {
    const frame = decodeSyncFrame(encoded)
    if (frame === undefined) this.end('frameMalformed')
    else if (frame.kind === 'answer') this.#requests.settle(frame.request, frame.bytes)
    else if (frame.kind === 'refusal') this.#requests.settle(frame.request, 'PEER_REFUSED')
    else if (!this.#server.receive(frame)) this.end('tooManyMessages')
  }

  #sendPing(nowMs: number): void {
    this.#ping = { number: (this.#ping.number + 1) >>> 0, sentAtMs: nowMs }
    this.#send('control', encodeControlFrame({ kind: 'ping', number: this.#ping.number }))
  }

  #send(lane: Lane, payload: Bytes, onSent?: () => void): void {
    if (lane !== 'control') {
      this.#counters.messagesOut += 1
      this.#counters.bytesOut += payload.length
    }
    this.#outbox.push(lane, payload, this.#clock.nowMs(), onSent)
    this.#schedulePump()
  }

  /** Once for all that is sent now, so that small frames leave together, the urgent ones first. */
  #schedulePump(): void {
    if (this.#isPumping) return
    this.#isPumping = true
    queueMicrotask(() => {
      this.#isPumping = false
      if (this.#isReady()) this.#outbox.pump(this.#clock.nowMs())
    })
  }

  /**
   * `writableNeedsDrain` is the only sign that a stream is full: what `onDrain` promises resolves at once after the first
   * time (libp2p's utils 7.4.1), so it is never asked. See docs/decisions.
   */
  #sinkOf(lane: Lane): Sink {
    return {
      isReady: () => {
        const stream = this.#streams.get(lane)
        return stream !== undefined && stream.writeStatus === 'writable' && !stream.writableNeedsDrain
      },
      send: (chunk) => {
        try {
          this.#streams.get(lane)?.send(chunk)
        } catch {
          this.#loseStream()
        }
      },
    }
  }

  #loseStream(): void {
    // The connection's own end, which follows, may know more.
    queueMicrotask(() => {
      this.#lost()
      this.#close()
    })
  }

  /** It ended, and nobody said why: unless the guard ended it. */
  #lost(): void {
    const { fault } = this.#guard
    this.#finish(fault ?? 'lost', fault === undefined ? 'them' : 'us')
  }

  #finish(reason: DisconnectReason, by: 'us' | 'them'): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    this.#inbox.close()
    this.#server.end()
    this.#requests.end()
    this.#handlers.onEnd(this, reason, by)
  }

  #close(): void {
    this.#connection.close({ signal: AbortSignal.timeout(FAREWELL_MS) }).catch((thrown: Error) => {
      this.#connection.abort(thrown)
    })
  }
}
