import type { SignedTransaction } from '../../primitives/index.ts'
import type { Selection } from '../mempool.ts'
import { createHeap } from './heap.ts'
import type { PoolEntry, SenderQueue } from './senderQueue.ts'
import { readyEntry } from './senderQueue.ts'

/** What the cheapest transaction takes of a block. Source: Yellow Paper, appendix G, `G_transaction`. */
const MIN_TRANSACTION_GAS = 21_000n

/** Ready transactions of a sender that are looked at before its next nonce is known: those in flight and the next one. */
const LOOK_AHEAD = 64

/**
 * A transaction that a sender offers to the block and what it pays the coinbase per gas. `isNext` is false while nobody has
 * asked which nonce the sender is at: then it is the best that the sender can have.
 */
type Candidate = {
  readonly queue: SenderQueue
  readonly entry: PoolEntry
  readonly tipWei: bigint
  readonly isNext: boolean
}

/**
 * The transactions of the next block: of all senders' next transactions always the one with the best tip, older first
 * among equals. A sender whose next transaction does not pay the base fee or does not fit any more is done. A sender's
 * nonce is asked of `selection`, which may read a state for it, only when its turn comes: who pays too little costs no read.
 */
export function selectReady(
  queues: Iterable<SenderQueue>,
  baseFeeWei: bigint,
  gasLimit: bigint,
  selection: Selection | undefined,
): readonly SignedTransaction[] {
  const candidates: Candidate[] = []
  for (const queue of queues) {
    const candidate =
      selection === undefined ? nextAt(queue, queue.account.nonce, baseFeeWei) : bestOf(queue, baseFeeWei)
    if (candidate !== undefined) candidates.push(candidate)
  }
  const heap = createHeap(goesBefore, candidates)
  const selected: SignedTransaction[] = []
  let gasLeft = gasLimit
  while (gasLeft >= MIN_TRANSACTION_GAS) {
    const best = heap.pop()
    if (best === undefined) break
    const { queue, entry } = best
    if (!best.isNext && selection !== undefined) {
      const next = nextAt(queue, selection.nextNonce(queue.sender), baseFeeWei)
      if (next !== undefined) heap.push(next)
      continue
    }
    const { transaction } = entry
    const gas = selection === undefined ? entry.minGas : transaction.gasLimit
    if (gas > gasLeft || transaction.gasLimit > gasLimit || selection?.admits(transaction) === false) continue
    gasLeft -= gas
    selected.push(transaction)
    const next = nextAt(queue, transaction.nonce + 1n, baseFeeWei)
    if (next !== undefined) heap.push(next)
  }
  return selected
}

function nextAt(queue: SenderQueue, nonce: bigint, baseFeeWei: bigint): Candidate | undefined {
  const entry = readyEntry(queue, nonce)
  if (entry === undefined || entry.transaction.maxFeePerGasWei < baseFeeWei) return undefined
  return { queue, entry, tipWei: effectiveTip(entry.transaction, baseFeeWei), isNext: true }
}

/** The best-paying of a sender's first ready transactions, wherever its nonce stands. */
function bestOf(queue: SenderQueue, baseFeeWei: bigint): Candidate | undefined {
  let best: Candidate | undefined
  const { nonce } = queue.account
  for (let ahead = 0n; ahead < LOOK_AHEAD; ahead += 1n) {
    if (readyEntry(queue, nonce + ahead) === undefined) break
    const candidate = nextAt(queue, nonce + ahead, baseFeeWei)
    if (candidate !== undefined && (best === undefined || candidate.tipWei > best.tipWei)) best = candidate
  }
  return best && { ...best, isNext: false }
}

function effectiveTip(transaction: SignedTransaction, baseFeeWei: bigint): bigint {
  const most = transaction.maxFeePerGasWei - baseFeeWei
  return most < transaction.maxPriorityFeePerGasWei ? most : transaction.maxPriorityFeePerGasWei
}

function goesBefore(a: Candidate, b: Candidate): boolean {
  return a.tipWei === b.tipWei ? a.entry.arrival < b.entry.arrival : a.tipWei > b.tipWei
}
