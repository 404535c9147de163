import { type ChainEvent, type LocatedLog, locateLogs } from '../../chain/index.ts'
import { headerView } from '../view/block.ts'
import { logView } from '../view/log.ts'
import { pendingTransactionView } from '../view/transaction.ts'

/**
 * An event with the JSON that subscribers are sent of it. Each text is made once, for the first who needs it: a hundred
 * thousand subscriptions to heads cost one header's JSON.
 */
export type News = {
  readonly event: ChainEvent
  head(): string
  transaction(isFull: boolean): string
  /** The logs of a block, in order, each with its JSON. */
  logs(): readonly { readonly log: LocatedLog; text(): string }[]
}

/** Wraps an event. Each text is only asked for where the event has it. */
export function newsOf(event: ChainEvent): News {
  const produced = event.kind === 'block' ? event.produced : undefined
  const transaction = event.kind === 'pendingTransaction' ? event.transaction : undefined
  const full = once(() => (transaction === undefined ? 'null' : JSON.stringify(pendingTransactionView(transaction))))
  return {
    event,
    head: once(() => (produced === undefined ? 'null' : JSON.stringify(headerView(produced.block)))),
    transaction: (isFull) => (isFull ? full() : JSON.stringify(transaction?.hash ?? null)),
    logs: once(() =>
      produced === undefined
        ? []
        : locateLogs(produced.block, produced.receipts).map((log) => ({
            log,
            text: once(() => JSON.stringify(logView(log))),
          })),
    ),
  }
}

function once<value>(make: () => value): () => value {
  let made: { readonly value: value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
