import type { SignedTransaction } from '../../primitives/index.ts'
import type { Selection } from '../mempool.ts'
import { createHeap } from './heap.ts'
import type { PoolEntry, SenderQueue } from './senderQueue.ts'
import { readyEntry } from './senderQueue.ts'

/** A sender's next transaction and what it pays the coinbase per gas. */
type Candidate = { readonly queue: SenderQueue; readonly entry: PoolEntry; readonly tipWei: bigint }

/**
 * The transactions of the next block: of all senders' next transactions always the one with the best tip, older first
 * among equals. A sender whose next transaction does not pay the base fee or does not fit any more is done.
 */
export function selectReady(
  queues: Iterable<SenderQueue>,
  baseFeeWei: bigint,
  gasLimit: bigint,
  selection: Selection | undefined,
): readonly SignedTransaction[] {
  const candidates: Candidate[] = []
  for (const queue of queues) {
    const nonce = selection?.nextNonce(queue.sender) ?? queue.account.nonce
    const candidate = candidateAt(queue, nonce, baseFeeWei)
    if (candidate !== undefined) candidates.push(candidate)
  }
  const heap = createHeap(goesBefore, candidates)
  const selected: SignedTransaction[] = []
  let gasLeft = gasLimit
  for (let best = heap.pop(); best !== undefined; best = heap.pop()) {
    const { transaction } = best.entry
    if (transaction.gasLimit > gasLeft || selection?.admits(transaction) === false) continue
    gasLeft -= transaction.gasLimit
    selected.push(transaction)
    const next = candidateAt(best.queue, transaction.nonce + 1n, baseFeeWei)
    if (next !== undefined) heap.push(next)
  }
  return selected
}

function candidateAt(queue: SenderQueue, nonce: bigint, baseFeeWei: bigint): Candidate | undefined {
  const entry = readyEntry(queue, nonce)
  if (entry === undefined || entry.transaction.maxFeePerGasWei < baseFeeWei) return undefined
  return { queue, entry, tipWei: effectiveTip(entry.transaction, baseFeeWei) }
}

function effectiveTip(transaction: SignedTransaction, baseFeeWei: bigint): bigint {
  const most = transaction.maxFeePerGasWei - baseFeeWei
  return most < transaction.maxPriorityFeePerGasWei ? most : transaction.maxPriorityFeePerGasWei
}

function goesBefore(a: Candidate, b: Candidate): boolean {
  return a.tipWei === b.tipWei ? a.entry.arrival < b.entry.arrival : a.tipWei > b.tipWei
}
