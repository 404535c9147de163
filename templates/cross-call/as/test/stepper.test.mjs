import { createTestChain } from 'evmpp/testing'
import { beforeEach, expect, test } from 'vitest'

let counter
let stepper
beforeEach(async () => {
  const chain = await createTestChain()
  counter = await chain.deploy('contracts/Counter.sol')
  stepper = await chain.deploy('contracts/Stepper.ts', [counter.address])
})

test('AssemblyScript calls Solidity', async () => {
  const { result, events } = await stepper.write.step([2n, 3])
  expect(result).toBe(6n)
  expect(events).toHaveLength(3)
  expect(await counter.read.number()).toBe(6n)
})

test('what goes wrong in the one can be read through the other', async () => {
  await expect(stepper.write.step([0n, 1])).rejects.toThrow('nothing to add')
  await expect(stepper.write.step([0n, 1])).rejects.toThrow('in Counter.add(amount: 0)')
})

test('or be survived', async () => {
  const { result } = await stepper.write.tryStep([0n])
  expect(result).toBe(false)
})
