import {
  type Contact,
  createLibp2pTransport,
  createNodeKey,
  type ListeningTransport,
  peerIdOf,
} from '../../../src/network/index.ts'
import { addressOf, transportSuite } from '../../compliance/network/transport.ts'
import { freePort } from '../../harness/network/freePort.ts'

transportSuite('libp2p', async (validators) => {
  const keys = Array.from({ length: validators + 1 }, createNodeKey)
  const ports = await Promise.all(keys.map(freePort))
  const roster = (count: number): ReadonlyMap<ReturnType<typeof addressOf>, Contact> =>
    new Map(
      keys.slice(0, count).map((key, index) => {
        return [addressOf(index), { id: peerIdOf(key), addresses: [`127.0.0.1:${ports[index]}`] }]
      }),
    )
  const open: ListeningTransport[] = []
  return {
    async join(index) {
      const transport = await createLibp2pTransport({
        network: 'test',
        nodeKey: keys[index] ?? createNodeKey(),
        host: '127.0.0.1',
        port: ports[index] ?? 0,
        validators: roster(validators),
        peers: [],
        maxPeers: 10,
      })
      open.push(transport)
      return transport
    },
    roster,
    async until(isDone) {
      for (let step = 0; step < 1000 && !isDone(); step += 1) await new Promise((resolve) => setTimeout(resolve, 10))
      return isDone()
    },
    settle: () => new Promise((resolve) => setTimeout(resolve, 100)),
    async close() {
      for (const transport of open) await transport.close()
    },
  }
})
