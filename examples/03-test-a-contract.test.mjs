/** How to test a contract: vitest, on the real machines, without a node. Run it: npx vitest run --project examples */
import { createTestChain } from 'evmpp/testing'
import { beforeEach, describe, expect, test } from 'vitest'

let chain
let token
let alice
let bob
beforeEach(async () => {
  chain = await createTestChain()
  ;[alice, bob] = chain.accounts
  token = await chain.deploy('asm-contracts/Token.ts', ['Gold', 'GLD', 1000n])
})

describe('Token', () => {
  test('moves, and says so', async () => {
    const { result, events } = await token.write.transfer([bob, 400n])
    expect(result).toBe(true)
    expect(events).toMatchObject([{ eventName: 'Transfer', args: { from: alice, to: bob, value: 400n } }])
    expect(await token.read.balanceOf([bob])).toBe(400n)
  })

  test('refuses, with an error to read', async () => {
    const attempt = token.write.transfer([alice, 1n], { from: bob })
    await expect(attempt).rejects.toMatchObject({ errorName: 'ERC20InsufficientBalance', args: [bob, 0n, 1n] })
  })

  test('goes back to where it was', async () => {
    const before = chain.snapshot()
    await token.write.transfer([bob, 400n])
    before.revert()
    expect(await token.read.balanceOf([bob])).toBe(0n)
  })
})
