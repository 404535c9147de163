import type { Bytes, Hash, SignedTransaction } from '../../primitives/index.ts'
import { BaseError, decodeTransaction, keccakHash } from '../../primitives/index.ts'
import type { Mempool } from '../mempool.ts'

/** Of memory, for half of what is remembered. */
const GENERATION_BYTES = 8 * 1024 * 1024
/** What a decoded transaction takes besides its encoding. */
const ENTRY_BYTES = 1024
/** Transactions that are decoded between two other things. */
const DECODED_AT_ONCE = 16

/**
 * Decodes transactions as they stand in blocks; undefined for bytes that are none. To recover a sender takes 70 us, so it does not keep its
 * thread to itself until all are decoded.
 */
export type DecodeAll = (raws: readonly Bytes[]) => Promise<readonly (SignedTransaction | undefined)[]>

/** Decodes in its own thread, which it leaves to others with `pause` after some transactions. */
export function decodeInTurns(pause: () => Promise<void>): DecodeAll {
  return async (raws) => {
    const decoded: (SignedTransaction | undefined)[] = []
    for (const raw of raws) {
      decoded.push(decodedOf(raw))
      if (decoded.length % DECODED_AT_ONCE === 0) await pause()
    }
    return decoded
  }
}

/**
 * Reads transactions that arrive several times, from peers that pass them on and in blocks, and decodes each mostly once. What it
 * remembers proves nothing of a transaction but that its bytes are well formed and who sent it.
 */
export interface TransactionReader {
  /** Those of the pool or that were read lately are what they were then. Undefined for bytes that are no transaction. */
  read(raws: readonly Bytes[]): Promise<readonly (SignedTransaction | undefined)[]>
}

/** A reader that remembers what it decodes: at least the newest 8 MiB, at most twice that. */
export function createTransactionReader(pool: Pick<Mempool, 'get'>, decodeAll: DecodeAll): TransactionReader {
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
    async read(raws) {
      const known = raws.map((raw) => {
        const hash = keccakHash(raw)
        return pool.get(hash) ?? young.get(hash) ?? old.get(hash)
      })
      const decoded = [...(await decodeAll(raws.filter((_, index) => known[index] === undefined)))].reverse()
      return known.map((transaction) => {
        if (transaction !== undefined) return transaction
        const fresh = decoded.pop()
        if (fresh !== undefined) remember(fresh)
        return fresh
      })
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
