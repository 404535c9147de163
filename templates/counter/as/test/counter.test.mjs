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

test('does not count beyond its end', async () => {
  await counter.write.add([2n ** 256n - 1n])
  await expect(counter.write.add([1n])).rejects.toMatchObject({ errorName: 'Panic', args: [0x11n] })
})
