import type { MessagePort, Worker } from 'node:worker_threads'
import { BaseError, InvariantError, messageOf } from '../primitives/index.ts'

/** A port whose every method returns a promise can be called across threads. */
type Methods = { readonly [name: string]: (...args: never[]) => Promise<unknown> }

/** What crosses between threads. Values are structured clones: bigints, byte arrays and maps pass as they are. */
type Call = { readonly id: number; readonly method: string; readonly args: readonly unknown[] }
type Answer = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: ThrownAcross }

/** An error without its class, which a structured clone would lose. */
type ThrownAcross = {
  readonly kind: 'operational' | 'bug' | 'other'
  readonly code: string
  readonly message: string
  readonly advice: readonly string[]
  /** Of an `InvariantError`. */
  readonly transactionIndex: number | undefined
  readonly stack: string | undefined
}

/** Answers calls that arrive on `port` with the methods of `target`. */
export function serve(port: MessagePort, target: Methods): void {
  port.on('message', async ({ id, method, args }: Call) => {
    try {
      const run = target[method]
      if (run === undefined) throw new Error(`no method ${method}`)
      port.postMessage({ id, value: await run(...(args as never[])) } satisfies Answer)
    } catch (error) {
      port.postMessage({ id, error: flatten(error) } satisfies Answer)
    }
  })
}

function flatten(error: unknown): ThrownAcross {
  const stack = error instanceof Error ? error.stack : undefined
  if (error instanceof BaseError) {
    const { code, message, advice } = error
    return { kind: 'operational', code, message, advice, transactionIndex: undefined, stack }
  }
  const isBug = error instanceof InvariantError
  const transactionIndex = isBug ? error.transactionIndex : undefined
  return { kind: isBug ? 'bug' : 'other', code: '', message: messageOf(error), advice: [], transactionIndex, stack }
}

function revive(thrown: ThrownAcross): Error {
  const error = reviveClass(thrown)
  if (thrown.stack !== undefined) error.stack = thrown.stack
  return error
}

function reviveClass({ kind, code, message, advice, transactionIndex }: ThrownAcross): Error {
  switch (kind) {
    case 'operational':
      return new BaseError(code, message, { advice })
    case 'bug':
      return new InvariantError(message, transactionIndex === undefined ? {} : { transactionIndex })
    case 'other':
      return new Error(message)
  }
}

/** The calling side of {@link serve}. */
export type Remote = {
  call<result>(method: string, ...args: readonly unknown[]): Promise<result>
}

/** Why a thread ended, from its `error` event: V8 ends one whose heap is full, and nothing else. */
export function endOfThread(error: Error, name: string): Error {
  if (!('code' in error) || error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error
  return new BaseError('OUT_OF_MEMORY', `the ${name} thread ran out of memory`, { cause: error })
}

/**
 * Calls what `serve` offers in `worker`. When the thread ends, every open call fails: with `OUT_OF_MEMORY`, with what the
 * thread threw, or with `WORKER_ENDED`.
 */
export function connect(worker: Worker, name: string): Remote {
  type Waiting = { resolve(value: unknown): void; reject(error: Error): void }
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let ended: Error | undefined

  worker.on('message', (answer: Answer) => {
    const open = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) open?.reject(revive(answer.error))
    else open?.resolve(answer.value)
  })
  const end = (error: Error): void => {
    ended ??= error
    for (const open of waiting.values()) open.reject(ended)
    waiting.clear()
  }
  worker.on('error', (error) => end(endOfThread(error, name)))
  worker.on('exit', () => end(new BaseError('WORKER_ENDED', `the ${name} thread has ended`)))

  return {
    call<result>(method: string, ...args: readonly unknown[]): Promise<result> {
      if (ended !== undefined) return Promise.reject(ended)
      lastId += 1
      const id = lastId
      return new Promise<result>((resolve, reject) => {
        waiting.set(id, { resolve: (value) => resolve(value as result), reject })
        worker.postMessage({ id, method, args } satisfies Call)
      })
    },
  }
}
