/** Behaviours that trip real clients, as numbered in the research: each with the exact JSON that goes out. */
import { describe, expect, test, vi } from 'vitest'
import type { EstimateOutcome, SimulationOutcome } from '../../../src/chain/index.ts'
import { fromHex } from '../../../src/primitives/index.ts'
import { DEFAULT_LIMITS } from '../../../src/rpc/index.ts'
import { createBench, rawOf } from './call.ts'
import { ALICE, CONTRACT, STRANGER } from './fakeNode.ts'

const ERROR_STRING =
  '0x08c379a00000000000000000000000000000000000000000000000000000000000000020000000000000000000000000000000000000000000000000000000000000000a75736572206572726f72'
const PANIC = `0x4e487b71${'0'.repeat(62)}11`

type Failure = Exclude<SimulationOutcome, { status: 'success' }>

const failures: readonly (readonly [string, Failure, object])[] = [
  [
    'Error(string)',
    { status: 'revert', output: fromHex(ERROR_STRING), gasUsed: 0n, fault: undefined },
    { code: 3, message: 'execution reverted: user error', data: ERROR_STRING },
  ],
  [
    'Panic(uint256)',
    { status: 'revert', output: fromHex(PANIC), gasUsed: 0n, fault: undefined },
    { code: 3, message: 'execution reverted: arithmetic underflow or overflow', data: PANIC },
  ],
  [
    'a custom error',
    { status: 'revert', output: fromHex('0xdeadbeef00'), gasUsed: 0n, fault: undefined },
    { code: 3, message: 'execution reverted', data: '0xdeadbeef00' },
  ],
  [
    'nothing',
    { status: 'revert', output: new Uint8Array(0), gasUsed: 0n, fault: undefined },
    { code: 3, message: 'execution reverted', data: '0x' },
  ],
  [
    'a damaged Error(string)',
    { status: 'revert', output: fromHex(`0x08c379a0${'ff'.repeat(64)}`), gasUsed: 0n, fault: undefined },
    { code: 3, message: 'execution reverted', data: `0x08c379a0${'ff'.repeat(64)}` },
  ],
  [
    'a wasm trap that reverts',
    { status: 'revert', output: new Uint8Array(0), gasUsed: 0n, fault: 'wasm trap: unreachable' },
    { code: 3, message: 'execution reverted: wasm trap: unreachable', data: '0x' },
  ],
  [
    'out of gas',
    { status: 'halt', reason: 'out-of-gas', gasUsed: 0n, fault: undefined },
    { code: -32000, message: 'out of gas' },
  ],
  [
    'INVALID',
    { status: 'halt', reason: 'invalid-opcode', gasUsed: 0n, fault: undefined },
    { code: -32000, message: 'invalid opcode: INVALID' },
  ],
  [
    'a wasm fault',
    { status: 'halt', reason: 'invalid-code', gasUsed: 0n, fault: 'wasm module uses floats at byte 12' },
    { code: -32000, message: 'invalid code: wasm module uses floats at byte 12' },
  ],
  [
    'a rejection',
    {
      status: 'rejected',
      rejection: { code: 'INSUFFICIENT_ACCOUNT_FUNDS', message: 'insufficient funds for gas * price + value' },
    },
    { code: -32000, message: 'insufficient funds for gas * price + value' },
  ],
]

describe('1, 2: failures of calls', () => {
  test.each(failures)('%s', async (_, outcome, error) => {
    const { node, call } = createBench()
    node.outcome = outcome
    expect(await call('eth_call', { to: CONTRACT })).toEqual({ error })
    node.estimate = outcome as EstimateOutcome
    expect(await call('eth_estimateGas', { to: CONTRACT })).toEqual({ error })
  })

  test('a bug of ours is -32603, reported once and not explained', async () => {
    const { node, call } = createBench()
    const bug = new TypeError('secret')
    Object.assign(node.context.simulator, { call: () => Promise.reject(bug) })
    expect(await call('eth_call', { to: CONTRACT })).toEqual({ error: { code: -32603, message: 'internal error' } })
    expect(node.bugs).toEqual([{ cause: bug, method: 'eth_call' }])
  })
})

test('a bug behind a notification is reported as well', async () => {
  const { node, handler } = createBench()
  Object.assign(node.context.simulator, { call: () => Promise.reject(new TypeError('secret')) })
  expect(await handler.handle({ jsonrpc: '2.0', method: 'eth_call', params: [{ to: CONTRACT }] })).toBeUndefined()
  expect(node.bugs).toHaveLength(1)
})

describe('4: unknown methods', () => {
  test.each([
    'eth_nonsense',
    'debug_traceTransaction',
    'trace_block',
    'ots_getApiLevel',
    'eth_simulateV1',
    'wallet_sendTransaction',
    'anvil_loadState',
    'toString',
  ])('%s', async (method) => {
    const { call } = createBench()
    expect(await call(method)).toEqual({
      error: { code: -32601, message: `the method ${method} does not exist/is not available` },
    })
  })

  test.each(['anvil_setBalance', 'evm_mine', 'hardhat_metadata', 'eth_sendTransaction', 'eth_sign', 'personal_sign'])(
    '%s is unknown on a testnet',
    async (method) => {
      const { call } = createBench({ isDev: false })
      expect((await call(method)).error?.code).toBe(-32601)
    },
  )

  test('a testnet has no accounts, but says so', async () => {
    const { result } = createBench({ isDev: false })
    expect(await result('eth_accounts')).toEqual([])
  })
})

describe('5: the pool says no in its own words', () => {
  test.each([
    'nonce too low: next nonce 5, tx nonce 4',
    'insufficient funds for gas * price + value',
    'already known',
    'replacement transaction underpriced',
  ])('%s', async (message) => {
    const { node, call } = createBench()
    node.poolAnswer = { kind: 'rejected', rejection: { code: 'ALREADY_KNOWN', message } }
    const error = { code: -32000, message }
    expect(await call('eth_sendRawTransaction', rawOf())).toEqual({ error })
    expect(await call('eth_sendRawTransactionSync', rawOf())).toEqual({ error })
    expect(await call('eth_sendTransaction', { from: ALICE, to: STRANGER })).toEqual({ error })
  })
})

describe('7: estimates', () => {
  test.each([
    ['as much as may be', {}, 0n],
    ['the gas asked for', { gas: '0x186a0' }, 100_000n],
  ])('cap: %s', async (_, request, gasLimit) => {
    const { node, result } = createBench()
    await result('eth_estimateGas', { to: CONTRACT, ...request })
    expect(node.simulations[0]?.transaction).toMatchObject({ gasLimit, maxFeePerGasWei: 0n })
  })

  test.each([
    ['eth_estimateGas', true],
    ['eth_createAccessList', true],
    ['eth_fillTransaction', true],
    ['eth_call', false],
  ])('%s without a block is tried in the next one, as other development nodes do: %s', async (method, onNextBlock) => {
    const { node, call } = createBench()
    await call(method, { from: ALICE, to: CONTRACT })
    await call(method, { from: ALICE, to: CONTRACT }, null)
    expect(node.simulations.map((simulation) => simulation.onNextBlock)).toEqual([onNextBlock, onNextBlock])
    const network = createBench({ isDev: false })
    await network.call(method, { from: ALICE, to: CONTRACT })
    expect(network.node.simulations.map((simulation) => simulation.onNextBlock)).toEqual([false])
  })

  test('more than the cap', async () => {
    const { node, call } = createBench()
    const fault = 'gas required exceeds allowance (16777216)'
    node.estimate = { status: 'halt', reason: 'out-of-gas', gasUsed: 16_777_216n, fault }
    expect(await call('eth_estimateGas', { to: CONTRACT })).toEqual({ error: { code: -32000, message: fault } })
  })
})

describe('8: fee history', () => {
  test('is clamped to the chain and has a base fee more', async () => {
    const { node, result } = createBench()
    await result('eth_sendRawTransaction', rawOf())
    node.mine()
    expect(await result('eth_feeHistory', '0xa', 'latest', [20, 50])).toEqual({
      oldestBlock: '0x0',
      baseFeePerGas: ['0x3b9aca00', '0x3b9aca00', '0x3b9aca00', '0x3b9aca00'],
      gasUsedRatio: [0, 0.00035, 0],
      baseFeePerBlobGas: ['0x1', '0x1', '0x1', '0x1'],
      blobGasUsedRatio: [0, 0, 0],
      reward: [
        ['0x0', '0x0'],
        ['0x3b9aca00', '0x3b9aca00'],
        ['0x0', '0x0'],
      ],
    })
  })

  test('takes a number, has no reward without percentiles', async () => {
    const { result } = createBench()
    expect(await result('eth_feeHistory', 1, 'pending')).not.toHaveProperty('reward')
  })

  test.each([
    ['unsorted', ['0x1', 'latest', [50, 20]], -32000, 'invalid reward percentile: #0:50 >= #1:20'],
    ['beyond 100', ['0x1', 'latest', [101]], -32000, 'invalid reward percentile: 101'],
    ['text', ['0x1', 'latest', ['50']], -32602, 'invalid argument 2[0]: want a number, got "50"'],
    ['beyond the head', ['0x1', '0x1', []], -32000, 'request beyond head block: requested 1, head 0'],
  ])('%s', async (_, params, code, message) => {
    const { call } = createBench()
    expect(await call('eth_feeHistory', ...params)).toEqual({ error: { code, message } })
  })
})

describe('9, 10: block parameters', () => {
  test.each([
    [[]],
    [[null]],
    [['latest']],
    [['safe']],
    [['finalized']],
    [['pending']],
    [['earliest']],
    [['0x0']],
    [['0x00']],
    [[{ blockNumber: '0x0' }]],
    [['latest', {}, 'extra', null]],
  ])('balance at %j', async (block) => {
    const { result } = createBench()
    expect(await result('eth_getBalance', CONTRACT, ...block)).toBe('0x5')
  })

  test('by hash', async () => {
    const { node, result } = createBench()
    const { blockHash } = node.context.archive.head()
    expect(await result('eth_getBalance', CONTRACT, { blockHash, requireCanonical: true })).toBe('0x5')
    expect(await result('eth_getBalance', CONTRACT, blockHash)).toBe('0x5')
  })

  test.each(['0x7', `0x${'00'.repeat(32)}`, { blockHash: `0x${'00'.repeat(32)}` }])('no state at %j', async (block) => {
    const { call } = createBench()
    const error = { code: -32000, message: 'header not found' }
    expect(await call('eth_getBalance', CONTRACT, block)).toEqual({ error })
    expect(await call('eth_call', { to: CONTRACT }, block)).toEqual({ error })
  })

  test('unknown blocks and transactions are null', async () => {
    const { result } = createBench()
    const nobody = `0x${'00'.repeat(32)}`
    expect(await result('eth_getBlockByNumber', '0x9', false)).toBeNull()
    expect(await result('eth_getBlockByHash', nobody, false)).toBeNull()
    expect(await result('eth_getBlockReceipts', '0x9')).toBeNull()
    expect(await result('eth_getTransactionReceipt', nobody)).toBeNull()
    expect(await result('eth_getTransactionByHash', nobody)).toBeNull()
    expect(await result('eth_getUncleCountByBlockNumber', '0x9')).toBeNull()
  })

  test.each([
    ['latest', 'safe'],
    ['latest', 'finalized'],
  ])('%s is %s', async (one, other) => {
    const { node, result } = createBench()
    node.mine()
    expect(await result('eth_getBlockByNumber', one, false)).toEqual(await result('eth_getBlockByNumber', other, false))
  })

  test('pending is the next block, in the call as well', async () => {
    const { node, result } = createBench()
    expect(await result('eth_getBlockByNumber', 'pending', false)).toMatchObject({ number: '0x1', hash: null })
    await result('eth_call', { to: CONTRACT }, 'pending')
    await result('eth_call', { to: CONTRACT })
    expect(node.simulations.map(({ onNextBlock }) => onNextBlock)).toEqual([true, false])
  })
})

describe('11: getLogs', () => {
  test.each([
    ['beyond the head', { fromBlock: '0x0', toBlock: '0x9' }, 'block range extends beyond current head block'],
    ['reversed', { fromBlock: '0x1', toBlock: '0x0' }, 'invalid block range params'],
    [
      'hash with a range',
      { blockHash: `0x${'00'.repeat(32)}`, toBlock: '0x0' },
      'invalid argument 0: cannot specify both blockHash and fromBlock/toBlock, choose one or the other',
    ],
  ])('%s', async (_, filter, message) => {
    const { node, call } = createBench()
    node.mine()
    expect(await call('eth_getLogs', filter)).toEqual({ error: { code: -32602, message } })
  })

  test('an unknown block', async () => {
    const { call } = createBench()
    expect(await call('eth_getLogs', { blockHash: `0x${'00'.repeat(32)}` })).toEqual({
      error: { code: -32000, message: 'unknown block' },
    })
  })

  test('too many blocks and too many logs come with a range to try', async () => {
    const { node, call, result } = createBench({}, { ...DEFAULT_LIMITS, maxLogBlocks: 3, maxLogs: 1 })
    await result('eth_sendRawTransaction', rawOf())
    await result('eth_sendRawTransaction', rawOf({ nonce: 1n }))
    node.mine()
    expect(await call('eth_getLogs', { fromBlock: '0x0', toBlock: '0x3' })).toEqual({
      error: { code: -32602, message: 'block range is larger than 3 blocks, retry with the range 0x0-0x2' },
    })
    expect(await call('eth_getLogs', { fromBlock: '0x0', toBlock: '0x2' })).toEqual({
      error: { code: -32602, message: 'query returns more than 1 logs, retry with the range 0x0-0x1' },
    })
    expect(await result('eth_getLogs', { fromBlock: '0x0', toBlock: '0x1' })).toHaveLength(1)
  })
})

describe('13: blobs', () => {
  const hashes = [`0x01${'00'.repeat(31)}`]

  test('a call may have hashes of blobs, and its fields say of which type it is', async () => {
    const { node, call, result } = createBench()
    await result('eth_call', { to: CONTRACT, blobVersionedHashes: hashes, maxFeePerBlobGas: '0x7' })
    await result('eth_call', { to: CONTRACT, type: '0x3' })
    await result('eth_call', { to: CONTRACT, type: '0x0', maxFeePerGas: '0x7', maxPriorityFeePerGas: '0x1' })
    await result('eth_call', { to: CONTRACT, type: '0x4', gasPrice: '0x7' })
    expect(node.simulations.map(({ transaction }) => transaction)).toMatchObject([
      { type: 3, blobVersionedHashes: hashes, maxFeePerBlobGasWei: 7n },
      { type: 2, blobVersionedHashes: [] },
      { type: 2, maxFeePerGasWei: 7n },
      { type: 0, maxFeePerGasWei: 7n },
    ])
    expect(await call('eth_call', { to: CONTRACT, blobs: ['0x00'] })).toMatchObject({ error: { code: -32602 } })
    expect(await call('eth_call', { blobVersionedHashes: hashes })).toMatchObject({ error: { code: -32602 } })
  })

  test.each([
    ['eth_sendRawTransaction', '0x03c0'],
    ['eth_sendRawTransactionSync', '0x03c0'],
    ['eth_sendTransaction', { type: '0x3', to: STRANGER }],
    ['eth_fillTransaction', { blobVersionedHashes: [`0x01${'00'.repeat(31)}`], to: STRANGER }],
  ])('%s', async (method, param) => {
    const { call } = createBench()
    expect(await call(method, param)).toEqual({
      error: { code: -32000, message: 'transaction type not supported: transaction type not valid' },
    })
  })
})

describe('14: hex in and out', () => {
  test('keys of any length', async () => {
    const { result } = createBench()
    for (const key of ['0x1', '0x01', `0x${'0'.repeat(63)}1`]) {
      expect(await result('eth_getStorageAt', CONTRACT, key)).toBe(`0x${'0'.repeat(62)}2a`)
    }
    const proof = (await result('eth_getProof', CONTRACT, ['0x01', `0x${'0'.repeat(63)}1`], 'latest')) as {
      storageProof: unknown
    }
    expect(proof.storageProof).toEqual([
      { key: '0x1', value: '0x2a', proof: [] },
      { key: `0x${'0'.repeat(63)}1`, value: '0x2a', proof: [] },
    ])
  })

  test.each([
    [`0x${'0'.repeat(65)}`, `storage key too long (want at most 32 bytes): "0x${'0'.repeat(65)}"`],
    ['0xasdf', 'invalid hex in storage key: "0xasdf"'],
  ])('%s', async (key, problem) => {
    const { call } = createBench()
    const message = `invalid argument 1: ${problem}`
    expect(await call('eth_getStorageAt', CONTRACT, key)).toEqual({ error: { code: -32602, message } })
  })
})

describe('15: messages and batches', () => {
  const one = { jsonrpc: '2.0', id: 1, method: 'eth_chainId' }
  const chainId = { jsonrpc: '2.0', id: 1, result: '0x7a69' }

  test.each([
    ['a request without params', one, chainId],
    ['params null', { ...one, params: null }, chainId],
    ['broken JSON', '{"jsonrpc"', { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'parse error' } }],
    ['an empty batch', [], { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'empty batch' } }],
    [
      'not an object',
      7,
      { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'invalid request: want an object' } },
    ],
    [
      'no version',
      { id: 9, method: 'eth_chainId' },
      { jsonrpc: '2.0', id: 9, error: { code: -32600, message: 'invalid request: jsonrpc is not "2.0"' } },
    ],
    [
      'no method',
      { jsonrpc: '2.0', id: 9 },
      { jsonrpc: '2.0', id: 9, error: { code: -32600, message: 'invalid request: method is not text' } },
    ],
    [
      'params by name',
      { ...one, params: {} },
      { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'params is not a list' } },
    ],
    [
      'a missing argument',
      { ...one, method: 'eth_getBalance', params: [] },
      { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'missing value for required argument 0' } },
    ],
    ['a text id', { ...one, id: 'x' }, { ...chainId, id: 'x' }],
    ['a null id', { ...one, id: null }, { ...chainId, id: null }],
    ['a notification', { jsonrpc: '2.0', method: 'eth_chainId' }, undefined],
    ['a failing notification', { jsonrpc: '2.0', method: 'nonsense' }, undefined],
    ['notifications only', [{ jsonrpc: '2.0', method: 'eth_chainId' }], undefined],
    [
      'a batch with one bad element',
      [one, 1, { ...one, id: 2, method: 'nonsense' }, { jsonrpc: '2.0', method: 'eth_chainId' }, { ...one, id: 3 }],
      [
        chainId,
        { jsonrpc: '2.0', id: null, error: { code: -32600, message: 'invalid request: want an object' } },
        {
          jsonrpc: '2.0',
          id: 2,
          error: { code: -32601, message: 'the method nonsense does not exist/is not available' },
        },
        { ...chainId, id: 3 },
      ],
    ],
  ])('%s', async (_, message, answer) => {
    const { handler } = createBench()
    expect(await handler.handle(message)).toEqual(answer)
  })

  test('a batch too large', async () => {
    const { handler } = createBench()
    const answer = await handler.handle(Array(1001).fill(one))
    const message = 'batch too large: 1001 requests, at most 1000'
    expect(answer).toEqual({ jsonrpc: '2.0', id: null, error: { code: -32600, message } })
  })

  test('an answer too large', async () => {
    const { handler } = createBench({}, { ...DEFAULT_LIMITS, maxBatchResponseBytes: 80 })
    expect(await handler.handle([one, { ...one, id: 2 }])).toEqual([
      chainId,
      { jsonrpc: '2.0', id: 2, error: { code: -32003, message: 'response too large' } },
    ])
  })

  test('elements begin in order', async () => {
    const { node, handler } = createBench()
    const send = (id: number) => ({ ...one, id, method: 'eth_call', params: [{ to: CONTRACT, value: `0x${id}` }] })
    await handler.handle([send(1), send(2), send(3)])
    expect(node.simulations.map(({ transaction }) => transaction.valueWei)).toEqual([1n, 2n, 3n])
  })
})

test('16: data and input', async () => {
  const { node, result } = createBench()
  await result('eth_call', { to: CONTRACT, data: '0x01', input: '0x01', value: null, from: null })
  expect(node.simulations[0]?.transaction.data).toEqual(Uint8Array.of(1))
})

describe('17: who we say we are', () => {
  test('the compatible version, and both ways to recognise a development node', async () => {
    const { result } = createBench()
    expect(await result('web3_clientVersion')).toMatch(/^anvil/)
    expect(await result('anvil_nodeInfo')).toMatchObject({ currentBlockNumber: '0x0', hardFork: 'osaka' })
    expect(await result('hardhat_metadata')).toMatchObject({ chainId: 31_337, latestBlockNumber: 0 })
  })

  test.each([
    ['anvil/v1.7.1', 5000],
    ['HardhatNetwork/2.22', 5],
  ])('%s: an interval of 5 is %i ms', async (clientVersion, milliseconds) => {
    const { node, result } = createBench({ clientVersion })
    await result('evm_setIntervalMining', 5)
    expect(node.mode).toEqual({ kind: 'interval', milliseconds })
  })
})

describe('18: sendRawTransactionSync', () => {
  test('the receipt', async () => {
    const { result } = createBench()
    const receipt = (await result('eth_sendRawTransactionSync', rawOf())) as { transactionHash: string }
    expect(await result('eth_getTransactionReceipt', receipt.transactionHash)).toEqual(receipt)
  })

  test('a block that comes later', async () => {
    const { node, call, result } = createBench()
    node.mode = { kind: 'manual' }
    const answer = call('eth_sendRawTransactionSync', rawOf(), 5000)
    await vi.waitFor(() => expect(node.context.mempool.pendingCount).toBe(1))
    node.mine()
    const { transactionHash } = (await answer).result as { transactionHash: string }
    expect(await result('eth_getTransactionReceipt', transactionHash)).toMatchObject({ blockNumber: '0x1' })
  })

  test('code 4 after the timeout', async () => {
    const { node, call } = createBench()
    node.mode = { kind: 'manual' }
    const { error } = await call('eth_sendRawTransactionSync', rawOf(), 10)
    const message = "the transaction was added to the mempool but wasn't processed in 0.01s"
    expect(error).toEqual({ code: 4, message, data: expect.stringMatching(/^0x[0-9a-f]{64}$/) })
  })

  test('code 5 on a nonce gap', async () => {
    const { call } = createBench()
    const { error } = await call('eth_sendRawTransactionSync', rawOf({ nonce: 7n }))
    const message = "the transaction waits in the pool: its nonce is 7, the account's next is 0"
    expect(error).toEqual({ code: 5, message, data: expect.stringMatching(/^0x[0-9a-f]{64}$/) })
  })
})

test('19: the nonce at pending counts what waits, at latest it does not', async () => {
  const { node, result } = createBench()
  node.mode = { kind: 'manual' }
  await result('eth_sendRawTransaction', rawOf())
  expect(await result('eth_getTransactionCount', ALICE, 'pending')).toBe('0x1')
  expect(await result('eth_getTransactionCount', ALICE, 'latest')).toBe('0x0')
})
