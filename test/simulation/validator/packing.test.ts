import { expect, test } from 'vitest'
import { rawTransactionsOf } from '../../../src/chain/ordered/payload.ts'
import { signed } from '../../harness/testChain.ts'
import { TestNetwork } from '../../harness/validator/testNetwork.ts'

/** Two of these fill a block of the test chain. Their tip is ten times what the others pay in all. */
const LARGE = { gasLimit: 15_000_000n, maxFeePerGasWei: 10n ** 11n, maxPriorityFeePerGasWei: 10n ** 10n }

test('transactions with large limits do not keep others out of a block that is ordered first', async () => {
  const network = new TestNetwork(4)
  for (let index = 0; index < 4; index += 1) await network.add(`v${index}`, index)
  await network.clock.advance(500)
  const [node] = network.nodes
  if (node === undefined) throw new Error('there is no node')
  const { driver, chain, feed } = node.validator
  for (let nonce = 0n; nonce < 4n; nonce += 1n) await feed.submit(signed(0, nonce, LARGE))
  for (let nonce = 0n; nonce < 50n; nonce += 1n) await feed.submit(signed(1, nonce))

  const { highQc, root } = driver.state.record
  const parent = driver.state.tree.get(highQc.blockId)?.block.header ?? root
  const payload = await chain.build(highQc.blockId, parent.height + 1)
  const transactions = rawTransactionsOf(payload?.body ?? new Uint8Array())
  // All fifty, and the one large transaction that the rest has room for.
  expect(transactions).toHaveLength(51)
})
