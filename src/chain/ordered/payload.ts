import type { Address, Bytes, SignedTransaction } from '../../primitives/index.ts'
import { BaseError, fromHex, type RlpItem, readFields, rlpBytes, rlpDecode, rlpEncode } from '../../primitives/index.ts'
import type { TransactionReader } from './transactionReader.ts'

/** Content of an ordered block's body. */
export type BlockBody = {
  /** Who gets the priority fees: the block's coinbase, chosen by its leader alone, as in Ethereum's payload. */
  readonly feeRecipient: Address
  readonly transactions: readonly SignedTransaction[]
}

/**
 * Body of an ordered block: the RLP list of the fee recipient (20 bytes) and of the list of its transactions' encodings
 * (EIP-2718), each as a string. The leader signs its hash.
 */
export function encodePayload({ feeRecipient, transactions }: BlockBody): Bytes {
  return rlpEncode([fromHex(feeRecipient), transactions.map(({ raw }) => raw)])
}

/** How to read a body: at most `maxTransactions`. */
export type PayloadReading = { readonly maxTransactions: number; readonly reader: TransactionReader }

/** Content of a body, the senders recovered; undefined when the bytes are none, or hold too many transactions. */
export async function decodePayload(
  body: Bytes,
  { maxTransactions, reader }: PayloadReading,
): Promise<BlockBody | undefined> {
  const raw = rawContentOf(body)
  if (raw === undefined || raw.transactions.length > maxTransactions) return undefined
  const transactions = (await reader.read(raw.transactions)).filter((transaction) => transaction !== undefined)
  if (transactions.length < raw.transactions.length) return undefined
  return { feeRecipient: raw.feeRecipient, transactions }
}

/** Encodings of the transactions of a body. Throws a `BaseError` when the bytes are none. */
export function rawTransactionsOf(body: Bytes): readonly Bytes[] {
  return readRawContent(rlpDecode(body)).transactions
}

type RawContent = { readonly feeRecipient: Address; readonly transactions: readonly Bytes[] }

/** Undefined when somebody sent what is no body. */
function rawContentOf(body: Bytes): RawContent | undefined {
  try {
    return readRawContent(rlpDecode(body))
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}

function readRawContent(item: RlpItem): RawContent {
  const fields = readFields(item, 'body')
  const feeRecipient = fields.address('fee recipient')
  const transactions = fields.list('transactions', rlpBytes)
  fields.end()
  return { feeRecipient, transactions }
}
