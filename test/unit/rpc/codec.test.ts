import { describe, expect, test } from 'vitest'
import { anyBlock, block, blockNumber } from '../../../src/rpc/codec/block.ts'
import type { Codec } from '../../../src/rpc/codec/codec.ts'
import { listOf, mapOf } from '../../../src/rpc/codec/codec.ts'
import { logFilter, logPattern } from '../../../src/rpc/codec/logFilter.ts'
import { blockOverrides, stateOverrides } from '../../../src/rpc/codec/overrides.ts'
import {
  address,
  boolean,
  data,
  hash,
  integer,
  quantity,
  quantity64,
  slot,
  slotKey,
} from '../../../src/rpc/codec/scalars.ts'
import { transactionRequest } from '../../../src/rpc/codec/transaction.ts'

const A = `0x${'Ab'.repeat(20)}`
const a = A.toLowerCase()
const H = `0x${'Cd'.repeat(32)}`
const h = H.toLowerCase()

type Good = readonly [name: string, codec: Codec<unknown>, json: unknown, value: unknown]

const good: readonly Good[] = [
  ['a quantity', quantity, '0x2a', 42n],
  ['zero', quantity, '0x0', 0n],
  ['leading zeros', quantity, '0x01', 1n],
  ['a JSON number', quantity, 42, 42n],
  ['the largest word', quantity, `0x${'f'.repeat(64)}`, 2n ** 256n - 1n],
  ['the largest 64 bits', quantity64, '0xffffffffffffffff', 2n ** 64n - 1n],
  ['an index', integer, '0xff', 255],
  ['no bytes', data, '0x', new Uint8Array(0)],
  ['bytes', data, '0x00ff', Uint8Array.of(0, 255)],
  ['an address of mixed case', address, A, a],
  ['a hash of mixed case', hash, H, h],
  ['false', boolean, false, false],
  ['a short odd slot', slot, '0x0', 0n],
  ['a slot without prefix', slot, '1f', 31n],
  ['a short slot key', slotKey, '0x01', { slot: 1n, isFull: false }],
  ['a full slot key', slotKey, `0x${'0'.repeat(63)}1`, { slot: 1n, isFull: true }],
  ['a tag', blockNumber, 'finalized', { kind: 'tag', tag: 'finalized' }],
  ['a block number', blockNumber, '0x10', { kind: 'number', number: 16n }],
  ['a block hash as text', anyBlock, H, { kind: 'hash', hash: h }],
  ['EIP-1898 by hash', anyBlock, { blockHash: H, requireCanonical: true }, { kind: 'hash', hash: h }],
  ['EIP-1898 by number', anyBlock, { blockNumber: '0x1' }, { kind: 'number', number: 1n }],
  ['EIP-1898 with a null', anyBlock, { blockNumber: '0x1', blockHash: null }, { kind: 'number', number: 1n }],
  ['a missing block', block, undefined, { kind: 'tag', tag: 'latest' }],
  ['a null block', block, null, { kind: 'tag', tag: 'latest' }],
  ['a list', listOf(integer, 2), ['0x1', '0x2'], [1, 2]],
  ['a map', mapOf(address, listOf(slot, 2)), { [A]: ['0x1'] }, new Map([[a, [1n]]])],
  ['everything about a log', logPattern, {}, { addresses: [], topics: [] }],
  ['one address', logPattern, { address: A }, { addresses: [a], topics: [] }],
  ['addresses', logPattern, { address: [A, A] }, { addresses: [a, a], topics: [] }],
  [
    'wildcards',
    logPattern,
    { address: null, topics: [null, [], H, [H, null]] },
    { addresses: [], topics: [[], [], [h], []] },
  ],
  [
    'a range of logs',
    logFilter,
    { fromBlock: '0x1', toBlock: 'latest' },
    {
      addresses: [],
      topics: [],
      range: { kind: 'range', from: { kind: 'number', number: 1n }, to: { kind: 'tag', tag: 'latest' } },
    },
  ],
  ['one block of logs', logFilter, { blockHash: H }, { addresses: [], topics: [], range: { kind: 'block', hash: h } }],
  [
    'state overrides',
    stateOverrides,
    { [A]: { balance: '0x1', nonce: '0x2', code: '0x00', stateDiff: { '0x0': '0x5' }, movePrecompileToAddress: A } },
    new Map([
      [a, { balanceWei: 1n, nonce: 2n, code: Uint8Array.of(0), stateDiff: new Map([[0n, 5n]]), movePrecompileTo: a }],
    ]),
  ],
  [
    'block overrides',
    blockOverrides,
    { number: '0x1', time: '0x2', feeRecipient: A, prevRandao: H, baseFeePerGas: '0x0', gasLimit: null },
    { number: 1n, timestampSeconds: 2n, coinbase: a, prevRandao: h, baseFeeWei: 0n },
  ],
]

test.each(good)('takes %s', (_, codec, json, value) => {
  expect(codec.decode(json, '0')).toEqual(value)
})

type Bad = readonly [name: string, codec: Codec<unknown>, json: unknown, message: string]

const bad: readonly Bad[] = [
  ['decimal text', quantity, '10', 'invalid argument 0: hex string without 0x prefix'],
  ['an empty number', quantity, '0x', 'invalid argument 0: hex string "0x" is not a number'],
  ['letters', quantity, '0xzz', 'invalid argument 0: invalid hex string "0xzz"'],
  ['a negative number', quantity, -1, 'invalid argument 0: want an integer from 0, got -1'],
  ['a fraction', quantity, 1.5, 'invalid argument 0: want an integer from 0, got 1.5'],
  ['too many bits', quantity, `0x1${'0'.repeat(64)}`, 'invalid argument 0: hex number > 256 bits'],
  ['more than 64 bits', quantity64, `0x1${'0'.repeat(16)}`, 'invalid argument 0: hex number > 64 bits'],
  [
    'an index beyond safety',
    integer,
    '0xffffffffffffffff',
    'invalid argument 0: the number 18446744073709551615 is too large',
  ],
  ['half a byte', data, '0x0', 'invalid argument 0: hex string of odd length'],
  ['an object for bytes', data, {}, 'invalid argument 0: want a hex string, got {}'],
  ['a short address', address, '0xab', 'invalid argument 0: hex string has 2 digits, want 40'],
  ['a hash without prefix', hash, h.slice(2), 'invalid argument 0: hex string without 0x prefix'],
  ['text for a boolean', boolean, 'true', 'invalid argument 0: want true or false, got "true"'],
  [
    'a long slot',
    slot,
    `0x${'0'.repeat(65)}`,
    `invalid argument 0: storage key too long (want at most 32 bytes): "0x${'0'.repeat(65)}"`,
  ],
  ['a slot that is not hex', slot, '0xasdf', 'invalid argument 0: invalid hex in storage key: "0xasdf"'],
  ['an unknown tag', block, 'newest', 'invalid argument 0: hex string without 0x prefix'],
  ['an empty object', block, {}, 'invalid argument 0: {} has neither blockHash nor blockNumber'],
  [
    'both of EIP-1898',
    block,
    { blockHash: H, blockNumber: '0x1' },
    'invalid argument 0: cannot specify both blockHash and blockNumber, choose one or the other',
  ],
  ['a long list', listOf(integer, 1), ['0x1', '0x2'], 'invalid argument 0: a list of 2, at most 1 are allowed'],
  ['a bad item', listOf(integer, 9), ['0x1', 'x'], 'invalid argument 0[1]: hex string without 0x prefix'],
  ['a bad name', mapOf(address, slot), { x: '0x1' }, 'invalid argument 0.x: hex string without 0x prefix'],
  [
    'five topics',
    logPattern,
    { topics: [H, H, H, H, H] },
    'invalid argument 0.topics: a list of 5, at most 4 are allowed',
  ],
  [
    'a bad topic',
    logPattern,
    { topics: [null, [H, '0x1']] },
    'invalid argument 0.topics[1][1]: hex string has 1 digits, want 64',
  ],
  [
    'too many addresses',
    logPattern,
    { address: Array(1001).fill(A) },
    'invalid argument 0.address: a list of 1001, at most 1000 are allowed',
  ],
  [
    'a hash and a range',
    logFilter,
    { blockHash: H, fromBlock: '0x1' },
    'invalid argument 0: cannot specify both blockHash and fromBlock/toBlock, choose one or the other',
  ],
  [
    'both storages',
    stateOverrides,
    { [A]: { state: {}, stateDiff: {} } },
    `invalid argument 0.${A}: has both state and stateDiff, choose one or the other`,
  ],
  ['a list of overrides', stateOverrides, [], 'invalid argument 0: want an object, got []'],
  [
    'two kinds of fee',
    transactionRequest,
    { gasPrice: '0x1', maxFeePerGas: '0x1' },
    'invalid argument 0: both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified',
  ],
  [
    'a fee cap of type 1',
    transactionRequest,
    { type: '0x1', maxFeePerGas: '0x1' },
    'invalid argument 0: a transaction of type 1 has a gasPrice, no maxFeePerGas',
  ],
  [
    'an access list of type 0',
    transactionRequest,
    { type: '0x0', accessList: [{ address: A }] },
    'invalid argument 0: a transaction of type 0 has no accessList',
  ],
  ['a bad member', transactionRequest, { value: 'x' }, 'invalid argument 0.value: hex string without 0x prefix'],
  [
    'an access list without address',
    transactionRequest,
    { accessList: [{ storageKeys: [] }] },
    'invalid argument 0.accessList[0].address: is missing',
  ],
  [
    'a blob transaction',
    transactionRequest,
    { type: '0x3' },
    'transaction type not supported: transaction type not valid',
  ],
  [
    'blobs without a type',
    transactionRequest,
    { blobVersionedHashes: [H] },
    'transaction type not supported: transaction type not valid',
  ],
]

test.each(bad)('refuses %s', (_, codec, json, message) => {
  expect(() => codec.decode(json, '0')).toThrow(message)
})

describe('a transaction request', () => {
  test('reads every member', () => {
    const json = {
      type: '0x4',
      chainId: '0x7a69',
      from: A,
      to: A,
      nonce: '0x1',
      gas: '0x2',
      value: '0x3',
      input: '0x04',
      maxFeePerGas: '0x5',
      maxPriorityFeePerGas: '0x6',
      accessList: [{ address: A, storageKeys: [H] }],
      authorizationList: [{ chainId: '0x0', address: A, nonce: '0x7', v: '0x1c', r: '0x08', s: '0x09' }],
    }
    expect(transactionRequest.decode(json, '0')).toEqual({
      type: 4,
      chainId: 31_337n,
      from: a,
      to: a,
      nonce: 1n,
      gasLimit: 2n,
      valueWei: 3n,
      data: Uint8Array.of(4),
      gasPriceWei: undefined,
      maxFeePerGasWei: 5n,
      maxPriorityFeePerGasWei: 6n,
      accessList: [{ address: a, storageKeys: [h] }],
      authorizations: [{ chainId: 0n, address: a, nonce: 7n, yParity: 1n, r: 8n, s: 9n }],
    })
  })

  test('input and data that differ are refused: nobody can tell which was meant', () => {
    expect(() => transactionRequest.decode({ input: '0x01', data: '0x02' }, '0')).toThrow(/"data" and "input" are set/)
  })

  test.each([
    ['input and data alike', { input: '0x01', data: '0x01' }, 1],
    ['data alone', { data: '0x02' }, 2],
    ['a null input is absent', { input: null, data: '0x02' }, 2],
  ])('%s', (_, json, byte) => {
    expect(transactionRequest.decode(json, '0').data).toEqual(Uint8Array.of(byte))
  })
})
