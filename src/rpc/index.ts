/**
 * RPC: Ethereum's JSON-RPC as wallets, libraries and explorers speak it.
 *
 *   HTTP POST --+                        +-> codecs: untrusted JSON -> our values, or -32602 naming the place
 *               +-> handler -> method ---+-> chain: archive, pool, producer, simulator
 *   WebSocket --+     |        (table)   +-> views: our values -> exactly the specification's keys
 *                     +-- batches, notifications, error codes
 *
 * One table (methods/table.ts) holds every method: its codecs type its handler, and docs/rpc.md is drawn from it. Real
 * clients decide by codes and texts, so both are part of the interface; test/unit/rpc holds each to the letter.
 *
 * - P1 *Nothing untrusted passes a codec.* Behind it there are only our types.
 * - P2 *Every element is answered on its own.* One bad request spoils neither its batch nor its connection.
 * - P3 *-32603 means a bug of ours*, is reported as one, and tells the client nothing. Clients retry it.
 * - P4 *Results have the specification's keys*, no more: what is ours alone does not hide in `eth_` objects.
 * - P5 *Bounded.* Body, batch, logs, filters, connections, subscriptions and buffers have limits (limits.ts).
 * - P6 *Nobody else's page gets in*: Host and Origin are checked before anything is read.
 */
export type * from './consensus.ts'
export type { ChainInstance, NetworkStatus, RequestObserver, RpcConfig, RpcContext } from './context.ts'
export { RpcError } from './error.ts'
export { type Answer, createRpcHandler, type RpcHandler } from './handler.ts'
export type { HeavyRead, HeavyReadOutcome, HeavyReads } from './heavyReads.ts'
export { DEFAULT_LIMITS, DEV_LIMITS, type RpcLimits } from './limits.ts'
export type { Availability, Method } from './method.ts'
export { METHODS } from './methods/table.ts'
export { runHeavyRead } from './runHeavyRead.ts'
export { isLoopback } from './server/access.ts'
export { addHealthRoutes } from './server/health.ts'
export { listen } from './server/listen.ts'
export { createRpcServer, type RpcServer, type RpcServerOptions } from './server/server.ts'
export type { WebSocketLoad } from './server/webSocket.ts'
export { createDevWallet, type DevWallet } from './wallet.ts'
