import type { PoolContent } from '../../chain/index.ts'
import type { SignedTransaction } from '../../primitives/index.ts'
import { toQuantity } from '../../primitives/index.ts'
import { address } from '../codec/scalars.ts'
import type { Json, JsonObject } from '../json.ts'
import { defineMethod } from '../method.ts'
import { pendingTransactionView } from '../view/transaction.ts'

type View = (transaction: SignedTransaction) => Json

/** By sender, then by nonce in decimal. */
function bySender(content: PoolContent, view: View): JsonObject {
  return Object.fromEntries([...content].map(([sender, transactions]) => [sender, byNonce(transactions, view)]))
}

function byNonce(transactions: ReadonlyMap<bigint, SignedTransaction> | undefined, view: View): JsonObject {
  return Object.fromEntries([...(transactions ?? [])].map(([nonce, item]) => [nonce.toString(), view(item)]))
}

/** A transaction in one line, in geth's words. */
function summary({ to, valueWei, gasLimit, maxFeePerGasWei }: SignedTransaction): string {
  const target = to ?? 'contract creation'
  return `${target}: ${valueWei} wei + ${gasLimit} gas × ${maxFeePerGasWei} wei`
}

/** What waits for a block: `pending` can be in the next one, `queued` waits for an earlier nonce. */
export const txpoolMethods = [
  defineMethod({
    name: 'txpool_status',
    summary: 'How many transactions wait.',
    params: [],
    handler: ({ mempool }) => ({
      pending: toQuantity(mempool.pendingCount),
      queued: toQuantity(mempool.queuedCount),
    }),
  }),
  defineMethod({
    name: 'txpool_content',
    summary: 'All transactions that wait.',
    params: [],
    handler({ mempool }) {
      const { pending, queued } = mempool.content()
      return { pending: bySender(pending, pendingTransactionView), queued: bySender(queued, pendingTransactionView) }
    },
  }),
  defineMethod({
    name: 'txpool_contentFrom',
    summary: 'The transactions of one sender that wait.',
    params: [address],
    handler({ mempool }, sender) {
      const { pending, queued } = mempool.content()
      return {
        pending: byNonce(pending.get(sender), pendingTransactionView),
        queued: byNonce(queued.get(sender), pendingTransactionView),
      }
    },
  }),
  defineMethod({
    name: 'txpool_inspect',
    summary: 'All transactions that wait, a line each.',
    params: [],
    handler({ mempool }) {
      const { pending, queued } = mempool.content()
      return { pending: bySender(pending, summary), queued: bySender(queued, summary) }
    },
  }),
]
