import type { SignedTransaction } from '../../primitives/index.ts'
import type { Services } from '../scope.ts'

/** What the next block would hold if it were made now. */
export function pendingTransactions({ mempool, producer }: Services): readonly SignedTransaction[] {
  const { baseFeeWei, gasLimit } = producer.next()
  return mempool.select(baseFeeWei, gasLimit)
}
