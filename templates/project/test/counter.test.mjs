import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { deploy, startNode } from './node.mjs'

// Starting a node takes a second, or more when the machine has other things to do.
vi.setConfig({ hookTimeout: 120_000, testTimeout: 30_000 })

let node
let counter
beforeAll(async () => {
  node = await startNode()
})
afterAll(() => node?.stop())
beforeEach(async () => {
  counter = await deploy(node.client, 'Counter')
})

test('counts, and says who changed it', async () => {
  const hash = await counter.write.add([41n])
  await node.client.waitForTransactionReceipt({ hash })
  expect(await counter.read.number()).toBe(41n)
  const [event] = await counter.getEvents.NumberChanged({ by: node.client.account.address })
  expect(event.args.number).toBe(41n)
})

test('refuses nothing', async () => {
  await expect(counter.simulate.add([0n])).rejects.toThrow('nothing to add')
})

test('a contract in Solidity uses it', async () => {
  const stepper = await deploy(node.client, 'Stepper', [counter.address])
  await node.client.waitForTransactionReceipt({ hash: await stepper.write.step([2n, 3n]) })
  expect(await counter.read.number()).toBe(6n)
})
