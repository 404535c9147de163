import { describe, expect, test } from 'vitest'
import type { BranchLedger } from '../../../src/chain/index.ts'
import type { PeerName } from '../../../src/network/index.ts'
import { messageFrom } from '../../../src/node/validator/driver.ts'
import { createMemoryStore, type Store } from '../../../src/state/index.ts'
import { Random } from '../../fuzz/random.ts'
import { signed } from '../../harness/testChain.ts'
import { TestNetwork, type TestNode } from '../../harness/validator/testNetwork.ts'

function nodeAt(network: TestNetwork, index: number): TestNode {
  const node = network.nodes[index]
  if (node === undefined) throw new Error(`there is no node ${index}`)
  return node
}

/** No two nodes ever stored different blocks of one height. */
function expectOneChain(network: TestNetwork): void {
  const least = Math.min(...network.heights())
  for (let height = 0; height <= least; height += 1) {
    const hashes = new Set(network.nodes.map(({ archive }) => archive.blockHash(BigInt(height))))
    expect(hashes.size, `block ${height}`).toBe(1)
  }
}

async function copyOf(store: Store): Promise<Store> {
  const copy = createMemoryStore()
  for await (const [key, value] of store.entries(new Uint8Array(), Uint8Array.of(0xff)))
    await copy.write([{ key, value }])
  return copy
}

/** A ledger whose executions take so long, in virtual time. */
function slow(network: TestNetwork, delayMs: () => number): (ledger: BranchLedger) => BranchLedger {
  return (ledger) => ({
    ...ledger,
    async execute(parentHash, request) {
      await new Promise<void>((resolve) => network.clock.after(delayMs(), resolve))
      return ledger.execute(parentHash, request)
    },
  })
}

/** A ledger that executes block 10 and later ones wrongly. */
function wrong(ledger: BranchLedger): BranchLedger {
  let executions = 0
  return {
    ...ledger,
    execute(parentHash, request) {
      executions += 1
      const baseFeeWei = (request.baseFeeWei ?? 0n) + (executions >= 10 ? 1n : 0n)
      return ledger.execute(parentHash, { ...request, baseFeeWei })
    },
  }
}

async function started(validators: number, alter?: (network: TestNetwork, node: TestNode, index: number) => void) {
  const network = new TestNetwork(validators)
  for (let index = 0; index < validators; index += 1) {
    await network.add(`v${index}`, index, (node) => alter?.(network, node, index))
  }
  return network
}

describe('a crash at any write of the record', () => {
  test.each([1, 2, 3])('loses nothing and halts nobody (seed %i)', async (seed) => {
    const random = new Random(seed, 0)
    const network = await started(4)
    for (let round = 0; round < 12; round += 1) {
      const node = nodeAt(network, random.below(4))
      let writes = random.below(6)
      const fate = random.below(2) === 0 ? 'die before' : 'die after'
      node.onWrite = () => {
        writes -= 1
        return writes < 0 ? fate : 'go on'
      }
      await network.clock.advance(400)
      node.onWrite = () => 'go on'
      if (!node.isUp) await network.restart(node)
    }
    await network.clock.advance(3_000)
    expect(network.failures).toEqual([])
    expect(network.nodes.flatMap(({ halts }) => halts)).toEqual([])
    expectOneChain(network)
    expect(Math.min(...network.heights())).toBeGreaterThan(20)
  })
})

describe('slow execution', () => {
  test('of one node leaves it behind, and it catches up', async () => {
    let delayMs = 700
    const network = await started(4, (net, node, index) => {
      if (index === 2) node.alter = slow(net, () => delayMs)
    })
    await network.clock.advance(5_000)
    const [fast, lagging] = [network.heights()[0] ?? 0, network.heights()[2] ?? 0]
    expect(fast).toBeGreaterThan(15)
    expect(lagging).toBeLessThan(fast / 2)
    delayMs = 1
    await network.clock.advance(2_000)
    expect(Math.max(...network.heights()) - (network.heights()[2] ?? 0)).toBeLessThanOrEqual(3)
    expectOneChain(network)
  })

  test('of all throttles the order: nobody votes on a result that is not there', async () => {
    const network = await started(4, (net, node) => {
      node.alter = slow(net, () => 300)
    })
    await network.clock.advance(6_000)
    expect(network.failures).toEqual([])
    expectOneChain(network)
    // 20 blocks can be executed in that time; the order runs three blocks ahead of that at most.
    const finalized = network.nodes.map(({ validator }) => validator.driver.state.record.root.height)
    expect(Math.min(...network.heights())).toBeGreaterThan(10)
    expect(Math.max(...finalized)).toBeLessThanOrEqual(Math.max(...network.heights()) + 4)
  })
})

describe('a node that executes otherwise', () => {
  test('halts and says why; the others go on', async () => {
    const network = await started(4, (_net, node, index) => {
      if (index === 1) node.alter = wrong
    })
    await network.clock.advance(4_000)
    expect(nodeAt(network, 1).halts).toHaveLength(1)
    expect(nodeAt(network, 1).halts[0]).toMatch(/is final, and (execution says it is )?not valid/)
    expect(nodeAt(network, 1).validator.driver.isVoting).toBe(false)
    const others = [0, 2, 3].map((index) => network.heights()[index] ?? 0)
    expect(Math.min(...others)).toBeGreaterThan(13)
  })

  test('in two of four stops the network: no two results become final', async () => {
    const network = await started(4, (_net, node, index) => {
      if (index < 2) node.alter = wrong
    })
    await network.clock.advance(3_000)
    const heights = network.heights()
    await network.clock.advance(2_000)
    expect(network.heights()).toEqual(heights)
    // What was ordered before anybody had to name a wrong result may still be stored, by each in its own way.
    expect(Math.max(...heights)).toBeLessThanOrEqual(13)
  })
})

describe('a validator whose record is an old copy', () => {
  test('stops voting when it sees its own unknown signature, and goes on as one that follows', async () => {
    const network = await started(4)
    await network.clock.advance(1_000)
    const node = nodeAt(network, 1)
    const copy = { record: node.disk.record, blocks: new Map(node.disk.blocks), store: await copyOf(node.disk.store) }
    await network.clock.advance(2_000)
    await network.crash(node)
    Object.assign(node.disk, copy)
    await network.restart(node)
    // The first that it hears of is a certificate that it has signed and does not know of.
    const position = network.set.validators.findIndex(({ id }) => id === node.id)
    const certificates = network.heights().map((_, index) => nodeAt(network, 0).validator.finalBlock(20 + index)?.qc)
    const own = certificates.find((qc) => qc?.signers.includes(position) && qc.round > copy.record.highVote)
    if (own === undefined) throw new Error('it has signed')
    const advance = { kind: 'advance', certificate: { kind: 'qc', qc: own } } as const
    node.validator.driver.feed(messageFrom('0x1' as PeerName, advance))
    await network.clock.advance(4_000)
    expect(network.failures).toEqual([])
    expect(node.halts).toHaveLength(1)
    expect(node.halts[0]).toMatch(/is not in the safety record/)
    const { driver } = node.validator
    expect(driver.isVoting).toBe(false)
    expect(driver.haltReason).toBe(node.halts[0])
    // What it has signed by then stands on its disk, with the halt; it signs nothing more.
    expect(node.disk.record.haltReason).toBe(node.halts[0])
    const { highVote } = driver.state.record
    const [before] = network.heights()
    await network.clock.advance(2_000)
    expect(Math.max(...network.heights()) - (network.heights()[1] ?? 0)).toBeLessThanOrEqual(3)
    expect(network.heights()[1]).toBeGreaterThan((before ?? 0) + 10)
    expect(driver.state.record.highVote).toBe(highVote)
    expectOneChain(network)
  })
})

test('epochs change under load, for validators, for one that was away, and for one that follows', async () => {
  const network = new TestNetwork(4, { epochLength: 12, epochDelayRounds: 12 })
  await network.start()
  const away = nodeAt(network, 3)
  await network.clock.advance(1_000)
  await network.crash(away)
  let nonce = 0n
  for (let step = 0; step < 8; step += 1) {
    await nodeAt(network, 0).validator.feed.submit(signed(0, nonce))
    nonce += 1n
    await network.clock.advance(800)
  }
  await network.restart(away)
  await network.add('follower', undefined)
  await network.clock.advance(4_000)
  expect(network.failures).toEqual([])
  expectOneChain(network)
  const epochs = network.nodes.map(({ validator }) => validator.driver.state.record.epochs.at(-1)?.epoch ?? 0)
  expect(Math.min(...epochs)).toBeGreaterThanOrEqual(3)
  expect(Math.max(...network.heights()) - Math.min(...network.heights())).toBeLessThanOrEqual(3)
  // A restart reads the epochs back from the chain.
  const follower = nodeAt(network, 4)
  await network.crash(follower)
  await network.restart(follower)
  await network.clock.advance(2_000)
  expect(Math.max(...network.heights()) - Math.min(...network.heights())).toBeLessThanOrEqual(3)
})
