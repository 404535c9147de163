import type { Worker } from 'node:worker_threads'
import type { DecodeAll } from '../chain/index.ts'
import { decodeInTurns } from '../chain/index.ts'
import type { Address, Bytes, SignedTransaction } from '../primitives/index.ts'
import { BaseError, concatBytes, decodeTransaction, decodeTransactionOf } from '../primitives/index.ts'
import { connect, type Remote } from './remote.ts'
import { spawn } from './spawn.ts'

/** Fewer are decoded at once, where they are: to have another thread do it costs as much as to recover one sender. */
const MIN_BATCH = 8
/** Two cores are for this thread and the ledger's. */
const MAX_THREADS = 4

/**
 * Decodes raw transactions. To recover a sender takes 70 of the 85 us that one takes, more than all else that this thread does with
 * it; so when many wait at once, other threads find the senders. They start when they are first needed.
 */
export type Decoder = {
  readonly decodeAll: DecodeAll
  /** Throws what `decodeTransaction` throws. Those that are asked for in one turn of the event loop are decoded together. */
  decode(raw: Bytes): Promise<SignedTransaction>
  close(): Promise<void>
}

/**
 * A decoder for the thread that serves, which is one of the `workers` that this node may keep busy: a node that shares its cores
 * with others, and has one, decodes where it serves.
 */
export function createDecoder(workers: number): Decoder {
  const threads = createSenderThreads(Math.min(MAX_THREADS, workers - 1))
  const inTurns = decodeInTurns(() => new Promise((resolve) => setImmediate(resolve)))

  const decodeAll: DecodeAll = async (raws) => {
    const senders = raws.length < MIN_BATCH ? undefined : await threads.recover(raws)
    if (senders === undefined) return inTurns(raws)
    return raws.map((raw, index) => decodedOf(senders[index], raw))
  }

  type Waiting = { readonly raw: Bytes; resolve(transaction: SignedTransaction): void; reject(error: unknown): void }
  let waiting: Waiting[] = []
  const flush = async (): Promise<void> => {
    const batch = waiting
    waiting = []
    try {
      const transactions = batch.length < MIN_BATCH ? [] : await decodeAll(batch.map(({ raw }) => raw))
      for (const [index, one] of batch.entries()) settle(one, transactions[index])
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }
  /** What is none, or was too little to be decoded together, is decoded for itself, and says what is wrong with it. */
  const settle = ({ raw, resolve, reject }: Waiting, transaction: SignedTransaction | undefined): void => {
    try {
      resolve(transaction ?? decodeTransaction(raw))
    } catch (error) {
      reject(error)
    }
  }

  return {
    decodeAll,
    decode: (raw) =>
      new Promise((resolve, reject) => {
        // The calls of a batch come one after the other before this is run.
        if (waiting.length === 0) queueMicrotask(() => void flush())
        waiting.push({ raw, resolve, reject })
      }),
    close: () => threads.close(),
  }
}

function decodedOf(sender: Address | undefined, raw: Bytes): SignedTransaction | undefined {
  if (sender === undefined) return undefined
  try {
    return decodeTransactionOf(sender, raw)
  } catch (thrown) {
    if (thrown instanceof BaseError) return undefined
    throw thrown
  }
}

type SenderThreads = {
  /** The senders, undefined for what has none; undefined altogether when no thread can say. */
  recover(raws: readonly Bytes[]): Promise<readonly (Address | undefined)[] | undefined>
  close(): Promise<void>
}

function createSenderThreads(size: number): SenderThreads {
  const workers: Worker[] = []
  /** Those that are up. Nobody waits for the others. */
  let threads: readonly Remote[] = []
  let isClosed = false

  const start = (): void => {
    const worker = spawn('sendersWorker.js', undefined)
    worker.unref()
    workers.push(worker)
    const thread = connect(worker, 'senders')
    worker.once('exit', () => {
      threads = threads.filter((one) => one !== thread)
    })
    const isUp = (): void => {
      threads = [...threads, thread]
    }
    recoverIn(thread, []).then(isUp, () => undefined)
  }

  return {
    async recover(raws) {
      while (!isClosed && workers.length < size) start()
      if (threads.length === 0) return undefined
      const share = Math.max(MIN_BATCH, Math.ceil(raws.length / threads.length))
      const parts = threads.map((thread, index) => recoverIn(thread, raws.slice(index * share, (index + 1) * share)))
      try {
        return (await Promise.all(parts)).flat()
      } catch (thrown) {
        // One has ended: whoever wants the senders finds them without.
        if (thrown instanceof BaseError) return undefined
        throw thrown
      }
    },
    async close() {
      isClosed = true
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

async function recoverIn(thread: Remote, raws: readonly Bytes[]): Promise<readonly (Address | undefined)[]> {
  const lengths = raws.map(({ length }) => length)
  return thread.call('recover', concatBytes(...raws), lengths)
}
