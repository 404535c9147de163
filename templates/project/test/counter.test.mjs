import { createTestChain } from 'evmpp/testing'
import { beforeEach, expect, test } from 'vitest'

let chain
let counter
beforeEach(async () => {
  chain = await createTestChain()
  counter = await chain.deploy('contracts/Counter.ts')
})

test('counts, and says who changed it', async () => {
  const [, bob] = chain.accounts
  const { result, events } = await counter.write.add([41n], { from: bob })
  expect(result).toBe(41n)
  expect(events).toMatchObject([{ eventName: 'NumberChanged', args: { by: bob, number: 41n } }])
  expect(await counter.read.number()).toBe(41n)
})

test('refuses to add nothing', async () => {
  await expect(counter.write.add([0n])).rejects.toThrow('nothing to add')
})

test('a contract in Solidity uses it', async () => {
  const stepper = await chain.deploy('contracts/Stepper.sol', [counter.address])
  await stepper.write.step([2n, 3n])
  expect(await counter.read.number()).toBe(6n)
  // What goes wrong in the one can be read through the other.
  await expect(stepper.write.step([0n, 1n])).rejects.toThrow('in Counter.add(amount: 0)')
})
