import { connect } from 'node:net'
import type { Stream } from '@libp2p/interface'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  type Contact,
  createLibp2pTransport,
  createNodeKey,
  type ListeningTransport,
  MAX_MESSAGE_BYTES,
  type PeerEvent,
  peerIdOf,
} from '../../../src/network/index.ts'
import { frameHeader } from '../../../src/network/libp2p/frames.ts'
import { LANES, type Lane, limitsFor, protocolOf } from '../../../src/network/libp2p/lanes.ts'
import { type Address, type Bytes, concatBytes } from '../../../src/primitives/index.ts'
import { addressOf } from '../../compliance/network/transport.ts'
import { Random } from '../../fuzz/random.ts'
import { freePort } from '../../harness/network/freePort.ts'
import { dialRaw, type RawPeer } from '../../harness/network/rawPeer.ts'

const NETWORK = 'test'
const random = new Random(7, 0)
const frame = (payload: Bytes): Bytes => concatBytes(frameHeader(payload.length), payload)
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function until(isDone: () => boolean): Promise<boolean> {
  for (let step = 0; step < 1000 && !isDone(); step += 1) await pause(10)
  return isDone()
}

/** Writes as much as the other side takes; stops when it closes. */
async function flood(stream: Stream, chunk: Bytes, times: number): Promise<void> {
  for (let count = 0; count < times && stream.writeStatus === 'writable'; count += 1) {
    stream.send(chunk)
    while (stream.writableNeedsDrain && stream.writeStatus === 'writable') await pause(1)
  }
}

/** Whatever a peer does, it is sent away for a reason that has a name, and the node goes on with the others. */
describe('hostile peers', () => {
  const [victimKey, friendKey, knownKey] = [createNodeKey(), createNodeKey(), createNodeKey()]
  let victim: ListeningTransport
  let friend: ListeningTransport
  let events: PeerEvent[]
  let messages: { readonly channel: string; readonly bytes: Bytes }[]
  let raws: RawPeer[]

  async function open(nodeKey: Bytes, port: number, validators: ReadonlyMap<Address, Contact>, maxPeers = 3) {
    return createLibp2pTransport({
      network: NETWORK,
      nodeKey,
      host: '127.0.0.1',
      port,
      validators,
      peers: [],
      maxPeers,
    })
  }

  beforeEach(async () => {
    const port = await freePort()
    const validators = new Map(
      [victimKey, friendKey, knownKey].map((key, index) => {
        return [addressOf(index), { id: peerIdOf(key), addresses: index === 0 ? [`127.0.0.1:${port}`] : [] }]
      }),
    )
    events = []
    messages = []
    raws = []
    victim = await open(victimKey, port, validators)
    for (const channel of ['consensus', 'bodies', 'transactions'] as const) {
      victim.on(channel, (_, bytes) => messages.push({ channel, bytes }))
    }
    victim.serve('blocks', async () => new Uint8Array(4_000_000))
    victim.onPeer((event) => events.push(event))
    friend = await open(friendKey, await freePort(), validators)
    await victim.start()
    await friend.start()
    await until(() => victim.peers().length === 1)
  })

  afterEach(async () => {
    // Whatever happened, an honest validator is connected and heard.
    messages.length = 0
    friend.send(addressOf(0), 'consensus', Uint8Array.of(1, 2, 3))
    expect(await until(() => messages.some(({ channel }) => channel === 'consensus'))).toBe(true)
    expect(events.filter(({ kind, peer }) => kind === 'down' && peer === addressOf(1))).toEqual([])
    for (const raw of raws) await raw.close()
    await friend.close()
    await victim.close()
  })

  /** A stranger, or with `knownKey` the third validator. */
  async function attacker(key = createNodeKey()): Promise<RawPeer> {
    const raw = await dialRaw(peerIdOf(victimKey), victim.address, NETWORK, key)
    raws.push(raw)
    const name = key === knownKey ? addressOf(2) : raw.id
    expect(await until(() => events.some(({ kind, peer }) => kind === 'up' && peer === name))).toBe(true)
    return raw
  }

  async function reasonFor(name: string): Promise<string> {
    const down = () => events.find(({ kind, peer }) => kind === 'down' && peer === name)
    await until(() => down() !== undefined)
    const event = down()
    return event?.kind === 'down' ? `${event.reason} by ${event.by}` : 'still connected'
  }

  test.each(LANES)('a frame on %s that says it is too long', async (lane) => {
    const raw = await attacker()
    raw.streams[lane].send(frameHeader(limitsFor(false)[lane].maxFrameBytes + 1))
    expect(await reasonFor(raw.id)).toBe('frameTooLarge by us')
  })

  test.each([
    ['control', []],
    ['control', [9, 0, 0, 0, 0]],
    ['control', [2, 0, 0, 0, 99]],
    ['sync', [0, 0, 0]],
    ['sync', [0, 0, 0, 0, 1, 7]],
    ['sync', [3, 0, 0, 0, 1, 0]],
    ['sync', [2, 0, 0, 0, 1, 0, 1]],
  ] as const)('a frame on %s that follows no rule: %j', async (lane, payload) => {
    const raw = await attacker()
    raw.streams[lane].send(frame(Uint8Array.from(payload)))
    expect(await reasonFor(raw.id)).toBe('frameMalformed by us')
  })

  test('a request that is too long', async () => {
    const raw = await attacker()
    raw.streams.sync.send(frame(concatBytes(Uint8Array.of(0, 0, 0, 0, 1, 0), new Uint8Array(2000))))
    expect(await reasonFor(raw.id)).toBe('frameMalformed by us')
  })

  test('who was sent away is not let in again', async () => {
    const key = createNodeKey()
    const raw = await attacker(key)
    raw.streams.control.send(frame(new Uint8Array(3)))
    await reasonFor(peerIdOf(key))
    await expect(dialRaw(peerIdOf(victimKey), victim.address, NETWORK, key)).rejects.toThrow()
  })

  test.each([
    ['a stranger', undefined, 'transactions'],
    ['a validator', knownKey, 'consensus'],
  ] as const)('%s sends a flood of small messages', async (_, key, lane) => {
    const raw = await attacker(key)
    const { capacity } = limitsFor(key !== undefined)[lane].frames
    await flood(raw.streams[lane], concatBytes(...Array.from({ length: 500 }, () => frame(new Uint8Array(8)))), 60)
    expect(await reasonFor(key === undefined ? raw.id : addressOf(2))).toBe('tooManyMessages by us')
    expect(messages.length).toBeLessThan(2 * capacity)
  })

  test('a stranger sends too many bytes', async () => {
    const raw = await attacker()
    await flood(raw.streams.transactions, frame(new Uint8Array(200_000)), 200)
    expect(await reasonFor(raw.id)).toBe('tooManyBytes by us')
  })

  test('a stranger asks more than it may', async () => {
    const raw = await attacker()
    raw.streams.sync.pause()
    const request = frame(Uint8Array.of(0, 0, 0, 0, 1, 0))
    await flood(raw.streams.sync, concatBytes(...Array.from({ length: 100 }, () => request)), 1)
    expect(await reasonFor(raw.id)).toBe('tooManyMessages by us')
  })

  test('a stranger votes', async () => {
    const raw = await attacker()
    raw.streams.consensus.send(frame(Uint8Array.of(1)))
    expect(await reasonFor(raw.id)).toBe('notAllowed by us')
    expect(messages).toEqual([])
  })

  test('a second stream of one lane', async () => {
    const raw = await attacker()
    await raw.connection.newStream(protocolOf(NETWORK, 'consensus')).catch(() => {})
    expect(await reasonFor(raw.id)).toBe('tooManyStreams by us')
  })

  test('hundreds of streams that never say what they are for', async () => {
    const raw = await attacker()
    const { muxer } = raw.connection as unknown as { muxer: { createStream(): Promise<Stream> } }
    for (let count = 0; count < 500; count += 1) await muxer.createStream()
    await pause(100)
    expect(victim.peers().length).toBe(2)
  })

  test('a peer that reads nothing keeps only so much waiting', async () => {
    const raw = await attacker(knownKey)
    for (const lane of LANES) raw.streams[lane].pause()
    const body = new Uint8Array(MAX_MESSAGE_BYTES.bodies)
    for (let count = 0; count < 20; count += 1) victim.send(addressOf(2), 'bodies', body)
    await pause(200)
    const status = victim.peers().find(({ peer }) => peer === addressOf(2))
    expect(status?.queuedBytes).toBeLessThan(17 * 1024 * 1024)
    expect(status?.dropped).toBeGreaterThanOrEqual(16)
    // The others get theirs.
    let got = 0
    friend.on('bodies', () => {
      got += 1
    })
    victim.send(addressOf(1), 'bodies', body)
    expect(await until(() => got === 1)).toBe(true)
  })

  test('a peer that makes libp2p itself answer, and reads no answer', async () => {
    const raw = await attacker()
    const { maConn, muxer } = raw.connection as unknown as {
      maConn: { pause(): void }
      muxer: { send(bytes: Bytes): boolean }
    }
    maConn.pause()
    // Yamux: version 0, type 2 (ping), flag 1 (asks for an answer), stream 0.
    const pings = concatBytes(...Array.from({ length: 5000 }, () => Uint8Array.of(0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1)))
    const isGone = () => events.some(({ kind, peer }) => kind === 'down' && peer === raw.id)
    for (let count = 0; count < 400 && !isGone(); count += 1) {
      muxer.send(pings)
      await pause(1)
    }
    expect(await reasonFor(raw.id)).toBe('tooSlow by us')
  })

  test('bytes that mean nothing, on every lane', async () => {
    for (let count = 0; count < 5; count += 1) {
      const raw = await attacker()
      for (const lane of [...LANES].sort(() => random.below(3) - 1)) {
        if (raw.streams[lane].writeStatus === 'writable') raw.streams[lane].send(random.bytes(random.between(1, 300)))
      }
      expect(await reasonFor(raw.id)).toMatch(/^(frameTooLarge|frameMalformed|notAllowed|tooManyMessages) by us$/)
    }
  })

  test('bytes that mean nothing, instead of a handshake; and silence', async () => {
    const port = Number(victim.address.split(':')[1])
    const sockets = Array.from({ length: 30 }, (_, index) => {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      if (index % 2 === 0) socket.write(random.bytes(random.between(1, 5000)))
      return socket
    })
    await pause(300)
    for (const socket of sockets) socket.destroy()
  })

  test('a connection that breaks in the middle of a frame', async () => {
    const raw = await attacker(knownKey)
    raw.streams.bodies.send(concatBytes(frameHeader(1_000_000), new Uint8Array(500_000)))
    raw.connection.abort(new Error('broken'))
    expect(await reasonFor(addressOf(2))).toBe('lost by them')
    expect(messages).toEqual([])
  })

  test('one stream that ends is the end', async () => {
    const raw = await attacker(knownKey)
    await raw.streams.transactions.close()
    expect(await reasonFor(addressOf(2))).toBe('lost by them')
  })

  test('strangers beyond the limit are told that there is no room; a validator always finds some', async () => {
    for (let count = 0; count < 3; count += 1) await attacker()
    const fourth = await dialRaw(peerIdOf(victimKey), victim.address, NETWORK)
    raws.push(fourth)
    const said: Bytes[] = []
    fourth.streams.control.addEventListener('message', ({ data }) => said.push(data.slice()))
    await until(() => said.length > 0)
    expect(concatBytes(...said)).toEqual(frame(Uint8Array.of(2, 0, 0, 0, 10)))
    await attacker(knownKey)
    expect(victim.peers().length).toBe(5)
  })

  test('another network, another version: no stream, no connection', async () => {
    const options = { network: 'other', nodeKey: createNodeKey(), host: '127.0.0.1', port: 0, maxPeers: 1 }
    const peers = [{ id: peerIdOf(victimKey), addresses: [victim.address] }]
    const stranger = await createLibp2pTransport({ ...options, validators: new Map(), peers })
    const seen: PeerEvent[] = []
    stranger.onPeer((event) => seen.push(event))
    await stranger.start()
    expect(await until(() => seen.length > 0)).toBe(true)
    expect(seen).toEqual([{ kind: 'unreachable', peer: peerIdOf(victimKey), fault: 'otherNetwork' }])
    await stranger.close()
    const raw = await attacker()
    const [known] = await Promise.all([
      raw.connection.newStream([`/evmpp/${NETWORK}/sync/2`, protocolOf(NETWORK, 'sync')]).then(
        ({ protocol }) => protocol,
        (thrown: Error) => thrown.message,
      ),
    ])
    expect(known).toBe(protocolOf(NETWORK, 'sync' satisfies Lane))
  })

  test('who is not there is told of, once, after a few attempts', async () => {
    const gone = { id: peerIdOf(createNodeKey()), addresses: [`127.0.0.1:${await freePort()}`] }
    const options = { network: NETWORK, nodeKey: createNodeKey(), host: '127.0.0.1', port: 0, maxPeers: 1 }
    const node = await createLibp2pTransport({ ...options, validators: new Map(), peers: [gone] })
    const seen: PeerEvent[] = []
    node.onPeer((event) => seen.push(event))
    await node.start()
    expect(await until(() => seen.length > 0)).toBe(true)
    expect(seen).toEqual([{ kind: 'unreachable', peer: gone.id, fault: 'noAnswer' }])
    await node.close()
  })

  test('whoever answers with another key than the roster names is no peer', async () => {
    const impostor = await open(createNodeKey(), await freePort(), new Map())
    await impostor.start()
    const own = createNodeKey()
    const roster = new Map([
      [addressOf(0), { id: peerIdOf(own), addresses: [] }],
      [addressOf(1), { id: peerIdOf(friendKey), addresses: [impostor.address] }],
    ])
    const node = await open(own, await freePort(), roster)
    const seen: PeerEvent[] = []
    node.onPeer((event) => seen.push(event))
    await node.start()
    expect(await until(() => seen.length > 0)).toBe(true)
    await pause(500)
    expect(seen).toEqual([{ kind: 'unreachable', peer: addressOf(1), fault: 'wrongKey' }])
    expect([node.peers(), impostor.peers()]).toEqual([[], []])
    await node.close()
    await impostor.close()
  })
})
