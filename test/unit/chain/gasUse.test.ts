import { expect, test } from 'vitest'
import { createGasUse } from '../../../src/chain/ordered/gasUse.ts'
import { openTestChain, signed } from '../../harness/testChain.ts'

const MIN_GAS = 21_000n

test('a sender is expected to use the share of its limit that its last transaction used', async () => {
  const gasUse = createGasUse()
  const large = signed(0, 1n, { gasLimit: 10_000_000n })
  expect(gasUse.expectedGas(large, MIN_GAS)).toBe(MIN_GAS)

  const chain = await openTestChain()
  // A transfer: 21,000 of 42,000.
  gasUse.learn(await chain.produce(signed(0, 0n, { gasLimit: 42_000n })))
  expect(gasUse.expectedGas(large, MIN_GAS)).toBe(5_000_000n)
  expect(gasUse.expectedGas(signed(1, 0n, { gasLimit: 10_000_000n }), MIN_GAS)).toBe(MIN_GAS)

  // One lie, and its word counts for nothing.
  gasUse.learn(await chain.produce(large))
  expect(gasUse.expectedGas(signed(0, 2n, { gasLimit: 10_000_000n }), MIN_GAS)).toBe(MIN_GAS)
})
