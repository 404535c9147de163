import { afterEach, expect, test } from 'vitest'
import {
  createLibp2pTransport,
  createNodeKey,
  type Libp2pTransportOptions,
  type ListeningTransport,
  type PeerEvent,
  peerIdOf,
} from '../../../src/network/index.ts'
import { VERSION } from '../../../src/network/libp2p/lanes.ts'
import { addressOf } from '../../compliance/network/transport.ts'
import { freePort } from '../../harness/network/freePort.ts'

const NEXT = VERSION + 1
const KEYS = Array.from({ length: 3 }, createNodeKey)

type Node = { readonly transport: ListeningTransport; readonly heard: string[]; readonly events: PeerEvent[] }

const open = new Set<ListeningTransport>()

afterEach(async () => {
  for (const transport of open) await transport.close()
  open.clear()
})

async function until(isDone: () => boolean): Promise<boolean> {
  for (let step = 0; step < 2_000 && !isDone(); step += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  return isDone()
}

async function network() {
  const ports = await Promise.all(KEYS.map(freePort))
  const validators: Libp2pTransportOptions['validators'] = new Map(
    KEYS.map((key, index) => [addressOf(index), { id: peerIdOf(key), addresses: [`127.0.0.1:${ports[index]}`] }]),
  )
  return async (index: number, versions?: readonly number[]): Promise<Node> => {
    const nodeKey = KEYS[index] ?? createNodeKey()
    const options = { network: 'test', nodeKey, host: '127.0.0.1', port: ports[index] ?? 0, peers: [], maxPeers: 1 }
    const transport = await createLibp2pTransport({
      ...options,
      validators,
      ...(versions === undefined ? {} : { versions }),
    })
    open.add(transport)
    const node: Node = { transport, heard: [], events: [] }
    transport.on('consensus', (from, bytes) => node.heard.push(`${from} ${new TextDecoder().decode(bytes)}`))
    transport.onPeer((event) => node.events.push(event))
    await transport.start()
    return node
  }
}

/** Everybody says `words` until all the others have heard it. */
async function allHear(nodes: readonly Node[], words: string): Promise<void> {
  const hasHeard = (node: Node) =>
    nodes.every((other) => other === node || node.heard.includes(`${other.transport.self} ${words}`))
  const isDone = await until(() => {
    if (nodes.every(hasHeard)) return true
    for (const { transport } of nodes) transport.broadcast('consensus', new TextEncoder().encode(words))
    return false
  })
  expect(isDone).toBe(true)
}

test('row 20: validators go over to a next version of the wire one by one, and all hear each other at every step', async () => {
  const join = await network()
  const nodes = await Promise.all(KEYS.map((_, index) => join(index)))
  await allHear(nodes, 'all old')
  for (const [index, old] of [...nodes].entries()) {
    await old.transport.close()
    open.delete(old.transport)
    nodes[index] = await join(index, [NEXT, VERSION])
    await allHear(nodes, `${index + 1} speak both`)
  }
})

test('row 20: who speaks none of the versions is told of by name, and keeps nobody else from being heard', async () => {
  const join = await network()
  const nodes = await Promise.all([join(0), join(1, [NEXT, VERSION])])
  const early = await join(2, [NEXT])
  await allHear(nodes, 'the old one and the one that speaks both')
  const [, both] = nodes
  if (both === undefined) throw new Error('two have joined')
  await allHear([both, early], 'the one that speaks both and the new one')
  const isOther = (event: PeerEvent) => event.kind === 'unreachable' && event.fault === 'otherNetwork'
  expect(await until(() => [nodes[0], early].some((node) => node?.events.some(isOther) === true))).toBe(true)
  expect(early.heard.some((words) => words.startsWith(addressOf(0)))).toBe(false)
})
