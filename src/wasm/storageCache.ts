import type { Address, Word } from '../primitives/index.ts'
import type { Journal, Warmth } from '../state/index.ts'
import type { Gas } from './ink.ts'
import { CHAIN_QUERY_GAS, gas } from './ink.ts'
import type { InkMeter } from './inkMeter.ts'
import { MAX_DIRTY_SLOTS } from './limits.ts'
import type { Bounds } from './slotAddition.ts'
import { acceptedWithin, refusedWithin } from './slotAddition.ts'
import type { SlotChange } from './storagePrice.ts'
import { readGas, WRITE_SENTRY_GAS, writeGas } from './storagePrice.ts'

/** A slot as the contract sees it, and as the journal has it; the latter unknown when it was only written. */
type Slot = { value: Word; stored: Word | undefined }

/** What the first, the next and all later accesses cost besides the access itself. */
type Tiers = { readonly few: number; readonly many: number; readonly manyGas: Gas; readonly laterGas: Gas }

const READ_TIERS: Tiers = { few: 32, many: 128, manyGas: gas(2), laterGas: gas(10) }
const WRITE_TIERS: Tiers = { few: 8, many: 64, manyGas: gas(7), laterGas: gas(10) }

/** What a read must be able to pay before it begins: a cold slot, the last tier and the query. */
const READ_RESERVE = gas(2_100 + READ_TIERS.laterGas + CHAIN_QUERY_GAS)
const WRITE_RESERVE = gas(WRITE_SENTRY_GAS + WRITE_TIERS.laterGas)

/**
 * One frame's storage: repeated reads are nearly free, writes wait until they are flushed and only then cost what an
 * SSTORE costs. A frame that fails never flushes, so its writes vanish with it.
 */
export class StorageCache {
  readonly #journal: Journal
  readonly #address: Address
  readonly #meter: InkMeter
  readonly #slots = new Map<Word, Slot>()
  readonly #dirty = new Set<Word>()
  #reads = 0
  #writes = 0

  constructor(journal: Journal, address: Address, meter: InkMeter) {
    this.#journal = journal
    this.#address = address
    this.#meter = meter
  }

  load(key: Word): Word {
    this.#meter.require(READ_RESERVE)
    this.#reads += 1
    this.#meter.chargeGas(tierGas(READ_TIERS, this.#reads))
    const known = this.#slots.get(key)
    if (known !== undefined) return known.value

    const access = readGas(this.#journal.touchSlot(this.#address, key))
    this.#meter.chargeGas(gas(access + CHAIN_QUERY_GAS))
    const stored = this.#journal.storage(this.#address, key)
    this.#slots.set(key, { value: stored, stored })
    return stored
  }

  store(key: Word, value: Word): void {
    this.#meter.require(WRITE_RESERVE)
    this.#writes += 1
    this.#meter.chargeGas(tierGas(WRITE_TIERS, this.#writes))
    if (this.#dirty.size >= MAX_DIRTY_SLOTS) this.flush()

    const slot = this.#slots.get(key)
    if (slot === undefined) this.#slots.set(key, { value, stored: undefined })
    else slot.value = value
    if (slot !== undefined && slot.stored === value) this.#dirty.delete(key)
    else this.#dirty.add(key)
  }

  /**
   * Adds `delta` (-2^255 to 2^255 - 1) to a slot at once, not in the cache, if the sum stays within `bounds`; false, and
   * nothing has changed, if not. Costs what an SSTORE of the sum costs, or the access when it is refused.
   *
   * Neither the answer nor the price says more of the value than whether it lies in an interval: within the bounds less
   * the delta, and zero or not before and after. So a scheduler can keep (delta, interval) in place of a read and a write,
   * and additions of two transactions commute while the slot's value stays in both intervals.
   */
  add(key: Word, delta: bigint, bounds: Bounds): boolean {
    this.#settle(key)
    this.#requireSentry()
    const warmth = this.#journal.touchSlot(this.#address, key)
    const { original, current } = this.#journal.unreadStorage(this.#address, key)
    const next = current + delta
    // Before the price, which the value has a part in: who cannot pay it was told something, too.
    if (next < bounds.minimum || next > bounds.maximum) {
      this.#journal.addStorage(this.#address, key, 0n, refusedWithin({ original, next }, bounds))
      this.#meter.chargeGas(readGas(warmth))
      return false
    }
    this.#journal.addStorage(this.#address, key, delta, acceptedWithin({ original, current, next }, bounds))
    this.#pay({ original, current, next }, warmth)
    return true
  }

  /** Writes what waits for this slot, and forgets it: a later load is a read of what other transactions may add to. */
  #settle(key: Word): void {
    const slot = this.#slots.get(key)
    if (slot === undefined) return
    if (this.#dirty.delete(key)) this.#write(key, slot)
    this.#slots.delete(key)
  }

  /** Writes what is waiting, in the order in which it was first written, each at an SSTORE's price. */
  flush(): void {
    for (const key of this.#dirty) {
      const slot = this.#slots.get(key)
      if (slot !== undefined) this.#write(key, slot)
    }
    this.#dirty.clear()
  }

  /** Forgets what was read; to be called after a flush, when other frames may have written since. */
  clear(): void {
    this.#slots.clear()
  }

  #write(key: Word, slot: Slot): void {
    this.#requireSentry()
    this.#change(key, slot.value, this.#journal.touchSlot(this.#address, key))
    slot.stored = slot.value
  }

  #requireSentry(): void {
    // More than the sentry, in whole gas: one gas more.
    this.#meter.require(gas(WRITE_SENTRY_GAS + 1))
  }

  /** An SSTORE. */
  #change(key: Word, next: Word, warmth: Warmth): void {
    const original = this.#journal.originalStorage(this.#address, key)
    const current = this.#journal.storage(this.#address, key)
    this.#pay({ original, current, next }, warmth)
    this.#journal.setStorage(this.#address, key, next)
  }

  #pay(change: SlotChange, warmth: Warmth): void {
    const { price, refund } = writeGas(change, warmth)
    this.#meter.chargeGas(price)
    if (refund !== 0) this.#journal.addRefund(BigInt(refund))
  }
}

function tierGas({ few, many, manyGas, laterGas }: Tiers, count: number): Gas {
  if (count <= few) return gas(0)
  return count <= many ? manyGas : laterGas
}
