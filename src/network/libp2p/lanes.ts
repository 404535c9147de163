import { MAX_MESSAGE_BYTES, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES } from '../limits.ts'
import type { Rate } from '../tokenBucket.ts'
import type { DisconnectReason } from '../transport.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** The streams of a connection, most urgent first. `control`: round trips and farewells; `sync`: requests and answers. */
export const LANES = ['control', 'consensus', 'bodies', 'sync', 'transactions'] as const

export type Lane = (typeof LANES)[number]

/** Of all that goes over these streams. Part of each protocol's name, so both sides agree on one or on none. */
export const VERSION = 1

/** The name of a lane's protocol in the network `network`. */
export function protocolOf(network: string, lane: Lane, version = VERSION): string {
  return `/evmpp/${network}/${lane}/${version}`
}

/** Bytes of a request's or an answer's frame before its payload: kind, number, protocol. */
export const SYNC_HEADER_BYTES = 6

/** What a lane's frames may be. */
export type LaneLimits = {
  /** Of one frame. */
  readonly maxFrameBytes: number
  /** That wait to be sent; beyond it the oldest are dropped. Answers are bounded by how many requests are served at a time. */
  readonly maxQueuedBytes: number
  /** Frames that a peer may send. */
  readonly frames: Rate
  /** Bytes that a peer may send. */
  readonly bytes: Rate
}

const largest = (...tables: readonly Readonly<Record<string, number>>[]): number =>
  Math.max(...tables.flatMap((table) => Object.values(table)))

/** Many times what an honest peer needs: a round has a handful of messages of each validator and one body. */
const VALIDATOR_LIMITS: Readonly<Record<Lane, LaneLimits>> = {
  control: {
    maxFrameBytes: 16,
    maxQueuedBytes: 4 * KIB,
    frames: { capacity: 50, perSecond: 5 },
    bytes: { capacity: 1 * KIB, perSecond: 100 },
  },
  consensus: {
    maxFrameBytes: MAX_MESSAGE_BYTES.consensus,
    maxQueuedBytes: 4 * MIB,
    frames: { capacity: 10_000, perSecond: 2_000 },
    bytes: { capacity: 32 * MIB, perSecond: 8 * MIB },
  },
  bodies: {
    maxFrameBytes: MAX_MESSAGE_BYTES.bodies,
    maxQueuedBytes: 16 * MIB,
    frames: { capacity: 2_000, perSecond: 200 },
    bytes: { capacity: 256 * MIB, perSecond: 64 * MIB },
  },
  sync: {
    maxFrameBytes: SYNC_HEADER_BYTES + largest(MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES),
    maxQueuedBytes: Number.POSITIVE_INFINITY,
    frames: { capacity: 2_000, perSecond: 500 },
    bytes: { capacity: 256 * MIB, perSecond: 64 * MIB },
  },
  transactions: {
    maxFrameBytes: MAX_MESSAGE_BYTES.transactions,
    maxQueuedBytes: 8 * MIB,
    frames: { capacity: 5_000, perSecond: 1_000 },
    bytes: { capacity: 64 * MIB, perSecond: 16 * MIB },
  },
}

/** For those who do not validate, there may be many and anybody can be one. */
const OTHER_LIMITS: Readonly<Record<Lane, LaneLimits>> = {
  ...VALIDATOR_LIMITS,
  transactions: {
    ...VALIDATOR_LIMITS.transactions,
    frames: { capacity: 500, perSecond: 100 },
    bytes: { capacity: 8 * MIB, perSecond: 1 * MIB },
  },
}

/** What a peer may send over each lane. */
export function limitsFor(isValidator: boolean): Readonly<Record<Lane, LaneLimits>> {
  return isValidator ? VALIDATOR_LIMITS : OTHER_LIMITS
}

/** Reasons that are told to the other side, by their number on the wire. */
export const REASONS: readonly DisconnectReason[] = [
  'closed',
  'lost',
  'frameTooLarge',
  'frameMalformed',
  'tooManyMessages',
  'tooManyBytes',
  'tooManyStreams',
  'tooManyFaults',
  'tooSlow',
  'notAllowed',
  'noRoom',
  'replaced',
]
