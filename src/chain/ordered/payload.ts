import type { Bytes, SignedTransaction } from '../../primitives/index.ts'
import { BaseError, type RlpItem, rlpDecode, rlpEncode } from '../../primitives/index.ts'
import type { TransactionReader } from './transactionReader.ts'

/** What the body of an ordered block is: the RLP list of its transactions' encodings (EIP-2718), each as a string. */
export function encodePayload(transactions: readonly SignedTransaction[]): Bytes {
  return rlpEncode(transactions.map(({ raw }) => raw))
}

/** How to read a body: at most `maxTransactions`. */
export type PayloadReading = { readonly maxTransactions: number; readonly reader: TransactionReader }

/** The transactions of a body, their senders recovered; undefined when the bytes are none, or too many. */
export async function decodePayload(
  body: Bytes,
  { maxTransactions, reader }: PayloadReading,
): Promise<readonly SignedTransaction[] | undefined> {
  const items = itemsOf(body)
  if (items === undefined || items instanceof Uint8Array || items.length > maxTransactions) return undefined
  const raws = items.filter((item) => item instanceof Uint8Array)
  const transactions = (await reader.read(raws)).filter((transaction) => transaction !== undefined)
  return transactions.length === items.length ? transactions : undefined
}

/** Undefined when somebody sent what is no RLP. */
function itemsOf(body: Bytes): RlpItem | undefined {
  try {
    return rlpDecode(body)
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}
