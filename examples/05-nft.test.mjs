/** An ERC-721 token in both languages. Run it: npx vitest run --project examples */
import { createTestChain } from 'evmpp/testing'
import { zeroAddress } from 'viem'
import { beforeEach, describe, expect, test } from 'vitest'

describe.each(['asm-contracts/Nft.ts', 'sol-contracts/Nft.sol'])('%s', (source) => {
  let chain
  let nft
  let alice
  let bob
  beforeEach(async () => {
    chain = await createTestChain()
    ;[alice, bob] = chain.accounts
    nft = await chain.deploy(source, ['Pictures', 'PIC', 'ipfs://pictures/'])
    await nft.write.mint([alice])
  })

  test('has an owner and a place for what it stands for', async () => {
    const { result, events } = await nft.write.mint([alice])
    expect(result).toBe(2n)
    expect(events).toMatchObject([{ eventName: 'Transfer', args: { from: zeroAddress, to: alice, tokenId: 2n } }])
    expect(await nft.read.ownerOf([2n])).toBe(alice)
    expect(await nft.read.balanceOf([alice])).toBe(2n)
    expect(await nft.read.tokenURI([2n])).toBe('ipfs://pictures/2')
    const interfaces = ['0x80ac58cd', '0x5b5e139f', '0x01ffc9a7', '0xffffffff']
    expect(await Promise.all(interfaces.map((id) => nft.read.supportsInterface([id])))).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test('moves when its owner says so, or who may speak for the owner', async () => {
    await nft.write.transferFrom([alice, bob, 1n])
    expect(await nft.read.ownerOf([1n])).toBe(bob)
    await nft.write.approve([alice, 1n], { from: bob })
    await nft.write.safeTransferFrom([bob, alice, 1n])
    expect(await nft.read.getApproved([1n])).toBe(zeroAddress)
    await nft.write.setApprovalForAll([bob, true])
    await nft.write.safeTransferFrom([alice, bob, 1n, '0x1234'], { from: bob })
    expect(await nft.read.balanceOf([bob])).toBe(1n)
    expect(await nft.read.balanceOf([alice])).toBe(0n)
  })

  test.each([
    ['transferFrom', () => [alice, bob, 1n], () => ({ from: bob }), 'ERC721InsufficientApproval'],
    ['transferFrom', () => [bob, alice, 1n], () => ({}), 'ERC721IncorrectOwner'],
    ['transferFrom', () => [alice, zeroAddress, 1n], () => ({}), 'ERC721InvalidReceiver'],
    ['transferFrom', () => [alice, bob, 9n], () => ({}), 'ERC721NonexistentToken'],
    // A contract that does not know what to do with a token; the transfer is undone.
    ['safeTransferFrom', () => [alice, nft.address, 1n], () => ({}), 'ERC721InvalidReceiver'],
    ['approve', () => [bob, 1n], () => ({ from: bob }), 'ERC721InvalidApprover'],
    ['mint', () => [zeroAddress], () => ({}), 'ERC721InvalidReceiver'],
  ])('%s refuses', async (name, args, options, errorName) => {
    await expect(nft.write[name](args(), options())).rejects.toMatchObject({ errorName })
    expect(await nft.read.ownerOf([1n])).toBe(alice)
  })
})
