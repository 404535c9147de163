import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { createMempool, type Mempool, type MempoolParts, type PoolDoor } from '../chain/index.ts'
import type { Bytes, Hash, SignedTransaction } from '../primitives/index.ts'
import {
  addressFromBytes,
  BaseError,
  concatBytes,
  decodeTransactionOf,
  fromHex,
  hashFromBytes,
  messageOf,
} from '../primitives/index.ts'

const FILE = 'pool.journal'
/** Length of the payload and its CRC-32, 4 bytes each, big-endian. */
const HEADER_BYTES = 8
/** A payload's first byte. Then: the sender's 20 bytes and the encoding; or the 32 bytes of the hash. */
const ADDED = 1
const REMOVED = 2
const ADDRESS_BYTES = 20
/** A journal is written anew once it is twice as long as it was then, and longer than this. */
const MIN_REWRITE_BYTES = 4 * 1024 * 1024

/**
 * The file from which a pool is filled again after a restart: what the pool takes and what is taken out of it by name, in
 * order, each record with a checksum. Written before the sender hears that its transaction is accepted, so it survives
 * the end of the process, by `kill -9` too; a power cut may cost the last seconds. What blocks took needs no record: its
 * nonce is spent when it is read again.
 */
export interface PoolJournal {
  /** The transactions of the last run that were not taken out, oldest first. */
  readonly found: readonly SignedTransaction[]
  added(transaction: SignedTransaction): void
  removed(hash: Hash): void
  /** Writes the file anew with what `mempool` holds, now and whenever it has grown. */
  follow(mempool: Pick<Mempool, 'content'>): void
  close(): void
}

/**
 * Opens the journal in a node's data directory, or begins one. A record that is cut short or damaged ends it: what stands
 * after it is lost. `onFailure` hears of a file that cannot be written; the node goes on without. Throws `DATADIR_UNUSABLE`.
 */
export function openPoolJournal(directory: string, onFailure: (message: string) => void): PoolJournal {
  const path = join(directory, FILE)
  try {
    const found = existsSync(path) ? readJournal(new Uint8Array(readFileSync(path))) : []
    return new JournalFile(path, found, onFailure)
  } catch (cause) {
    throw new BaseError('DATADIR_UNUSABLE', `${path} cannot be used: ${messageOf(cause)}`, {
      advice: ['Check its permissions, or remove it: it holds transactions that wait for a block, and nothing else.'],
      cause,
    })
  }
}

/** A pool, and how to close the file that it is kept in. */
export type KeptMempool = { readonly mempool: Mempool; close(): void }

/**
 * A pool that survives restarts: filled with what it held when the node ended, as far as `door` and the state take it
 * still. Throws `DATADIR_UNUSABLE`.
 */
export function createKeptMempool(
  parts: MempoolParts,
  directory: string,
  door: PoolDoor,
  onFailure: (message: string) => void,
): KeptMempool {
  const journal = openPoolJournal(directory, onFailure)
  const mempool = createMempool({
    ...parts,
    onAdded: (transaction) => journal.added(transaction),
    onRemoved: (hash) => journal.removed(hash),
  })
  for (const transaction of journal.found) mempool.add(transaction, door)
  journal.follow(mempool)
  return { mempool, close: () => journal.close() }
}

class JournalFile implements PoolJournal {
  readonly found: readonly SignedTransaction[]
  readonly #path: string
  readonly #onFailure: (message: string) => void
  #file: number | undefined
  #bytes: number
  #rewriteAt: number
  #mempool: Pick<Mempool, 'content'> | undefined

  constructor(path: string, found: readonly SignedTransaction[], onFailure: (message: string) => void) {
    this.#path = path
    this.found = found
    this.#onFailure = onFailure
    this.#file = openSync(path, 'a', 0o600)
    this.#bytes = statSync(path).size
    this.#rewriteAt = Number.POSITIVE_INFINITY
  }

  added(transaction: SignedTransaction): void {
    this.#append(addedRecord(transaction))
  }

  removed(hash: Hash): void {
    this.#append(record(concatBytes(Uint8Array.of(REMOVED), fromHex(hash))))
  }

  follow(mempool: Pick<Mempool, 'content'>): void {
    this.#mempool = mempool
    this.#attempt(() => this.#rewrite())
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #append(bytes: Bytes): void {
    this.#attempt(() => {
      if (this.#file === undefined) return
      writeSync(this.#file, bytes)
      this.#bytes += bytes.length
      if (this.#bytes > this.#rewriteAt) this.#rewrite()
    })
  }

  /** Beside it and renamed, so that a crash leaves the old file or the new one. */
  #rewrite(): void {
    const { pending, queued } = this.#mempool?.content() ?? { pending: new Map(), queued: new Map() }
    const transactions = [...pending.values(), ...queued.values()].flatMap((byNonce) => [...byNonce.values()])
    const temporary = `${this.#path}.new`
    const file = openSync(temporary, 'w', 0o600)
    let bytes = 0
    try {
      for (const transaction of transactions) bytes += writeSync(file, addedRecord(transaction))
    } catch (thrown) {
      closeSync(file)
      throw thrown
    }
    renameSync(temporary, this.#path)
    this.close()
    this.#file = file
    this.#bytes = bytes
    this.#rewriteAt = Math.max(MIN_REWRITE_BYTES, 2 * bytes)
  }

  #attempt(write: () => void): void {
    try {
      write()
    } catch (thrown) {
      this.close()
      this.#onFailure(`the pool is not kept for a restart: ${this.#path} cannot be written: ${messageOf(thrown)}`)
    }
  }
}

function addedRecord({ sender, raw }: SignedTransaction): Bytes {
  return record(concatBytes(Uint8Array.of(ADDED), fromHex(sender), raw))
}

function record(payload: Bytes): Bytes {
  const header = new Uint8Array(HEADER_BYTES)
  const view = new DataView(header.buffer)
  view.setUint32(0, payload.length)
  view.setUint32(4, crc32(payload))
  return concatBytes(header, payload)
}

/** What a journal's bytes leave in the pool, up to the first record that is not whole. */
function readJournal(bytes: Bytes): readonly SignedTransaction[] {
  const transactions = new Map<Hash, SignedTransaction>()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at + HEADER_BYTES <= bytes.length; ) {
    const end = at + HEADER_BYTES + view.getUint32(at)
    const payload = bytes.subarray(at + HEADER_BYTES, end)
    if (end > bytes.length || crc32(payload) !== view.getUint32(at + 4)) break
    const body = payload.subarray(1)
    if (payload[0] === REMOVED) transactions.delete(hashFromBytes(body))
    else {
      const transaction = transactionIn(body)
      if (transaction !== undefined) transactions.set(transaction.hash, transaction)
    }
    at = end
  }
  return [...transactions.values()]
}

/** Undefined for what another version wrote. */
function transactionIn(body: Bytes): SignedTransaction | undefined {
  try {
    const sender = addressFromBytes(body.slice(0, ADDRESS_BYTES))
    return decodeTransactionOf(sender, body.slice(ADDRESS_BYTES))
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}
