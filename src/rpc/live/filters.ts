import { randomBytes } from 'node:crypto'
import type { Archive, ChainEvent, ChainFeed, LocatedLog, LogQuery } from '../../chain/index.ts'
import { assert, type Hash, toHex } from '../../primitives/index.ts'
import type { LogFilter, LogPattern } from '../codec/logFilter.ts'
import { invalidParams, refused } from '../error.ts'
import type { Json } from '../json.ts'
import type { RpcLimits } from '../limits.ts'
import { numberOf, requireBlock } from '../query/blocks.ts'
import { collectLogs, findLogs, lastAllowedBlock, NO_END } from '../query/logs.ts'
import { logView } from '../view/log.ts'

/** A filter that nobody asks for this long is gone. geth's figure. */
const FILTER_LIFETIME_MS = 5 * 60 * 1000
/** Open filters, and hashes that a filter of pending transactions holds until it is asked: 160 MB at the very worst. */
const MAX_FILTERS = 2_000
const MAX_PENDING_HASHES = 10_000

/**
 * Polled filters. A filter of blocks or logs is only a cursor into the chain, so it costs nothing while nobody asks and
 * cannot miss or repeat a block; a filter of pending transactions has to remember them.
 */
export interface Filters {
  addBlocks(): string
  addLogs(filter: LogFilter): string
  addPendingTransactions(): string
  /** What happened since the last call. Throws `filter not found`. */
  changes(id: string): Promise<Json>
  /** All logs that a log filter matches. Throws `filter not found`, for other filters too. */
  logs(id: string): Promise<Json>
  remove(id: string): boolean
  close(): void
}

type LogCursor = { readonly kind: 'logs'; readonly pattern: LogPattern; readonly bounds: Range; nextBlock: bigint }

type Kind =
  | LogCursor
  | { readonly kind: 'blocks'; nextBlock: bigint }
  | { readonly kind: 'pendingTransactions'; readonly hashes: Hash[] }

type Filter = Kind & { lastUsedMs: number }

/** Filters over one chain. `close` stops listening to it. */
export function createFilters(archive: Archive, producer: ChainFeed, limits: RpcLimits): Filters {
  const filters = new Map<string, Filter>()

  const add = (kind: Kind): string => {
    dropExpired(filters)
    if (filters.size >= MAX_FILTERS) throw refused(`there are ${MAX_FILTERS} open filters: uninstall some`)
    const id = newId()
    filters.set(id, { ...kind, lastUsedMs: Date.now() })
    return id
  }

  const use = (id: string): Filter => {
    dropExpired(filters)
    const filter = filters.get(id)
    if (filter === undefined) throw refused('filter not found')
    filter.lastUsedMs = Date.now()
    return filter
  }

  const unsubscribe = producer.subscribe((event) => {
    if (event.kind === 'block') dropExpired(filters)
    else for (const filter of filters.values()) notice(filter, event)
  })

  return {
    addBlocks: () => add({ kind: 'blocks', nextBlock: archive.head().blockNumber + 1n }),
    addLogs: (filter) =>
      add({
        kind: 'logs',
        pattern: filter,
        bounds: boundsOf(archive, filter),
        nextBlock: archive.head().blockNumber + 1n,
      }),
    addPendingTransactions: () => add({ kind: 'pendingTransactions', hashes: [] }),
    async changes(id) {
      const filter = use(id)
      switch (filter.kind) {
        case 'pendingTransactions':
          return filter.hashes.splice(0)
        case 'blocks':
          return hashesOf(archive, nextRange(filter, archive, limits))
        case 'logs':
          return (await nextLogs(filter, archive, limits)).map(logView)
      }
    },
    async logs(id) {
      const filter = use(id)
      if (filter.kind !== 'logs') throw refused('filter not found')
      const query = queryOf(filter, { from: 0n, to: archive.head().blockNumber })
      return query === undefined ? [] : (await findLogs(archive, query, limits)).map(logView)
    },
    remove: (id) => filters.delete(id),
    close() {
      unsubscribe()
      filters.clear()
    },
  }
}

/** A name that cannot be guessed: 16 random bytes. */
export function newId(): string {
  return toHex(randomBytes(16))
}

/** Takes in what a filter has to remember of an event that is not a block: those stand in the chain. */
function notice(filter: Filter, event: Exclude<ChainEvent, { readonly kind: 'block' }>): void {
  if (filter.kind === 'pendingTransactions') {
    const hasRoom = filter.hashes.length < MAX_PENDING_HASHES
    if (event.kind === 'pendingTransaction' && hasRoom) filter.hashes.push(event.transaction.hash)
  } else if (event.kind === 'rewound') {
    const next = event.head.blockNumber + 1n
    if (filter.nextBlock > next) filter.nextBlock = next
  }
}

function dropExpired(filters: Map<string, Filter>): void {
  const oldestMs = Date.now() - FILTER_LIFETIME_MS
  for (const [id, { lastUsedMs }] of filters) if (lastUsedMs < oldestMs) filters.delete(id)
}

type Range = { readonly from: bigint; readonly to: bigint }

/** The blocks that a filter has not told of yet, as many as one answer may cover, and moves the filter behind them. */
function nextRange(filter: { nextBlock: bigint }, archive: Archive, limits: RpcLimits): Range {
  const head = archive.head().blockNumber
  const from = filter.nextBlock
  const lastAllowed = lastAllowedBlock(from, limits)
  const to = head < lastAllowed ? head : lastAllowed
  if (to >= from) filter.nextBlock = to + 1n
  return { from, to }
}

/** The blocks that a filter is about, fixed when it is made: it begins at the head and has no end unless it says so. */
function boundsOf(archive: Archive, { range }: LogFilter): Range {
  if (range.kind === 'block') {
    const number = requireBlock(archive, { kind: 'hash', hash: range.hash }).header.number
    return { from: number, to: number }
  }
  const isOpen = range.to === undefined || (range.to.kind === 'tag' && range.to.tag !== 'earliest')
  const bounds = { from: numberOf(archive, range.from), to: isOpen ? NO_END : numberOf(archive, range.to) }
  if (bounds.from > bounds.to) throw invalidParams('invalid block range params')
  return bounds
}

function hashesOf(archive: Archive, { from, to }: Range): Json {
  const hashes: Hash[] = []
  for (let number = from; number <= to; number += 1n) {
    const hash = archive.blockHash(number)
    assert(hash !== undefined, 'every number up to the head names a block')
    hashes.push(hash)
  }
  return hashes
}

/** The next logs, as many whole blocks of them as one answer may hold; what is left comes with the next question. */
async function nextLogs(filter: LogCursor, archive: Archive, limits: RpcLimits): Promise<readonly LocatedLog[]> {
  const query = queryOf(filter, nextRange(filter, archive, limits))
  if (query === undefined) return []
  const { logs, lastBlock } = await collectLogs(archive, query, limits)
  if (lastBlock < query.toBlock && filter.nextBlock > lastBlock) filter.nextBlock = lastBlock + 1n
  return logs
}

/** What to ask of the chain for the part of a range that a filter is about; undefined when there is none. */
function queryOf({ pattern, bounds }: LogCursor, { from, to }: Range): LogQuery | undefined {
  const fromBlock = from > bounds.from ? from : bounds.from
  const toBlock = to < bounds.to ? to : bounds.to
  const { addresses, topics } = pattern
  return fromBlock > toBlock ? undefined : { addresses, topics, fromBlock, toBlock }
}
