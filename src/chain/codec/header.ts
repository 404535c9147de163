import type { Bytes, FieldReader, Hash } from '../../primitives/index.ts'
import {
  BaseError,
  fromHex,
  integerBytes,
  keccakHash,
  readFields,
  rlpDecode,
  rlpEncode,
  toHex,
} from '../../primitives/index.ts'
import type { Header } from '../block.ts'

/** What proof of work left behind, the same in every header since Paris. Source: EIP-3675. */
const NO_OMMERS = fromHex('0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347')
const NO_DIFFICULTY = new Uint8Array(0)
const NO_NONCE = new Uint8Array(8)

/** List prefix, two hashes, the coinbase, three roots, string prefix. */
const BLOOM_OFFSET = 3 + 2 * 33 + 21 + 3 * 33 + 3

/**
 * The bytes of a header: RLP in the order of the Yellow Paper 4.4.3, then as each EIP appended. Throws `RLP_INVALID_VALUE` for what
 * {@link decodeHeader} would not read.
 */
export function encodeHeader(header: Header): Bytes {
  const fields = [
    fromHex(header.parentHash),
    NO_OMMERS,
    fromHex(header.coinbase),
    fromHex(header.stateRoot),
    fromHex(header.transactionsRoot),
    fromHex(header.receiptsRoot),
    header.logsBloom,
    NO_DIFFICULTY,
    integerBytes(header.number, 64, 'header number'),
    integerBytes(header.gasLimit, 64, 'header gasLimit'),
    integerBytes(header.gasUsed, 64, 'header gasUsed'),
    integerBytes(header.timestampSeconds, 64, 'header timestamp'),
    header.extraData,
    fromHex(header.prevRandao),
    NO_NONCE,
    integerBytes(header.baseFeeWei, 256, 'header baseFeePerGas'),
    fromHex(header.withdrawalsRoot),
    integerBytes(header.blobGasUsed, 64, 'header blobGasUsed'),
    integerBytes(header.excessBlobGas, 64, 'header excessBlobGas'),
    fromHex(header.parentBeaconBlockRoot),
  ]
  return rlpEncode(header.requestsHash === undefined ? fields : [...fields, fromHex(header.requestsHash)])
}

/**
 * The inverse of {@link encodeHeader}. Throws `INVALID_RLP`, or `RLP_INVALID_VALUE` for a field that cannot be and for
 * a header from before Cancun.
 */
export function decodeHeader(bytes: Bytes): Header {
  const fields = readFields(rlpDecode(bytes), 'header')
  const parentHash = fields.hash('parentHash')
  expectBytes(fields, 'sha3Uncles', NO_OMMERS)
  const state = {
    coinbase: fields.address('miner'),
    stateRoot: fields.hash('stateRoot'),
    transactionsRoot: fields.hash('transactionsRoot'),
    receiptsRoot: fields.hash('receiptsRoot'),
    logsBloom: fields.fixedBytes('logsBloom', 256),
  }
  expectBytes(fields, 'difficulty', NO_DIFFICULTY)
  const block = {
    number: fields.integer('number', 64),
    gasLimit: fields.integer('gasLimit', 64),
    gasUsed: fields.integer('gasUsed', 64),
    timestampSeconds: fields.integer('timestamp', 64),
    extraData: fields.bytes('extraData'),
    prevRandao: fields.hash('mixHash'),
  }
  expectBytes(fields, 'nonce', NO_NONCE)
  const header = {
    parentHash,
    ...state,
    ...block,
    baseFeeWei: fields.integer('baseFeePerGas', 256),
    withdrawalsRoot: fields.hash('withdrawalsRoot'),
    blobGasUsed: fields.integer('blobGasUsed', 64),
    excessBlobGas: fields.integer('excessBlobGas', 64),
    parentBeaconBlockRoot: fields.hash('parentBeaconBlockRoot'),
    requestsHash: fields.isDone ? undefined : fields.hash('requestsHash'),
  }
  fields.end()
  return header
}

/**
 * The logs bloom of an encoded header, without decoding the rest: every field before it has a fixed length. A scan of
 * 10,000 headers for logs takes tens of milliseconds so, and hundreds when it decodes them.
 */
export function bloomOfHeader(encoded: Bytes): Bytes {
  return encoded.subarray(BLOOM_OFFSET, BLOOM_OFFSET + 256)
}

/** The block's name: Keccak-256 of its header's bytes. */
export function hashHeader(header: Header): Hash {
  return keccakHash(encodeHeader(header))
}

function expectBytes(fields: FieldReader, name: string, expected: Bytes): void {
  const actual = toHex(fields.bytes(name))
  if (actual === toHex(expected)) return
  throw new BaseError('RLP_INVALID_VALUE', `header ${name} is ${actual}, which no block since Paris has`)
}
