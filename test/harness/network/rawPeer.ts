import '../../../src/network/libp2p/withResolvers.ts'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { noise } from '@libp2p/noise'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { createNodeKey, type PeerId, peerIdOf } from '../../../src/network/index.ts'
import { dialAddress } from '../../../src/network/libp2p/host.ts'
import { LANES, type Lane, protocolOf } from '../../../src/network/libp2p/lanes.ts'
import type { Bytes } from '../../../src/primitives/index.ts'

/** A peer that does with its connection what it wants: libp2p without anything of ours above it. */
export type RawPeer = {
  readonly id: PeerId
  readonly node: Libp2p
  readonly connection: Connection
  readonly streams: Readonly<Record<Lane, Stream>>
  close(): Promise<void>
}

/** Dials the node `id` at `address` and opens every lane, as an honest node would. `nodeKey` makes it a known peer. */
export async function dialRaw(
  id: PeerId,
  address: string,
  network: string,
  nodeKey: Bytes = createNodeKey(),
): Promise<RawPeer> {
  const node = await createLibp2p({
    privateKey: await generateKeyPairFromSeed('Ed25519', nodeKey),
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [() => yamux({ maxOutboundStreams: 10_000 })()],
    connectionMonitor: { enabled: false },
    connectionGater: { denyDialMultiaddr: () => false },
  })
  const connection = await node.dial(dialAddress(address, id))
  const opened = await Promise.all(LANES.map((lane) => connection.newStream(protocolOf(network, lane))))
  const streams = Object.fromEntries(LANES.map((lane, index) => [lane, opened[index]])) as RawPeer['streams']
  return { id: peerIdOf(nodeKey), node, connection, streams, close: async () => node.stop() }
}
