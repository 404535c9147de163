import type { Address, SignedTransaction } from '../../primitives/index.ts'
import { assert } from '../../primitives/index.ts'

/** Where an entry stands; `gone` is not (or no longer) in the pool. */
export type Standing = 'ready' | 'queued' | 'gone'

/** A transaction in the pool. */
export type PoolEntry = {
  readonly transaction: SignedTransaction
  /** The most that it can cost its sender. */
  readonly costWei: bigint
  /** The least gas that it uses in a block, however it ends. */
  readonly minGas: bigint
  /** Milliseconds of the pool's clock. */
  readonly arrivedAtMs: number
  /** Counts arrivals: smaller came earlier. */
  readonly arrival: number
  /** Changed by the functions of this file only. */
  standing: Standing
}

/** What the state says of a sender. */
export type SenderAccount = { readonly nonce: bigint; readonly balanceWei: bigint }

/** Hears of every change of an entry's standing, after it happened. */
export type OnMove = (entry: PoolEntry, from: Standing) => void

/**
 * One sender's transactions by nonce: a run that is ready and, beyond a gap, those that are queued (M1, M2). Changed by
 * the functions of this file only.
 */
export type SenderQueue = {
  readonly sender: Address
  readonly byNonce: Map<bigint, PoolEntry>
  readonly onMove: OnMove
  account: SenderAccount
  /** The nonce after the last ready transaction. */
  readyEnd: bigint
  /** The most that all ready transactions together can cost. */
  readyCostWei: bigint
}

/** A queue without entries. */
export function createSenderQueue(sender: Address, account: SenderAccount, onMove: OnMove): SenderQueue {
  return { sender, byNonce: new Map(), onMove, account, readyEnd: account.nonce, readyCostWei: 0n }
}

/** The ready entry with that nonce. */
export function readyEntry(queue: SenderQueue, nonce: bigint): PoolEntry | undefined {
  return nonce < queue.readyEnd ? queue.byNonce.get(nonce) : undefined
}

/** The queued entry with the highest nonce. O(size). */
export function lastQueued(queue: SenderQueue): PoolEntry | undefined {
  let last: PoolEntry | undefined
  for (const entry of queue.byNonce.values()) {
    const isLater = last === undefined || entry.transaction.nonce > last.transaction.nonce
    if (entry.standing === 'queued' && isLater) last = entry
  }
  return last
}

/** Puts an entry in the place of its nonce, instead of what stood there, and promotes what that makes ready. */
export function insertEntry(queue: SenderQueue, entry: PoolEntry): void {
  const { nonce } = entry.transaction
  assert(nonce >= queue.account.nonce, 'a transaction in the pool is not spent')
  const replaced = queue.byNonce.get(nonce)
  if (replaced !== undefined) move(queue, replaced, 'gone')
  queue.byNonce.set(nonce, entry)
  if (nonce === queue.readyEnd) promote(queue)
  else move(queue, entry, nonce < queue.readyEnd ? 'ready' : 'queued')
}

/** Takes out all entries. */
export function clearQueue(queue: SenderQueue): void {
  queue.readyEnd = queue.account.nonce
  for (const entry of [...queue.byNonce.values()]) move(queue, entry, 'gone')
}

/** Takes out an entry; ready ones after it become queued. O(ready ones after it). */
export function removeEntry(queue: SenderQueue, entry: PoolEntry): void {
  demoteFrom(queue, entry.transaction.nonce)
  move(queue, entry, 'gone')
}

/** The account changed: drops what is spent or cannot be paid, promotes and demotes the rest. */
export function rebaseQueue(queue: SenderQueue, account: SenderAccount): void {
  const previousNonce = queue.account.nonce
  queue.account = account
  if (account.nonce < previousNonce) {
    demoteFrom(queue, previousNonce)
    queue.readyEnd = account.nonce
  } else {
    dropSpent(queue, previousNonce)
    if (queue.readyEnd < account.nonce) queue.readyEnd = account.nonce
  }
  dropUnpayable(queue)
  promote(queue)
}

function move(queue: SenderQueue, entry: PoolEntry, standing: Standing): void {
  const from = entry.standing
  if (from === standing) return
  if (from === 'ready') queue.readyCostWei -= entry.costWei
  if (standing === 'ready') queue.readyCostWei += entry.costWei
  if (standing === 'gone') queue.byNonce.delete(entry.transaction.nonce)
  entry.standing = standing
  queue.onMove(entry, from)
}

/** Lengthens the ready run as far as nonces follow one another and the balance pays each. */
function promote(queue: SenderQueue): void {
  const { balanceWei } = queue.account
  let entry = queue.byNonce.get(queue.readyEnd)
  for (; entry !== undefined && entry.costWei <= balanceWei; entry = queue.byNonce.get(queue.readyEnd)) {
    move(queue, entry, 'ready')
    queue.readyEnd += 1n
  }
  if (entry !== undefined) move(queue, entry, 'gone')
}

/** Ends the ready run before `nonce`, if it goes on so far. */
function demoteFrom(queue: SenderQueue, nonce: bigint): void {
  const end = queue.readyEnd
  if (nonce >= end) return
  queue.readyEnd = nonce
  for (let at = nonce; at < end; at += 1n) {
    const entry = queue.byNonce.get(at)
    if (entry !== undefined) move(queue, entry, 'queued')
  }
}

/** Drops what lies between the account's nonce of before (`from`) and now. */
function dropSpent(queue: SenderQueue, from: bigint): void {
  const { nonce } = queue.account
  // A nonce can be set to anything, so the range may be far longer than the queue.
  if (nonce - from > BigInt(queue.byNonce.size)) {
    for (const entry of [...queue.byNonce.values()]) if (entry.transaction.nonce < nonce) move(queue, entry, 'gone')
    return
  }
  for (let at = from; at < nonce; at += 1n) {
    const entry = queue.byNonce.get(at)
    if (entry !== undefined) move(queue, entry, 'gone')
  }
}

/** Drops ready transactions that the balance cannot pay even alone; those after the first of them are queued. */
function dropUnpayable(queue: SenderQueue): void {
  const { nonce, balanceWei } = queue.account
  if (queue.readyCostWei <= balanceWei) return
  const end = queue.readyEnd
  for (let at = nonce; at < end; at += 1n) {
    const entry = queue.byNonce.get(at)
    if (entry !== undefined && entry.costWei > balanceWei) removeEntry(queue, entry)
  }
}
