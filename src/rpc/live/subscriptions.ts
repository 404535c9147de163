import { type ChainEvent, createLogFilter, type ExecutedBlock, locateLogs } from '../../chain/index.ts'
import { type SignedTransaction, unreachable } from '../../primitives/index.ts'
import type { LogPattern } from '../codec/logFilter.ts'
import { RPC_CODES, RpcError, refused } from '../error.ts'
import type { Json } from '../json.ts'
import type { Connection, Scope } from '../scope.ts'
import { headerView } from '../view/block.ts'
import { logView } from '../view/log.ts'
import { pendingTransactionView } from '../view/transaction.ts'
import { newId } from './filters.ts'

/** What a client wants to be told of. */
export type Topic =
  | { readonly kind: 'newHeads' }
  | { readonly kind: 'logs'; readonly pattern: LogPattern }
  | { readonly kind: 'newPendingTransactions'; readonly isFull: boolean }

/** What a topic has to say about an event: any number of messages. */
type Reporter = (event: ChainEvent) => readonly Json[]

function createReporter(topic: Topic): Reporter {
  switch (topic.kind) {
    case 'newHeads':
      return (event) => (event.kind === 'block' ? [headerView(event.produced.block)] : [])
    case 'logs': {
      const filter = createLogFilter(topic.pattern)
      return (event) => (event.kind === 'block' ? matchingLogs(event.produced, filter) : [])
    }
    case 'newPendingTransactions':
      return (event) => (event.kind === 'pendingTransaction' ? [waitingView(event.transaction, topic.isFull)] : [])
    default:
      return unreachable(topic)
  }
}

function matchingLogs({ block, receipts }: ExecutedBlock, filter: ReturnType<typeof createLogFilter>): readonly Json[] {
  if (!filter.mayMatch(block.header.logsBloom)) return []
  return locateLogs(block, receipts).filter(filter.matches).map(logView)
}

function waitingView(transaction: SignedTransaction, isFull: boolean): Json {
  return isFull ? pendingTransactionView(transaction) : transaction.hash
}

/** Subscribes the request's connection and returns the subscription's id. The first message comes after the answer. */
export function subscribe(scope: Scope, topic: Topic): string {
  const connection = connectionOf(scope)
  if (connection.subscriptions.size >= scope.limits.maxSubscriptions) {
    throw refused(`this connection has ${scope.limits.maxSubscriptions} subscriptions: end some`)
  }
  const id = newId()
  let early: string[] | undefined = []
  const report = createReporter(topic)
  const stop = scope.producer.subscribe((event) => {
    for (const message of report(event)) {
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

function notification(subscription: string, result: Json): string {
  return JSON.stringify({ jsonrpc: '2.0', method: 'eth_subscription', params: { subscription, result } })
}
