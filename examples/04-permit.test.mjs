/** A token that a signature unlocks (ERC-2612), in both languages. Run it: npx vitest run --project examples */
import { createTestChain } from 'evmpp/testing'
import { parseSignature } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { beforeEach, describe, expect, test } from 'vitest'

const holder = mnemonicToAccount('test test test test test test test test test test test junk')
const types = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
}

describe.each(['asm-contracts/Token.ts', 'sol-contracts/Token.sol'])('%s', (source) => {
  let chain
  let token
  let bob
  beforeEach(async () => {
    chain = await createTestChain()
    bob = chain.accounts[1]
    token = await chain.deploy(source, ['Gold', 'GLD', 1000n])
  })

  /** What the holder signs, and the arguments of `permit` that it gives. */
  async function permit(nonce, deadline = chain.block().timestamp + 60n) {
    const domain = { name: 'Gold', version: '1', chainId: 31337n, verifyingContract: token.address }
    const message = { owner: holder.address, spender: bob, value: 7n, nonce, deadline }
    const { v, r, s } = parseSignature(await holder.signTypedData({ domain, types, primaryType: 'Permit', message }))
    return [holder.address, bob, 7n, deadline, Number(v), r, s]
  }

  test('anybody brings the signature, the spender spends', async () => {
    const { events } = await token.write.permit(await permit(0n), { from: bob })
    expect(events).toMatchObject([{ eventName: 'Approval', args: { owner: holder.address, spender: bob, value: 7n } }])
    await token.write.transferFrom([holder.address, bob, 7n], { from: bob })
    expect(await token.read.balanceOf([bob])).toBe(7n)
    expect(await token.read.nonces([holder.address])).toBe(1n)
  })

  test('a signature counts once, in time and as it was signed', async () => {
    const signed = await permit(0n)
    const changed = signed.with(2, 8n)
    await expect(token.write.permit(changed)).rejects.toMatchObject({ errorName: 'ERC2612InvalidSigner' })
    await token.write.permit(signed)
    await expect(token.write.permit(signed)).rejects.toMatchObject({ errorName: 'ERC2612InvalidSigner' })
    const late = await permit(1n, chain.block().timestamp - 1n)
    await expect(token.write.permit(late)).rejects.toMatchObject({ errorName: 'ERC2612ExpiredSignature' })
  })
})
