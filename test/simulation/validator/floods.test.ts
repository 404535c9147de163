import { expect, test } from 'vitest'
import { encodeMessage, type Message } from '../../../src/consensus/index.ts'
import { keccakHash } from '../../../src/primitives/index.ts'
import { TestNetwork, type TestNode } from '../../harness/validator/testNetwork.ts'

const BURST = 3_000

function nodeAt(network: TestNetwork, index: number): TestNode {
  const node = network.nodes[index]
  if (node === undefined) throw new Error(`there is no node ${index}`)
  return node
}

const hashOf = (index: number) => keccakHash(new TextEncoder().encode(`${index}`))

/** Messages that cost their sender nothing, and whether it is sent away for them: the others are forgotten as they come. */
const FLOODS: readonly (readonly [string, boolean, (index: number) => Message])[] = [
  [
    'questions about blocks',
    true,
    (index) => ({ kind: 'blockRequest', request: { targetId: hashOf(index), afterHeight: 0 } }),
  ],
  ['blocks that nobody asked for', true, () => ({ kind: 'blocks', blocks: [] })],
  [
    'votes of past rounds',
    false,
    (index) => {
      const ballot = { epoch: 0, round: 1, blockId: hashOf(index) }
      return { kind: 'vote', vote: { ...ballot, signer: 3, signature: new Uint8Array(8) } }
    },
  ],
]

test.each(FLOODS)(
  'row 21: %s without end from a validator (sent away: %s): blocks go on',
  async (_, isSentAway, make) => {
    const network = new TestNetwork(4)
    await network.start()
    await network.clock.advance(1_000)
    const [victim, flooder] = [nodeAt(network, 0), nodeAt(network, 3)]
    const before = victim.archive.head().blockNumber
    const isConnected = () => victim.transport.peers().some(({ peer }) => peer === flooder.id)
    expect(isConnected()).toBe(true)
    for (let burst = 0; burst < 20 && isConnected(); burst += 1) {
      for (let index = 0; index < BURST; index += 1) {
        if (victim.id !== undefined) flooder.transport.send(victim.id, 'consensus', encodeMessage(make(index)))
      }
      await network.clock.advance(100)
    }
    expect(isConnected()).toBe(!isSentAway)
    await network.clock.advance(2_000)
    expect(network.failures).toEqual([])
    expect(victim.archive.head().blockNumber).toBeGreaterThan(before + 8n)
    expect(nodeAt(network, 1).archive.head().blockNumber).toBeGreaterThan(before + 8n)
  },
)
