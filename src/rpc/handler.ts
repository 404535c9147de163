import { randomBytes } from 'node:crypto'
import { BaseError, toHex } from '../primitives/index.ts'
import { answerInOrder } from './batch.ts'
import type { ChainInstance, RequestObserver, RpcContext } from './context.ts'
import { devMethodOnly, methodNotFound, RPC_CODES, RpcError, refused } from './error.ts'
import { DEFAULT_LIMITS, type RpcLimits } from './limits.ts'
import { createFanOut } from './live/fanOut.ts'
import { createFilters } from './live/filters.ts'
import { errorText, idOf, invalidRequest, type Request, readRequest, resultText } from './message.ts'
import { isDevMethod, methodTable } from './methods/table.ts'
import { readElsewhere } from './runHeavyRead.ts'
import type { Connection, Scope, Services } from './scope.ts'
import { createImpersonation } from './transaction/impersonation.ts'
import { createTurns } from './turns.ts'

/** An answer on its way: its text, and what is to happen once it is sent. */
export type Answer = { readonly text: string; afterSending(): void }

/** Who asks. Requests of one client are answered in turn with those of others. */
export type Client = {
  /** The same object for all messages of one connection. */
  readonly key: object
  /** Undefined over HTTP. */
  readonly connection?: Connection
  /** Whether nobody is left to hear the answer. */
  isGone(): boolean
}

/** JSON-RPC without a transport. */
export interface RpcHandler {
  /** Answers one message, a request or a batch. Undefined when nothing is to be answered: it held notifications only. */
  respond(message: string, client: Client): Promise<Answer | undefined>
  /** The same for JSON that is already parsed, or text; the answer parsed. */
  handle(message: unknown): Promise<unknown>
  close(): void
}

/** A handler with a memory of its own: filters and impersonations belong to it. */
export function createRpcHandler(context: RpcContext, limits: RpcLimits = DEFAULT_LIMITS): RpcHandler {
  const methods = methodTable(context.config.isDev)
  const turns = createTurns()
  const services: Services = {
    ...context,
    limits,
    instance: context.instance ?? instanceOfThisRun(),
    filters: createFilters(context.archive, context.producer, limits),
    fanOut: createFanOut(context.producer, context.archive, turns, (cause) =>
      context.reportBug(cause, 'eth_subscribe'),
    ),
    impersonation: createImpersonation(),
    namespaces: [...new Set([...methods.keys()].map((name) => name.slice(0, name.indexOf('_'))))].sort(),
    devSettings: { haltsHaveData: false },
  }

  /** The result as JSON: of a heavy read from the reader, of anything else in the client's turn. */
  const resultOf = async (scope: Scope, client: object, { method: name, args }: Request): Promise<string> => {
    const method = methods.get(name)
    if (method === undefined) throw isDevMethod(name) ? devMethodOnly(name) : methodNotFound(name)
    if (method.read !== undefined && context.heavyReads !== undefined)
      return readElsewhere(services, context.heavyReads, name, args)
    const result = await turns.run(client, () => method.invoke(scope, args))
    return turns.now(() => JSON.stringify(result))
  }

  /** One request's answer; undefined for a notification. Never rejects. */
  const answer = async (scope: Scope, client: object, json: unknown): Promise<string | undefined> => {
    let request: Request | undefined
    const observe = context.onRequest === undefined ? undefined : startClock(context.onRequest)
    try {
      request = readRequest(json)
      const result = await resultOf(scope, client, request)
      observe?.(request.method, 0)
      return request.isNotification ? undefined : resultText(request.id, result)
    } catch (cause) {
      const error = errorOf(cause, request, services)
      // Names come from clients: only those of the table are told, or there would be no end of them.
      observe?.(methods.has(request?.method ?? '') ? (request?.method ?? '') : 'unknown', error.rpcCode)
      return request?.isNotification === true ? undefined : errorText(idOf(json), error)
    }
  }

  const answerBatch = async (scope: Scope, client: object, batch: readonly unknown[]): Promise<string | undefined> => {
    if (batch.length === 0) return errorText(null, invalidRequest('empty batch'))
    if (batch.length > limits.maxBatchItems) {
      const problem = `batch too large: ${batch.length} requests, at most ${limits.maxBatchItems}`
      return errorText(null, invalidRequest(problem))
    }
    return answerInOrder(batch, limits.maxBatchResponseBytes, (item) => answer(scope, client, item))
  }

  const respond = async (message: string, client: Client): Promise<Answer | undefined> => {
    const json = turns.now(() => parse(message))
    if (json === undefined) return { text: errorText(null, parseError), afterSending: () => undefined }
    const actions: (() => void)[] = []
    const scope: Scope = {
      ...services,
      connection: client.connection,
      isGone: client.isGone,
      afterAnswer: (action) => void actions.push(action),
    }
    const text = await (Array.isArray(json) ? answerBatch(scope, client.key, json) : answer(scope, client.key, json))
    const afterSending = () => {
      for (const action of actions) action()
    }
    if (text !== undefined) return { text, afterSending }
    afterSending()
    return undefined
  }

  const inProcess: Client = { key: services, isGone: () => false }
  return {
    respond,
    async handle(message) {
      const response = await respond(typeof message === 'string' ? message : JSON.stringify(message), inProcess)
      return response === undefined ? undefined : JSON.parse(response.text)
    },
    close() {
      services.filters.close()
      services.fanOut.close()
    },
  }
}

function instanceOfThisRun(): ChainInstance {
  const draw = () => toHex(randomBytes(32))
  let id = draw()
  return {
    id: () => id,
    renew() {
      id = draw()
    },
  }
}

/** Begins to measure a request; what it returns ends that. */
function startClock(observer: RequestObserver): (method: string, code: number) => void {
  const startMs = performance.now()
  return (method, code) => observer(method, code, performance.now() - startMs)
}

const parseError = new RpcError(RPC_CODES.parseError, 'parse error')

/** Undefined, which no JSON means, when the text is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a client is told of something thrown. A bug is reported to the node, and the client is told nothing of it. */
function errorOf(cause: unknown, request: Request | undefined, { reportBug }: Services): RpcError {
  if (cause instanceof RpcError) return cause
  if (cause instanceof BaseError) return refused(cause.message)
  reportBug(cause, request?.method ?? 'an invalid request')
  return new RpcError(RPC_CODES.internal, 'internal error')
}
