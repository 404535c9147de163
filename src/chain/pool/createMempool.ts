import type { Address, Hash, Rules, SignedTransaction } from '../../primitives/index.ts'
import { assert } from '../../primitives/index.ts'
import { intrinsicGas, maxCost } from '../../router/index.ts'
import type { StateView } from '../../state/index.ts'
import type { Archive } from '../archive.ts'
import type { AddOutcome, Mempool, PoolContent, PoolDoor, PoolRejection, Selection } from '../mempool.ts'
import { checkAccount, checkAtDoor, checkReplacement } from './admission.ts'
import { createEvictionOrder, isCheaper } from './evictionOrder.ts'
import { selectReady } from './select.ts'
import type { PoolEntry, SenderAccount, SenderQueue, Standing } from './senderQueue.ts'
import { clearQueue, createSenderQueue, insertEntry, lastQueued, rebaseQueue, removeEntry } from './senderQueue.ts'

/** How much a pool holds (M3). */
export type PoolLimits = {
  readonly transactions: number
  readonly transactionsPerSender: number
  /** Sum of the transactions' encodings. */
  readonly bytes: number
  /** How long a transaction may wait for a block; undefined is for ever. */
  readonly lifetimeMs?: number
}

/** Room for any burst of tests, and never more than 256 MiB of it. */
export const DEFAULT_POOL_LIMITS: PoolLimits = {
  transactions: 100_000,
  transactionsPerSender: 16_384,
  bytes: 256 * 1024 * 1024,
}

/** geth's lifetime of what no block can take; here also of what no block wants. */
const NETWORK_LIFETIME_MS = 3 * 3_600_000

/** The same on a network, whose clients are many: what nobody pays for goes after three hours. */
export const NETWORK_POOL_LIMITS: PoolLimits = { ...DEFAULT_POOL_LIMITS, lifetimeMs: NETWORK_LIFETIME_MS }

/** What a pool needs. It reads accounts at the archive's head. */
export type MempoolParts = {
  readonly archive: Pick<Archive, 'headState'>
  readonly rules: Rules
  readonly chainId: bigint
  readonly limits: PoolLimits
  /** Hears why each transaction that is not taken is not. */
  readonly onRejected?: ((code: PoolRejection['code']) => void) | undefined
  /** Hears of each transaction that is taken, before its sender does. */
  readonly onAdded?: ((transaction: SignedTransaction) => void) | undefined
  /** Hears of each transaction that is taken out by name, or that waited too long. */
  readonly onRemoved?: ((hash: Hash) => void) | undefined
  /** Milliseconds of any clock that goes on; without it nothing expires. */
  readonly nowMs?: (() => number) | undefined
  /** Hears of each transaction that is discarded because no block can take it. */
  readonly onDiscarded?: ((hash: Hash, reason: string) => void) | undefined
}

/** Creates an empty pool. */
export function createMempool(parts: MempoolParts): Mempool {
  return new Pool(parts)
}

class Pool implements Mempool {
  readonly #parts: MempoolParts
  readonly #byHash = new Map<Hash, PoolEntry>()
  readonly #bySender = new Map<Address, SenderQueue>()
  readonly #counts = { ready: 0, queued: 0 }
  readonly #cheapest = {
    ready: createEvictionOrder('ready', () => this.#byHash.values()),
    queued: createEvictionOrder('queued', () => this.#byHash.values()),
  }
  #bytes = 0
  #arrivals = 0

  constructor(parts: MempoolParts) {
    this.#parts = parts
  }

  get pendingCount(): number {
    return this.#counts.ready
  }

  get queuedCount(): number {
    return this.#counts.queued
  }

  add(transaction: SignedTransaction, door: PoolDoor): AddOutcome {
    const outcome = this.#add(transaction, door)
    if (outcome.kind === 'rejected') this.#parts.onRejected?.(outcome.rejection.code)
    else this.#parts.onAdded?.(transaction)
    return outcome
  }

  #add(transaction: SignedTransaction, door: PoolDoor): AddOutcome {
    const { rules, chainId } = this.#parts
    if (this.#byHash.has(transaction.hash)) return refuse({ code: 'ALREADY_KNOWN', message: 'already known' })
    const rejection = checkAtDoor(rules, chainId, transaction, door)
    if (rejection !== undefined) return refuse(rejection)

    const state = this.#parts.archive.headState()
    const queue = this.#queueOf(transaction.sender, state)
    this.#arrivals += 1
    const entry: PoolEntry = {
      transaction,
      costWei: maxCost(transaction),
      minGas: minGasOf(rules, transaction),
      arrivedAtMs: this.#parts.nowMs?.() ?? 0,
      arrival: this.#arrivals,
      standing: 'gone',
    }
    const outcome = this.#admit(state, queue, entry, door)
    this.#keepOrDrop(transaction.sender, queue)
    return outcome
  }

  get(hash: Hash): SignedTransaction | undefined {
    return this.#byHash.get(hash)?.transaction
  }

  remove(hash: Hash): boolean {
    const entry = this.#byHash.get(hash)
    if (entry === undefined) return false
    this.#removeEntry(entry)
    this.#parts.onRemoved?.(hash)
    return true
  }

  removeExpired(): void {
    const { limits, nowMs } = this.#parts
    if (limits.lifetimeMs === undefined || nowMs === undefined) return
    const bornBeforeMs = nowMs() - limits.lifetimeMs
    const expired: Hash[] = []
    // In the order of arrival.
    for (const [hash, { arrivedAtMs }] of this.#byHash) {
      if (arrivedAtMs > bornBeforeMs) break
      expired.push(hash)
    }
    for (const hash of expired.reverse()) this.remove(hash)
  }

  discard(hash: Hash, reason: string): void {
    if (this.remove(hash)) this.#parts.onDiscarded?.(hash, reason)
  }

  nextNonce(sender: Address): bigint {
    const account = accountOf(this.#parts.archive.headState(), sender)
    const queue = this.#bySender.get(sender)
    return queue !== undefined && queue.readyEnd > account.nonce ? queue.readyEnd : account.nonce
  }

  content(): { readonly pending: PoolContent; readonly queued: PoolContent } {
    return { pending: this.#contentOf('ready'), queued: this.#contentOf('queued') }
  }

  select(baseFeeWei: bigint, gasLimit: bigint, selection?: Selection): readonly SignedTransaction[] {
    return selectReady(this.#bySender.values(), baseFeeWei, gasLimit, selection)
  }

  refresh(senders: Iterable<Address> = [...this.#bySender.keys()]): void {
    const state = this.#parts.archive.headState()
    for (const sender of new Set(senders)) {
      const queue = this.#bySender.get(sender)
      if (queue === undefined) continue
      rebaseQueue(queue, accountOf(state, sender))
      this.#keepOrDrop(sender, queue)
    }
  }

  clear(): void {
    for (const hash of this.#byHash.keys()) this.#parts.onRemoved?.(hash)
    for (const queue of this.#bySender.values()) clearQueue(queue)
    this.#bySender.clear()
  }

  /** The sender's queue, brought up to date; a new one is not kept yet. */
  #queueOf(sender: Address, state: StateView): SenderQueue {
    const account = accountOf(state, sender)
    const queue = this.#bySender.get(sender)
    if (queue === undefined) return createSenderQueue(sender, account, (entry, from) => this.#onMove(entry, from))
    rebaseQueue(queue, account)
    return queue
  }

  #keepOrDrop(sender: Address, queue: SenderQueue): void {
    if (queue.byNonce.size > 0) this.#bySender.set(sender, queue)
    else this.#bySender.delete(sender)
  }

  #admit(state: StateView, queue: SenderQueue, entry: PoolEntry, door: PoolDoor): AddOutcome {
    const { transaction } = entry
    const previous = queue.byNonce.get(transaction.nonce)
    const rejection =
      checkAccount(state, queue, entry, door) ??
      (previous === undefined
        ? this.#makeRoomInQueue(queue, entry)
        : checkReplacement(previous.transaction, transaction)) ??
      this.#makeRoom(queue, entry, previous)
    if (rejection !== undefined) return refuse(rejection)
    insertEntry(queue, entry)
    return { kind: entry.standing === 'ready' ? 'ready' : 'queued', replaced: previous?.transaction.hash }
  }

  /** A sender who has too many waiting loses the farthest one to a nearer one. */
  #makeRoomInQueue(queue: SenderQueue, { transaction }: PoolEntry): PoolRejection | undefined {
    const limit = this.#parts.limits.transactionsPerSender
    if (queue.byNonce.size < limit) return undefined
    const farthest = lastQueued(queue)
    if (farthest === undefined || farthest.transaction.nonce < transaction.nonce) {
      return { code: 'POOL_FULL', message: `account limit exceeded: pooled ${queue.byNonce.size} txs` }
    }
    removeEntry(queue, farthest)
    return undefined
  }

  /** Evicts what is worth less than the newcomer until it fits, or nothing at all when it would not fit then. */
  #makeRoom(queue: SenderQueue, entry: PoolEntry, previous: PoolEntry | undefined): PoolRejection | undefined {
    const { limits } = this.#parts
    const willBeReady = entry.transaction.nonce <= queue.readyEnd
    const victims: PoolEntry[] = []
    let count = this.#byHash.size + (previous === undefined ? 1 : 0)
    let bytes = this.#bytes + entry.transaction.raw.length - (previous?.transaction.raw.length ?? 0)
    while (count > limits.transactions || bytes > limits.bytes) {
      const victim = this.#takeVictim(entry, willBeReady)
      if (victim === undefined) {
        for (const spared of victims) this.#orderIn(spared)
        return { code: 'POOL_FULL', message: 'txpool is full' }
      }
      victims.push(victim)
      // What the newcomer replaces goes anyway; its room is counted already.
      if (victim === previous) continue
      count -= 1
      bytes -= victim.transaction.raw.length
    }
    for (const victim of victims) this.#removeEntry(victim)
    return undefined
  }

  /** The cheapest queued entry, else (for a newcomer that is ready) the cheapest ready one of somebody else. */
  #takeVictim(newcomer: PoolEntry, willBeReady: boolean): PoolEntry | undefined {
    const queued = this.#cheapest.queued.take()
    if (queued !== undefined && (willBeReady || isCheaper(queued, newcomer))) return queued
    if (queued !== undefined) this.#orderIn(queued)
    if (!willBeReady) return undefined

    const ready = this.#cheapest.ready.take()
    if (ready === undefined) return undefined
    const isOther = ready.transaction.sender !== newcomer.transaction.sender
    if (isOther && isCheaper(ready, newcomer)) return ready
    this.#orderIn(ready)
    return undefined
  }

  #removeEntry(entry: PoolEntry): void {
    const { sender } = entry.transaction
    const queue = this.#bySender.get(sender)
    assert(queue !== undefined, 'an entry of the pool is in a queue')
    removeEntry(queue, entry)
    this.#keepOrDrop(sender, queue)
  }

  #onMove(entry: PoolEntry, from: Standing): void {
    const { transaction, standing } = entry
    if (from === 'gone') {
      this.#byHash.set(transaction.hash, entry)
      this.#bytes += transaction.raw.length
    } else {
      this.#counts[from] -= 1
    }
    if (standing === 'gone') {
      this.#byHash.delete(transaction.hash)
      this.#bytes -= transaction.raw.length
    } else {
      this.#counts[standing] += 1
      this.#orderIn(entry)
    }
  }

  #orderIn(entry: PoolEntry): void {
    if (entry.standing !== 'gone') this.#cheapest[entry.standing].add(entry)
  }

  #contentOf(standing: Standing): PoolContent {
    const content = new Map<Address, ReadonlyMap<bigint, SignedTransaction>>()
    for (const [sender, queue] of this.#bySender) {
      const entries = [...queue.byNonce].filter(([, entry]) => entry.standing === standing)
      entries.sort(([a], [b]) => (a < b ? -1 : 1))
      if (entries.length > 0) content.set(sender, new Map(entries.map(([nonce, entry]) => [nonce, entry.transaction])))
    }
    return content
  }
}

function accountOf(state: StateView, sender: Address): SenderAccount {
  const account = state.account(sender)
  return { nonce: account?.nonce ?? 0n, balanceWei: account?.balanceWei ?? 0n }
}

function minGasOf(rules: Rules, transaction: SignedTransaction): bigint {
  const { gas, floorGas } = intrinsicGas(rules, transaction)
  return gas > floorGas ? gas : floorGas
}

function refuse(rejection: PoolRejection): AddOutcome {
  return { kind: 'rejected', rejection }
}
