/** Encoders refuse what their decoders would, so that nothing is stored or sent which could not be read back. */
import { describe, expect, test } from 'vitest'
import { encodeStoredReceipts } from '../../../src/chain/codec/receipt.ts'
import { decodeHeader, encodeHeader, type Header, parseGenesis } from '../../../src/chain/index.ts'
import { encodeAccessList } from '../../../src/parallel/index.ts'
import {
  decodeTransactionOf,
  EMPTY_CODE_HASH,
  EMPTY_TRIE_ROOT,
  encodeTransaction,
  MAX_NONCE,
  MAX_WORD,
  type Transaction,
} from '../../../src/primitives/index.ts'
import { encodeAccount } from '../../../src/state/trie/account.ts'
import { openTestChain, SENDERS } from '../../harness/testChain.ts'
import { addr, transaction } from '../../harness/world.ts'

const refusal = (name: string) =>
  expect.objectContaining({ code: 'RLP_INVALID_VALUE', message: expect.stringContaining(name) })

describe('a header', () => {
  const fields: readonly (readonly [keyof Header, number, string])[] = [
    ['number', 64, 'number'],
    ['gasLimit', 64, 'gasLimit'],
    ['gasUsed', 64, 'gasUsed'],
    ['timestampSeconds', 64, 'timestamp'],
    ['baseFeeWei', 256, 'baseFeePerGas'],
    ['blobGasUsed', 64, 'blobGasUsed'],
    ['excessBlobGas', 64, 'excessBlobGas'],
  ]
  test.each(fields)('%s has at most %i bits', async (field, bits, name) => {
    const { header } = (await openTestChain()).archive.headBlock()
    const greatest = { ...header, [field]: 2n ** BigInt(bits) - 1n }
    expect(decodeHeader(encodeHeader(greatest))).toEqual(greatest)
    for (const value of [2n ** BigInt(bits), -1n]) {
      expect(() => encodeHeader({ ...header, [field]: value })).toThrow(refusal(name))
    }
  })
})

describe('a transaction', () => {
  const fields: readonly (readonly [keyof Transaction, number, Transaction['type']])[] = [
    ['nonce', 64, 0],
    ['gasLimit', 64, 0],
    ['valueWei', 256, 0],
    ['maxFeePerGasWei', 256, 2],
    ['maxPriorityFeePerGasWei', 256, 2],
    ['maxFeePerBlobGasWei', 256, 3],
    ['chainId', 256, 1],
  ]
  const signature = { v: 0n, r: 1n, s: 1n }
  test.each(fields)('%s has at most %i bits', (field, bits, type) => {
    const greatest = transaction({ type, [field]: 2n ** BigInt(bits) - 1n })
    expect(decodeTransactionOf(addr(1), encodeTransaction(greatest, signature))[field]).toEqual(greatest[field])
    for (const value of [2n ** BigInt(bits), -1n]) {
      expect(() => encodeTransaction({ ...greatest, [field]: value }, signature)).toThrow(refusal('transaction'))
    }
  })
})

test('accounts, receipts and access lists', () => {
  const account = { nonce: MAX_NONCE, balanceWei: MAX_WORD, codeHash: EMPTY_CODE_HASH }
  expect(() => encodeAccount({ account, storageRoot: EMPTY_TRIE_ROOT })).not.toThrow()
  for (const beyond of [{ nonce: MAX_NONCE + 1n }, { balanceWei: MAX_WORD + 1n }, { balanceWei: -1n }]) {
    const record = { account: { ...account, ...beyond }, storageRoot: EMPTY_TRIE_ROOT }
    expect(() => encodeAccount(record)).toThrow(refusal('account'))
  }
  const receipt = {
    type: 0,
    succeeded: true,
    gasUsed: 2n ** 64n,
    cumulativeGasUsed: 1n,
    effectiveGasPriceWei: 1n,
    contractAddress: undefined,
    logs: [],
    logsBloom: new Uint8Array(256),
  } as const
  expect(() => encodeStoredReceipts([receipt])).toThrow(refusal('gasUsed'))
  const access = { address: addr(1), storageChanges: [], storageReads: [], balanceChanges: [], codeChanges: [] }
  const nonceChanges = [{ index: 1, value: MAX_NONCE + 1n }]
  expect(() => encodeAccessList([{ ...access, nonceChanges }])).toThrow(refusal('64 bits'))
})

describe('a genesis', () => {
  const config = { chainId: 7, shanghaiTime: 0, cancunTime: 0 }
  const plain = { config, gasLimit: '0x1c9c380' }
  const [a, b] = SENDERS
  test.each([
    [
      'a sum of balances beyond a word',
      { alloc: { [a ?? '']: { balance: `0x${'f'.repeat(63)}7` }, [b ?? '']: { balance: '0x9' } } },
      `.balance makes the sum`,
    ],
    ['a time that no clock has', { timestamp: '0x10000000000001' }, 'genesis.timestamp is 4503599627370497'],
    ['a time that no header has', { timestamp: '0x10000000000000000' }, 'genesis.timestamp'],
    ['a gas limit that no block may have', { gasLimit: '0x8000000000000000' }, 'genesis.gasLimit'],
    ['too low a gas limit', { gasLimit: 4_999 }, 'genesis.gasLimit is 4999, not from 5000'],
    ['a nonce of 65 bits', { alloc: { [a ?? '']: { nonce: '0x10000000000000000' } } }, '.nonce'],
  ])('is refused for %s', (_, parts, message) => {
    expect(() => parseGenesis({ ...plain, ...parts })).toThrow(
      expect.objectContaining({ code: 'GENESIS_INVALID', message: expect.stringContaining(message) }),
    )
  })

  test('may give one account all wei that there is', () => {
    const genesis = parseGenesis({ ...plain, alloc: { [a ?? '']: { balance: `0x${'f'.repeat(64)}` } } })
    expect(genesis.accounts[0]?.balanceWei).toBe(MAX_WORD)
  })
})
