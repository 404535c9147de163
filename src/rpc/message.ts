import { invalidParams, RPC_CODES, RpcError } from './error.ts'
import { isJsonObject } from './json.ts'

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

/** An answer as it is sent; `result` is JSON. */
export function resultText(id: unknown, result: string): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${result}}`
}

/** An error answer as it is sent; without an id to name, the id is null. */
export function errorText(id: unknown, { rpcCode, message, data }: RpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code: rpcCode, message, data } })
}
