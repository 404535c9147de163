import { BaseError } from '../primitives/index.ts'
import type { RequestObserver, RpcContext } from './context.ts'
import { devMethodOnly, methodNotFound, RPC_CODES, RpcError, refused } from './error.ts'
import { DEFAULT_LIMITS, type RpcLimits } from './limits.ts'
import { createFilters } from './live/filters.ts'
import { errorText, idOf, invalidRequest, joinAnswers, type Request, readRequest, resultText } from './message.ts'
import { isDevMethod, methodTable } from './methods/table.ts'
import type { Connection, Scope, Services } from './scope.ts'
import { createImpersonation } from './transaction/impersonation.ts'

/** An answer on its way: its text, and what is to happen once it is sent. */
export type Answer = { readonly text: string; afterSending(): void }

/** JSON-RPC without a transport. */
export interface RpcHandler {
  /** Answers one message, a request or a batch. Undefined when nothing is to be answered: it held notifications only. */
  respond(message: string, connection?: Connection): Promise<Answer | undefined>
  /** The same for JSON that is already parsed, or text; the answer parsed. */
  handle(message: unknown): Promise<unknown>
  close(): void
}

/** A handler with a memory of its own: filters and impersonations belong to it. */
export function createRpcHandler(context: RpcContext, limits: RpcLimits = DEFAULT_LIMITS): RpcHandler {
  const methods = methodTable(context.config.isDev)
  const services: Services = {
    ...context,
    limits,
    filters: createFilters(context.archive, context.producer, limits),
    impersonation: createImpersonation(),
    namespaces: [...new Set([...methods.keys()].map((name) => name.slice(0, name.indexOf('_'))))].sort(),
    devSettings: { haltsHaveData: false },
  }

  /** One request's answer; undefined for a notification. Never rejects. */
  const answer = async (scope: Scope, json: unknown): Promise<string | undefined> => {
    let request: Request | undefined
    const observe = context.onRequest === undefined ? undefined : startClock(context.onRequest)
    try {
      request = readRequest(json)
      const method = methods.get(request.method)
      if (method === undefined) {
        throw isDevMethod(request.method) ? devMethodOnly(request.method) : methodNotFound(request.method)
      }
      const result = await method.invoke(scope, request.args)
      observe?.(request.method, 0)
      return request.isNotification ? undefined : resultText(request.id, result)
    } catch (cause) {
      const error = errorOf(cause, request, services)
      // Names come from clients: only those of the table are told, or there would be no end of them.
      observe?.(methods.has(request?.method ?? '') ? (request?.method ?? '') : 'unknown', error.rpcCode)
      return request?.isNotification === true ? undefined : errorText(idOf(json), error)
    }
  }

  const answerBatch = async (scope: Scope, batch: readonly unknown[]): Promise<string | undefined> => {
    if (batch.length === 0) return errorText(null, invalidRequest('empty batch'))
    if (batch.length > limits.maxBatchItems) {
      const problem = `batch too large: ${batch.length} requests, at most ${limits.maxBatchItems}`
      return errorText(null, invalidRequest(problem))
    }
    // They begin in order, so that what needs no waiting (a nonce, a snapshot) happens in order.
    const answers = await Promise.all(batch.map((item) => answer(scope, item)))
    return joinAnswers(batch, answers, limits.maxBatchResponseBytes)
  }

  const respond = async (message: string, connection?: Connection): Promise<Answer | undefined> => {
    const json = parse(message)
    if (json === undefined) return { text: errorText(null, parseError), afterSending: () => undefined }
    const actions: (() => void)[] = []
    const scope: Scope = { ...services, connection, afterAnswer: (action) => void actions.push(action) }
    const text = await (Array.isArray(json) ? answerBatch(scope, json) : answer(scope, json))
    const afterSending = () => {
      for (const action of actions) action()
    }
    if (text !== undefined) return { text, afterSending }
    afterSending()
    return undefined
  }

  return {
    respond,
    async handle(message) {
      const response = await respond(typeof message === 'string' ? message : JSON.stringify(message))
      return response === undefined ? undefined : JSON.parse(response.text)
    },
    close: () => services.filters.close(),
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
