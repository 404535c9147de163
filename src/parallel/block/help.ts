import type { Transaction } from '../../primitives/index.ts'
import type { ByteWriter } from '../codec/byteWriter.ts'
import { ACCOUNT_CODE, TRANSACTION_INPUT } from '../memory/records.ts'
import type { VersionedState } from '../memory/versionedState.ts'
import { addIncluded, addRejection, type OpenBlock } from '../openBlock.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { layOutTransaction } from './layOut.ts'
import { askedAt, learnBase, outcomeAt } from './readBlock.ts'

/** Does a little of what is left to do; false when there is nothing now. */
export type Help = () => boolean

/**
 * What the one who started a block does while the workers work: it lays out the transactions, fills in what they name before anybody
 * has to ask for it (unless the workers read the store themselves), and adds those that are final to the block.
 */
export class BlockHelper {
  readonly #block: OpenBlock
  readonly #state: VersionedState
  readonly #scheduler: Scheduler
  readonly #out: ByteWriter
  #laidOut = 0
  /** Transactions whose accounts are filled in. */
  #prefetched: number

  constructor(block: OpenBlock, state: VersionedState, scheduler: Scheduler, isStored: boolean, out: ByteWriter) {
    this.#block = block
    this.#state = state
    this.#scheduler = scheduler
    this.#out = out
    this.#prefetched = isStored ? block.input.transactions.length : 0
  }

  readonly help: Help = () => this.#layOutNext() || this.#prefetchNext() || this.#addNext()

  /** Adds the transactions that are left to add. */
  finish(): void {
    while (this.#addNext());
  }

  #layOutNext(): boolean {
    const index = this.#laidOut
    const transaction = this.#block.input.transactions[index]
    if (transaction === undefined) return false
    const { arena } = this.#state
    arena.set(this.#scheduler.at(index) + TRANSACTION_INPUT, layOutTransaction(arena, transaction, this.#out))
    this.#laidOut += 1
    this.#scheduler.offer(this.#laidOut)
    return true
  }

  #prefetchNext(): boolean {
    const transaction = this.#block.input.transactions[this.#prefetched]
    if (transaction === undefined) return false
    this.#prefetched += 1
    this.#prefetch(transaction)
    return true
  }

  #prefetch({ sender, to, accessList }: Transaction): void {
    const { arena, locations } = this.#state
    this.#state.ensureBase(locations.account(sender))
    if (to !== undefined) {
      const record = locations.account(to)
      this.#state.ensureBase(record)
      const code = arena.get(record + ACCOUNT_CODE)
      if (code !== 0) this.#state.ensureBase(code)
    }
    for (const { address, storageKeys } of accessList) {
      const record = locations.account(address)
      for (const key of storageKeys) this.#state.ensureBase(locations.slot(record, BigInt(key)))
    }
  }

  #addNext(): boolean {
    const block = this.#block
    const next = block.outcomes.length
    if (next >= this.#scheduler.committed) return false
    learnBase(this.#state, this.#scheduler, next, block.base)
    const outcome = outcomeAt(this.#state, this.#scheduler, next)
    if (outcome.kind === 'executed') addIncluded(block, outcome, askedAt(this.#state, this.#scheduler, next))
    else addRejection(block, outcome.rejection)
    return true
  }
}
