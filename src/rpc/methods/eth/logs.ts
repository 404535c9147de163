import { listOf, optional, readMembers, required, withDefault } from '../../codec/codec.ts'
import { logFilter, logPattern } from '../../codec/logFilter.ts'
import { anything, boolean, hash, text } from '../../codec/scalars.ts'
import { RPC_CODES, RpcError } from '../../error.ts'
import { subscribe, type Topic, unsubscribe } from '../../live/subscriptions.ts'
import { defineHeavyRead, defineMethod } from '../../method.ts'
import { findLogs, logRange } from '../../query/logs.ts'
import { logView } from '../../view/log.ts'

const isFull = withDefault(boolean, false)
const filterId = { ...text, label: 'filter id' }
const subscriptionId = { ...text, label: 'subscription id' }
/** geth's bound. */
const MAX_RECEIPT_HASHES = 200
const receiptHashes = withDefault(
  required('receipt filter', (json, path) =>
    readMembers(json, path)('transactionHashes', listOf(hash, MAX_RECEIPT_HASHES)),
  ),
  undefined,
)
const topic = { ...text, label: 'topic' }
const detail = optional({ ...anything, label: 'log pattern or boolean' })
const pattern = withDefault(logPattern, { addresses: [], topics: [] })

/** What the arguments of `eth_subscribe` ask for. */
function topicOf(name: string, wish: unknown): Topic {
  switch (name) {
    case 'newHeads':
      return { kind: 'newHeads' }
    case 'logs':
      return { kind: 'logs', pattern: pattern.decode(wish, '1') }
    case 'newPendingTransactions':
      return { kind: 'newPendingTransactions', isFull: isFull.decode(wish, '1') }
    case 'transactionReceipts': {
      const hashes = receiptHashes.decode(wish, '1')
      return { kind: 'transactionReceipts', hashes: hashes === undefined ? undefined : new Set(hashes) }
    }
    case 'syncing':
      return { kind: 'syncing' }
    default:
      throw new RpcError(RPC_CODES.methodNotFound, `no "${name}" subscription in eth namespace`)
  }
}

/** Logs at once, by polling and by push; blocks and waiting transactions by the latter two. */
export const logMethods = [
  defineHeavyRead({
    name: 'eth_getLogs',
    summary: 'Logs of a range of blocks or of one block.',
    params: [logFilter],
    async handler({ archive, limits }, filter) {
      const { from, to } = logRange(archive, filter)
      const { addresses, topics } = filter
      const found = await findLogs(archive, { addresses, topics, fromBlock: from, toBlock: to }, limits)
      return found.map(logView)
    },
  }),
  defineMethod({
    name: 'eth_newFilter',
    summary: 'A polled filter of logs. Filters expire after 5 minutes without a question.',
    params: [logFilter],
    handler: ({ filters }, filter) => filters.addLogs(filter),
  }),
  defineMethod({
    name: 'eth_newBlockFilter',
    summary: "A polled filter of new blocks' hashes.",
    params: [],
    handler: ({ filters }) => filters.addBlocks(),
  }),
  defineMethod({
    name: 'eth_newPendingTransactionFilter',
    summary: "A polled filter of new transactions' hashes.",
    params: [],
    handler: ({ filters }) => filters.addPendingTransactions(),
  }),
  defineMethod({
    name: 'eth_getFilterChanges',
    summary: 'What a filter has seen since the last question.',
    params: [filterId],
    handler: ({ filters }, id) => filters.changes(id),
  }),
  defineMethod({
    name: 'eth_getFilterLogs',
    summary: 'All logs that a log filter matches.',
    params: [filterId],
    handler: ({ filters }, id) => filters.logs(id),
  }),
  defineMethod({
    name: 'eth_uninstallFilter',
    summary: 'Ends a filter; false when there was none.',
    params: [filterId],
    handler: ({ filters }, id) => filters.remove(id),
  }),
  defineMethod({
    name: 'eth_subscribe',
    summary:
      'WebSocket only: `newHeads`, `logs` (with a filter), `newPendingTransactions` (true for whole ones), `transactionReceipts` (with `{transactionHashes}`) or `syncing`.',
    params: [topic, detail],
    handler: (scope, name, wish) => subscribe(scope, topicOf(name, wish)),
  }),
  defineMethod({
    name: 'eth_unsubscribe',
    summary: 'Ends a subscription.',
    params: [subscriptionId],
    handler(scope, id) {
      unsubscribe(scope, id)
      return true
    },
  }),
]
