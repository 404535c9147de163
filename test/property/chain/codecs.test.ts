import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeStoredBody, encodeStoredBody } from '../../../src/chain/codec/block.ts'
import { bitsOf, mayHold } from '../../../src/chain/codec/bloom.ts'
import { bloomOfHeader } from '../../../src/chain/codec/header.ts'
import { decodeStoredReceipts, encodeStoredReceipts } from '../../../src/chain/codec/receipt.ts'
import {
  bloomOf,
  decodeHeader,
  encodeBlock,
  encodeHeader,
  encodeReceipt,
  type Header,
  hashHeader,
  mergeBlooms,
  type Receipt,
  sealBlock,
} from '../../../src/chain/index.ts'
import {
  addressFromBytes,
  hashFromBytes,
  keccakHash,
  type Log,
  type RlpItem,
  rlpDecode,
  rlpEncode,
} from '../../../src/primitives/index.ts'
import { signed } from '../../harness/testChain.ts'

const record = <value>(model: { [key in keyof value]: fc.Arbitrary<value[key]> }) =>
  fc.record<value>(model, { noNullPrototype: true })
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const address = bytes(20).map(addressFromBytes)
const hash = bytes(32).map(hashFromBytes)
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

const header = record<Header>({
  parentHash: hash,
  coinbase: address,
  stateRoot: hash,
  transactionsRoot: hash,
  receiptsRoot: hash,
  logsBloom: bytes(256),
  number: u64,
  gasLimit: u64,
  gasUsed: u64,
  timestampSeconds: u64,
  extraData: fc.uint8Array({ maxLength: 32 }),
  prevRandao: hash,
  baseFeeWei: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
  withdrawalsRoot: hash,
  blobGasUsed: u64,
  excessBlobGas: u64,
  parentBeaconBlockRoot: hash,
  requestsHash: fc.option(hash, { nil: undefined }),
})

const log = record<Log>({ address, topics: fc.array(hash, { maxLength: 4 }), data: fc.uint8Array({ maxLength: 80 }) })
const receipts = fc
  .array(
    record({
      type: fc.constantFrom(0, 1, 2, 3, 4),
      succeeded: fc.boolean(),
      gasUsed: fc.bigInt({ min: 0n, max: 2n ** 40n }),
      effectiveGasPriceWei: u64,
      contractAddress: fc.option(address, { nil: undefined }),
      logs: fc.array(log, { maxLength: 3 }),
    }),
    { maxLength: 5 },
  )
  .map((list) => {
    let cumulativeGasUsed = 0n
    return list.map((each): Receipt => {
      cumulativeGasUsed += each.gasUsed
      return { ...each, cumulativeGasUsed, logsBloom: bloomOf(each.logs) }
    })
  })

describe('decode after encode is the identity', () => {
  test('for headers, whose bloom can be read alone', () => {
    fc.assert(
      fc.property(header, (value) => {
        const encoded = encodeHeader(value)
        expect(decodeHeader(encoded)).toEqual(value)
        expect(bloomOfHeader(encoded)).toEqual(value.logsBloom)
        expect(hashHeader(value)).toBe(keccakHash(encoded))
      }),
    )
  })

  test('for stored receipts', () => {
    fc.assert(
      fc.property(receipts, (list) => {
        expect(decodeStoredReceipts(encodeStoredReceipts(list))).toEqual(list)
      }),
    )
  })

  test('for stored transactions', () => {
    const transactions = fc.array(
      fc.tuple(
        fc.nat(2),
        u64.map((nonce) => nonce / 2n),
      ),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(transactions, (list) => {
        const sealed = list.map(([sender, nonce]) => signed(sender, nonce))
        expect(decodeStoredBody(encodeStoredBody(sealed))).toEqual(sealed)
      }),
      { numRuns: 30 },
    )
  })
})

test('a header that is not ours is refused', () => {
  fc.assert(
    fc.property(header, fc.nat(20), (value, index) => {
      const fields = [...(rlpDecode(encodeHeader(value)) as readonly RlpItem[])]
      fields[index] = [new Uint8Array(3)]
      expect(() => decodeHeader(rlpEncode(fields))).toThrow(expect.objectContaining({ code: 'RLP_INVALID_VALUE' }))
    }),
  )
})

test("a block's size is the length of its bytes", () => {
  fc.assert(
    fc.property(header, fc.nat(3), (value, count) => {
      const block = sealBlock(
        value,
        Array.from({ length: count }, (_, nonce) => signed(0, BigInt(nonce))),
      )
      expect(block.sizeBytes).toBe(encodeBlock(block).length)
      expect(rlpDecode(encodeBlock(block))).toHaveLength(4)
    }),
    { numRuns: 30 },
  )
})

test('a consensus receipt begins with its type and has four fields', () => {
  fc.assert(
    fc.property(receipts, (list) => {
      for (const receipt of list) {
        const encoded = encodeReceipt(receipt)
        if (receipt.type !== 0) expect(encoded[0]).toBe(receipt.type)
        expect(rlpDecode(receipt.type === 0 ? encoded : encoded.subarray(1))).toHaveLength(4)
      }
    }),
  )
})

test('a bloom holds what went into it, alone and merged', () => {
  fc.assert(
    fc.property(fc.array(log, { maxLength: 5 }), hash, (logs, other) => {
      const bloom = bloomOf(logs)
      const merged = mergeBlooms(logs.map((each) => bloomOf([each])))
      expect(merged).toEqual(bloom)
      for (const { address: emitter, topics } of logs) {
        for (const value of [emitter, ...topics]) expect(mayHold(bloom, bitsOf(value))).toBe(true)
      }
      expect(mayHold(bloomOf([]), bitsOf(other))).toBe(false)
    }),
  )
})
