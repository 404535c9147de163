import type { SignedTransaction } from '../../primitives/index.ts'
import type { Selection } from '../mempool.ts'
import { createHeap } from './heap.ts'
import type { PoolEntry, SenderQueue } from './senderQueue.ts'
import { readyEntry } from './senderQueue.ts'

/** What the cheapest transaction takes of a block. Source: Yellow Paper, appendix G, `G_transaction`. */
const MIN_TRANSACTION_GAS = 21_000n

/** Ready transactions of a sender that are looked at before its next nonce is known: those in flight and the next one. */
const LOOK_AHEAD = 64

/** Parts of a wei in which pay per gas of room is counted: there may be few wei, and much room. */
const PARTS_OF_WEI = 2n ** 32n

/**
 * A transaction that a sender offers to the block and what it is worth there. `isNext` is false while nobody has asked
 * which nonce the sender is at: then it is the best that the sender can have.
 */
type Candidate = {
  readonly queue: SenderQueue
  readonly entry: PoolEntry
  readonly worth: bigint
  readonly isNext: boolean
}

/** What a transaction of the pool is worth in a block; undefined for what does not pay the base fee. */
type Appraise = (entry: PoolEntry) => bigint | undefined

/**
 * The transactions of the next block: of all senders' next transactions always the one of the greatest worth, older first
 * among equals. That is its tip, or with `selection` its pay for the room that it takes. A sender whose next transaction does not pay the base fee or does not fit any more is done. A sender's
 * nonce is asked of `selection`, which may read a state for it, only when its turn comes: who pays too little costs no read.
 */
export function selectReady(
  queues: Iterable<SenderQueue>,
  baseFeeWei: bigint,
  gasLimit: bigint,
  selection: Selection | undefined,
): readonly SignedTransaction[] {
  const appraise: Appraise = ({ transaction, minGas }) => {
    if (transaction.maxFeePerGasWei < baseFeeWei) return undefined
    const tipWei = effectiveTip(transaction, baseFeeWei)
    if (selection === undefined) return tipWei
    const expectedGas = selection.expectedGas(transaction, minGas)
    return ((baseFeeWei + tipWei) * expectedGas * PARTS_OF_WEI) / transaction.gasLimit
  }
  const candidates: Candidate[] = []
  for (const queue of queues) {
    const candidate = selection === undefined ? nextAt(queue, queue.account.nonce, appraise) : bestOf(queue, appraise)
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
      const next = nextAt(queue, selection.nextNonce(queue.sender), appraise)
      if (next !== undefined) heap.push(next)
      continue
    }
    const { transaction } = entry
    const gas = selection === undefined ? entry.minGas : transaction.gasLimit
    if (gas > gasLeft || transaction.gasLimit > gasLimit || selection?.admits(transaction) === false) continue
    gasLeft -= gas
    selected.push(transaction)
    const next = nextAt(queue, transaction.nonce + 1n, appraise)
    if (next !== undefined) heap.push(next)
  }
  return selected
}

function nextAt(queue: SenderQueue, nonce: bigint, appraise: Appraise): Candidate | undefined {
  const entry = readyEntry(queue, nonce)
  const worth = entry && appraise(entry)
  return entry === undefined || worth === undefined ? undefined : { queue, entry, worth, isNext: true }
}

/** The best of a sender's first ready transactions, wherever its nonce stands. */
function bestOf(queue: SenderQueue, appraise: Appraise): Candidate | undefined {
  let best: Candidate | undefined
  const { nonce } = queue.account
  for (let ahead = 0n; ahead < LOOK_AHEAD; ahead += 1n) {
    if (readyEntry(queue, nonce + ahead) === undefined) break
    const candidate = nextAt(queue, nonce + ahead, appraise)
    if (candidate !== undefined && (best === undefined || candidate.worth > best.worth)) best = candidate
  }
  return best && { ...best, isNext: false }
}

function effectiveTip(transaction: SignedTransaction, baseFeeWei: bigint): bigint {
  const most = transaction.maxFeePerGasWei - baseFeeWei
  return most < transaction.maxPriorityFeePerGasWei ? most : transaction.maxPriorityFeePerGasWei
}

function goesBefore(a: Candidate, b: Candidate): boolean {
  return a.worth === b.worth ? a.entry.arrival < b.entry.arrival : a.worth > b.worth
}
