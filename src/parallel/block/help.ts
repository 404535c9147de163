import type { Transaction } from '../../primitives/index.ts'
import type { Asked } from '../../state/index.ts'
import type { BlockOutcome } from '../executor.ts'
import { ACCOUNT_CODE } from '../memory/records.ts'
import type { VersionedState } from '../memory/versionedState.ts'
import type { OpenBlock } from '../openBlock.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import { askedAt, learnBase, outcomeAt } from './readBlock.ts'

/** The outcome of a final transaction, and what it asked the state for. */
export type Finished = { readonly outcome: BlockOutcome; readonly asked: Asked }

/** Does a little of what is left to do; false when there is nothing now. */
export type Help = () => boolean

/**
 * What the one who started a block does while the workers work: it fills in what transactions name before anybody has to ask for
 * it, unless the workers read the store themselves, and then reads the outcomes of those that are final.
 */
export class BlockHelper {
  readonly finished: Finished[] = []
  readonly #block: Pick<OpenBlock, 'input' | 'base'>
  readonly #state: VersionedState
  readonly #scheduler: Scheduler
  /** Transactions whose accounts are filled in. */
  #prefetched: number

  constructor(
    block: Pick<OpenBlock, 'input' | 'base'>,
    state: VersionedState,
    scheduler: Scheduler,
    isStored: boolean,
  ) {
    this.#block = block
    this.#state = state
    this.#scheduler = scheduler
    this.#prefetched = isStored ? block.input.transactions.length : 0
  }

  readonly help: Help = () => {
    const transaction = this.#block.input.transactions[this.#prefetched]
    if (transaction !== undefined) {
      this.#prefetched += 1
      this.#prefetch(transaction)
      return true
    }
    return this.#takeNext()
  }

  /** Reads the outcomes that are left. */
  finish(): void {
    while (this.#takeNext());
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

  #takeNext(): boolean {
    const next = this.finished.length
    if (next >= this.#scheduler.committed) return false
    learnBase(this.#state, this.#scheduler, next, this.#block.base)
    const outcome = outcomeAt(this.#state, this.#scheduler, next)
    this.finished.push({ outcome, asked: askedAt(this.#state, this.#scheduler, next) })
    return true
  }
}
