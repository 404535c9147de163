import { type Archive, type ChainEvent, type LocatedLog, locateLogs } from '../../chain/index.ts'
import { headerView } from '../view/block.ts'
import { logView } from '../view/log.ts'
import { pendingTransactionView } from '../view/transaction.ts'

/**
 * An event with the JSON that subscribers are sent of it. Each text is made once, for the first who needs it: a hundred
 * thousand subscriptions to heads cost one header's JSON.
 */
export type News = {
  readonly event: ChainEvent
  /** The headers of the blocks that the event is about, ascending. */
  heads(): readonly string[]
  transaction(isFull: boolean): string
  /** The logs of a block, in order, each with its JSON. */
  logs(): readonly { readonly log: LocatedLog; text(): string }[]
}

/** Where the headers of blocks are found that an event only names. */
export type HeaderSource = Pick<Archive, 'blockHash' | 'header' | 'head'>

/** Wraps an event. Each text is only asked for where the event has it. */
export function newsOf(event: ChainEvent, archive: HeaderSource): News {
  const produced = event.kind === 'block' ? event.produced : undefined
  const transaction = event.kind === 'pendingTransaction' ? event.transaction : undefined
  const full = once(() => (transaction === undefined ? 'null' : JSON.stringify(pendingTransactionView(transaction))))
  return {
    event,
    heads: once(() =>
      event.kind === 'idleBlocks'
        ? storedHeads(archive, event)
        : produced === undefined
          ? []
          : [JSON.stringify(headerView(produced.block))],
    ),
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

/** Of as many of these blocks as the chain has: they may have been taken back since. */
function storedHeads(archive: HeaderSource, { first, last }: { readonly first: bigint; readonly last: bigint }) {
  const newest = archive.head().blockNumber
  const heads: string[] = []
  for (let number = first; number <= last && number <= newest; number += 1n) {
    const hash = archive.blockHash(number)
    const header = hash === undefined ? undefined : archive.header(hash)
    if (hash !== undefined && header !== undefined) heads.push(JSON.stringify(headerView({ hash, header })))
  }
  return heads
}

function once<value>(make: () => value): () => value {
  let made: { readonly value: value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
