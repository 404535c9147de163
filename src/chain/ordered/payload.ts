import type { Bytes, SignedTransaction } from '../../primitives/index.ts'
import { BaseError, keccakHash, type RlpItem, rlpDecode, rlpEncode } from '../../primitives/index.ts'
import type { TransactionReader } from './transactionReader.ts'

/** A sender's recovery takes 70 us: after so many the thread is left to others for a moment. */
const BATCH = 32

/** What the body of an ordered block is: the RLP list of its transactions' encodings (EIP-2718), each as a string. */
export function encodePayload(transactions: readonly SignedTransaction[]): Bytes {
  return rlpEncode(transactions.map(({ raw }) => raw))
}

/** How to read a body: at most `maxTransactions`. */
export type PayloadReading = {
  readonly maxTransactions: number
  readonly reader: TransactionReader
  /** Gives way to other work of the thread; called between batches. */
  pause(): Promise<void>
}

/** The transactions of a body, their senders recovered; undefined when the bytes are none, or too many. */
export async function decodePayload(
  body: Bytes,
  { maxTransactions, reader, pause }: PayloadReading,
): Promise<readonly SignedTransaction[] | undefined> {
  const raws = itemsOf(body)
  if (raws === undefined || raws instanceof Uint8Array || raws.length > maxTransactions) return undefined
  const transactions: SignedTransaction[] = []
  for (const raw of raws) {
    if (!(raw instanceof Uint8Array)) return undefined
    const found = reader.known(keccakHash(raw))
    const transaction = found ?? reader.decode(raw)
    if (transaction === undefined) return undefined
    transactions.push(transaction)
    if (found === undefined && transactions.length % BATCH === 0) await pause()
  }
  return transactions
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
