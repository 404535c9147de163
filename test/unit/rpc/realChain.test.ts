/** The RPC on a chain in memory with the reference EVM: what the fake node cannot know. */
import { createPublicClient, createTestClient, createWalletClient, http, keccak256, toHex as viemHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashAccessList } from '../../../src/parallel/index.ts'
import { fromHex, keccakHash, toHex, wordToHash } from '../../../src/primitives/index.ts'
import { createRpcHandler, createRpcServer, type RpcServer } from '../../../src/rpc/index.ts'
import { openRealNode, type RealNode } from '../../harness/realNode.ts'
import { HALTER, KEEPER, KEYS, keep, REVERTER, SENDERS } from '../../harness/testChain.ts'

type Listed = { readonly hash: string; readonly accessList: readonly { readonly address: string }[] }

/** An account that nobody has a key of. */
const STRANGER = `0x${'5a'.repeat(20)}` as const

/** Creates a contract of its own last four bytes. */
const CREATION = '0x60048060095f395ff3365f5f37'

describe('viem on a real chain', () => {
  let node: RealNode
  let server: RpcServer
  beforeAll(async () => {
    node = await openRealNode()
    server = await createRpcServer(node.context, { host: '127.0.0.1', port: 0 })
  })
  afterAll(async () => {
    await server.close()
    await node.producer.stop()
  })
  const transport = () => http(server.url, { retryCount: 0 })
  const publicClient = () => createPublicClient({ chain: foundry, transport: transport() })
  const testClient = () => createTestClient({ mode: 'anvil', chain: foundry, transport: transport() })
  const wallet = () =>
    createWalletClient({
      account: privateKeyToAccount(toHex(KEYS[0] ?? new Uint8Array(0))),
      chain: foundry,
      transport: transport(),
    })

  test('fills, signs, sends, and finds receipt, logs and storage', async () => {
    const client = publicClient()
    const hash = await wallet().sendTransaction({ to: KEEPER, data: toHex(keep(5n, 7n)) })
    const receipt = await client.getTransactionReceipt({ hash })
    expect(receipt.status).toBe('success')
    expect(receipt.logs).toMatchObject([{ address: KEEPER, logIndex: 0 }])
    const logs = await client.getLogs({ address: KEEPER, fromBlock: 0n })
    expect(logs).toEqual(receipt.logs)
    expect(await client.getStorageAt({ address: KEEPER, slot: '0x5' })).toBe(viemHex(7n, { size: 32 }))
    const block = await client.getBlock({ includeTransactions: true })
    expect(block.hash).toBe(receipt.blockHash)
    expect(block.transactions[0]?.hash).toBe(hash)
  })

  test('creates a contract', async () => {
    const hash = await wallet().sendTransaction({ data: CREATION })
    const { contractAddress } = await publicClient().waitForTransactionReceipt({ hash })
    expect(await publicClient().getCode({ address: contractAddress ?? KEEPER })).toBe('0x365f5f37')
  })

  test('estimates what is enough, and no less', async () => {
    const client = publicClient()
    const request = { account: SENDERS[1] ?? KEEPER, to: KEEPER, data: toHex(keep(99n, 1n)) }
    const gas = await client.estimateGas(request)
    await client.call({ ...request, gas })
    await expect(client.call({ ...request, gas: (gas * 97n) / 100n })).rejects.toThrow('out of gas')
    expect(await client.estimateGas({ account: SENDERS[1] ?? KEEPER, to: SENDERS[2] ?? KEEPER })).toBe(21_000n)
  })

  test('overrides change the answer', async () => {
    const client = publicClient()
    const to = `0x${'77'.repeat(20)}` as const
    // Returns slot 1.
    const code = '0x6001545f5260205ff3' as const
    const stateOverride = [
      { address: to, code, stateDiff: [{ slot: viemHex(1n, { size: 32 }), value: viemHex(9n, { size: 32 }) }] },
    ]
    expect((await client.call({ to, stateOverride })).data).toBe(viemHex(9n, { size: 32 }))
    expect((await client.call({ to })).data).toBeUndefined()
  })

  test('proofs verify against the block', async () => {
    const client = publicClient()
    const { stateRoot, number } = await client.getBlock()
    const proof = await client.getProof({
      address: KEEPER,
      storageKeys: [viemHex(5n, { size: 32 })],
      blockNumber: number,
    })
    expect(keccak256(proof.accountProof[0] ?? '0x')).toBe(stateRoot)
    expect(proof.storageProof[0]?.value).toBe(7n)
  })

  test('a snapshot takes back what came after it', async () => {
    const client = testClient()
    const before = await publicClient().getBlockNumber()
    const id = await client.snapshot()
    await client.setBalance({ address: SENDERS[2] ?? KEEPER, value: 1n })
    await client.mine({ blocks: 3, interval: 10 })
    expect(await publicClient().getBlockNumber({ cacheTime: 0 })).toBe(before + 3n)
    await client.revert({ id })
    expect(await publicClient().getBlockNumber({ cacheTime: 0 })).toBe(before)
    expect(await publicClient().getBalance({ address: SENDERS[2] ?? KEEPER })).toBe(10n ** 20n)
  })

  test('an impersonated account sends, and its transaction can be read back', async () => {
    const client = testClient()
    await client.setBalance({ address: STRANGER, value: 10n ** 18n })
    await client.impersonateAccount({ address: STRANGER })
    const sender = createWalletClient({ account: STRANGER, chain: foundry, transport: transport() })
    const hash = await sender.sendTransaction({ to: KEEPER, data: toHex(keep(6n, 8n)) })
    expect(await publicClient().getTransaction({ hash })).toMatchObject({ from: STRANGER, to: KEEPER })
    expect((await publicClient().getTransactionReceipt({ hash })).status).toBe('success')
  })

  test('what it says about the next block comes true', async () => {
    const client = testClient()
    await client.setNextBlockTimestamp({ timestamp: 3_000n })
    await client.setNextBlockBaseFeePerGas({ baseFeePerGas: 77n })
    await client.setCoinbase({ address: KEEPER })
    const pending = await publicClient().getBlock({ blockTag: 'pending' })
    await client.mine({ blocks: 1 })
    const block = await publicClient().getBlock()
    const { number, timestamp, baseFeePerGas, miner, gasLimit, parentHash, mixHash } = block
    expect(pending).toMatchObject({ number, timestamp, baseFeePerGas, miner, gasLimit, parentHash, mixHash })
    expect([timestamp, baseFeePerGas, miner]).toEqual([3_000n, 77n, KEEPER])
  })
})

describe('exact answers', () => {
  const call = async (node: RealNode, method: string, ...params: unknown[]) => {
    const answer = await createRpcHandler(node.context).handle({ jsonrpc: '2.0', id: 1, method, params })
    const { result, error } = answer as { result?: unknown; error?: unknown }
    return error ?? result
  }

  test.each([
    ['eth_call', REVERTER, '0x1234', { code: 3, message: 'execution reverted', data: '0x1234' }],
    ['eth_estimateGas', REVERTER, '0x1234', { code: 3, message: 'execution reverted', data: '0x1234' }],
    ['eth_call', HALTER, '0x', { code: -32000, message: 'invalid opcode: INVALID' }],
    ['eth_estimateGas', HALTER, '0x', { code: -32000, message: 'invalid opcode: INVALID' }],
  ])('%s of %s', async (method, to, input, expected) => {
    expect(await call(await openRealNode(), method, { to, input })).toEqual(expected)
  })

  test.each([
    [
      { gas: '0x5207', to: KEEPER },
      { code: -32000, message: expect.stringMatching(/^intrinsic gas too low/) },
    ],
    [
      { gas: '0x186a0', to: KEEPER, value: '0x56bc75e2d63100001' },
      { code: -32000, message: expect.stringMatching(/^insufficient funds for/) },
    ],
    [
      { gas: '0x186a0', to: KEEPER, gasPrice: '0x1' },
      { code: -32000, message: expect.stringMatching(/^max fee per gas less than block base fee/) },
    ],
    [
      { gas: '0x5f5e100', to: KEEPER },
      { code: -32000, message: expect.stringMatching(/^transaction gas limit too high/) },
    ],
  ])('eth_sendTransaction %j', async (request, expected) => {
    expect(await call(await openRealNode(), 'eth_sendTransaction', { from: SENDERS[0], ...request })).toEqual(expected)
  })

  test('the raw header has the hash of the block', async () => {
    const node = await openRealNode()
    const raw = (await call(node, 'debug_getRawHeader', 'latest')) as string
    expect(keccakHash(fromHex(raw))).toBe(node.context.archive.head().blockHash)
  })

  test('a block says what it read and changed, part by part', async () => {
    const node = await openRealNode()
    await call(node, 'eth_sendTransaction', { from: SENDERS[0], to: KEEPER, input: toHex(keep(7n, 300n)) })
    const { hash, accessList } = (await call(node, 'evmpp_getBlockAccessList', 'latest')) as Listed
    expect(hash).toBe(hashAccessList(node.context.archive.accessList(node.context.archive.head().blockHash) ?? []))
    expect(accessList.find(({ address }) => address === KEEPER)).toEqual({
      address: KEEPER,
      storageChanges: [
        { slot: wordToHash(7n), slotChanges: [{ blockAccessIndex: '0x1', postValue: wordToHash(300n) }] },
      ],
      storageReads: [],
      balanceChanges: [],
      nonceChanges: [],
      codeChanges: [],
    })
    expect(accessList.find(({ address }) => address === SENDERS[0])).toMatchObject({
      balanceChanges: [{ blockAccessIndex: '0x1', postBalance: await call(node, 'eth_getBalance', SENDERS[0]) }],
      nonceChanges: [{ blockAccessIndex: '0x1', postNonce: '0x1' }],
    })
    expect(await call(node, 'evmpp_getBlockAccessList', 'earliest')).toBeNull()
  })

  test('a block says who waits for whom', async () => {
    const node = await openRealNode()
    node.producer.setMode({ kind: 'manual' })
    const sends = [
      { from: SENDERS[0], to: KEEPER, input: toHex(keep(7n, 1n)) },
      { from: SENDERS[1], to: KEEPER, input: toHex(keep(7n, 2n)) },
      { from: SENDERS[2], to: SENDERS[0], value: '0x1' },
    ]
    for (const send of sends) await call(node, 'eth_sendTransaction', send)
    await node.producer.mine(1)
    const schedule = (await call(node, 'evmpp_getBlockSchedule', 'latest', '0x2')) as Record<string, unknown>
    expect(schedule).toMatchObject({
      dependencies: [[], [0], []],
      conflicts: [{ kind: 'storage', address: KEEPER, slot: '0x7', transactions: 1 }],
      criticalPath: { transactions: [0, 1] },
      lanes: { transactions: [[0, 1], [2]] },
      run: null,
    })
    expect(schedule.idealSpeedUp).toBeGreaterThan(1)
  })

  test('a block that an edit precedes may not be executed again as it was', async () => {
    const node = await openRealNode()
    await node.producer.edit([{ kind: 'code', address: KEEPER, code: fromHex('0xfe') }])
    await call(node, 'eth_sendTransaction', { from: SENDERS[0], to: KEEPER, gas: '0xffff' })
    expect(await call(node, 'evmpp_getBlockSchedule', 'latest')).toMatchObject({
      code: -32000,
      message: expect.stringMatching(/the state was edited before it/),
    })
  })

  test.each([['automine'], ['manual']] as const)('30 wishes at once get 30 nonces, under %s', async (kind) => {
    const node = await openRealNode()
    node.producer.setMode({ kind })
    const wish = (id: number) => ({
      jsonrpc: '2.0',
      id,
      method: 'eth_sendTransaction',
      params: [{ from: SENDERS[0], to: KEEPER, input: toHex(keep(BigInt(id), 1n)) }],
    })
    const batch = Array.from({ length: 30 }, (_, id) => wish(id))
    const answers = (await createRpcHandler(node.context).handle(batch)) as { result?: string }[]
    expect(new Set(answers.map(({ result }) => result)).size).toBe(30)
    await node.producer.mine(1)
    expect(await call(node, 'eth_getTransactionCount', SENDERS[0])).toBe('0x1e')
  })

  test('receipts and eth_getLogs count the logs of a block alike', async () => {
    const node = await openRealNode()
    node.producer.setMode({ kind: 'manual' })
    for (const slot of [1n, 2n]) {
      await call(node, 'eth_sendTransaction', { from: SENDERS[0], to: KEEPER, input: toHex(keep(slot, 1n)) })
    }
    await node.producer.mine(1)
    const receipts = (await call(node, 'eth_getBlockReceipts', 'latest')) as { logs: { logIndex: string }[] }[]
    const logs = receipts.flatMap((receipt) => receipt.logs)
    expect(logs.map(({ logIndex }) => logIndex)).toEqual(['0x0', '0x1'])
    expect(await call(node, 'eth_getLogs', {})).toEqual(logs)
  })

  test('a nonce too low, and one known already', async () => {
    const node = await openRealNode()
    node.producer.setMode({ kind: 'manual' })
    const raw = await call(node, 'eth_signTransaction', { from: SENDERS[0], to: KEEPER, input: toHex(keep(1n, 1n)) })
    await call(node, 'eth_sendRawTransaction', raw)
    expect(await call(node, 'eth_sendRawTransaction', raw)).toEqual({ code: -32000, message: 'already known' })
    await call(node, 'anvil_mine')
    expect(await call(node, 'eth_sendRawTransaction', raw)).toMatchObject({
      code: -32000,
      message: expect.stringMatching(/^(nonce too low|already known)/),
    })
  })
})

describe('pending, while blocks are made on demand', () => {
  const [alice = HALTER, bob = HALTER] = SENDERS

  async function waiting() {
    const node = await openRealNode()
    node.producer.setMode({ kind: 'manual' })
    const handler = createRpcHandler(node.context)
    const ask = async (method: string, ...params: unknown[]) => {
      const answer = (await handler.handle({ jsonrpc: '2.0', id: 1, method, params })) as {
        result?: unknown
        error?: { message: string }
      }
      if (answer.error !== undefined) throw new Error(answer.error.message)
      return answer.result
    }
    return { node, ask }
  }
  type Ask = Awaited<ReturnType<typeof waiting>>['ask']
  const send = (ask: Ask, request: object) => ask('eth_sendTransaction', { from: alice, ...request })
  const slotCode = '0x6001545f5260205ff3'

  test('state, calls and counts include what waits, in the order of the pool; latest does not', async () => {
    const { ask } = await waiting()
    await send(ask, { to: bob, value: '0x5' })
    await send(ask, { to: KEEPER, data: toHex(keep(1n, 7n)) })
    const init = `0x6009600a5f3960095ff3${slotCode.slice(2)}`
    await send(ask, { data: init, gas: '0x30d40' })
    const before = 10n ** 20n
    expect(await ask('eth_getBalance', bob, 'pending')).toBe(`0x${(before + 5n).toString(16)}`)
    expect(await ask('eth_getBalance', bob, 'latest')).toBe(`0x${before.toString(16)}`)
    expect(await ask('eth_getStorageAt', KEEPER, '0x1', 'pending')).toBe(wordToHash(7n))
    expect(await ask('eth_getStorageAt', KEEPER, '0x1', 'latest')).toBe(wordToHash(0n))
    expect(await ask('eth_getStorageValues', { [KEEPER]: ['0x1', '0x2'] }, 'pending')).toEqual({
      [KEEPER]: [wordToHash(7n), wordToHash(0n)],
    })
    expect(await ask('eth_getTransactionCount', alice, 'pending')).toBe('0x3')
    const overrides = { [KEEPER]: { code: slotCode } }
    expect(await ask('eth_call', { to: KEEPER }, 'pending', overrides)).toBe(wordToHash(7n))
    expect(await ask('eth_call', { to: KEEPER }, 'latest', overrides)).toBe(wordToHash(0n))
    const created = (await ask('eth_getBlockByNumber', 'pending', true)) as { transactions: { hash: string }[] }
    await ask('evm_mine')
    const receipt = (await ask('eth_getTransactionReceipt', created.transactions[2]?.hash)) as {
      contractAddress: string
    }
    expect(await ask('eth_getCode', receipt.contractAddress, 'latest')).toBe(slotCode)
  })

  test('code that waits is there at pending, and an estimate finds it', async () => {
    const { ask } = await waiting()
    await send(ask, { data: CREATION, gas: '0x30d40' })
    const pending = (await ask('eth_getBlockByNumber', 'pending', true)) as {
      transactions: { from: string; nonce: string }[]
    }
    expect(pending.transactions.length).toBe(1)
    const { getContractAddress } = await import('viem')
    const at = getContractAddress({ from: alice, nonce: 0n })
    expect(await ask('eth_getCode', at, 'pending')).toBe('0x365f5f37')
    expect(await ask('eth_getCode', at, 'latest')).toBe('0x')
    expect(await ask('eth_getAccountInfo', at, 'pending')).toMatchObject({ nonce: '0x1', code: '0x365f5f37' })
    await send(ask, { to: KEEPER, data: toHex(keep(1n, 7n)) })
    const again = { from: bob, to: KEEPER, data: toHex(keep(1n, 8n)) }
    const [changes, fills] = [
      await ask('eth_estimateGas', again, 'pending'),
      await ask('eth_estimateGas', again, 'latest'),
    ]
    // A slot that is set already costs 17,100 less (EIP-2200, EIP-2929).
    expect(Number(fills) - Number(changes)).toBeGreaterThan(15_000)
  })

  test('the pending block is the block that is made next, but for its name', async () => {
    const { node, ask } = await waiting()
    for (let index = 0; index < 5; index += 1) await send(ask, { to: KEEPER, data: toHex(keep(BigInt(index), 9n)) })
    await ask('evm_setNextBlockTimestamp', 3_000_000_000)
    const { hash, nonce, ...pending } = (await ask('eth_getBlockByNumber', 'pending', false)) as Record<string, unknown>
    expect([hash, nonce]).toEqual([null, null])
    expect(await ask('eth_getBlockTransactionCountByNumber', 'pending')).toBe('0x5')
    await ask('evm_mine')
    const made = (await ask('eth_getBlockByNumber', 'latest', false)) as Record<string, unknown>
    expect(made).toMatchObject(pending)
    expect(Number(made.gasUsed)).toBeGreaterThan(5 * 21_000)
    expect(node.context.mempool.pendingCount).toBe(0)
  })

  test('an edit of the state shows at once, and a block holds no more than it has room for', async () => {
    const { ask } = await waiting()
    await send(ask, { to: bob, value: '0x5' })
    expect(await ask('eth_getBalance', bob, 'pending')).toBe(`0x${(10n ** 20n + 5n).toString(16)}`)
    await ask('anvil_setBalance', bob, '0x64')
    expect(await ask('eth_getBalance', bob, 'pending')).toBe('0x69')
    await ask('evm_setBlockGasLimit', '0xea60')
    for (let index = 0; index < 3; index += 1) await send(ask, { to: bob, value: '0x1', gas: '0x5208' })
    expect(await ask('eth_getBlockTransactionCountByNumber', 'pending')).toBe('0x2')
    expect(await ask('eth_pendingTransactions')).toHaveLength(2)
  })

  test('eth_getProof and eth_getAccount are those of the block that is made next', async () => {
    const { ask } = await waiting()
    await send(ask, { to: KEEPER, data: toHex(keep(1n, 7n)) })
    const proof = (await ask('eth_getProof', KEEPER, ['0x1'], 'pending')) as { storageProof: { value: string }[] }
    expect(proof.storageProof[0]?.value).toBe('0x7')
    const account = await ask('eth_getAccount', alice, 'pending')
    expect(account).toMatchObject({ nonce: '0x1' })
    expect(await ask('eth_getAccount', alice, 'latest')).toMatchObject({ nonce: '0x0' })
    const { stateRoot } = (await ask('eth_getBlockByNumber', 'pending', false)) as { stateRoot: string }
    await ask('evm_mine')
    expect(await ask('eth_getProof', KEEPER, ['0x1'], 'latest')).toEqual(proof)
    expect(await ask('eth_getAccount', alice, 'latest')).toEqual(account)
    expect(await ask('eth_getBlockByNumber', 'latest', false)).toMatchObject({ stateRoot })
  })
})
