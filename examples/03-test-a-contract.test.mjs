/** How to test a contract: vitest and viem against a node that keeps nothing. Run it: npx vitest run --project examples */
import { parseEther } from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { build, deploy, startNode } from './node.mjs'

const ALICE = '0x00000000000000000000000000000000000a11ce'

let node
let token
let clean
beforeAll(async () => {
  const { abi, bytecode } = build('asm-contracts/Token.ts')('Token.ts', 'Token')
  node = await startNode()
  token = { address: await deploy(node.client, { abi, bytecode }, ['Gold', 'GLD', 1000n]), abi }
}, 120_000)
afterAll(() => node?.stop())

// Every test begins where the first did.
beforeEach(async () => {
  if (clean !== undefined) await node.client.revert({ id: clean })
  clean = await node.client.snapshot()
})

const balanceOf = (who) => node.client.readContract({ ...token, functionName: 'balanceOf', args: [who] })

describe('Token', () => {
  test('moves, and says so', async () => {
    const hash = await node.client.writeContract({ ...token, functionName: 'transfer', args: [ALICE, 400n] })
    await node.client.waitForTransactionReceipt({ hash })
    expect(await balanceOf(ALICE)).toBe(400n)
    const [event] = await node.client.getContractEvents({ ...token, eventName: 'Transfer', args: { to: ALICE } })
    expect(event.args.value).toBe(400n)
  })

  test('refuses with a reason that viem reads', async () => {
    const attempt = node.client.simulateContract({ ...token, functionName: 'transfer', args: [ALICE, 1001n] })
    await expect(attempt).rejects.toThrow('ERC20InsufficientBalance')
    expect(await balanceOf(ALICE)).toBe(0n)
  })

  test('anybody can be the sender, and have money', async () => {
    await node.client.writeContract({ ...token, functionName: 'transfer', args: [ALICE, 5n] })
    await node.client.setBalance({ address: ALICE, value: parseEther('1') })
    await node.client.impersonateAccount({ address: ALICE })
    await node.client.writeContract({ ...token, account: ALICE, functionName: 'transfer', args: [token.address, 5n] })
    expect(await balanceOf(token.address)).toBe(5n)
  })
})
