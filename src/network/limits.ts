import type { Rate } from './tokenBucket.ts'
import type { Channel, Protocol } from './transport.ts'

const KIB = 1024
const MIB = 1024 * KIB

/**
 * The longest message of each channel in bytes. `consensus`: a timeout certificate of 300 validators, each with a claim of its
 * own, twice nested. `transactions`: the largest that a pool takes (chain: MAX_CREATION_BYTES), and what it is wrapped in. `bodies`: a block, its header and envelope (consensus: MAX_BODY_BYTES and 64 KiB).
 */
export const MAX_MESSAGE_BYTES: Readonly<Record<Channel, number>> = {
  consensus: 256 * KIB,
  bodies: 4 * MIB + 64 * KIB,
  transactions: 257 * KIB,
}

/** The longest question of each protocol in bytes. */
export const MAX_REQUEST_BYTES: Readonly<Record<Protocol, number>> = { blocks: 1 * KIB, state: 16 * KIB }

/** The longest answer of each protocol in bytes. */
export const MAX_RESPONSE_BYTES: Readonly<Record<Protocol, number>> = {
  blocks: 4 * MIB + 64 * KIB,
  state: 4 * MIB,
}

/** Requests that may wait for one peer's answer at a time. */
export const MAX_REQUESTS_IN_FLIGHT = 16

/** Faults that a peer may make: this many at once, and one more every ten seconds. */
export const FAULT_RATE: Rate = { capacity: 10, perSecond: 0.1 }

/** How long a peer that made too many faults is not let in. Short: it may be a validator that has been mended. */
export const BAN_MS = 30_000
