import type { SignedTransaction } from '../../primitives/index.ts'
import type { Services } from '../scope.ts'

/** What the `pending` block holds: the one that is executed ahead of the head, else one that would be made now. */
export function pendingBlockTransactions(services: Services): readonly SignedTransaction[] {
  return services.producer.pending()?.block.transactions ?? pendingTransactions(services)
}

/** What the next block would hold if it were made now. */
export function pendingTransactions({ mempool, producer }: Services): readonly SignedTransaction[] {
  const { baseFeeWei, gasLimit } = producer.next()
  return mempool.select(baseFeeWei, gasLimit)
}
