/**
 * A token in Solidity is traded against one in AssemblyScript, on an exchange in either language.
 * Run it: npx vitest run --project examples
 */
import { createTestChain } from 'evmpp/testing'
import { beforeEach, describe, expect, test } from 'vitest'

const supply = 10n ** 24n

describe.each(['asm-contracts/Exchange.ts', 'sol-contracts/Exchange.sol'])('%s', (source) => {
  let chain
  let silver
  let gold
  let exchange
  let alice
  let bob
  beforeEach(async () => {
    chain = await createTestChain()
    ;[alice, bob] = chain.accounts
    silver = await chain.deploy('sol-contracts/Token.sol', ['Silver', 'SLV', supply])
    gold = await chain.deploy('asm-contracts/Token.ts', ['Gold', 'GLD', supply])
    exchange = await chain.deploy(source, [silver.address, gold.address])
    for (const token of [silver, gold]) {
      for (const from of [alice, bob]) await token.write.approve([exchange.address, supply], { from })
      await token.write.transfer([bob, 10_000n])
    }
    await exchange.write.addLiquidity([4_000_000n, 1_000_000n])
  })

  const held = async (owner) => [await silver.read.balanceOf([owner]), await gold.read.balanceOf([owner])]

  test('takes both tokens and gives shares', async () => {
    expect(await exchange.read.sharesOf([alice])).toBe(2_000_000n)
    expect(await held(exchange.address)).toEqual([4_000_000n, 1_000_000n])
    const { result } = await exchange.write.addLiquidity([4_000n, 1_000n], { from: bob })
    expect(result).toBe(2_000n)
  })

  test('trades one for the other, in both directions', async () => {
    const { result, events } = await exchange.write.swap([silver.address, 4_000n, 900n], { from: bob })
    expect(result).toBe(996n)
    expect(events.map(({ eventName }) => eventName)).toEqual(['Transfer', 'Transfer', 'Swapped'])
    expect(await held(bob)).toEqual([6_000n, 10_996n])
    await exchange.write.swap([gold.address, 996n, 0n], { from: bob })
    const [silverLeft] = await held(bob)
    expect(silverLeft).toBe(9_976n) // twice the fee is lost
    // The slot of the reserves says what the tokens say.
    expect([await exchange.read.reserveA(), await exchange.read.reserveB()]).toEqual(await held(exchange.address))
  })

  test('gives a provider back what the shares are worth, fees included', async () => {
    await exchange.write.swap([silver.address, 4_000n, 0n], { from: bob })
    const { result } = await exchange.write.removeLiquidity([2_000_000n])
    expect(result).toEqual([4_004_000n, 999_004n])
    expect(await held(exchange.address)).toEqual([0n, 0n])
  })

  test('refuses what would cheat somebody', async () => {
    const refuses = (call, reason) => expect(call).rejects.toThrow(reason)
    await refuses(exchange.write.swap([silver.address, 4_000n, 997n]), 'too little in return')
    await refuses(exchange.write.swap([alice, 4_000n, 0n]), 'not a token of this exchange')
    await refuses(exchange.write.removeLiquidity([2_000_001n]), 'more shares than there are')
    await refuses(exchange.write.addLiquidity([1n, 0n]), 'too little for a share')
    await refuses(exchange.write.addLiquidity([2n ** 128n, 2n ** 128n]), 'more than the exchange can hold')
    // Bob has too little of it: the error is the token's, whatever language that is written in.
    for (const token of [silver, gold]) {
      const swap = exchange.write.swap([token.address, 10_001n, 0n], { from: bob })
      await expect(swap).rejects.toMatchObject({ errorName: 'ERC20InsufficientBalance' })
    }
  })
})

test('both exchanges end with the same storage', async () => {
  const roots = []
  for (const source of ['asm-contracts/Exchange.ts', 'sol-contracts/Exchange.sol']) {
    const chain = await createTestChain()
    const tokens = []
    for (const file of ['sol-contracts/Token.sol', 'asm-contracts/Token.ts'])
      tokens.push(await chain.deploy(file, ['Metal', 'MTL', supply]))
    const exchange = await chain.deploy(source, [tokens[0].address, tokens[1].address])
    for (const token of tokens) await token.write.approve([exchange.address, supply])
    await exchange.write.addLiquidity([10n ** 21n, 3n * 10n ** 20n])
    await exchange.write.swap([tokens[1].address, 12_345_678n, 0n])
    await exchange.write.removeLiquidity([10n ** 20n])
    roots.push(chain.storageRoot(exchange.address))
  }
  expect(roots[0]).toBe(roots[1])
})
