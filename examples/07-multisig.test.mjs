/** A wallet of three owners, two of whom decide, in both languages. Run it: npx vitest run --project examples */
import { createTestChain } from 'evmpp/testing'
import { encodeFunctionData } from 'viem'
import { beforeEach, describe, expect, test } from 'vitest'

describe.each([
  ['asm-contracts/Multisig.ts', 'sol-contracts/Token.sol'],
  ['sol-contracts/Multisig.sol', 'asm-contracts/Token.ts'],
])('%s, which owns %s', (source, tokenSource) => {
  let chain
  let wallet
  let token
  let alice
  let bob
  let carol
  let stranger
  beforeEach(async () => {
    chain = await createTestChain()
    ;[alice, bob, carol, stranger] = chain.accounts
    wallet = await chain.deploy(source, [[alice, bob, carol], 2])
    token = await chain.deploy(tokenSource, ['Gold', 'GLD', 1000n], { from: alice })
    await token.write.transfer([wallet.address, 1000n])
  })

  const transfer = (amount) => encodeFunctionData({ abi: token.abi, functionName: 'transfer', args: [bob, amount] })

  test('does what two have confirmed, once', async () => {
    const { result, events } = await wallet.write.submit([token.address, 0n, transfer(400n)])
    expect(result).toBe(0n)
    expect(events.map(({ eventName }) => eventName)).toEqual(['Submitted', 'Confirmed'])
    await expect(wallet.write.execute([0n])).rejects.toThrow('too few have confirmed')
    await wallet.write.confirm([0n], { from: carol })
    const executed = await wallet.write.execute([0n], { from: bob })
    expect(BigInt(executed.result)).toBe(1n) // what `transfer` returned
    expect(await token.read.balanceOf([bob])).toBe(400n)
    await expect(wallet.write.execute([0n])).rejects.toThrow('executed already')
  })

  test('sends ether, and may be sent some', async () => {
    const { events } = await chain.send({ to: wallet.address, value: 5n, from: stranger })
    expect(events).toMatchObject([{ eventName: 'Deposited', args: { from: stranger, value: 5n } }])
    const before = chain.balance(carol)
    await wallet.write.submit([carol, 5n, '0x'])
    await wallet.write.confirm([0n], { from: bob })
    await wallet.write.execute([0n])
    expect(chain.balance(carol) - before).toBe(5n)
  })

  test('a confirmation can be taken back', async () => {
    await wallet.write.submit([bob, 0n, '0x'])
    await wallet.write.confirm([0n], { from: bob })
    await wallet.write.revoke([0n])
    await expect(wallet.write.execute([0n])).rejects.toThrow('too few have confirmed')
    expect(await wallet.read.proposals([0n])).toEqual([bob, false, 1, 0n, '0x'])
  })

  test('a call that fails fails with its own words and can be tried again', async () => {
    await wallet.write.submit([token.address, 0n, transfer(1001n)])
    await wallet.write.confirm([0n], { from: bob })
    const executed = wallet.write.execute([0n])
    await expect(executed).rejects.toMatchObject({ errorName: 'ERC20InsufficientBalance' })
    expect((await wallet.read.proposals([0n]))[1]).toBe(false)
  })

  test('nobody else decides', async () => {
    for (const call of ['confirm', 'revoke', 'execute'])
      await expect(wallet.write[call]([0n], { from: stranger })).rejects.toMatchObject({ errorName: 'NotOwner' })
    await expect(wallet.write.confirm([0n])).rejects.toThrow('no such proposal')
    await wallet.write.submit([bob, 0n, '0x'])
    await expect(wallet.write.confirm([0n])).rejects.toThrow('confirmed already')
    await expect(chain.deploy(source, [[alice, alice], 1])).rejects.toThrow('an owner counts once')
    await expect(chain.deploy(source, [[alice], 2])).rejects.toThrow('no threshold for so many owners')
  })
})
