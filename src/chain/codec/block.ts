import type { Bytes, RlpItem, SignedTransaction } from '../../primitives/index.ts'
import {
  BaseError,
  decodeTransactionOf,
  fromHex,
  readFields,
  rlpDecode,
  rlpEncode,
  rlpListOf,
} from '../../primitives/index.ts'
import type { Block, Header } from '../block.ts'
import { encodeHeader, hashHeader } from './header.ts'

/** Makes a block of its parts: gives it its name and measures it. */
export function sealBlock(header: Header, transactions: readonly SignedTransaction[]): Block {
  const unmeasured = { hash: hashHeader(header), header, transactions }
  return { ...unmeasured, sizeBytes: encodeBlock(unmeasured).length }
}

/** A block's bytes as Ethereum's tools know them: header, transactions, no ommers, no withdrawals. */
export function encodeBlock(block: Pick<Block, 'header' | 'transactions'>): Bytes {
  const transactions = block.transactions.map(({ type, raw }) => (type === 0 ? raw : rlpEncode(raw)))
  const none = rlpListOf([])
  return rlpListOf([encodeHeader(block.header), rlpListOf(transactions), none, none])
}

/**
 * A block's transactions as we keep them, each with its sender: that saves a recovery at every read, and a transaction
 * of an impersonated account has no signature to recover from.
 */
export function encodeStoredBody(transactions: readonly SignedTransaction[]): Bytes {
  return rlpEncode(transactions.map(({ sender, raw }) => [fromHex(sender), raw]))
}

/** The inverse of {@link encodeStoredBody}. Throws `INVALID_RLP` or `RLP_INVALID_VALUE`. */
export function decodeStoredBody(bytes: Bytes): readonly SignedTransaction[] {
  const items = rlpDecode(bytes)
  if (items instanceof Uint8Array) throw new BaseError('RLP_INVALID_VALUE', 'the transactions are not a list')
  return items.map(readTransaction)
}

function readTransaction(item: RlpItem, index: number): SignedTransaction {
  const fields = readFields(item, `transaction ${index}`)
  const sender = fields.address('sender')
  const raw = fields.bytes('raw')
  fields.end()
  return decodeTransactionOf(sender, raw)
}
