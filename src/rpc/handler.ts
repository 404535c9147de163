import { randomBytes } from 'node:crypto'
import { BaseError, toHex } from '../primitives/index.ts'
import type { RpcContext } from './context.ts'
import { invalidParams, methodNotFound, RPC_CODES, RpcError, refused } from './error.ts'
import { isJsonObject, type Json } from './json.ts'
import { DEFAULT_LIMITS, type RpcLimits } from './limits.ts'
import { createFilters } from './live/filters.ts'
import { methodTable } from './methods/table.ts'
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
    instanceId: toHex(randomBytes(32)),
  }

  const run = async (scope: Scope, request: Request): Promise<Json> => {
    const method = methods.get(request.method)
    if (method === undefined) throw methodNotFound(request.method)
    return method.invoke(scope, request.args)
  }

  /** One request's answer; undefined for a notification. Never rejects. */
  const answer = async (scope: Scope, json: unknown): Promise<string | undefined> => {
    let request: Request | undefined
    try {
      request = readRequest(json)
      const result = await run(scope, request)
      return request.isNotification ? undefined : resultText(request.id, result)
    } catch (cause) {
      if (request?.isNotification === true) return undefined
      const id = request?.id ?? idOf(json)
      return errorText(
        id,
        errorOf(cause, (bug) => services.reportBug(bug, request?.method ?? '')),
      )
    }
  }

  const answerBatch = async (scope: Scope, items: readonly unknown[]): Promise<string | undefined> => {
    if (items.length === 0) return errorText(null, invalidRequest('empty batch'))
    if (items.length > limits.maxBatchItems) {
      return errorText(
        null,
        invalidRequest(`batch too large: ${items.length} requests, at most ${limits.maxBatchItems}`),
      )
    }
    // They begin in order, so that what needs no waiting (a nonce, a snapshot) happens in order.
    const answers = await Promise.all(items.map((item) => answer(scope, item)))
    return joinBatch(items, answers, limits.maxBatchResponseBytes)
  }

  const respond = async (message: string, connection?: Connection): Promise<Answer | undefined> => {
    const after: (() => void)[] = []
    const scope: Scope = { ...services, connection, afterAnswer: (action) => void after.push(action) }
    const text = await answerText(message, scope)
    const afterSending = () => {
      for (const action of after) action()
    }
    if (text !== undefined) return { text, afterSending }
    afterSending()
    return undefined
  }

  const answerText = async (message: string, scope: Scope): Promise<string | undefined> => {
    let json: unknown
    try {
      json = JSON.parse(message)
    } catch {
      return errorText(null, new RpcError(RPC_CODES.parseError, 'parse error'))
    }
    return Array.isArray(json) ? answerBatch(scope, json) : answer(scope, json)
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

type Request = {
  readonly id: unknown
  readonly isNotification: boolean
  readonly method: string
  readonly args: readonly unknown[]
}

function readRequest(json: unknown): Request {
  if (!isJsonObject(json)) throw invalidRequest('invalid request: want an object')
  const { jsonrpc, id, method, params } = json
  if (jsonrpc !== '2.0') throw invalidRequest('invalid request: jsonrpc is not "2.0"')
  if (typeof method !== 'string') throw invalidRequest('invalid request: method is not text')
  if (params !== undefined && params !== null && !Array.isArray(params)) throw invalidParams('params is not a list')
  return { id, isNotification: !('id' in json), method, args: params ?? [] }
}

function invalidRequest(problem: string): RpcError {
  return new RpcError(RPC_CODES.invalidRequest, problem)
}

function idOf(json: unknown): unknown {
  return isJsonObject(json) ? json.id : null
}

/** What a client is told of something thrown. Only bugs are reported, and are told nothing of. */
function errorOf(cause: unknown, reportBug: (cause: unknown) => void): RpcError {
  if (cause instanceof RpcError) return cause
  if (cause instanceof BaseError) return refused(cause.message)
  reportBug(cause)
  return new RpcError(RPC_CODES.internal, 'internal error')
}

function resultText(id: unknown, result: Json): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result })
}

/** An error answer as it is sent. */
export function errorText(id: unknown, { rpcCode, message, data }: RpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code: rpcCode, message, data } })
}

/** Joins answers until their size reaches the limit; the others are told that there was no room. */
function joinBatch(
  items: readonly unknown[],
  answers: readonly (string | undefined)[],
  maxBytes: number,
): string | undefined {
  let room = maxBytes
  const texts: string[] = []
  for (const [index, text] of answers.entries()) {
    if (text === undefined) continue
    room -= Buffer.byteLength(text)
    const tooLarge = new RpcError(RPC_CODES.responseTooLarge, 'response too large')
    texts.push(room >= 0 ? text : errorText(idOf(items[index]), tooLarge))
  }
  return texts.length === 0 ? undefined : `[${texts.join(',')}]`
}
