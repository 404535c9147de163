import { expect, test } from 'vitest'
import { VALIDATORS_ADDRESS } from '../../../src/node/setup/validatorsContract.ts'
import type { Bytes } from '../../../src/primitives/index.ts'
import { signed } from '../../harness/testChain.ts'
import { CAST, entryOf, genesisWithRegister, putData, removeData } from '../../harness/validator/registered.ts'
import { TestNetwork, type TestNode } from '../../harness/validator/testNetwork.ts'

const EPOCH = { epochLength: 12, epochDelayRounds: 12 }

function nodeAt(network: TestNetwork, index: number): TestNode {
  const node = network.nodes[index]
  if (node === undefined) throw new Error(`there is no node ${index}`)
  return node
}

/** Sends what the owner of the register wants. */
async function edit(network: TestNetwork, ...calls: readonly Bytes[]): Promise<void> {
  for (const [nonce, data] of calls.entries()) {
    const parts = { to: VALIDATORS_ADDRESS, data, gasLimit: 1_000_000n }
    await nodeAt(network, 1).validator.feed.submit(signed(0, BigInt(nonce), parts))
  }
}

/** Ids of the validators of a node's newest epoch. */
const newest = ({ validator }: TestNode) =>
  validator.driver.state.record.epochs.findLast((one) => one.validators !== undefined)?.validators

const idsOf = (node: TestNode) => new Set(newest(node)?.validators.map(({ id }) => id))

const ids = (...indices: readonly number[]) => new Set(indices.map(CAST.id))

/** Lets time pass until all of these are in epoch `epoch`. */
async function inEpoch(network: TestNetwork, nodes: readonly TestNode[], epoch: number): Promise<void> {
  const roundOf = ({ validator: { driver } }: TestNode) => driver.state.record.highQc.round
  const isThere = (node: TestNode) => {
    const { epochs } = node.validator.driver.state.record
    return (epochs.findLast(({ startRound }) => startRound <= roundOf(node))?.epoch ?? 0) >= epoch
  }
  for (let step = 0; step < 60 && !nodes.every(isThere); step += 1) await network.clock.advance(200)
  expect(nodes.map(isThere)).toEqual(nodes.map(() => true))
}

test('row 19: one validator joins and one leaves by the register, and each epoch has certificates of its own', async () => {
  const network = new TestNetwork(4, EPOCH, { genesis: genesisWithRegister(4), cast: CAST })
  await network.start()
  const [leaver, joiner] = [nodeAt(network, 0), await network.add('v4', 4)]
  await network.clock.advance(500)
  expect(joiner.validator.driver.isVoting).toBe(false)
  await edit(network, putData(4, entryOf(4, { stake: 2n })), removeData(0))
  await inEpoch(network, network.nodes, 2)
  for (const node of network.nodes) expect(idsOf(node)).toEqual(ids(1, 2, 3, 4))
  expect(newest(joiner)?.totalStake).toBe(5n)
  expect(joiner.validator.driver.isVoting).toBe(true)
  expect(leaver.validator.driver.isMember).toBe(false)

  // One of the four is away, so the one that joined must be in every certificate.
  await network.crash(nodeAt(network, 1))
  const height = Math.max(...network.heights())
  await network.clock.advance(5_000)
  expect(Math.max(...network.heights())).toBeGreaterThan(height + 4)
  const block = joiner.validator.finalBlock(height + 3)
  // Since epoch 1 they are the same, in the same places.
  const set = newest(joiner)
  expect(block?.qc?.signers.map((signer) => set?.validators[signer]?.id)).toContain(CAST.id(4))

  // What the chain has decided is read back from it, by one that votes and by one that does not any more.
  for (const node of [joiner, leaver, nodeAt(network, 1)]) {
    if (node.isUp) await network.crash(node)
    await network.restart(node)
  }
  await network.clock.advance(5_000)
  expect(network.failures).toEqual([])
  expect(network.nodes.flatMap(({ halts }) => halts)).toEqual([])
  for (const node of network.nodes) expect(idsOf(node)).toEqual(ids(1, 2, 3, 4))
  expect(Math.max(...network.heights()) - Math.min(...network.heights())).toBeLessThanOrEqual(3)
  const least = Math.min(...network.heights())
  expect(new Set(network.nodes.map(({ archive }) => archive.blockHash(BigInt(least)))).size).toBe(1)
})

test('row 19: a list that is not right changes nothing', async () => {
  const network = new TestNetwork(4, EPOCH, { genesis: genesisWithRegister(4), cast: CAST })
  await network.start()
  // The proof is another's.
  await edit(network, putData(4, entryOf(4, { proof: entryOf(3).proof })), removeData(0))
  await inEpoch(network, network.nodes, 2)
  for (const node of network.nodes) expect(idsOf(node)).toEqual(ids(0, 1, 2, 3))
  expect(network.failures).toEqual([])
})
