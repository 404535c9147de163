import { createTestChain } from 'evmpp/testing'
import { beforeEach, expect, test } from 'vitest'

let token
let alice
let bob
beforeEach(async () => {
  const chain = await createTestChain()
  ;[alice, bob] = chain.accounts
  token = await chain.deploy('contracts/Token.ts', ['Gold', 'GLD', 1000n])
})

test('moves, and says so', async () => {
  const { result, events } = await token.write.transfer([bob, 400n])
  expect(result).toBe(true)
  expect(events).toMatchObject([{ eventName: 'Transfer', args: { from: alice, to: bob, value: 400n } }])
  expect(await token.read.balanceOf([bob])).toBe(400n)
})

test('refuses more than there is', async () => {
  const moved = token.write.transfer([alice, 1n], { from: bob })
  await expect(moved).rejects.toMatchObject({ errorName: 'ERC20InsufficientBalance', args: [bob, 0n, 1n] })
})

test('moves for another as much as was allowed', async () => {
  await token.write.approve([bob, 10n])
  await token.write.transferFrom([alice, bob, 10n], { from: bob })
  const again = token.write.transferFrom([alice, bob, 1n], { from: bob })
  await expect(again).rejects.toMatchObject({ errorName: 'ERC20InsufficientAllowance' })
})
