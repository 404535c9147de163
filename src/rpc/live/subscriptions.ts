import { createLogFilter } from '../../chain/index.ts'
import { type Hash, unreachable } from '../../primitives/index.ts'
import type { LogPattern } from '../codec/logFilter.ts'
import { RPC_CODES, RpcError, refused } from '../error.ts'
import { CLIENT_SHARES } from '../limits.ts'
import type { Connection, Scope, Services } from '../scope.ts'
import { receiptView } from '../view/receipt.ts'
import { newId } from './filters.ts'
import type { News } from './news.ts'

/** What a client wants to be told of. */
export type Topic =
  | { readonly kind: 'newHeads' }
  | { readonly kind: 'logs'; readonly pattern: LogPattern }
  | { readonly kind: 'newPendingTransactions'; readonly isFull: boolean }
  /** Undefined is told of all transactions. */
  | { readonly kind: 'transactionReceipts'; readonly hashes: ReadonlySet<Hash> | undefined }
  | { readonly kind: 'syncing' }

/** What a topic has to say of news: any number of messages, as JSON. */
type Reporter = (news: News) => readonly string[]

function createReporter(topic: Topic, services: Services): Reporter {
  switch (topic.kind) {
    case 'newHeads':
      return (news) => news.heads()
    case 'logs':
      return logReporter(topic.pattern)
    case 'newPendingTransactions':
      return (news) => (news.event.kind === 'pendingTransaction' ? [news.transaction(topic.isFull)] : [])
    case 'transactionReceipts':
      return receiptReporter(topic.hashes, services)
    case 'syncing':
      return () => []
    default:
      return unreachable(topic)
  }
}

function logReporter(pattern: LogPattern): Reporter {
  const filter = createLogFilter(pattern)
  return (news) => {
    if (news.event.kind !== 'block' || !filter.mayMatch(news.event.produced.block.header.logsBloom)) return []
    return news
      .logs()
      .filter(({ log }) => filter.matches(log))
      .map(({ text }) => text())
  }
}

/** One message for a block that has any of them: the receipts, in order. Source: geth's `TransactionReceipts`. */
function receiptReporter(hashes: ReadonlySet<Hash> | undefined, { config }: Services): Reporter {
  return ({ event }) => {
    if (event.kind !== 'block') return []
    const { produced } = event
    const receipts = produced.block.transactions.flatMap(({ hash }, index) =>
      hashes === undefined || hashes.has(hash) ? [receiptView(produced, index, config.rules)] : [],
    )
    return receipts.length === 0 ? [] : [JSON.stringify(receipts)]
  }
}

/** Subscribes the request's connection and returns the subscription's id. The first message comes after the answer. */
export function subscribe(scope: Scope, topic: Topic): string {
  const connection = connectionOf(scope)
  if (connection.subscriptions.size >= scope.limits.maxSubscriptions) {
    throw refused(`this connection has ${scope.limits.maxSubscriptions} subscriptions: end some`)
  }
  const maxOfAll = CLIENT_SHARES * scope.limits.maxSubscriptions
  if (scope.fanOut.size >= maxOfAll) throw refused(`this node has ${maxOfAll} subscriptions: try again later`)
  const id = newId()
  // A node serves what it has executed: it never syncs, and says so once.
  let early: string[] | undefined = topic.kind === 'syncing' ? [notification(id, 'false')] : []
  const report = createReporter(topic, scope)
  const stop = scope.fanOut.add(connection, (news) => {
    for (const message of report(news)) {
      const text = notification(id, message)
      if (early === undefined) connection.send(text)
      else early.push(text)
    }
  })
  connection.subscriptions.set(id, { kind: topic.kind, end: stop })
  scope.afterAnswer(() => {
    for (const text of early ?? []) connection.send(text)
    early = undefined
  })
  return id
}

/** Ends a subscription of the request's connection. */
export function unsubscribe(scope: Scope, id: string): void {
  const { subscriptions } = connectionOf(scope)
  const subscription = subscriptions.get(id)
  if (subscription === undefined) throw refused('subscription not found')
  subscriptions.delete(id)
  subscription.end()
}

/** Ends all of a connection's subscriptions. */
export function unsubscribeAll({ subscriptions }: Connection): void {
  for (const { end } of subscriptions.values()) end()
  subscriptions.clear()
}

function connectionOf({ connection }: Scope): Connection {
  if (connection === undefined) throw new RpcError(RPC_CODES.methodNotFound, 'notifications not supported')
  return connection
}

function notification(subscription: string, result: string): string {
  return `{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"${subscription}","result":${result}}}`
}
