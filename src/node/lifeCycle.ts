import type { Ledger } from '../chain/index.ts'
import { BaseError, InvariantError } from '../primitives/index.ts'

/** What was opened and must be closed, the last one first. */
export type Opened = (() => Promise<void> | void)[]

/**
 * Builds something of parts that are opened on the way. What `build` noted is closed by `stop`, or when it fails half-way:
 * all of it, also when one of them cannot be closed; then `stop` rejects with the first error.
 */
export async function opening<built extends object>(
  build: (opened: Opened) => Promise<built>,
): Promise<built & { stop(): Promise<void> }> {
  const opened: Opened = []
  const stop = async (): Promise<void> => {
    const errors: unknown[] = []
    for (const close of opened.splice(0).reverse()) {
      try {
        await close()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
  try {
    return { ...(await build(opened)), stop }
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

/** The end of a node that doubts its state: a thread of it ended, or an invariant did not hold (N4). */
export type Doubt = { readonly failed: Promise<never>; raise(error: Error): void }

/** Doubt that rises by itself when `threadFailed` does. */
export function createDoubt(threadFailed: Promise<never>): Doubt {
  let raise: (error: Error) => void = () => undefined
  const doubted = new Promise<never>((_resolve, reject) => {
    raise = reject
  })
  const failed = Promise.race([threadFailed, doubted])
  failed.catch(() => undefined)
  return { failed, raise: (error) => raise(named(error)) }
}

/** A bug has a name for the operator, too; its stack is what whoever mends it needs. */
function named(error: Error): Error {
  if (!(error instanceof InvariantError)) return error
  return new BaseError('STATE_IN_DOUBT', `the node has stopped, as its state may be wrong: ${error.message}`, {
    advice: ['Start it again. If it stops again, report it with what follows:', error.stack ?? ''],
    cause: error,
  })
}

/** Errors after which nobody knows what the store holds: what is written next may stand on something else. */
const STORE_DOUBTS: readonly string[] = ['STORE_CORRUPT', 'STORE_FAILED', 'WORKER_ENDED', 'OUT_OF_MEMORY']

/** The same ledger; errors that leave the state in doubt are told to `raise` as well, whoever waits for the call. */
export function doubtingLedger(ledger: Ledger, raise: Doubt['raise']): Ledger {
  const told = async <result>(work: Promise<result>): Promise<result> => {
    try {
      return await work
    } catch (error) {
      const isDoubtful =
        error instanceof InvariantError || (error instanceof BaseError && STORE_DOUBTS.includes(error.code))
      if (isDoubtful) raise(error)
      throw error
    }
  }
  return {
    produce: (request) => told(ledger.produce(request)),
    produceIdle: (run) => told(ledger.produceIdle(run)),
    edit: (edits) => told(ledger.edit(edits)),
    rewind: (version) => told(ledger.rewind(version)),
    close: () => ledger.close(),
  }
}
