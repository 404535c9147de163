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

/**
 * The transactions of a body, their senders recovered; undefined when the bytes are none. Gives way to other work of the
 * thread between batches.
 */
export async function decodePayload(
  body: Bytes,
  known: KnownTransactions,
  pause: () => Promise<void>,
): Promise<readonly SignedTransaction[] | undefined> {
  const raws = decodedOf(() => rlpDecode(body))
  if (raws === undefined || raws instanceof Uint8Array) return undefined
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
