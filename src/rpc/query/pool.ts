import type { PendingQuery } from '../../chain/index.ts'
import type { SignedTransaction } from '../../primitives/index.ts'
import type { Services } from '../scope.ts'

/**
 * The block that would be made now of what waits, in the pool's order. Undefined on a network, where somebody else may
 * make the next one: there `pending` is what is ordered already.
 */
export function pendingQuery({ archive, mempool, producer }: Services): PendingQuery | undefined {
  if (producer.mode.kind === 'consensus') return undefined
  const { timestampSeconds, coinbase, prevRandao, gasLimit, baseFeeWei } = producer.next()
  const transactions = mempool.select(baseFeeWei, gasLimit)
  const request = { timestampSeconds, coinbase, prevRandao, gasLimit, baseFeeWei, transactions }
  return { blockHash: archive.head().blockHash, request }
}

/** The same where something waits: without it the pending state is the latest. */
export function waitingQuery(services: Services): PendingQuery | undefined {
  const query = pendingQuery(services)
  return query === undefined || query.request.transactions.length === 0 ? undefined : query
}

/** What the `pending` block holds: the one that is executed ahead of the head, else one that would be made now. */
export async function pendingBlockTransactions(services: Services): Promise<readonly SignedTransaction[]> {
  return services.producer.pending()?.block.transactions ?? pendingTransactions(services)
}

/** What the next block would hold if it were made now. */
export async function pendingTransactions(services: Services): Promise<readonly SignedTransaction[]> {
  const query = waitingQuery(services)
  if (query !== undefined) return (await services.simulator.pendingBlock(query)).transactions
  const { baseFeeWei, gasLimit } = services.producer.next()
  return services.mempool.select(baseFeeWei, gasLimit)
}
