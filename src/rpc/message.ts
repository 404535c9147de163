import { invalidParams, RPC_CODES, RpcError } from './error.ts'
import { isJsonObject, type Json } from './json.ts'

/** One request, its envelope checked. A notification is a request without an id: nobody waits for its answer. */
export type Request = {
  readonly id: unknown
  readonly isNotification: boolean
  readonly method: string
  readonly args: readonly unknown[]
}

/** Reads a request. Throws -32600, or -32602 for arguments by name, which no Ethereum node takes. Source: JSON-RPC 2.0. */
export function readRequest(json: unknown): Request {
  if (!isJsonObject(json)) throw invalidRequest('invalid request: want an object')
  const { jsonrpc, id, method, params } = json
  if (jsonrpc !== '2.0') throw invalidRequest('invalid request: jsonrpc is not "2.0"')
  if (typeof method !== 'string') throw invalidRequest('invalid request: method is not text')
  if (params !== undefined && params !== null && !Array.isArray(params)) throw invalidParams('params is not a list')
  return { id, isNotification: !('id' in json), method, args: params ?? [] }
}

/** -32600: this is not a request. */
export function invalidRequest(problem: string): RpcError {
  return new RpcError(RPC_CODES.invalidRequest, problem)
}

/** The id that an answer to this JSON carries; undefined where there is none. */
export function idOf(json: unknown): unknown {
  return isJsonObject(json) ? json.id : undefined
}

/** An answer as it is sent. */
export function resultText(id: unknown, result: Json): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result })
}

/** An error answer as it is sent; without an id to name, the id is null. */
export function errorText(id: unknown, { rpcCode, message, data }: RpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code: rpcCode, message, data } })
}

/**
 * Joins the answers of a batch, each beside its request; undefined ones were notifications. Once they are larger than
 * `maxBytes` the rest is told that there was no room. Undefined when there is nothing to say.
 */
export function joinAnswers(
  requests: readonly unknown[],
  answers: readonly (string | undefined)[],
  maxBytes: number,
): string | undefined {
  const tooLarge = new RpcError(RPC_CODES.responseTooLarge, 'response too large')
  let room = maxBytes
  const texts: string[] = []
  for (const [index, text] of answers.entries()) {
    if (text === undefined) continue
    room -= Buffer.byteLength(text)
    texts.push(room >= 0 ? text : errorText(idOf(requests[index]), tooLarge))
  }
  return texts.length === 0 ? undefined : `[${texts.join(',')}]`
}
