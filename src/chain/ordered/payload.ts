import type { Bytes, Hash, SignedTransaction } from '../../primitives/index.ts'
import { BaseError, decodeTransaction, keccakHash, rlpDecode, rlpEncode } from '../../primitives/index.ts'

/** A sender's recovery takes 70 us: after so many the thread is left to others for a moment. */
const BATCH = 32

/** What the body of an ordered block is: the RLP list of its transactions' encodings (EIP-2718), each as a string. */
export function encodePayload(transactions: readonly SignedTransaction[]): Bytes {
  return rlpEncode(transactions.map(({ raw }) => raw))
}

/** Transactions that are decoded already, by hash. */
export type KnownTransactions = (hash: Hash) => SignedTransaction | undefined

/** How to read a body: at most `maxTransactions`, some of which may be known. */
export type PayloadReading = {
  readonly maxTransactions: number
  readonly known: KnownTransactions
  /** Gives way to other work of the thread; called between batches. */
  pause(): Promise<void>
}

/** The transactions of a body, their senders recovered; undefined when the bytes are none, or too many. */
export async function decodePayload(
  body: Bytes,
  { maxTransactions, known, pause }: PayloadReading,
): Promise<readonly SignedTransaction[] | undefined> {
  const raws = decodedOf(() => rlpDecode(body))
  if (raws === undefined || raws instanceof Uint8Array || raws.length > maxTransactions) return undefined
  const transactions: SignedTransaction[] = []
  for (const raw of raws) {
    if (!(raw instanceof Uint8Array)) return undefined
    const found = known(keccakHash(raw))
    const transaction = found ?? decodedOf(() => decodeTransaction(raw))
    if (transaction === undefined) return undefined
    transactions.push(transaction)
    if (found === undefined && transactions.length % BATCH === 0) await pause()
  }
  return transactions
}

/** Undefined when `decode` refuses what somebody sent. */
function decodedOf<value>(decode: () => value): value | undefined {
  try {
    return decode()
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}
