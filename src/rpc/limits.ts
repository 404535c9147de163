/** What one client may ask of the node. Infinity where there is no limit. */
export type RpcLimits = {
  readonly maxBodyBytes: number
  readonly maxBatchItems: number
  readonly maxBatchResponseBytes: number
  /** `eth_getLogs`: blocks in the range. */
  readonly maxLogBlocks: number
  /** `eth_getLogs`: logs in the answer. A single block is answered whatever it holds. */
  readonly maxLogs: number
  /** WebSockets. */
  readonly maxConnections: number
  /** Connections of HTTP, besides WebSockets. */
  readonly maxHttpConnections: number
  /** Per WebSocket connection; all together have {@link CLIENT_SHARES} times as many. */
  readonly maxSubscriptions: number
  /** A client that lets this much pile up is dropped: {@link CLIENT_SHARES} times as much of all clients together, too. */
  readonly maxBufferedBytes: number
}

/** What all clients together may take of the node, in shares of one client. */
export const CLIENT_SHARES = 8

/** Close to geth's and reth's figures, so that clients that live with them live with us. */
export const DEFAULT_LIMITS: RpcLimits = {
  maxBodyBytes: 5 * 1024 * 1024,
  maxBatchItems: 1000,
  maxBatchResponseBytes: 25 * 1000 * 1000,
  maxLogBlocks: 10_000,
  maxLogs: 20_000,
  maxConnections: 100,
  maxHttpConnections: 1_000,
  maxSubscriptions: 1024,
  maxBufferedBytes: 8 * 1024 * 1024,
}

/** A development node's: logs of any range, as other development nodes answer. 500,000 are about 300 MB of JSON. */
export const DEV_LIMITS: RpcLimits = { ...DEFAULT_LIMITS, maxLogBlocks: Number.POSITIVE_INFINITY, maxLogs: 500_000 }
