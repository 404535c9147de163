import type { RpcAccess } from '../node/index.ts'
import type { Arguments, Option } from './command.ts'
import { integer, listOf } from './options.ts'

/** Whom a node's RPC answers and how much, for every command that starts a node. */
export const rpcOptions = {
  cors: {
    type: 'string',
    value: 'origins',
    summary: 'further web origins that may call, separated by commas; * for all',
  },
  vhosts: {
    type: 'string',
    value: 'names',
    summary: 'further host names that clients may use for this node, separated by commas; * for all',
  },
  'logs-range': { type: 'string', value: 'blocks', summary: 'eth_getLogs: blocks in a range; 0 for no limit' },
  'max-logs': { type: 'string', value: 'number', summary: 'eth_getLogs: logs in an answer' },
  'max-body': { type: 'string', value: 'bytes', summary: 'size of a request (default 5242880)' },
  'max-batch': { type: 'string', value: 'number', summary: 'requests in a batch (default 1000)' },
  'max-batch-response': {
    type: 'string',
    value: 'bytes',
    summary: 'size of the answers to a batch (default 25000000)',
  },
  'max-connections': { type: 'string', value: 'number', summary: 'open WebSockets (default 100)' },
  'max-http-connections': { type: 'string', value: 'number', summary: 'open HTTP connections (default 1000)' },
  'max-subscriptions': { type: 'string', value: 'number', summary: 'subscriptions of a WebSocket (default 1024)' },
  'max-buffer': {
    type: 'string',
    value: 'bytes',
    summary: 'unread answers after which a slow WebSocket is dropped (default 8388608)',
  },
} as const satisfies Readonly<Record<string, Option>>

/** The options that are whole numbers, and the limit that each sets. */
const LIMITS = [
  ['max-logs', 'maxLogs', 10_000_000n],
  ['max-body', 'maxBodyBytes', 256n << 20n],
  ['max-batch', 'maxBatchItems', 1_000_000n],
  ['max-batch-response', 'maxBatchResponseBytes', 256n << 20n],
  ['max-connections', 'maxConnections', 65_535n],
  ['max-http-connections', 'maxHttpConnections', 65_535n],
  ['max-subscriptions', 'maxSubscriptions', 1_000_000n],
  ['max-buffer', 'maxBufferedBytes', 1n << 30n],
] as const

/** What of {@link rpcOptions} was given, and the rest as in `base`. Throws `UsageError`. */
export function rpcOf(args: Arguments, base: RpcAccess = { corsOrigins: [] }): RpcAccess {
  const given = LIMITS.flatMap(([option, limit, most]) =>
    args.text(option) === undefined ? [] : [[limit, integer(args, option, 1n, most)] as const],
  )
  const range = args.text('logs-range') === undefined ? undefined : integer(args, 'logs-range', 0n, 2n ** 53n - 1n)
  return {
    corsOrigins: listOf(args, 'cors') ?? base.corsOrigins,
    hosts: listOf(args, 'vhosts') ?? base.hosts ?? [],
    limits: {
      ...base.limits,
      ...Object.fromEntries(given),
      ...(range !== undefined && { maxLogBlocks: range === 0 ? Number.POSITIVE_INFINITY : range }),
    },
  }
}
