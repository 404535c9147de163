import type { Message, QuorumCertificate } from '../../consensus/index.ts'
import type { NetworkClock, PeerName, Transport } from '../../network/index.ts'
import { type Driver, messageFrom } from './driver.ts'
import { askPeer } from './question.ts'

/** How long a question about the newest certificate is held until there is a newer one. */
const HOLD_MS = 1_000
/** How long an answer may take on top of that. */
const GRACE_MS = 4_000
/** Before the next peer is asked, when one did not answer or had no news. */
const RETRY_MS = 500
/** Peers that are asked at a time: one that lies, sleeps or is itself behind keeps no news of the others away. */
const ASKED = 3

export type FollowerParts = { readonly transport: Transport; readonly clock: NetworkClock; readonly driver: Driver }

/**
 * Keeps a node without a vote up to date: it asks a peer for a certificate newer than its own, and the peer answers as soon as
 * it has one. The blocks that a certificate names are then fetched like those that a validator lacks; every certificate and
 * body is checked as a validator's is.
 */
export interface Follower {
  start(): void
  /** The other side: the newest certificate here, at once if it is newer than `known`, else when there is one or in time. */
  answer(known: QuorumCertificate): Promise<Message>
  stop(): void
}

export function createFollower({ transport, clock, driver }: FollowerParts): Follower {
  let isStarted = false
  let isStopped = false

  /** True when the peer had news. */
  async function ask(peer: PeerName): Promise<boolean> {
    const known = driver.state.record.highQc
    const answer = await askPeer(transport, peer, newest(driver), HOLD_MS + GRACE_MS)
    if (answer?.kind !== 'advance' || answer.certificate.kind !== 'qc') return false
    driver.feed(messageFrom(peer, answer))
    return answer.certificate.qc.round > known.round
  }

  async function follow(first: number): Promise<void> {
    for (let turn = first; !isStopped; ) {
      const peers = transport.peers().map(({ peer }) => peer)
      const peer = first < peers.length ? peers[turn % peers.length] : undefined
      if (peer !== undefined && (await ask(peer))) continue
      turn += 1
      await new Promise<void>((resolve) => clock.after(RETRY_MS, resolve))
    }
  }

  return {
    start() {
      if (isStarted) return
      isStarted = true
      for (let first = 0; first < ASKED; first += 1) void follow(first)
    },
    answer(known) {
      if (driver.state.record.highQc.round > known.round) return Promise.resolve(newest(driver))
      return new Promise((resolve) => {
        const settle = (): void => {
          cancel()
          stopListening()
          resolve(newest(driver))
        }
        const cancel = clock.after(HOLD_MS, settle)
        const stopListening = driver.onStep(() => {
          if (driver.state.record.highQc.round > known.round) settle()
        })
      })
    },
    stop() {
      isStopped = true
    },
  }
}

function newest(driver: Driver): Message {
  return { kind: 'advance', certificate: { kind: 'qc', qc: driver.state.record.highQc } }
}
