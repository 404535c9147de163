import { expect, test } from 'vitest'
import type { BranchLedger } from '../../../src/chain/index.ts'
import { encodePayload } from '../../../src/chain/ordered/payload.ts'
import { keccakHash, type SignedTransaction, ZERO_ADDRESS, ZERO_HASH } from '../../../src/primitives/index.ts'
import { signed } from '../../harness/testChain.ts'
import { TestNetwork, type TestNode } from '../../harness/validator/testNetwork.ts'

/** The gas of a transaction, and what is executed in a millisecond: a block of 30 M takes 7.5 s. */
const GAS = 1_000_000n
const GAS_PER_MS = 4_000n

/** A ledger that executes slowly, in virtual time. */
function slowly(network: TestNetwork): (ledger: BranchLedger) => BranchLedger {
  return (ledger) => ({
    ...ledger,
    async execute(parentHash, request) {
      const gas = request.transactions.reduce((sum, { gasLimit }) => sum + gasLimit, 0n)
      await new Promise<void>((resolve) => network.clock.after(Number(gas / GAS_PER_MS), resolve))
      return ledger.execute(parentHash, request)
    },
  })
}

function nodeAt(network: TestNetwork, index: number): TestNode {
  const node = network.nodes[index]
  if (node === undefined) throw new Error(`there is no node ${index}`)
  return node
}

/** Hands these to the first node and lets time pass until all are stored. */
async function include(network: TestNetwork, transactions: readonly SignedTransaction[]): Promise<void> {
  const { validator, archive } = nodeAt(network, 0)
  for (const transaction of transactions) await validator.feed.submit(transaction)
  const isIn = () => transactions.every(({ hash }) => archive.transaction(hash) !== undefined)
  for (let step = 0; step < 60 && !isIn(); step += 1) await network.clock.advance(500)
  expect(isIn()).toBe(true)
}

/** Transactions of each stored block. */
function counts({ archive }: TestNode): readonly number[] {
  const head = Number(archive.head().blockNumber)
  return Array.from({ length: head }, (_, index) => {
    const hash = archive.blockHash(BigInt(index + 1))
    return hash === undefined ? 0 : (archive.block(hash)?.transactions.length ?? 0)
  })
}

/** Whether a node would vote for a block with these transactions on its newest certified one. */
async function admits({ validator }: TestNode, transactions: readonly SignedTransaction[]): Promise<boolean> {
  const { driver, chain } = validator
  const { highQc, root } = driver.state.record
  const parent = driver.state.tree.get(highQc.blockId)?.block.header ?? root
  const height = parent.height + 1
  const payload = await chain.build(highQc.blockId, height)
  const body = encodePayload({ feeRecipient: ZERO_ADDRESS, transactions })
  return chain.validate({
    id: keccakHash(body),
    parentId: highQc.blockId,
    height,
    timestampMs: parent.timestampMs + 1,
    prevRandao: ZERO_HASH,
    executionHash: payload?.executionHash ?? ZERO_HASH,
    body,
  })
}

test('blocks shrink while they take long to execute, by a rule that all check, and grow again', async () => {
  const network = new TestNetwork(4)
  for (let index = 0; index < 4; index += 1) {
    await network.add(`v${index}`, index, (node) => {
      node.alter = slowly(network)
    })
  }
  const [first, last] = [nodeAt(network, 0), nodeAt(network, 3)]
  await network.clock.advance(500)
  const sent = Array.from({ length: 48 }, (_, nonce) => signed(0, BigInt(nonce), { gasLimit: GAS }))
  await include(network, sent.slice(0, 32))
  const other = (nonce: number) => signed(1, BigInt(nonce), { gasLimit: GAS })
  const many = Array.from({ length: 20 }, (_, nonce) => other(nonce))
  await network.clock.advance(300)
  expect(await admits(nodeAt(network, 1), many)).toBe(false)
  expect(await admits(nodeAt(network, 1), many.slice(0, 1))).toBe(true)
  // One that forgets what it has seen and reads it back from its chain comes to the same budget.
  await network.crash(last)
  await network.restart(last)
  await include(network, sent.slice(32))
  expect(network.failures).toEqual([])
  expect(network.nodes.flatMap(({ halts }) => halts)).toEqual([])
  const full = counts(first).filter((count) => count > 0)
  expect(full.reduce((sum, count) => sum + count, 0)).toBe(sent.length)
  // What is proposed before the first slow block is felt is full; what comes later is small.
  expect(Math.max(...full)).toBeGreaterThan(12)
  expect(Math.max(...full.slice(-2))).toBeLessThanOrEqual(8)

  await network.clock.advance(5_000)
  expect(await admits(nodeAt(network, 1), many)).toBe(true)
  const least = Math.min(...network.heights())
  expect(new Set(network.nodes.map(({ archive }) => archive.blockHash(BigInt(least)))).size).toBe(1)
})
