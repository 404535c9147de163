import type { Address, Bytes, Hash, Word } from '../primitives/index.ts'
import { type Location, type LocationKey, locationKey } from './access.ts'
import type { Account, StateView } from './view.ts'

/** What can be read of an account: its fields, whether it lives, and its balance by credits and debits (see `AccountUse`). */
type Field = AccountKind | 'life' | 'moved'
type AccountKind = Exclude<Location['kind'], 'storage'>

/** The locations that each of them is. */
const KINDS: Readonly<Record<Field, readonly AccountKind[]>> = {
  balance: ['balance'],
  nonce: ['nonce'],
  code: ['code'],
  reset: ['reset'],
  life: ['balance', 'nonce', 'code'],
  moved: ['balance'],
}

/**
 * A view as one transaction asks it: each question goes to the base at most once (J4), and what a contract's answer
 * depended on is remembered for good (J2).
 */
export class TrackedView implements StateView {
  readonly #base: StateView
  readonly #accounts = new Map<Address, Account | undefined>()
  readonly #codes = new Map<Hash, Bytes>()
  /** Slots that the base was asked for. */
  readonly #storage = new Map<Address, Map<Word, Word>>()
  /** Of them those that were read in the ordinary way: see `Journal.unreadStorage` for the others. */
  readonly #readSlots = new Map<Address, Set<Word>>()
  readonly #hasStorage = new Map<Address, boolean>()
  readonly #fields = {
    balance: new Set<Address>(),
    nonce: new Set<Address>(),
    code: new Set<Address>(),
    reset: new Set<Address>(),
    life: new Set<Address>(),
    moved: new Set<Address>(),
  }

  /** The same view for one whose questions about slots are no reads. */
  readonly unread: StateView = {
    account: (address) => this.account(address),
    code: (codeHash) => this.code(codeHash),
    storage: (address, slot) => this.unreadStorage(address, slot),
    hasStorage: (address) => this.hasStorage(address),
  }

  constructor(base: StateView) {
    this.#base = base
  }

  /** Says that an answer depended on one field of an account. {@link account} alone does not tell which. */
  noteRead(field: Field, address: Address): void {
    this.#fields[field].add(address)
  }

  /** Whether {@link noteRead} was told so. */
  hasRead(field: Field, address: Address): boolean {
    return this.#fields[field].has(address)
  }

  account(address: Address): Account | undefined {
    const known = this.#accounts.get(address)
    if (known !== undefined || this.#accounts.has(address)) return known
    const account = this.#base.account(address)
    this.#accounts.set(address, account)
    return account
  }

  code(codeHash: Hash): Bytes {
    const known = this.#codes.get(codeHash)
    if (known !== undefined) return known
    const code = this.#base.code(codeHash)
    this.#codes.set(codeHash, code)
    return code
  }

  /** Counts as a read of the slot and of `reset`. */
  storage(address: Address, slot: Word): Word {
    const read = this.#readSlots.get(address) ?? new Set()
    this.#readSlots.set(address, read.add(slot))
    return this.unreadStorage(address, slot)
  }

  /** Whether {@link storage} was asked. */
  hasReadSlot(address: Address, slot: Word): boolean {
    return this.#readSlots.get(address)?.has(slot) ?? false
  }

  /** Counts as a read of `reset` only: whoever drops the storage changes the answer. */
  unreadStorage(address: Address, slot: Word): Word {
    let slots = this.#storage.get(address)
    if (slots === undefined) {
      slots = new Map()
      this.#storage.set(address, slots)
      this.noteRead('reset', address)
    }
    const known = slots.get(slot)
    if (known !== undefined) return known
    const value = this.#base.storage(address, slot)
    slots.set(slot, value)
    return value
  }

  /** Counts as a read of `reset`. */
  hasStorage(address: Address): boolean {
    const known = this.#hasStorage.get(address)
    if (known !== undefined) return known
    const answer = this.#base.hasStorage(address)
    this.#hasStorage.set(address, answer)
    this.noteRead('reset', address)
    return answer
  }

  /** Every account that the base was asked about, and the slots of it. */
  asked(visit: (address: Address, slot?: Word) => void): void {
    for (const address of this.#accounts.keys()) visit(address)
    for (const address of this.#hasStorage.keys()) visit(address)
    for (const [address, slots] of this.#storage) for (const slot of slots.keys()) visit(address, slot)
  }

  /** Everything that was read. */
  reads(): Set<LocationKey> {
    const keys = new Set<LocationKey>()
    for (const [field, kinds] of Object.entries(KINDS)) {
      for (const address of this.#fields[field as Field]) {
        for (const kind of kinds) keys.add(locationKey({ kind, address }))
      }
    }
    for (const [address, slots] of this.#storage) {
      for (const slot of slots.keys()) keys.add(locationKey({ kind: 'storage', address, slot }))
    }
    return keys
  }
}
