import type { ChainEvent, ProducedBlock } from '../chain/index.ts'
import type { NodeEvent } from './options.ts'

/** What a person at the terminal is told of what happens on the chain. */
export function nodeEvents(event: ChainEvent): readonly NodeEvent[] {
  switch (event.kind) {
    case 'block':
      return blockEvents(event.produced)
    case 'idleRun':
      return [{ kind: 'idleBlocks', first: event.first, last: event.last }]
    case 'idleBlocks':
    case 'pendingTransaction':
      return []
    case 'rewound':
      return [{ kind: 'warning', message: `the chain now ends at block ${event.head.blockNumber}` }]
  }
}

function blockEvents({ block, receipts, failures, dropped }: ProducedBlock): readonly NodeEvent[] {
  const { number, gasUsed } = block.header
  return [
    { kind: 'block', number, hash: block.hash, transactions: block.transactions.length, gasUsed },
    ...block.transactions.map(
      ({ hash }, index): NodeEvent => ({
        kind: 'transaction',
        hash,
        gasUsed: receipts[index]?.gasUsed ?? 0n,
        contractAddress: receipts[index]?.contractAddress,
        error: failures[index],
      }),
    ),
    ...dropped.map(({ hash, rejection }): NodeEvent => ({ kind: 'dropped', hash, reason: rejection.message })),
  ]
}
