/** Result objects have exactly the specification's keys: no more, no fewer. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { signTransaction, toHex } from '../../../src/primitives/index.ts'
import { createBench, rawOf, transactionOf } from './call.ts'
import { BOB, CONTRACT, EMITTER, KEYS } from './fakeNode.ts'

const HEADER = (
  'baseFeePerGas blobGasUsed difficulty excessBlobGas extraData gasLimit gasUsed hash logsBloom miner mixHash nonce ' +
  'number parentBeaconBlockRoot parentHash receiptsRoot requestsHash sha3Uncles stateRoot timestamp transactionsRoot ' +
  'withdrawalsRoot'
).split(' ')
const BLOCK = [...HEADER, 'size', 'transactions', 'uncles', 'withdrawals']
const LEGACY =
  'blockHash blockNumber blockTimestamp from gas gasPrice hash input nonce r s to transactionIndex type v value'.split(
    ' ',
  )
const ACCESS_LIST = [...LEGACY, 'accessList', 'chainId', 'yParity']
const FEE_MARKET = [...ACCESS_LIST, 'maxFeePerGas', 'maxPriorityFeePerGas']
const SET_CODE = [...FEE_MARKET, 'authorizationList']
const RECEIPT = (
  'blockHash blockNumber contractAddress cumulativeGasUsed effectiveGasPrice from gasUsed logs logsBloom status to ' +
  'transactionHash transactionIndex type'
).split(' ')
const LOG =
  'address blockHash blockNumber blockTimestamp data logIndex removed topics transactionHash transactionIndex'.split(
    ' ',
  )

type Json = Record<string, unknown>
const keys = (json: unknown) => Object.keys(json as Json).sort()
const sorted = (names: readonly string[]) => [...names].sort()

const AUTHORIZATION = { chainId: 0n, address: BOB, nonce: 0n, yParity: 1n, r: 5n, s: 6n }

describe('what we answer', () => {
  test('blocks and headers', async () => {
    const { node, result } = createBench()
    await result('eth_sendRawTransaction', rawOf())
    const block = (await result('eth_getBlockByNumber', 'latest', true)) as Json
    expect(keys(block)).toEqual(sorted(BLOCK))
    expect(keys((block.transactions as Json[])[0])).toEqual(sorted(FEE_MARKET))
    expect(keys(await result('eth_getHeaderByHash', block.hash))).toEqual(sorted(HEADER))
    expect(keys(await result('eth_getBlockByNumber', 'pending', true))).toEqual(sorted(BLOCK))
    expect(block).toMatchObject({
      number: '0x1',
      size: `0x${node.context.archive.headBlock().sizeBytes.toString(16)}`,
      uncles: [],
      withdrawals: [],
      difficulty: '0x0',
      nonce: '0x0000000000000000',
    })
  })

  test.each([
    ['a legacy transaction without a chain', { type: 0, chainId: undefined } as const, LEGACY],
    ['a legacy transaction', { type: 0 } as const, [...LEGACY, 'chainId']],
    ['type 1', { type: 1, maxPriorityFeePerGasWei: 3_000_000_000n } as const, ACCESS_LIST],
    ['type 2', { type: 2 } as const, FEE_MARKET],
    ['type 4', { type: 4, authorizations: [AUTHORIZATION] } as const, SET_CODE],
  ])('%s, waiting, mined and its receipt', async (_, changes, expected) => {
    const { node, result } = createBench()
    node.mode = { kind: 'manual' }
    const hash = await result('eth_sendRawTransaction', rawOf(changes))
    const waiting = (await result('eth_getTransactionByHash', hash)) as Json
    expect(keys(waiting)).toEqual(sorted(expected))
    expect(waiting).toMatchObject({ blockHash: null, blockNumber: null, transactionIndex: null, blockTimestamp: null })
    node.mine()
    expect(keys(await result('eth_getTransactionByHash', hash))).toEqual(sorted(expected))
    expect(keys(await result('eth_getTransactionReceipt', hash))).toEqual(sorted(RECEIPT))
  })

  test('values of a mined transaction', async () => {
    const { result } = createBench()
    const signed = signTransaction(
      transactionOf({ accessList: [{ address: CONTRACT, storageKeys: [] }] }),
      KEYS[0] as Uint8Array,
    )
    await result('eth_sendRawTransaction', toHex(signed.raw))
    const { signature } = signed
    expect(await result('eth_getTransactionByBlockNumberAndIndex', '0x1', '0x0')).toEqual({
      blockHash: expect.any(String),
      blockNumber: '0x1',
      blockTimestamp: '0x6553f101',
      transactionIndex: '0x0',
      type: '0x2',
      hash: signed.hash,
      from: signed.sender,
      to: EMITTER,
      nonce: '0x0',
      gas: '0x186a0',
      value: '0x1',
      input: '0xab',
      gasPrice: '0x77359400',
      chainId: '0x7a69',
      accessList: [{ address: CONTRACT, storageKeys: [] }],
      maxFeePerGas: '0xb2d05e00',
      maxPriorityFeePerGas: '0x3b9aca00',
      v: `0x${signature.v.toString(16)}`,
      yParity: `0x${signature.v.toString(16)}`,
      r: `0x${signature.r.toString(16)}`,
      s: `0x${signature.s.toString(16)}`,
    })
  })

  test('receipts and logs', async () => {
    const { result } = createBench()
    const hash = await result('eth_sendRawTransaction', rawOf())
    const receipt = (await result('eth_getTransactionReceipt', hash)) as { logs: Json[] }
    expect(receipt).toMatchObject({
      status: '0x1',
      contractAddress: null,
      to: EMITTER,
      effectiveGasPrice: '0x77359400',
    })
    expect(keys(receipt.logs[0])).toEqual(sorted(LOG))
    expect(receipt.logs).toEqual(await result('eth_getLogs', { address: EMITTER }))
    expect(await result('eth_getBlockReceipts', '0x1')).toEqual([receipt])
  })

  test('a creation', async () => {
    const { result } = createBench()
    const hash = await result('eth_sendRawTransaction', rawOf({ to: undefined }))
    expect(await result('eth_getTransactionReceipt', hash)).toMatchObject({
      to: null,
      contractAddress: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
    })
  })
})

const FIXTURES = new URL('../../../../shared/fixtures/execution-apis/tests/', import.meta.url)
const hasFixtures = existsSync(FIXTURES)

/** The result of the first answer in one of the specification's test files. */
function specResult(file: string): Json {
  const answer = readFileSync(new URL(file, FIXTURES), 'utf8')
    .split('\n')
    .find((line) => line.startsWith('<< '))
  return JSON.parse(answer?.slice(3) ?? 'null').result
}

describe('the same keys as execution-apis', () => {
  test.skipIf(!hasFixtures).each([
    ['eth_getBlockByNumber/get-block-prague-fork.io', BLOCK],
    ['eth_getTransactionByHash/get-legacy-tx.io', LEGACY],
    ['eth_getTransactionByHash/get-access-list.io', ACCESS_LIST],
    ['eth_getTransactionByHash/get-dynamic-fee.io', FEE_MARKET],
  ])(`%s${hasFixtures ? '' : ' (skipped: no fixtures beside the checkout)'}`, (file, expected) => {
    expect(keys(specResult(file))).toEqual(sorted(expected))
  })

  test.skipIf(!hasFixtures)('a receipt and its log', () => {
    const receipt = specResult('eth_getTransactionReceipt/get-dynamic-fee.io') as { logs: Json[] }
    expect(keys(receipt)).toEqual(sorted(RECEIPT))
    expect(keys(receipt.logs[0])).toEqual(sorted(LOG))
  })
})
