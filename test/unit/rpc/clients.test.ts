/** Real clients on a real socket: what they decide by codes, texts and shapes comes out right. */
import { isError, JsonRpcProvider } from 'ethers'
import { createPublicClient, createTestClient, createWalletClient, http, webSocket } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../../src/primitives/index.ts'
import { createRpcServer, type RpcServer } from '../../../src/rpc/index.ts'
import { ALICE, BOB, CONTRACT, createFakeNode, EMITTER, type FakeNode, KEYS, STRANGER } from './fakeNode.ts'

const servers: RpcServer[] = []
afterAll(async () => {
  for (const server of servers) await server.close()
})

let node: FakeNode
let url: string

beforeEach(async () => {
  node = createFakeNode()
  const server = await createRpcServer(node.context, { host: '127.0.0.1', port: 0 })
  servers.push(server)
  url = server.url
})

const ABI = [
  { type: 'error', name: 'Unlucky', inputs: [{ name: 'number', type: 'uint256' }] },
  { type: 'function', name: 'get', stateMutability: 'view', inputs: [], outputs: [{ type: 'uint256' }] },
  { type: 'event', name: 'Never', inputs: [] },
] as const

const account = privateKeyToAccount(toHex(KEYS[0] ?? new Uint8Array(0)))

describe('viem', () => {
  const publicClient = () => createPublicClient({ chain: foundry, transport: http(url, { retryCount: 0 }) })

  test('reads', async () => {
    const client = publicClient()
    expect(await client.getChainId()).toBe(31_337)
    expect(await client.getBalance({ address: CONTRACT })).toBe(5n)
    expect(await client.getBlock()).toMatchObject({ number: 0n, transactions: [], baseFeePerGas: 1_000_000_000n })
    expect(await client.getBlock({ blockTag: 'pending' })).toMatchObject({ number: 1n, hash: null })
    expect(await client.getStorageAt({ address: CONTRACT, slot: '0x1' })).toBe(`0x${'0'.repeat(62)}2a`)
    expect(await client.getFeeHistory({ blockCount: 4, rewardPercentiles: [25, 75] })).toMatchObject({
      oldestBlock: 0n,
    })
    expect(await client.estimateFeesPerGas()).toMatchObject({ maxPriorityFeePerGas: 1_000_000_000n })
    await expect(client.getTransactionReceipt({ hash: `0x${'11'.repeat(32)}` })).rejects.toThrow('could not be found')
  })

  test('signs, sends and sees the receipt', async () => {
    const wallet = createWalletClient({ account, chain: foundry, transport: http(url) })
    const hash = await wallet.sendTransaction({ to: EMITTER, data: '0xab' })
    const receipt = await publicClient().waitForTransactionReceipt({ hash })
    expect(receipt).toMatchObject({ status: 'success', blockNumber: 1n, type: 'eip1559', from: ALICE })
    expect(receipt.logs[0]).toMatchObject({ address: EMITTER, data: '0xab', logIndex: 0, removed: false })
    expect(await publicClient().getTransaction({ hash })).toMatchObject({ type: 'eip1559', nonce: 0, to: EMITTER })
  })

  test('sends through an account of the node', async () => {
    const wallet = createWalletClient({ account: BOB, chain: foundry, transport: http(url) })
    expect(await wallet.getAddresses()).toHaveLength(2)
    const receipt = await wallet.sendTransactionSync({ to: EMITTER })
    expect(receipt).toMatchObject({ from: BOB, status: 'success' })
    expect(await wallet.signMessage({ message: 'hello' })).toMatch(/^0x[0-9a-f]{130}$/)
  })

  test('decodes a custom error, without a retry', async () => {
    const output = fromHex(`0xd66c2b70${'0'.repeat(63)}7`)
    node.outcome = { status: 'revert', output, gasUsed: 0n, fault: undefined }
    const read = publicClient().readContract({ address: CONTRACT, abi: ABI, functionName: 'get' })
    await expect(read).rejects.toThrow(/reverted/)
    expect(node.simulations).toHaveLength(1)
  })

  test('does not retry what halted', async () => {
    node.outcome = { status: 'halt', reason: 'invalid-opcode', gasUsed: 0n, fault: undefined }
    const client = createPublicClient({ chain: foundry, transport: http(url) })
    await expect(client.call({ to: CONTRACT, data: '0x01' })).rejects.toThrow('invalid opcode: INVALID')
    expect(node.simulations).toHaveLength(1)
  })

  test('polls for blocks and logs with filters', async () => {
    const client = publicClient()
    const blocks = await client.createBlockFilter()
    const logs = await client.createEventFilter({ address: EMITTER })
    await createWalletClient({ account, chain: foundry, transport: http(url) }).sendTransaction({ to: EMITTER })
    expect(await client.getFilterChanges({ filter: blocks })).toHaveLength(1)
    expect(await client.getFilterChanges({ filter: logs })).toMatchObject([{ address: EMITTER, blockNumber: 1n }])
    expect(await client.uninstallFilter({ filter: logs })).toBe(true)
  })

  test('watches blocks over a WebSocket', async () => {
    const client = createPublicClient({ chain: foundry, transport: webSocket(url.replace('http', 'ws')) })
    const number = new Promise<bigint>((resolve, reject) => {
      client.watchBlockNumber({ onBlockNumber: resolve, onError: reject })
    })
    await expect
      .poll(async () => {
        node.mine()
        return Promise.race([number, undefined])
      })
      .toBeTypeOf('bigint')
    const socket = await client.transport.getRpcClient()
    socket.close()
  })

  test.each(['anvil', 'hardhat'] as const)("drives time, state and mining in %s's way", async (mode) => {
    const client = createTestClient({ mode, chain: foundry, transport: http(url) })
    await client.setBalance({ address: STRANGER, value: 7n })
    await client.setCode({ address: STRANGER, bytecode: '0x00' })
    await client.setNonce({ address: STRANGER, nonce: 3 })
    await client.setStorageAt({ address: STRANGER, index: 1, value: `0x${'00'.repeat(32)}` })
    expect(node.edits.map(({ kind }) => kind)).toEqual(['balance', 'code', 'nonce', 'storage'])
    await client.mine({ blocks: 2, interval: 12 })
    expect(node.wishes.mine).toEqual([2, { seconds: 12n, movesFirst: mode === 'anvil' }])
    await client.impersonateAccount({ address: STRANGER })
    await client.stopImpersonatingAccount({ address: STRANGER })
    await client.setCoinbase({ address: BOB })
    await client.setNextBlockBaseFeePerGas({ baseFeePerGas: 5n })
    await client.setNextBlockTimestamp({ timestamp: 1_800_000_000n })
    await client.setBlockGasLimit({ gasLimit: 5n })
    await client.increaseTime({ seconds: 60 })
    await client.setAutomine(false)
    await client.setIntervalMining({ interval: 0 })
    expect(await client.getAutomine()).toBe(false)
    await client.setLoggingEnabled(false)
    expect(await client.getTxpoolStatus()).toEqual({ pending: 0, queued: 0 })
    const id = await client.snapshot()
    await client.revert({ id })
    await client.reset()
    if (mode === 'anvil') {
      await client.setBlockTimestampInterval({ interval: 5 })
      await client.removeBlockTimestampInterval()
    }
  })

  test('sends what nobody signed', async () => {
    const client = createTestClient({ mode: 'anvil', chain: foundry, transport: http(url) })
    const hash = await client.sendUnsignedTransaction({ from: STRANGER, to: EMITTER })
    expect(await publicClient().getTransaction({ hash })).toMatchObject({ from: STRANGER })
  })
})

describe('ethers', () => {
  const provider = () => new JsonRpcProvider(url, 31_337, { staticNetwork: true })

  test('reads, sends and waits', async () => {
    const ethers = provider()
    const block = await ethers.getBlock('latest', true)
    expect(block).toMatchObject({ number: 0, gasLimit: 60_000_000n })
    expect((await ethers.getBlock('pending'))?.number).toBe(1)
    const signer = await ethers.getSigner(1)
    const sent = await signer.sendTransaction({ to: EMITTER, data: '0xab' })
    const receipt = await sent.wait()
    expect(receipt).toMatchObject({ status: 1, blockNumber: 1 })
    expect(receipt?.logs).toHaveLength(1)
    expect(await ethers.getTransactionCount(BOB)).toBe(1)
    expect(await ethers.getFeeData()).toMatchObject({ maxPriorityFeePerGas: 1_000_000_000n })
    ethers.destroy()
  })

  test('knows a revert, a missing method and missing funds', async () => {
    const ethers = provider()
    node.outcome = { status: 'revert', output: new Uint8Array(0), gasUsed: 0n, fault: undefined }
    const call = await ethers.call({ to: CONTRACT }).catch((error: unknown) => error)
    expect(isError(call, 'CALL_EXCEPTION')).toBe(true)
    const unknown = await ethers.send('eth_nonsense', []).catch((error: unknown) => error)
    expect(isError(unknown, 'UNSUPPORTED_OPERATION')).toBe(true)
    const message = 'insufficient funds for gas * price + value'
    node.poolAnswer = { kind: 'rejected', rejection: { code: 'INSUFFICIENT_ACCOUNT_FUNDS', message } }
    const signer = await ethers.getSigner(0)
    const poor = await signer.sendTransaction({ to: EMITTER }).catch((error: unknown) => error)
    expect(isError(poor, 'INSUFFICIENT_FUNDS')).toBe(true)
    ethers.destroy()
  })
})
