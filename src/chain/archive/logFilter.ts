import type { Bytes, Log } from '../../primitives/index.ts'
import type { LocatedLog, LogQuery } from '../archive.ts'
import type { Block, Receipt } from '../block.ts'
import { type BloomBits, bitsOf, mayHold } from '../codec/bloom.ts'

/** What logs must be like, and what it takes for a bloom to hold such a log. */
export type LogFilter = {
  mayMatch(bloom: Bytes): boolean
  matches(log: Log): boolean
}

/** The filter of a query's addresses and topics. */
export function createLogFilter({ addresses, topics }: Pick<LogQuery, 'addresses' | 'topics'>): LogFilter {
  /** Per condition the bits of what satisfies it; a condition that anything satisfies is left out. */
  const conditions: readonly (readonly BloomBits[])[] = [addresses, ...topics]
    .filter((alternatives) => alternatives.length > 0)
    .map((alternatives) => alternatives.map(bitsOf))
  return {
    mayMatch: (bloom) => conditions.every((alternatives) => alternatives.some((bits) => mayHold(bloom, bits))),
    matches: (log) =>
      (addresses.length === 0 || addresses.includes(log.address)) &&
      topics.length <= log.topics.length &&
      topics.every((alternatives, position) => {
        const topic = log.topics[position]
        return topic !== undefined && (alternatives.length === 0 || alternatives.includes(topic))
      }),
  }
}

/** A block's logs in order, each with its place. */
export function locateLogs(block: Block, receipts: readonly Receipt[]): readonly LocatedLog[] {
  let logIndex = 0
  return receipts.flatMap(({ logs }, transactionIndex) => {
    const transactionHash = block.transactions[transactionIndex]?.hash ?? block.hash
    return logs.map((log) => ({
      ...log,
      blockHash: block.hash,
      blockNumber: block.header.number,
      blockTimestampSeconds: block.header.timestampSeconds,
      transactionHash,
      transactionIndex,
      logIndex: logIndex++,
    }))
  })
}
