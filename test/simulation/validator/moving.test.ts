import { expect, test } from 'vitest'
import { createMemoryStore } from '../../../src/state/index.ts'
import { Random } from '../../fuzz/random.ts'
import { signed } from '../../harness/testChain.ts'
import { TestNetwork, type TestNode } from '../../harness/validator/testNetwork.ts'

const EPOCH = { epochLength: 6, epochDelayRounds: 6 }

/** A network of four in its sixth epoch. */
async function begin(): Promise<{ readonly network: TestNetwork; readonly nodes: readonly TestNode[] }> {
  const network = new TestNetwork(4, EPOCH)
  await network.start()
  await inEpoch(network, nodeAt(network.nodes, 0), 5)
  return { network, nodes: network.nodes }
}

function nodeAt(nodes: readonly TestNode[], index: number): TestNode {
  const node = nodes[index]
  if (node === undefined) throw new Error(`there is no node ${index}`)
  return node
}

const epochOf = ({ validator }: TestNode) => validator.driver.state.record.epochs.at(-1)?.epoch ?? 0

async function inEpoch(network: TestNetwork, node: TestNode, epoch: number): Promise<void> {
  for (let step = 0; step < 100 && epochOf(node) < epoch; step += 1) await network.clock.advance(200)
  expect(epochOf(node)).toBeGreaterThanOrEqual(epoch)
}

/** The chain is left behind; what goes along are the key and the safety record, whose log may be whole or just begun. */
function loseChain({ disk }: TestNode, isLogWhole: boolean): void {
  Object.assign(disk, { store: createMemoryStore() })
  const { height } = disk.record.root
  for (const [id, { header }] of disk.blocks) if (!isLogWhole && header.height < height) disk.blocks.delete(id)
}

function expectHealthy(network: TestNetwork): void {
  expect(network.failures).toEqual([])
  expect(network.nodes.flatMap(({ halts, disk }) => [...halts, ...disk.evidence])).toEqual([])
}

test.each([true, false])('a moved validator votes again in a later epoch (whole log: %s)', async (isLogWhole) => {
  const { network, nodes } = await begin()
  const moved = nodeAt(nodes, 1)
  await network.crash(moved)
  const { highVote } = moved.disk.record
  await inEpoch(network, nodeAt(nodes, 0), 8)
  loseChain(moved, isLogWhole)
  await network.restart(moved)
  await network.clock.advance(6_000)
  expectHealthy(network)
  expect(Math.max(...network.heights()) - Math.min(...network.heights())).toBeLessThanOrEqual(3)
  expect(moved.validator.driver.isVoting).toBe(true)
  expect(moved.disk.record.highVote).toBeGreaterThan(highVote)
})

test('one that is killed while it fetches the chain signs nothing until it knows the epoch', async () => {
  const { network, nodes } = await begin()
  const moved = nodeAt(nodes, 1)
  const others = nodes.filter((node) => node !== moved)
  await network.crash(moved)
  const before = moved.disk.record
  loseChain(moved, false)
  const rootHeight = () => moved.disk.record.root.height
  moved.onWrite = () => (rootHeight() > 6 && rootHeight() < before.root.height ? 'die before' : 'go on')
  await network.restart(moved)
  await network.clock.advance(6_000)
  moved.onWrite = () => 'go on'
  expect(moved.isUp).toBe(false)
  expect(rootHeight()).toBeLessThan(before.root.height)
  for (const node of others) await network.crash(node)
  // Nobody tells it anything; its round passes, in an epoch that it does not know.
  await network.restart(moved)
  await network.clock.advance(3_000)
  const { highVote, lastVote, lastTimeout } = moved.disk.record
  expect({ highVote, lastVote, lastTimeout }).toEqual({
    highVote: before.highVote,
    lastVote: before.lastVote,
    lastTimeout: before.lastTimeout,
  })
  for (const node of others) await network.restart(node)
  await network.clock.advance(8_000)
  expectHealthy(network)
  expect(Math.max(...network.heights()) - Math.min(...network.heights())).toBeLessThanOrEqual(3)
  expect(moved.validator.driver.isVoting).toBe(true)
})

test('a network that stands still without it goes on once it has fetched the chain', async () => {
  const { network, nodes } = await begin()
  const [moved, dead] = [nodeAt(nodes, 1), nodeAt(nodes, 2)]
  const up = nodes.filter((node) => node !== dead)
  const certifiedRound = ({ disk }: TestNode) => disk.record.highQc.round
  await network.crash(dead)
  await network.clock.advance(1_000)
  // Nobody has a certificate that is news to it.
  const hasNewest = () => up.every((node) => certifiedRound(node) <= certifiedRound(moved))
  for (let step = 0; step < 1_000 && !hasNewest(); step += 1) await network.clock.advance(1)
  for (const node of up) await network.crash(node)
  expect(hasNewest()).toBe(true)
  const height = Math.max(...network.heights())
  loseChain(moved, false)
  for (const node of up) await network.restart(node)
  await network.clock.advance(20_000)
  expectHealthy(network)
  expect(Math.min(...up.map(({ archive }) => Number(archive.head().blockNumber)))).toBeGreaterThan(height + 5)
})

test('all chains are gone and the logs are whole: they go on with what the logs hold', async () => {
  const { network, nodes } = await begin()
  for (const node of nodes) await network.crash(node)
  const height = Math.max(...network.heights())
  for (const node of nodes) loseChain(node, true)
  for (const node of nodes) await network.restart(node)
  await network.clock.advance(20_000)
  expectHealthy(network)
  expect(Math.min(...network.heights())).toBeGreaterThan(height + 5)
})

// Before, each seed ended with a validator that stood still before the end of an epoch, and seed 7 with a network that did:
// the certificate that makes that end final stands in a block of the next epoch, and taught nothing whose record was ahead.
test.each([2, 7, 11])(
  'one after the other is killed and some lose their chains: all come back (seed %i)',
  async (seed) => {
    const random = new Random(seed, 0)
    const network = new TestNetwork(4, random.oneIn(2) ? EPOCH : {})
    await network.start()
    await network.clock.advance(500)
    let nonce = 0n
    for (let round = 0; round < 10; round += 1) {
      const down = nodeAt(network.nodes, random.below(4))
      for (let index = 0; index < 3; index += 1) {
        const outcome = await network.nodes.find(({ isUp }) => isUp)?.validator.feed.submit(signed(0, nonce))
        if (outcome?.kind !== 'rejected') nonce += 1n
      }
      await network.clock.advance(random.below(300))
      await network.crash(down)
      await network.clock.advance(random.below(1_500))
      const [isLost, isLogWhole] = [random.oneIn(3), !random.oneIn(3)]
      if (isLost) loseChain(down, isLogWhole)
      await network.restart(down)
      if (random.oneIn(3)) {
        await network.clock.advance(random.below(30))
        await network.crash(down)
        await network.restart(down)
      }
      await network.clock.advance(random.below(2_000))
    }
    await network.clock.advance(10_000)
    expectHealthy(network)
    expect(Math.max(...network.heights()) - Math.min(...network.heights())).toBeLessThanOrEqual(3)
    expect(network.nodes.map(({ validator }) => validator.driver.isVoting)).toEqual([true, true, true, true])
  },
)
