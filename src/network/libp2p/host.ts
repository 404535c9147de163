import './withResolvers.ts'
import { isIPv4, isIPv6 } from 'node:net'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { Libp2p, PeerId as Libp2pPeerId, MultiaddrConnection, StreamMuxer } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2pOptions } from 'libp2p'
import type { Bytes } from '../../primitives/index.ts'
import type { NetworkClock } from '../transport.ts'
import { LANES } from './lanes.ts'
import { WireGuard } from './wireGuard.ts'

const KIB = 1024

/** Streams that a peer may have open, being negotiated included. */
const MAX_STREAMS = 4 * LANES.length

/** What the other side must have done by then: its part of the handshake, of naming a stream's protocol. */
const HANDSHAKE_MS = 10_000
const NEGOTIATION_MS = 5_000

/**
 * A stream's unread bytes. Bounds what a body on its way keeps a vote waiting behind it: the kernel has no limit that we can
 * set. 1 MiB still is 10 MB/s over a round trip of 100 ms.
 */
const STREAM_WINDOW = { initialStreamWindowSize: 256 * KIB, maxStreamWindowSize: 1024 * KIB }

/** libp2p's default, 5 connections a second from one address, would refuse the nodes of a network on one machine. */
const CONNECTIONS_PER_SECOND_AND_ADDRESS = 50

export type HostOptions = {
  readonly nodeKey: Bytes
  readonly host: string
  readonly port: number
  readonly clock: NetworkClock
  /** True for a peer that may not connect, and is not dialled. */
  readonly isBanned: (id: string) => boolean
}

/** A libp2p node that has not started, and the guards of its connections. */
export type Host = {
  readonly node: Libp2p
  /** The guard of a connection that this node has opened or accepted. */
  readonly guardOf: (connection: object) => WireGuard | undefined
}

/** TCP, Noise, Yamux, and no service of libp2p's own: what nodes say to each other is all ours. */
export async function createHost({ nodeKey, host, port, clock, isBanned }: HostOptions): Promise<Host> {
  const guards = new WeakMap<object, WireGuard>()
  const muxers: Libp2pOptions['streamMuxers'] = [
    () => {
      const init = { maxInboundStreams: MAX_STREAMS, enableKeepAlive: true, streamOptions: STREAM_WINDOW }
      const inner = yamux(init)()
      return {
        protocol: inner.protocol,
        createStreamMuxer(wire) {
          const guard = new WireGuard(wire, clock)
          const muxer = inner.createStreamMuxer(wire)
          guards.set(muxer, guard)
          return muxer
        },
      }
    },
  ]
  const deny = (id: Libp2pPeerId, _?: MultiaddrConnection): boolean => isBanned(id.toString())
  const node = await createLibp2p({
    start: false,
    privateKey: await generateKeyPairFromSeed('Ed25519', nodeKey),
    addresses: { listen: [addressOf(host, port)] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: muxers,
    connectionGater: { denyDialPeer: deny, denyInboundEncryptedConnection: deny, denyDialMultiaddr: () => false },
    connectionManager: {
      maxConnections: 1000,
      inboundConnectionThreshold: CONNECTIONS_PER_SECOND_AND_ADDRESS,
      maxIncomingPendingConnections: 100,
      inboundUpgradeTimeout: HANDSHAKE_MS,
      inboundStreamProtocolNegotiationTimeout: NEGOTIATION_MS,
      outboundStreamProtocolNegotiationTimeout: NEGOTIATION_MS,
      dialTimeout: HANDSHAKE_MS,
      reconnectRetries: 0,
    },
    // Our own pings notice a dead peer.
    connectionMonitor: { enabled: false },
  })
  // libp2p's connection keeps its multiplexer in a field that its interface does not name; the version is pinned.
  const guardOf = (connection: object) => guards.get((connection as { readonly muxer: StreamMuxer }).muxer)
  return { node, guardOf }
}

/** `host:port` of the peer `id` as libp2p writes it. A host that is no address is looked up when it is dialled. */
export function dialAddress(address: string, id: string): ReturnType<typeof multiaddr> {
  const at = address.lastIndexOf(':')
  const host = address.slice(0, at).replace(/^\[|\]$/g, '')
  return multiaddr(`${addressOf(host, Number(address.slice(at + 1)))}/p2p/${id}`)
}

function addressOf(host: string, port: number): string {
  const kind = isIPv4(host) ? 'ip4' : isIPv6(host) ? 'ip6' : 'dns'
  return `/${kind}/${host}/tcp/${port}`
}
