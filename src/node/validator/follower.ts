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
/** A validator that has seen no newer certificate for so long asks, too. */
const QUIET_MS = 2_000
/** Peers that are asked at a time: one that lies, sleeps or is itself behind keeps no news of the others away. */
const ASKED = 3

export type FollowerParts = { readonly transport: Transport; readonly clock: NetworkClock; readonly driver: Driver }

/**
 * Keeps a node up to date while it has no vote, for it is in no set of validators, or not yet, or no longer: it asks a peer for a certificate newer than its own, and the peer answers as soon as
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
  let newestRound = 0
  let newsMs = clock.nowMs()

  /** True when the peer had news. */
  async function ask(peer: PeerName): Promise<boolean> {
    const known = driver.state.record.highQc
    const answer = await askPeer(transport, peer, newest(driver), HOLD_MS + GRACE_MS)
    if (answer?.kind !== 'advance' || answer.certificate.kind !== 'qc') return false
    driver.feed(messageFrom(peer, answer))
    return answer.certificate.qc.round > known.round
  }

  /** Validators tell each other. Whoever hears nothing may have left their set without knowing it. */
  function isToAsk(): boolean {
    const { round } = driver.state.record.highQc
    if (round !== newestRound) {
      newestRound = round
      newsMs = clock.nowMs()
    }
    return !driver.isToldAll || clock.nowMs() - newsMs >= QUIET_MS
  }

  async function follow(first: number): Promise<void> {
    for (let turn = first; !isStopped; ) {
      const peers = transport.peers().map(({ peer }) => peer)
      const peer = isToAsk() && first < peers.length ? peers[turn % peers.length] : undefined
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
