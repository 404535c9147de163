import { expect, test } from 'vitest'
import type { SignedTransaction } from '../../../src/primitives/index.ts'
import { Random } from '../../fuzz/random.ts'
import { signed } from '../../harness/testChain.ts'
import { TestNetwork } from '../../harness/validator/testNetwork.ts'

test.each([1, 2, 3])(
  'what was accepted is mined, though validators end one after the other (seed %i)',
  async (seed) => {
    const random = new Random(seed, 0)
    const network = new TestNetwork(4)
    await network.start()
    await network.clock.advance(500)
    const accepted: SignedTransaction[] = []
    const nonces = [0n, 0n, 0n]
    for (let round = 0; round < 12; round += 1) {
      const down = network.nodes[random.below(4)]
      for (let index = 0; index < 12; index += 1) {
        const up = network.nodes.filter(({ isUp }) => isUp)
        const sender = random.below(3)
        const transaction = signed(sender, nonces[sender] ?? 0n)
        const outcome = await up[random.below(up.length)]?.validator.feed.submit(transaction)
        if (outcome?.kind === 'rejected' || outcome === undefined) continue
        accepted.push(transaction)
        nonces[sender] = transaction.nonce + 1n
        await network.clock.advance(random.below(40))
        // In the midst of it, just after it has said yes.
        if (index === 6 && down !== undefined) await network.crash(down)
      }
      await network.clock.advance(random.below(600))
      if (down !== undefined) await network.restart(down)
    }
    await network.clock.advance(10_000)
    expect(network.failures).toEqual([])
    const [first] = network.nodes
    const lost = accepted.filter(({ hash }) => first?.archive.transaction(hash) === undefined)
    expect(accepted.length).toBeGreaterThan(130)
    expect(lost.map(({ nonce }) => nonce)).toEqual([])
  },
)

test('free transactions, and those of whom owns nothing, are not taken', async () => {
  const network = new TestNetwork(4)
  await network.start()
  const feed = network.nodes[0]?.validator.feed
  const free = await feed?.submit(signed(0, 0n, { maxFeePerGasWei: 0n, maxPriorityFeePerGasWei: 0n }))
  expect(free).toMatchObject({ kind: 'rejected', rejection: { code: 'INSUFFICIENT_MAX_FEE_PER_GAS' } })
})

test('a base fee with a floor stays there, however idle the network is', async () => {
  const { testGenesis } = await import('../../harness/testChain.ts')
  const network = new TestNetwork(4, {}, { genesis: testGenesis({ minBaseFeeWei: 900_000_000n }) })
  await network.start()
  await network.clock.advance(3_000)
  expect(network.nodes[0]?.archive.headBlock().header.baseFeeWei).toBe(900_000_000n)
  expect(network.failures).toEqual([])
})
