import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Contact } from '../../../src/network/index.ts'
import { frameHeader } from '../../../src/network/libp2p/frames.ts'
import { LANES } from '../../../src/network/libp2p/lanes.ts'
import { type Bytes, concatBytes } from '../../../src/primitives/index.ts'
import { dialRaw, type RawPeer } from '../../harness/network/rawPeer.ts'

const MIB = 1024 * 1024

const frame = (payload: Bytes): Bytes => concatBytes(frameHeader(payload.length), payload)
const many = (bytes: Bytes, times: number): Bytes => concatBytes(...Array.from({ length: times }, () => bytes))

/** What strangers do with a connection, until it is taken from them. */
const ATTACKS: readonly ((raw: RawPeer) => void)[] = [
  ({ streams }) => streams.transactions.send(many(frame(Uint8Array.of(0xc0)), 2_000)),
  ({ streams }) => streams.transactions.send(many(frame(new Uint8Array(200_000)), 10)),
  ({ streams }) => streams.consensus.send(many(frame(new Uint8Array(200)), 1_000)),
  ({ streams }) => streams.bodies.send(frame(new Uint8Array(4 * MIB))),
  ({ streams }) => streams.sync.send(many(frame(Uint8Array.of(0, 0, 0, 0, 1, 0)), 20)),
  ({ streams }) => {
    for (const lane of LANES) streams[lane].send(frameHeader(0xffff_ffff))
  },
  ({ streams }) => streams.control.send(many(frame(Uint8Array.of(0, 0, 0, 0, 1)), 500)),
  ({ connection }) => {
    const { muxer } = connection as unknown as { muxer: { createStream(): Promise<unknown> } }
    for (let count = 0; count < 300; count += 1) void muxer.createStream().catch(() => {})
  },
]

/** Strangers flood the peer port until `untilMs`; returns how many connections that took. */
export async function floodPeers(
  { id, addresses: [address = ''] }: Contact,
  network: string,
  untilMs: number,
): Promise<number> {
  let connections = 0
  const strangers = Array.from({ length: 4 }, async (_, first) => {
    for (let turn = first; performance.now() < untilMs; turn += 1) {
      connections += 1
      const raw = await dialRaw(id, address, network).catch(() => undefined)
      if (raw === undefined) continue
      for (let count = 0; count < 20 && raw.connection.status === 'open'; count += 1) {
        try {
          ATTACKS[turn % ATTACKS.length]?.(raw)
        } catch {
          break
        }
        await pause(5)
      }
      await raw.close()
    }
  })
  const [host, port] = address.split(':')
  const strays = (async () => {
    while (performance.now() < untilMs) {
      const socket = connect(Number(port), host)
      socket.on('error', () => {})
      socket.write(new Uint8Array(2_000).fill(connections & 0xff))
      setTimeout(() => socket.destroy(), 3_000)
      await pause(30)
    }
  })()
  await Promise.all([...strangers, strays])
  return connections
}
