import { describe, expect, test } from 'vitest'
import { decodeMessage, encodeMessage, type Message } from '../../../src/consensus/index.ts'
import { MAX_RESPONSE_BYTES, type RequestHandler } from '../../../src/network/index.ts'
import { BaseError } from '../../../src/primitives/index.ts'
import { createMemoryStore } from '../../../src/state/index.ts'
import { Random } from '../../fuzz/random.ts'
import { TestNetwork, type TestNode } from '../../harness/validator/testNetwork.ts'

const random = new Random(11, 0)

/** What a peer answers instead of the truth, given the question and the true answer. */
type Lie = (question: Message, truth: () => Message) => Promise<Uint8Array>

/** Every way to answer wrongly that a node must survive. */
const LIES: Readonly<Record<string, Lie>> = {
  'bytes that mean nothing': async () => random.bytes(300),
  'as many bytes as fit': async () => new Uint8Array(MAX_RESPONSE_BYTES.blocks).fill(0xf8),
  nothing: async () => new Uint8Array(),
  never: () => new Promise(() => {}),
  refusals: async () => Promise.reject(new BaseError('NO', 'no')),
  'no blocks': async (question, truth) =>
    encodeMessage(question.kind === 'blockRequest' ? { kind: 'blocks', blocks: [] } : truth()),
  'blocks with other bodies': async (_, truth) => {
    const answer = truth()
    if (answer.kind !== 'blocks') return encodeMessage(answer)
    const blocks = answer.blocks.map(({ header, body }) => ({ header, body: Uint8Array.of(...body, 0) }))
    return encodeMessage({ kind: 'blocks', blocks })
  },
  'blocks of another order': async (_, truth) => {
    const answer = truth()
    return encodeMessage(answer.kind === 'blocks' ? { kind: 'blocks', blocks: [...answer.blocks].reverse() } : answer)
  },
  'blocks that nobody certified': async (_, truth) => {
    const answer = truth()
    if (answer.kind !== 'blocks') return encodeMessage(answer)
    const blocks = answer.blocks.map(({ header, body }) => ({
      header: { ...header, timestampMs: header.timestampMs + 1 },
      body,
    }))
    return encodeMessage({ kind: 'blocks', blocks })
  },
  'a height that nobody reached': async (_, truth) => {
    const answer = truth()
    if (answer.kind !== 'advance' || answer.certificate.kind !== 'qc') return encodeMessage(answer)
    const { qc } = answer.certificate
    return encodeMessage({ ...answer, certificate: { kind: 'qc', qc: { ...qc, round: qc.round + 1_000_000 } } })
  },
  'another question': async (question) => encodeMessage(question),
}

/** Lets a node answer questions about blocks with a lie. */
function corrupt(node: TestNode, lie: Lie): void {
  const handler: RequestHandler = async (_, bytes) => {
    const question = decodeMessage(bytes)
    return lie(question, () => {
      if (question.kind === 'blockRequest')
        return { kind: 'blocks', blocks: node.validator.driver.blocksFor(question.request) }
      return { kind: 'advance', certificate: { kind: 'qc', qc: node.validator.driver.state.record.highQc } }
    })
  }
  node.transport.serve('blocks', handler)
}

/** Lets time pass until the node is where the others are; at most 20 seconds. */
async function catchUp(network: TestNetwork, node: TestNode): Promise<void> {
  const lag = () => Math.max(...network.heights()) - Number(node.archive.head().blockNumber)
  for (let step = 0; step < 80 && lag() > 4; step += 1) await network.clock.advance(250)
  expect(network.failures).toEqual([])
  expect(lag()).toBeLessThanOrEqual(4)
  const height = node.archive.head().blockNumber - 4n
  const hashes = network.nodes.map(({ archive }) => archive.blockHash(height)).filter((hash) => hash !== undefined)
  expect(new Set(hashes).size).toBe(1)
}

describe('row 18: block sync', () => {
  test.each(Object.keys(LIES))(
    'a node reaches the tip though the first peer that it asks answers with %s',
    async (name) => {
      const network = new TestNetwork(4)
      await network.start()
      await network.clock.advance(2_500)
      const [liar] = network.nodes
      const lie = LIES[name]
      if (liar === undefined || lie === undefined) throw new Error('there is a liar')
      corrupt(liar, lie)
      await catchUp(network, await network.add('follower', undefined))
    },
  )

  test('a validator whose chain was taken away fetches it again, though one of its peers lies', async () => {
    const network = new TestNetwork(4)
    await network.start()
    await network.clock.advance(2_500)
    const [victim, liar] = network.nodes
    const lie = LIES['blocks with other bodies']
    if (victim === undefined || liar === undefined || lie === undefined) throw new Error('there are nodes')
    corrupt(liar, lie)
    await network.crash(victim)
    await network.clock.advance(1_000)
    Object.assign(victim.disk, { store: createMemoryStore() })
    await network.restart(victim)
    await catchUp(network, victim)
    await network.clock.advance(1_000)
    expect(victim.validator.driver.isVoting).toBe(true)
  })

  test('a node that is hundreds of blocks behind fetches them from several peers, liars among them', async () => {
    const network = new TestNetwork(1, { votePaceMs: 10, deltaMs: 20, epochLength: 70, epochDelayRounds: 15 })
    await network.start()
    for (const name of ['honest', 'liar', 'sleeper']) await network.add(name, undefined)
    while (Math.max(...network.heights()) < 220) await network.clock.advance(1_000)
    const asked = new Map<string, Set<number>>()
    for (const [index, lie] of (['', '', 'blocks with other bodies', 'never'] as const).entries()) {
      const node = network.nodes[index]
      if (node === undefined) throw new Error('there are four nodes')
      corrupt(node, async (question, truth) => {
        if (question.kind !== 'blockRequest') return encodeMessage(truth())
        asked.set(node.name, (asked.get(node.name) ?? new Set()).add(question.request.afterHeight))
        return lie === '' ? encodeMessage(truth()) : await (LIES[lie] as Lie)(question, truth)
      })
    }
    await catchUp(network, await network.add('late', undefined))
    // Ranges came from both that are honest.
    expect(asked.get('v0')?.size).toBeGreaterThan(2)
    expect(asked.get('honest')?.size).toBeGreaterThan(2)
  })
})
