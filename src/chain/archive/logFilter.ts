import { assert, type Bytes, type Log } from '../../primitives/index.ts'
import type { LocatedLog, LogQuery } from '../archive.ts'
import type { Block, Receipt } from '../block.ts'
import { type BloomBits, bitsOf, mayHold } from '../codec/bloom.ts'

/** What logs must be like, and what it takes for a bloom to hold such a log. */
export type LogFilter = {
  /** False only when nothing with this bloom can match. */
  readonly mayMatch: (bloom: Bytes) => boolean
  readonly matches: (log: Log) => boolean
}

/**
 * The filter of a query's addresses and topics. A log with fewer topics than the query has positions does not match,
 * even where these are open: so does geth.
 */
export function createLogFilter({ addresses, topics }: Pick<LogQuery, 'addresses' | 'topics'>): LogFilter {
  const emitters = new Set(addresses)
  const positions = topics.map((alternatives) => new Set(alternatives))
  /** What satisfies each condition, as bits of a bloom; conditions that anything satisfies are left out. */
  const conditions: readonly (readonly BloomBits[])[] = [addresses, ...topics]
    .filter((alternatives) => alternatives.length > 0)
    .map((alternatives) => alternatives.map(bitsOf))
  return {
    mayMatch: (bloom) => conditions.every((alternatives) => alternatives.some((bits) => mayHold(bloom, bits))),
    matches: (log) =>
      (emitters.size === 0 || emitters.has(log.address)) &&
      positions.every((alternatives, position) => {
        const topic = log.topics[position]
        return topic !== undefined && (alternatives.size === 0 || alternatives.has(topic))
      }),
  }
}

/** A block's logs in order, each with its place. */
export function locateLogs(block: Block, receipts: readonly Receipt[]): readonly LocatedLog[] {
  let logIndex = 0
  return receipts.flatMap(({ logs }, transactionIndex) => {
    const transaction = block.transactions[transactionIndex]
    assert(transaction !== undefined, 'every receipt has its transaction')
    return logs.map((log) => ({
      ...log,
      blockHash: block.hash,
      blockNumber: block.header.number,
      blockTimestampSeconds: block.header.timestampSeconds,
      transactionHash: transaction.hash,
      transactionIndex,
      logIndex: logIndex++,
    }))
  })
}
