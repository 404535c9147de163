import { hashTypedData, recoverAddress, recoverMessageAddress } from 'viem'
import { describe, expect, test } from 'vitest'
import { encodeBlock, encodeHeader, encodeReceipt } from '../../../src/chain/index.ts'
import { decodeTransaction, fromHex, keccakHash, toHex } from '../../../src/primitives/index.ts'
import { createBench, rawOf } from './call.ts'
import { ALICE, BOB, CONTRACT, EMITTER, STRANGER } from './fakeNode.ts'

type Json = Record<string, unknown>

describe('small answers', () => {
  test.each([
    ['web3_sha3', ['0x'], '0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
    ['net_version', [], '31337'],
    ['net_listening', [], true],
    ['net_peerCount', [], '0x3'],
    ['eth_chainId', [], '0x7a69'],
    ['eth_syncing', [], false],
    ['eth_blockNumber', [], '0x0'],
    ['eth_gasPrice', [], '0x77359400'],
    ['eth_maxPriorityFeePerGas', [], '0x3b9aca00'],
    ['eth_baseFee', [], '0x3b9aca00'],
    ['eth_blobBaseFee', [], '0x1'],
    ['eth_coinbase', [], `0x${'00'.repeat(20)}`],
    ['eth_mining', [], true],
    ['eth_hashrate', [], '0x0'],
    ['eth_accounts', [], [ALICE, BOB]],
    ['eth_getUncleCountByBlockNumber', ['latest'], '0x0'],
    ['eth_getUncleByBlockNumberAndIndex', ['latest', '0x0'], null],
    ['eth_getCode', [CONTRACT], '0x6001600055'],
    ['eth_getCode', [STRANGER], '0x'],
    ['eth_getTransactionCount', [CONTRACT], '0x1'],
    ['eth_getAccountInfo', [CONTRACT], { balance: '0x5', nonce: '0x1', code: '0x6001600055' }],
    ['eth_getStorageValues', [{ [CONTRACT]: ['0x1'] }], { [CONTRACT]: [`0x${'0'.repeat(62)}2a`] }],
    ['eth_getBlockTransactionCountByNumber', ['latest'], '0x0'],
    ['txpool_status', [], { pending: '0x0', queued: '0x0' }],
    ['anvil_getAutomine', [], true],
    ['evm_snapshot', [], '0x1'],
    ['evm_revert', ['0x1'], true],
    ['evm_revert', ['0x9'], false],
    [
      'rpc_modules',
      [],
      {
        anvil: '1.0',
        debug: '1.0',
        eth: '1.0',
        evm: '1.0',
        evmpp: '1.0',
        hardhat: '1.0',
        net: '1.0',
        personal: '1.0',
        rpc: '1.0',
        txpool: '1.0',
        web3: '1.0',
      },
    ],
  ])('%s %j', async (method, params, expected) => {
    const { result } = createBench()
    expect(await result(method, ...params)).toEqual(expected)
  })

  test.each([
    [[{}], 'empty request'],
    [[{ [CONTRACT]: Array(1024).fill('0x1'), [STRANGER]: ['0x1'] }], 'too many slots (max 1024)'],
  ])('eth_getStorageValues refuses', async (params, message) => {
    const { call } = createBench()
    expect(await call('eth_getStorageValues', ...params)).toEqual({ error: { code: -32602, message } })
  })

  test('eth_config names the fork', async () => {
    const { result } = createBench()
    const { current, next, last } = (await result('eth_config')) as { current: Json; next: unknown; last: unknown }
    expect([next, last]).toEqual([null, null])
    expect(current).toMatchObject({
      activationTime: 0,
      chainId: '0x7a69',
      forkId: expect.stringMatching(/^0x[0-9a-f]{8}$/),
      blobSchedule: { target: 6, max: 9, baseFeeUpdateFraction: 5_007_716 },
      systemContracts: { HISTORY_STORAGE_ADDRESS: '0x0000f90827f1c53a10cb7a02335b175320002935' },
    })
    expect(Object.keys(current.precompiles as Json)).toHaveLength(18)
  })

  test('eth_getProof has the keys of EIP-1186', async () => {
    const { result } = createBench()
    expect(await result('eth_getProof', CONTRACT, ['0x1'], 'latest')).toEqual({
      address: CONTRACT,
      accountProof: ['0xc0'],
      balance: '0x5',
      codeHash: keccakHash(fromHex('0x6001600055')),
      nonce: '0x1',
      storageHash: '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421',
      storageProof: [{ key: '0x1', value: '0x2a', proof: [] }],
    })
  })
})

describe('calls', () => {
  test('overrides reach the simulator', async () => {
    const { node, result } = createBench()
    expect(await result('eth_call', { to: CONTRACT }, 'latest', { [ALICE]: { balance: '0x1' } }, { time: '0x5' })).toBe(
      '0xc0de',
    )
    expect(node.simulations[0]).toMatchObject({
      stateOverrides: new Map([[ALICE, { balanceWei: 1n }]]),
      blockOverrides: { timestampSeconds: 5n },
      onNextBlock: false,
    })
  })

  test('at pending a block that is executed and not final is shown, without a name, and the balances after it', async () => {
    const { node, result } = createBench()
    const hash = await result('eth_sendRawTransaction', rawOf({}))
    const block = node.context.archive.headBlock()
    const account = { nonce: 9n, balanceWei: 77n, codeHash: keccakHash(new Uint8Array()) }
    node.pending = {
      block,
      accounts: new Map([
        [ALICE, account],
        [BOB, undefined],
      ]),
    }
    expect(await result('eth_getBlockByNumber', 'pending', false)).toMatchObject({
      hash: null,
      nonce: null,
      stateRoot: block.header.stateRoot,
      transactions: [hash],
    })
    expect(await result('eth_getBlockByNumber', 'pending', true)).toMatchObject({
      transactions: [{ hash, blockHash: null }],
    })
    expect(await result('eth_getBlockTransactionCountByNumber', 'pending')).toBe('0x1')
    expect(await result('eth_getTransactionByBlockNumberAndIndex', 'pending', '0x0')).toMatchObject({ hash })
    expect(await result('eth_getBalance', ALICE, 'pending')).toBe('0x4d')
    expect(await result('eth_getBalance', BOB, 'pending')).toBe('0x0')
    expect(await result('eth_getBalance', CONTRACT, 'pending')).toBe('0x5')
  })

  test('at pending the next block is pretended, under the overrides of the client', async () => {
    const { node, result } = createBench()
    await result('eth_call', { to: CONTRACT }, 'pending', {}, { time: '0x5' })
    expect(node.simulations[0]?.blockOverrides).toMatchObject({
      number: 1n,
      timestampSeconds: 5n,
      baseFeeWei: 1_000_000_000n,
    })
  })

  test('access lists', async () => {
    const { result } = createBench()
    expect(await result('eth_createAccessList', { to: CONTRACT })).toEqual({
      accessList: [{ address: CONTRACT, storageKeys: [`0x${'00'.repeat(32)}`] }],
      gasUsed: '0x6590',
    })
  })
})

describe('sending', () => {
  test.each([
    ['nothing but an address', {}, { type: '0x2', maxFeePerGas: '0xb2d05e00', maxPriorityFeePerGas: '0x3b9aca00' }],
    ['a gas price', { gasPrice: '0x5' }, { type: '0x0', gasPrice: '0x5' }],
    ['a gas price and a list', { gasPrice: '0x5', accessList: [] }, { type: '0x1', gasPrice: '0x5' }],
    ['a low cap', { maxFeePerGas: '0x5' }, { type: '0x2', maxFeePerGas: '0x5', maxPriorityFeePerGas: '0x5' }],
    [
      'a tip',
      { maxPriorityFeePerGas: '0x1' },
      { type: '0x2', maxFeePerGas: '0x77359401', maxPriorityFeePerGas: '0x1' },
    ],
    ['a type', { type: '0x1' }, { type: '0x1', gasPrice: '0x77359400' }],
    ['gas and nonce', { gas: '0x9', nonce: '0x8' }, { gas: '0x9', nonce: '0x8' }],
  ])('eth_fillTransaction completes %s', async (_, request, expected) => {
    const { result } = createBench()
    const { tx, raw } = (await result('eth_fillTransaction', { from: ALICE, to: BOB, ...request })) as {
      tx: Json
      raw: string
    }
    expect(tx).toMatchObject({
      from: ALICE,
      to: BOB,
      value: '0x0',
      input: '0x',
      gas: '0x5208',
      nonce: '0x0',
      ...expected,
    })
    expect(tx.hash).toBe(keccakHash(fromHex(raw)))
  })

  test.each([
    ['nothing to do', { from: ALICE }, -32602, 'contract creation without any data provided'],
    [
      'another chain',
      { from: ALICE, to: BOB, chainId: '0x1' },
      -32000,
      "chainId does not match node's (have=1, want=31337)",
    ],
    ['nobody we know', { from: STRANGER, to: BOB }, -32000, 'unknown account'],
  ])('eth_sendTransaction refuses %s', async (_, request, code, message) => {
    const { call } = createBench()
    expect(await call('eth_sendTransaction', request)).toEqual({ error: { code, message } })
  })

  test('a development account signs', async () => {
    const { result } = createBench()
    const hash = await result('eth_sendTransaction', { to: BOB, value: '0x5' })
    const raw = (await result('eth_getRawTransactionByHash', hash)) as string
    expect(decodeTransaction(fromHex(raw))).toMatchObject({ sender: ALICE, to: BOB, valueWei: 5n, hash })
    expect(await result('debug_getRawTransaction', hash)).toBe(raw)
    expect(await result('eth_getRawTransactionByBlockNumberAndIndex', '0x1', '0x0')).toBe(raw)
  })

  test('an impersonated account sends with a placeholder for a signature', async () => {
    const { call, result } = createBench()
    await result('hardhat_impersonateAccount', STRANGER)
    const hash = await result('eth_sendTransaction', { from: STRANGER, to: BOB })
    const tx = (await result('eth_getTransactionByHash', hash)) as { r: string; s: string; from: string }
    expect(tx.from).toBe(STRANGER)
    expect(BigInt(tx.r) * BigInt(tx.s)).not.toBe(0n)
    await result('hardhat_stopImpersonatingAccount', STRANGER)
    expect((await call('eth_sendTransaction', { from: STRANGER, to: BOB })).error?.message).toBe('unknown account')
    await result('anvil_autoImpersonateAccount', true)
    await result('eth_sendTransaction', { from: CONTRACT, to: BOB })
    await result('anvil_reset')
    expect((await call('eth_sendTransaction', { from: CONTRACT, to: BOB })).error?.message).toBe('unknown account')
  })

  test('eth_sendUnsignedTransaction asks for no key', async () => {
    const { result } = createBench()
    const hash = await result('eth_sendUnsignedTransaction', { from: STRANGER, to: BOB })
    expect(await result('eth_getTransactionByHash', hash)).toMatchObject({ from: STRANGER })
  })

  test('eth_signTransaction returns bytes that can be sent', async () => {
    const { result } = createBench()
    const raw = await result('eth_signTransaction', { from: BOB, to: ALICE })
    const hash = await result('eth_sendRawTransaction', raw)
    expect(await result('eth_getTransactionByHash', hash)).toMatchObject({ from: BOB, to: ALICE })
  })

  test('bytes that are no transaction', async () => {
    const { call } = createBench()
    expect((await call('eth_sendRawTransaction', '0x02ff')).error?.code).toBe(-32000)
    expect((await call('eth_sendRawTransaction', '0x')).error?.code).toBe(-32000)
  })
})

describe('signatures', () => {
  const TYPED = {
    domain: { name: 'Mail', chainId: 31_337 },
    types: {
      EIP712Domain: [
        { name: 'name', type: 'string' },
        { name: 'chainId', type: 'uint256' },
      ],
      Mail: [{ name: 'text', type: 'string' }],
    },
    primaryType: 'Mail',
    message: { text: 'hello' },
  } as const

  test('messages, in both orders', async () => {
    const { result } = createBench()
    const signature = (await result('personal_sign', '0x68656c6c6f', BOB)) as `0x${string}`
    expect((await recoverMessageAddress({ message: 'hello', signature })).toLowerCase()).toBe(BOB)
    expect(await result('eth_sign', BOB, '0x68656c6c6f')).toBe(signature)
  })

  test.each([
    ['an object', TYPED],
    ['text', JSON.stringify(TYPED)],
  ])('typed data as %s', async (_, typed) => {
    const { result } = createBench()
    const signature = (await result('eth_signTypedData_v4', ALICE, typed)) as `0x${string}`
    const hash = hashTypedData({ ...TYPED, types: { Mail: TYPED.types.Mail } })
    expect((await recoverAddress({ hash, signature })).toLowerCase()).toBe(ALICE)
  })

  test.each([
    ['not JSON', '{', 'invalid argument 1: the typed data is not JSON'],
    ['not typed data', { types: {} }, 'invalid argument 1: primaryType is missing'],
    [
      'without a field',
      {
        types: { EIP712Domain: [], Mail: [{ name: 'to', type: 'Person[]' }], Person: [{ name: 'age', type: 'uint8' }] },
        primaryType: 'Mail',
        domain: {},
        message: { to: [{ age: 1 }, {}] },
      },
      'invalid argument 1: message.to[1].age is missing',
    ],
    [
      'of an unknown type',
      {
        types: { EIP712Domain: [], Mail: [{ name: 'to', type: 'Foo' }] },
        primaryType: 'Mail',
        domain: {},
        message: { to: 1 },
      },
      /^the typed data cannot be hashed: /,
    ],
  ])('typed data that is %s', async (_, typed, message) => {
    const { call } = createBench()
    expect((await call('eth_signTypedData_v4', ALICE, typed)).error).toMatchObject({
      code: -32602,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    })
  })

  test('nobody else signs', async () => {
    const { call } = createBench()
    expect((await call('eth_sign', STRANGER, '0x')).error).toEqual({ code: -32000, message: 'unknown account' })
  })
})

test('the pool, as geth shows it', async () => {
  const { node, result } = createBench()
  node.mode = { kind: 'manual' }
  const hash = await result('eth_sendRawTransaction', rawOf())
  const later = await result('eth_sendRawTransaction', rawOf({ nonce: 5n, to: undefined }))
  expect(await result('txpool_status')).toEqual({ pending: '0x1', queued: '0x1' })
  expect(await result('txpool_content')).toMatchObject({
    pending: { [ALICE]: { 0: { hash } } },
    queued: { [ALICE]: { 5: { hash: later } } },
  })
  expect(await result('txpool_contentFrom', ALICE)).toMatchObject({
    pending: { 0: { hash } },
    queued: { 5: { hash: later } },
  })
  expect(await result('txpool_contentFrom', BOB)).toEqual({ pending: {}, queued: {} })
  expect(await result('txpool_inspect')).toEqual({
    pending: { [ALICE]: { 0: `${EMITTER}: 1 wei + 100000 gas × 3000000000 wei` } },
    queued: { [ALICE]: { 5: 'contract creation: 1 wei + 100000 gas × 3000000000 wei' } },
  })
  expect(await result('eth_pendingTransactions')).toMatchObject([{ hash }])
  expect(await result('eth_getBlockByNumber', 'pending', false)).toMatchObject({ transactions: [hash] })
  expect(await result('eth_getBlockTransactionCountByNumber', 'pending')).toBe('0x1')
  expect(await result('anvil_dropTransaction', later)).toBe(later)
  expect(await result('anvil_dropTransaction', later)).toBe(null)
  expect(await result('hardhat_dropTransaction', later)).toBe(false)
  await result('anvil_removePoolTransactions', ALICE)
  expect(await result('txpool_status')).toEqual({ pending: '0x0', queued: '0x0' })
})

test('raw bytes are the ones that the hashes are of', async () => {
  const { node, result } = createBench()
  await result('eth_sendRawTransaction', rawOf())
  const block = node.context.archive.headBlock()
  expect(await result('debug_getRawHeader', 'latest')).toBe(toHex(encodeHeader(block.header)))
  expect(keccakHash(fromHex((await result('debug_getRawHeader', '0x1')) as string))).toBe(block.hash)
  expect(await result('debug_getRawBlock', block.hash)).toBe(toHex(encodeBlock(block)))
  const receipts = node.context.archive.receipts(block.hash) ?? []
  expect(await result('debug_getRawReceipts', '0x1')).toEqual(receipts.map((receipt) => toHex(encodeReceipt(receipt))))
})

describe('the development namespaces', () => {
  test('the instance id stays until a reset', async () => {
    const { result } = createBench()
    const id = async () => ((await result('hardhat_metadata')) as { instanceId: string }).instanceId
    const first = await id()
    expect(first).toMatch(/^0x[0-9a-f]{64}$/)
    expect(await id()).toBe(first)
    await result('hardhat_reset')
    expect(await id()).not.toBe(first)
  })

  test('a halt has data where a matcher wants it', async () => {
    const { node, call, result } = createBench()
    node.outcome = { status: 'halt', reason: 'out-of-gas', gasUsed: 0n, fault: undefined }
    node.estimate = { ...node.outcome, fault: 'gas required exceeds allowance (5)' }
    await result('evmpp_setHaltData', true)
    expect(await call('eth_call', { to: CONTRACT })).toEqual({
      error: { code: -32000, message: 'out of gas', data: '0x' },
    })
    expect((await call('eth_estimateGas', { to: CONTRACT })).error?.data).toBe('0x')
    await result('evmpp_setHaltData', false)
    expect((await call('eth_call', { to: CONTRACT })).error?.data).toBeUndefined()
  })

  test('the interval of mining, the start of the chain, and what cannot be changed', async () => {
    const { node, call, result } = createBench()
    expect(await result('anvil_getIntervalMining')).toBe(null)
    node.mode = { kind: 'interval', milliseconds: 1500 }
    expect(await result('anvil_getIntervalMining')).toBe(1.5)
    expect(await result('anvil_getGenesisTime')).toBe(1_700_000_000)
    expect(await result('anvil_setChainId', await result('eth_chainId'))).toBe(null)
    expect(await call('anvil_setChainId', 5)).toMatchObject({
      error: { code: -32602, message: expect.stringContaining('--chain-id 5') },
    })
    expect(await call('anvil_setRpcUrl', 'http://localhost')).toMatchObject({ error: { code: -32602 } })
  })

  test.each([
    ['anvil_setBalance', [CONTRACT, '0x7'], { kind: 'balance', address: CONTRACT, balanceWei: 7n }],
    ['hardhat_setBalance', [CONTRACT, '0x7'], { kind: 'balance', address: CONTRACT, balanceWei: 7n }],
    ['evm_setAccountBalance', [CONTRACT, '0x7'], { kind: 'balance', address: CONTRACT, balanceWei: 7n }],
    ['hardhat_setNonce', [CONTRACT, '0x7'], { kind: 'nonce', address: CONTRACT, nonce: 7n }],
    ['hardhat_setCode', [CONTRACT, '0x00'], { kind: 'code', address: CONTRACT, code: Uint8Array.of(0) }],
    [
      'hardhat_setStorageAt',
      [CONTRACT, '0x0', `0x${'0'.repeat(63)}7`],
      { kind: 'storage', address: CONTRACT, slot: 0n, value: 7n },
    ],
  ])('%s edits the state', async (method, params, edit) => {
    const { node, result } = createBench()
    await result(method, ...params)
    expect(node.edits).toEqual([edit])
  })

  test.each([
    ['hardhat_setCoinbase', [BOB], 'coinbase', BOB],
    ['anvil_setNextBlockBaseFeePerGas', ['0x5'], 'nextBaseFee', 5n],
    ['hardhat_setPrevRandao', [`0x${'11'.repeat(32)}`], 'nextPrevRandao', `0x${'11'.repeat(32)}`],
    ['evm_setBlockGasLimit', ['0x5'], 'gasLimit', 5n],
    ['evm_setNextBlockTimestamp', [1_800_000_000], 'nextTimestamp', 1_800_000_000n],
    ['anvil_setTime', ['0x5'], 'time', 5n],
    ['anvil_setBlockTimestampInterval', [12], 'timestampInterval', 12n],
    ['anvil_removeBlockTimestampInterval', [], 'timestampInterval', undefined],
    ['hardhat_setLoggingEnabled', [false], 'logging', false],
    ['anvil_mine', [], 'mine', [1, undefined]],
    ['anvil_mine', ['0x3', '0x0'], 'mine', [3, undefined]],
    ['hardhat_mine', ['0x3', '0xc'], 'mine', [3, { seconds: 12n, movesFirst: false }]],
    ['anvil_mine', ['0x3', '0xc'], 'mine', [3, { seconds: 12n, movesFirst: true }]],
    ['evm_mine', [], 'mine', [1, undefined]],
    ['evm_mine', [{ blocks: '0x2' }], 'mine', [2, undefined]],
    ['evm_mine', [1_800_000_000], 'nextTimestamp', 1_800_000_000n],
    ['evm_mine', [{ timestamp: '0x5' }], 'nextTimestamp', 5n],
  ])('%s %j', async (method, params, name, value) => {
    const { node, result } = createBench()
    await result(method, ...params)
    expect(node.wishes).toHaveProperty(name, value)
  })

  test('evm_increaseTime returns the offset', async () => {
    const { result } = createBench()
    expect(await result('evm_increaseTime', '0x3c')).toBe(60)
  })

  test('an interval that no timer can count', async () => {
    const { call } = createBench()
    expect((await call('evm_setIntervalMining', 2_147_484)).error?.message).toBe(
      'the interval is longer than 2147483647 ms',
    )
  })

  test('modes of mining', async () => {
    const { node, result } = createBench()
    await result('evm_setIntervalMining', 0)
    expect(node.mode).toEqual({ kind: 'automine' })
    await result('evm_setAutomine', false)
    expect(node.mode).toEqual({ kind: 'manual' })
    await result('evm_setIntervalMining', 2)
    expect(node.mode).toEqual({ kind: 'interval', milliseconds: 2000 })
    await result('evm_setAutomine', false)
    expect(node.mode).toEqual({ kind: 'interval', milliseconds: 2000 })
    await result('evm_setIntervalMining', 0)
    expect(node.mode).toEqual({ kind: 'manual' })
    await result('evm_setAutomine', true)
    expect(node.mode).toEqual({ kind: 'automine' })
  })

  test.each([
    [[], true],
    [[{}], true],
    // What viem sends when nothing is to be forked.
    [[{ forking: { blockNumber: null } }], true],
    [[{ forking: { jsonRpcUrl: 'http://127.0.0.1:1' } }], false],
  ])('anvil_reset %j', async (params, isDone) => {
    const { node, call } = createBench()
    node.mine()
    const { error } = await call('anvil_reset', ...params)
    expect(error === undefined).toBe(isDone)
    expect(node.context.archive.head().blockNumber).toBe(isDone ? 0n : 1n)
  })

  test('a least gas price is refused, as other nodes do', async () => {
    const { call } = createBench()
    expect((await call('hardhat_setMinGasPrice', '0x0')).error).toMatchObject({
      code: -32602,
      message: expect.stringContaining('is not supported when EIP-1559 is active'),
    })
  })
})
