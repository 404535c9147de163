import { BaseError } from '../primitives/index.ts'
import type { Json } from './json.ts'

/** Codes of JSON-RPC 2.0 and the ones that Ethereum's clients decide by. Source: EIP-1474, geth's `rpc/errors.go`. */
export const RPC_CODES = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  /** Poison for clients, which retry it: only for bugs of ours. */
  internal: -32603,
  /** Everything that was understood and refused. */
  server: -32000,
  responseTooLarge: -32003,
  /** The call reverted; `data` is the revert data as one hex string. */
  reverted: 3,
  /** geth's code for blocks that this node never had or has given up (EIP-4444). */
  pruned: 4444,
  /** EIP-7966: sent, but no block took it in time; `data` is the transaction's hash. */
  receiptTimeout: 4,
  /** EIP-7966: sent, but it waits for an earlier nonce; `data` is the transaction's hash. */
  notReady: 5,
} as const

/** An answer that is an error. Its message goes to the client as it stands, so it never holds raw bytes. */
export class RpcError extends BaseError {
  override readonly name = 'RpcError'
  readonly rpcCode: number
  /** Absent from the answer when undefined. */
  readonly data: Json | undefined

  constructor(rpcCode: number, message: string, data?: Json) {
    super('RPC_REFUSED', message)
    this.rpcCode = rpcCode
    this.data = data
  }
}

/** -32602: the request itself is wrong; sending it again will not help. */
export function invalidParams(message: string): RpcError {
  return new RpcError(RPC_CODES.invalidParams, message)
}

/** -32000: understood and refused. */
export function refused(message: string): RpcError {
  return new RpcError(RPC_CODES.server, message)
}

/** -32601 in the words that ethers looks for. */
export function methodNotFound(method: string): RpcError {
  return new RpcError(RPC_CODES.methodNotFound, `the method ${method} does not exist/is not available`)
}

/** -32601 for what only a development node does. */
export function devMethodOnly(method: string): RpcError {
  const text = `the method ${method} does not exist/is not available: it is for development nodes, and this node is part of a network`
  return new RpcError(RPC_CODES.methodNotFound, text)
}
