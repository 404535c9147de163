import type { Bytes, Hash, Word } from '../../primitives/index.ts'
import { EMPTY_BYTES } from '../../primitives/index.ts'
import { type Arena, MemoryFull, type Pointer } from './arena.ts'
import { COMMITTED } from './control.ts'
import type { Locations } from './locations.ts'
import {
  ACCOUNT_CODE,
  ACCOUNT_EVER_RESET,
  ACCOUNT_NONCE,
  ACCOUNT_RESET,
  ACCOUNT_SLOTS,
  ACCOUNT_STORED,
  BASE_PRESENT,
  BASE_UNKNOWN,
  CODE_BYTES,
  CODE_LENGTH,
  EFFECT_BALANCE,
  EFFECT_BALANCE_AFTER,
  EFFECT_CODE,
  EFFECT_CODE_AFTER,
  EFFECT_EXISTS_AFTER,
  EFFECT_NONCE,
  EFFECT_NONCE_AFTER,
  EFFECT_SUM,
  EFFECT_TRANSACTION,
  EFFECT_VALUE,
  LIFE_EMPTY,
  LIFE_FULL,
  LIFE_NONE,
  MARK_ADDED,
  MARK_BALANCE_SET,
  MARK_CODE,
  MARK_DELETED,
  MARK_NONCE,
  MARK_RESET,
  RECORD_BASE,
  RECORD_FINAL,
  RECORD_OWNER,
  RECORD_VALUE,
  SLOT_NEXT,
  VERSION_TRANSACTION,
} from './records.ts'
import { effectOf, marksOf, newestBelow, nextOf } from './versions.ts'

/** An account as the shared memory has it: its code is a record, 0 for none. */
export type Found = {
  readonly exists: boolean
  readonly nonce: bigint
  readonly balanceWei: bigint
  readonly code: Pointer
}

const NOBODY: Found = { exists: false, nonce: 0n, balanceWei: 0n, code: 0 }

/** Asks for a part of the state before the block: fills the record, or, of an account, says whether it has storage. */
export type LoadBase = (record: Pointer, what: 'record' | 'stored') => void

/**
 * Thrown to leave an execution: what it asked for is being made by a lower transaction. Not an `Error`: nothing failed. What
 * the machines keep of a transaction they forget when the next one begins.
 */
export class Blocked {
  readonly by: number

  constructor(by: number) {
    this.by = by
  }
}

/** One of the `LIFE_` numbers: an account is empty when it has nothing that EIP-161 asks for. */
export function lifeOf({ exists, nonce, balanceWei, code }: Found): number {
  if (!exists) return LIFE_NONE
  return nonce === 0n && balanceWei === 0n && code === 0 ? LIFE_EMPTY : LIFE_FULL
}

/**
 * The state as a transaction of the block sees it: what lower transactions left so far, on what was there before the block.
 * `...Below` asks what transactions below a bound left, final or not, and throws {@link Blocked} where one of them is about
 * to be executed again; `final...` asks what the committed ones left, and is exact.
 */
export class VersionedState {
  readonly arena: Arena
  readonly locations: Locations
  readonly #loadBase: LoadBase
  readonly #clearsEmpty: boolean

  /** `clearsEmpty`: accounts that a transaction leaves empty are gone (EIP-161). */
  constructor(arena: Arena, locations: Locations, loadBase: LoadBase, clearsEmpty: boolean) {
    this.arena = arena
    this.locations = locations
    this.#loadBase = loadBase
    this.#clearsEmpty = clearsEmpty
  }

  /** Asks the state before the block for a record that nobody asked it for yet. */
  ensureBase(record: Pointer): void {
    if (this.arena.load(record + RECORD_BASE) !== BASE_UNKNOWN) return
    this.#loadBase(record, 'record')
    if (this.arena.load(record + RECORD_BASE) === BASE_UNKNOWN) throw new MemoryFull('there was no room for an answer')
  }

  accountBelow(record: Pointer, bound: number): Found {
    const { arena } = this
    const committed = arena.load(COMMITTED)
    const changes: Pointer[] = []
    for (let version = newestBelow(arena, record, bound); version !== 0; version = nextOf(arena, version)) {
      const { effect, isEstimate } = effectOf(arena, version)
      if (effect === 0) continue
      if (arena.get(effect + EFFECT_TRANSACTION) < committed) return this.#applied(this.#after(effect), changes)
      if (isEstimate && isUnsure(marksOf(arena, effect))) throw new Blocked(arena.get(version + VERSION_TRANSACTION))
      changes.push(effect)
    }
    return this.#applied(this.#baseAccount(record), changes)
  }

  finalAccount(record: Pointer): Found {
    const effect = this.arena.get(record + RECORD_FINAL)
    return effect === 0 ? this.#baseAccount(record) : this.#after(effect)
  }

  /** Whether the committed ones left the account `LARGE_BALANCE_WEI` or more: the highest bit says so. */
  isFinallyLarge(record: Pointer): boolean {
    const effect = this.arena.get(record + RECORD_FINAL)
    const balance = effect === 0 ? record + RECORD_VALUE : effect + EFFECT_BALANCE_AFTER
    return this.arena.get(balance + 7) < 0
  }

  /** What an effect makes of an account. */
  apply(effect: Pointer, before: Found): Found {
    const { arena } = this
    const marks = marksOf(arena, effect)
    if ((marks & MARK_DELETED) !== 0) return NOBODY
    const change = arena.getWord(effect + EFFECT_BALANCE)
    const balanceWei = (marks & MARK_BALANCE_SET) !== 0 ? change : BigInt.asUintN(256, before.balanceWei + change)
    const nonce = (marks & MARK_NONCE) !== 0 ? arena.getLimb(effect + EFFECT_NONCE) : before.nonce
    const code = (marks & MARK_CODE) !== 0 ? arena.get(effect + EFFECT_CODE) : before.code
    const after = { exists: true, nonce, balanceWei, code }
    return this.#clearsEmpty && lifeOf(after) === LIFE_EMPTY ? NOBODY : after
  }

  slotBelow(record: Pointer, bound: number): Word {
    const { arena } = this
    const committed = arena.load(COMMITTED)
    const reset = this.#resetBelow(arena.get(record + RECORD_OWNER), bound)
    let added = 0n
    for (let version = newestBelow(arena, record, bound); version !== 0; version = nextOf(arena, version)) {
      const { effect, isEstimate } = effectOf(arena, version)
      if (effect === 0) continue
      const transaction = arena.get(version + VERSION_TRANSACTION)
      if (transaction < reset) break
      if (transaction < committed) return sum(this.slotAfter(effect), added)
      if (marksOf(arena, effect) !== MARK_ADDED) {
        if (isEstimate) throw new Blocked(transaction)
        return sum(arena.getWord(effect + EFFECT_VALUE), added)
      }
      // Like an addition to a balance it rarely changes in a new execution, so an estimate is as good.
      added += arena.getWord(effect + EFFECT_VALUE)
    }
    return sum(reset >= 0 ? 0n : this.#baseSlot(record), added)
  }

  /** What the effect of a committed transaction left in a slot. */
  slotAfter(effect: Pointer): Word {
    return this.arena.getWord(effect + (marksOf(this.arena, effect) === MARK_ADDED ? EFFECT_SUM : EFFECT_VALUE))
  }

  finalSlot(record: Pointer): Word {
    const { arena } = this
    const effect = arena.get(record + RECORD_FINAL)
    const reset = arena.get(arena.get(record + RECORD_OWNER) + ACCOUNT_RESET) - 1
    if (effect !== 0 && arena.get(effect + EFFECT_TRANSACTION) >= reset) return this.slotAfter(effect)
    return reset >= 0 ? 0n : this.#baseSlot(record)
  }

  /** `StateView.hasStorage`, as an overlay answers it: slots that were cleared one by one in the base still count. */
  storedBelow(account: Pointer, bound: number): boolean {
    const reset = this.#resetBelow(account, bound)
    const isWritten = this.#anySlot(account, (slot) => {
      const version = this.#writtenBelow(slot, bound)
      return version >= 0 && version >= reset && this.slotBelow(slot, bound) !== 0n
    })
    return isWritten || (reset < 0 && this.#baseStored(account))
  }

  finalStored(account: Pointer): boolean {
    const { arena } = this
    const reset = arena.get(account + ACCOUNT_RESET) - 1
    const isWritten = this.#anySlot(account, (slot) => {
      const effect = arena.get(slot + RECORD_FINAL)
      return effect !== 0 && arena.get(effect + EFFECT_TRANSACTION) >= reset && this.finalSlot(slot) !== 0n
    })
    return isWritten || (reset < 0 && this.#baseStored(account))
  }

  /** The bytes of a code's record: a copy, so whoever wants to know them by identity keeps them. */
  codeAt(record: Pointer): Bytes {
    this.ensureBase(record)
    const { arena } = this
    const start = arena.get(record + CODE_BYTES) * 4
    return arena.bytes.slice(start, start + arena.get(record + CODE_LENGTH))
  }

  /** The record of a code, which has its bytes from now on. */
  enterCode(hash: Hash, code: Bytes): Pointer {
    const { arena } = this
    const record = this.locations.code(hash)
    if (arena.load(record + RECORD_BASE) === BASE_PRESENT) return record
    const at = arena.take((code.length + 3) >> 2)
    arena.bytes.set(code, at * 4)
    arena.set(record + CODE_BYTES, at)
    arena.set(record + CODE_LENGTH, code.length)
    arena.store(record + RECORD_BASE, BASE_PRESENT)
    return record
  }

  /** Bytes that were put into the arena: where, and how many. */
  enterBytes(bytes: Bytes): Pointer {
    if (bytes === EMPTY_BYTES) return 0
    const at = this.arena.take((bytes.length + 3) >> 2)
    this.arena.bytes.set(bytes, at * 4)
    return at
  }

  #baseAccount(record: Pointer): Found {
    this.ensureBase(record)
    const { arena } = this
    if (arena.load(record + RECORD_BASE) !== BASE_PRESENT) return NOBODY
    return {
      exists: true,
      nonce: arena.getLimb(record + ACCOUNT_NONCE),
      balanceWei: arena.getWord(record + RECORD_VALUE),
      code: arena.get(record + ACCOUNT_CODE),
    }
  }

  #baseSlot(record: Pointer): Word {
    this.ensureBase(record)
    return this.arena.getWord(record + RECORD_VALUE)
  }

  #baseStored(account: Pointer): boolean {
    if (this.arena.load(account + ACCOUNT_STORED) === BASE_UNKNOWN) this.#loadBase(account, 'stored')
    return this.arena.load(account + ACCOUNT_STORED) === BASE_PRESENT
  }

  #after(effect: Pointer): Found {
    const { arena } = this
    if (arena.get(effect + EFFECT_EXISTS_AFTER) === 0) return NOBODY
    return {
      exists: true,
      nonce: arena.getLimb(effect + EFFECT_NONCE_AFTER),
      balanceWei: arena.getWord(effect + EFFECT_BALANCE_AFTER),
      code: arena.get(effect + EFFECT_CODE_AFTER),
    }
  }

  /** Applies effects, the newest first in the list. */
  #applied(before: Found, effects: readonly Pointer[]): Found {
    let account = before
    for (let at = effects.length - 1; at >= 0; at -= 1) account = this.apply(effects[at] ?? 0, account)
    return account
  }

  /** The highest transaction below `bound` that ended the account's storage; -1 when there is none. */
  #resetBelow(account: Pointer, bound: number): number {
    const { arena } = this
    if (arena.load(account + ACCOUNT_EVER_RESET) === 0) return -1
    for (let version = newestBelow(arena, account, bound); version !== 0; version = nextOf(arena, version)) {
      const { effect, isEstimate } = effectOf(arena, version)
      if (effect === 0 || (marksOf(arena, effect) & (MARK_DELETED | MARK_RESET)) === 0) continue
      const transaction = arena.get(version + VERSION_TRANSACTION)
      if (isEstimate) throw new Blocked(transaction)
      return transaction
    }
    return -1
  }

  /** The highest transaction below `bound` that wrote the slot; -1 when there is none. */
  #writtenBelow(slot: Pointer, bound: number): number {
    const { arena } = this
    for (let version = newestBelow(arena, slot, bound); version !== 0; version = nextOf(arena, version)) {
      if (effectOf(arena, version).effect !== 0) return arena.get(version + VERSION_TRANSACTION)
    }
    return -1
  }

  #anySlot(account: Pointer, is: (slot: Pointer) => boolean): boolean {
    const { arena } = this
    for (let slot = arena.load(account + ACCOUNT_SLOTS); slot !== 0; slot = arena.load(slot + SLOT_NEXT)) {
      if (is(slot)) return true
    }
    return false
  }
}

function sum(value: Word, added: bigint): Word {
  return added === 0n ? value : BigInt.asUintN(256, value + added)
}

/** Whether an estimate of such an effect is worth waiting for: additions and nonces rarely change in a new execution. */
function isUnsure(marks: number): boolean {
  return (marks & (MARK_CODE | MARK_DELETED | MARK_RESET | MARK_BALANCE_SET)) !== 0
}
