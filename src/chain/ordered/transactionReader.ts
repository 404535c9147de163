import type { Bytes, Hash, SignedTransaction } from '../../primitives/index.ts'
import { BaseError, decodeTransaction } from '../../primitives/index.ts'
import type { Mempool } from '../mempool.ts'

/** Of memory, for half of what is remembered. */
const GENERATION_BYTES = 8 * 1024 * 1024
/** What a decoded transaction takes besides its encoding. */
const ENTRY_BYTES = 1024

/**
 * Decodes transactions that arrive several times, from peers that pass them on and in blocks, mostly once: to recover a
 * sender takes 70 us. What it remembers proves nothing of a transaction but that its bytes are well formed and who sent it.
 */
export interface TransactionReader {
  /** A transaction of the pool, or one that was decoded lately. */
  known(hash: Hash): SignedTransaction | undefined
  /** Decodes what is not {@link known}, and remembers it. Undefined when these bytes are no transaction. */
  decode(raw: Bytes): SignedTransaction | undefined
}

/** A reader that remembers what it decodes: at least the newest 8 MiB, at most twice that. */
export function createTransactionReader(pool: Pick<Mempool, 'get'>): TransactionReader {
  // Two generations: when the younger one is full, the older one is forgotten.
  let young = new Map<Hash, SignedTransaction>()
  let old = young
  let youngBytes = 0

  function remember(transaction: SignedTransaction): void {
    young.set(transaction.hash, transaction)
    youngBytes += transaction.raw.length + ENTRY_BYTES
    if (youngBytes < GENERATION_BYTES) return
    old = young
    young = new Map()
    youngBytes = 0
  }

  return {
    known: (hash) => pool.get(hash) ?? young.get(hash) ?? old.get(hash),
    decode(raw) {
      const transaction = decodedOf(raw)
      if (transaction !== undefined) remember(transaction)
      return transaction
    },
  }
}

/** Undefined when `decodeTransaction` refuses what somebody sent. */
function decodedOf(raw: Bytes): SignedTransaction | undefined {
  try {
    return decodeTransaction(raw)
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}
