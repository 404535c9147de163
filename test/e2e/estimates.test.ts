/** Estimates, time and pending through the libraries that people use, as OpenZeppelin's tests use them. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { JsonRpcProvider, NonceManager, Wallet } from 'ethers'
import { ethers as ethers5 } from 'ethers5'
import { createPublicClient, createTestClient, createWalletClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeProcess } from '../harness/nodeProcess.ts'
import { startNodeProcess } from '../harness/nodeProcess.ts'

/**
 * A token with checkpoints, reduced to what matters: every mint writes the slot of its block's timestamp, which is there
 * already (and so costs 20,000 gas less) only in the context of the latest block.
 */
const TOKEN = '0x6460014255005f526005601bf3'
const MINTS = 4

let node: NodeProcess
beforeAll(async () => {
  node = await startNodeProcess(['--ephemeral', '--quiet'])
})
afterAll(async () => {
  await node.end('SIGTERM')
})

function keyOf(index: number): `0x${string}` {
  const account = node.ready.accounts[index]
  if (account === undefined) throw new Error(`no account ${index}`)
  return account.privateKey
}

function viemClients(index: number) {
  const transport = http(node.ready.url)
  return {
    client: createPublicClient({ chain: foundry, transport, pollingInterval: 20 }),
    tester: createTestClient({ chain: foundry, mode: 'anvil', transport }),
    wallet: createWalletClient({ account: privateKeyToAccount(keyOf(index)), chain: foundry, transport }),
  }
}

describe('mints in a row, each estimated', () => {
  it('by ethers 5', async () => {
    const provider = new ethers5.providers.JsonRpcProvider(node.ready.url)
    provider.pollingInterval = 20
    const wallet = new ethers5.Wallet(keyOf(0), provider)
    const { contractAddress } = await (await wallet.sendTransaction({ data: TOKEN })).wait()
    for (let mint = 0; mint < MINTS; mint += 1) {
      const { status } = await (await wallet.sendTransaction({ to: contractAddress })).wait()
      expect(status).toBe(1)
    }
    provider.removeAllListeners()
  })

  it('by ethers 6', async () => {
    const provider = new JsonRpcProvider(node.ready.url, undefined, { pollingInterval: 20, cacheTimeout: -1 })
    const signer = new NonceManager(new Wallet(keyOf(1), provider))
    const created = await (await signer.sendTransaction({ data: TOKEN })).wait()
    for (let mint = 0; mint < MINTS; mint += 1) {
      const receipt = await (await signer.sendTransaction({ to: created?.contractAddress ?? null })).wait()
      expect(receipt?.status).toBe(1)
    }
    provider.destroy()
  })

  it('by viem, and by its access lists', async () => {
    const { client, wallet } = viemClients(2)
    const created = await client.waitForTransactionReceipt({ hash: await wallet.sendTransaction({ data: TOKEN }) })
    const to = created.contractAddress
    for (let mint = 0; mint < MINTS; mint += 1) {
      const gas = await client.estimateGas({ account: wallet.account, to })
      // viem's own action names the latest block.
      const request = { from: wallet.account.address, to: to ?? '0x' } as const
      const { gasUsed } = await client.request({ method: 'eth_createAccessList', params: [request] })
      expect([gas > 40_000n, BigInt(gasUsed) > 40_000n]).toEqual([true, true])
      const { status } = await client.waitForTransactionReceipt({ hash: await wallet.sendTransaction({ to }) })
      expect(status).toBe('success')
    }
  })
})

describe('time', () => {
  it('a new chain begins now', async () => {
    const { client } = viemClients(3)
    const { timestamp } = await client.getBlock({ blockNumber: 0n })
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(600)
  })

  it("moves as Hardhat's helpers say", async () => {
    const { client } = viemClients(3)
    const { time, mine, mineUpTo, takeSnapshot, setBalance, impersonateAccount } = await networkHelpers()
    const start = await time.latest()
    expect(await time.increase(3600)).toBe(start + 3600)
    await time.increaseTo(start + 10_000)
    expect(await time.latest()).toBe(start + 10_000)
    await time.setNextBlockTimestamp(start + 20_000)
    await mine()
    expect(await time.latest()).toBe(start + 20_000)

    const snapshot = await takeSnapshot()
    const height = await time.latestBlock()
    await mine(10, { interval: 60 })
    expect(await time.latestBlock()).toBe(height + 10)
    expect((await time.latest()) - start - 20_000).toBeGreaterThanOrEqual(9 * 60)
    await mineUpTo(height + 20)
    expect(await time.latestBlock()).toBe(height + 20)
    await snapshot.restore()
    expect([await time.latestBlock(), await time.latest()]).toEqual([height, start + 20_000])

    const stranger = `0x${'5a'.repeat(20)}` as const
    await setBalance(stranger, 10n ** 18n)
    await impersonateAccount(stranger)
    expect(await client.getBalance({ address: stranger })).toBe(10n ** 18n)
  })

  it('is moved on from the newest block, also after many blocks of one second', async () => {
    const { client, tester } = viemClients(4)
    await tester.mine({ blocks: 40 })
    const { timestamp } = await client.getBlock()
    await tester.increaseTime({ seconds: 100 })
    await tester.mine({ blocks: 1 })
    expect((await client.getBlock()).timestamp).toBeGreaterThanOrEqual(timestamp + 100n)
  })
})

describe('pending', () => {
  it('tells of what waits while nothing is mined', async () => {
    const { client, tester, wallet } = viemClients(5)
    const { address } = wallet.account
    const nonce = await client.getTransactionCount({ address })
    await tester.setAutomine(false)
    const hashes = [await wallet.sendTransaction({ to: address }), await wallet.sendTransaction({ to: address })]
    expect(await client.getTransactionCount({ address, blockTag: 'pending' })).toBe(nonce + 2)
    expect((await client.getBlock({ blockTag: 'pending' })).transactions).toEqual(hashes)
    await tester.mine({ blocks: 1 })
    expect((await client.getBlock()).transactions).toEqual(hashes)
    await tester.setAutomine(true)
  })
})

/** What this test uses of Hardhat's helpers. */
type NetworkHelpers = {
  readonly time: {
    latest(): Promise<number>
    latestBlock(): Promise<number>
    increase(seconds: number): Promise<number>
    increaseTo(timestamp: number): Promise<void>
    setNextBlockTimestamp(timestamp: number): Promise<void>
  }
  mine(blocks?: number, options?: { readonly interval: number }): Promise<void>
  mineUpTo(block: number): Promise<void>
  takeSnapshot(): Promise<{ restore(): Promise<void> }>
  setBalance(address: string, wei: bigint): Promise<void>
  impersonateAccount(address: string): Promise<void>
}

/** Hardhat's helpers on this node. Their package's front door wants all of Hardhat, which this test does not need. */
async function networkHelpers(): Promise<NetworkHelpers> {
  const { resolve } = createRequire(import.meta.url)
  const folder = dirname(resolve('@nomicfoundation/hardhat-network-helpers/package.json'))
  const file = join(folder, 'dist/src/internal/network-helpers/network-helpers.js')
  const { NetworkHelpers: Helpers } = (await import(pathToFileURL(file).href)) as {
    readonly NetworkHelpers: new (connection: unknown) => NetworkHelpers
  }
  const { client } = viemClients(0)
  return new Helpers({ networkName: 'localhost', provider: { request: client.request } })
}
