import {
  type Address,
  assertState,
  type Bytes,
  EMPTY_BYTES,
  EMPTY_CODE_HASH,
  type Hash,
  isWord,
  keccakHash,
  type Log,
  MAX_WORD,
  type Rules,
  toAddress,
  type Word,
} from '../primitives/index.ts'
import { type AccessSet, type LocationKey, locationKey } from './access.ts'
import {
  addWrites,
  type Changes,
  changedAccount,
  changedCode,
  changedHasStorage,
  changedStorage,
  diffOf,
  NEW_ACCOUNT,
  noChanges,
} from './changes.ts'
import {
  type AccountUse,
  type AddressSet,
  type Journal,
  type JournalResult,
  LARGE_BALANCE_WEI,
  type Warmth,
  type WordRange,
} from './journal.ts'
import { emptyView } from './overlay.ts'
import { TrackedView } from './trackedView.ts'
import { UndoLog } from './undoLog.ts'
import type { Account, StateDiff, StateView } from './view.ts'
import { narrowed } from './wordRange.ts'

/** A journal on Maps: the plain model that faster journals are tested against. */
export function createJournal(): Journal {
  return new MapJournal()
}

/**
 * The RIPEMD-160 precompile: touching it outlives a rollback, in memory of block 2,675,119, where it was cleared
 * although the call that touched it ran out of gas.
 */
const RIPEMD160 = toAddress(`0x${'03'.padStart(40, '0')}`)

/**
 * What one transaction did so far. Everything changes through `undo` only (J1), but what is sticky by design: `view`,
 * `touched`, `touchedRipemd160`, `leastBalances`, `ranges` and the codes, which are by hash.
 */
function newTransaction(view: StateView) {
  return {
    view: new TrackedView(view),
    undo: new UndoLog(),
    /** An account in `changes.accounts` is a touched one in the sense of EIP-161. */
    changes: noChanges(),
    transient: new Map<Address, Map<Word, Word>>(),
    warmAddresses: new Set<Address>(),
    warmForGood: NOBODY,
    warmSlots: new Map<Address, Set<Word>>(),
    /** What was ever warm. */
    touched: new Map<Address, Set<Word>>(),
    created: new Set<Address>(),
    destroyed: new Set<Address>(),
    logs: [] as Log[],
    /** The counter after each change of it. */
    refunds: [] as bigint[],
    touchedRipemd160: false,
    /** Slots whose value now came of additions to one that was not read. */
    added: new Map<Address, Set<Word>>(),
    /** What additions asked of slots. */
    ranges: new Map<Address, Map<Word, WordRange>>(),
    /** See `AccountUse`. */
    leastBalances: new Map<Address, bigint>(),
  }
}

const NOBODY: AddressSet = new Map()

class MapJournal implements Journal {
  #tx = newTransaction(emptyView)

  begin(view: StateView): void {
    this.#tx = newTransaction(view)
  }

  checkpoint(): number {
    return this.#tx.undo.length
  }

  rollback(to: number): void {
    this.#tx.undo.rollback(to)
  }

  exists(address: Address): boolean {
    this.#tx.view.noteRead('life', address)
    return this.#account(address) !== undefined
  }

  isEmpty(address: Address): boolean {
    this.#tx.view.noteRead('life', address)
    // Whether a debit took the last of it depends on how much there was.
    if (this.#movedWei(address) < 0n) this.#tx.view.noteRead('balance', address)
    return isEmptyAccount(this.#account(address))
  }

  balance(address: Address): bigint {
    this.#tx.view.noteRead('balance', address)
    return this.#account(address)?.balanceWei ?? 0n
  }

  hasBalance(address: Address, amountWei: bigint): boolean {
    if (amountWei > MAX_WORD) return false
    const { view, leastBalances } = this.#tx
    view.noteRead('moved', address)
    const has = (this.#account(address)?.balanceWei ?? 0n) >= amountWei
    if (has) {
      const atStart = amountWei - this.#movedWei(address)
      if (atStart > (leastBalances.get(address) ?? 0n)) leastBalances.set(address, atStart)
    } else view.noteRead('balance', address)
    return has
  }

  nonce(address: Address): bigint {
    this.#tx.view.noteRead('nonce', address)
    return this.#account(address)?.nonce ?? 0n
  }

  codeHash(address: Address): Hash {
    this.#tx.view.noteRead('code', address)
    return this.#account(address)?.codeHash ?? EMPTY_CODE_HASH
  }

  code(address: Address): Bytes {
    const hash = this.codeHash(address)
    return hash === EMPTY_CODE_HASH ? EMPTY_BYTES : changedCode(this.#tx.view, this.#tx.changes, hash)
  }

  addBalance(address: Address, amountWei: bigint): void {
    if (address === RIPEMD160) this.#tx.touchedRipemd160 = true
    assertState(isWord(amountWei), 'an amount is a word')
    const { view } = this.#tx
    view.noteRead('moved', address)
    const sumWei = (this.#account(address)?.balanceWei ?? 0n) + amountWei
    if (sumWei >= LARGE_BALANCE_WEI) view.noteRead('balance', address)
    this.#update(address, { balanceWei: isWord(sumWei) ? sumWei : MAX_WORD })
  }

  subtractBalance(address: Address, amountWei: bigint): void {
    if (amountWei === 0n) return
    assertState(this.hasBalance(address, amountWei), 'a balance is not negative')
    this.#update(address, { balanceWei: (this.#account(address)?.balanceWei ?? 0n) - amountWei })
  }

  setNonce(address: Address, nonce: bigint): void {
    assertState(nonce === BigInt.asUintN(64, nonce), 'a nonce has at most 64 bits')
    this.#update(address, { nonce })
  }

  setCode(address: Address, code: Bytes): void {
    const codeHash = code.length === 0 ? EMPTY_CODE_HASH : keccakHash(code)
    if (code.length > 0) this.#tx.changes.codes.set(codeHash, code)
    this.#update(address, { codeHash })
  }

  storage(address: Address, slot: Word): Word {
    const { view, added, created } = this.#tx
    // A slot of a new contract is one that the transaction accessed (EIP-7928), whatever the view says of it.
    if (created.has(address) || added.get(address)?.has(slot) === true) view.storage(address, slot)
    return changedStorage(this.#tx.view, this.#tx.changes, address, slot)
  }

  originalStorage(address: Address, slot: Word): Word {
    const value = this.#tx.view.storage(address, slot)
    return this.#tx.created.has(address) ? 0n : value
  }

  setStorage(address: Address, slot: Word, value: Word): void {
    // Reading first keeps a write that changes nothing out of the diff, and makes that a recorded dependency.
    if (this.storage(address, slot) === value) return
    const { undo, changes } = this.#tx
    undo.set(slotsAt(changes.storage, address), slot, value)
  }

  unreadStorage(address: Address, slot: Word): { readonly original: Word; readonly current: Word } {
    const { view, changes, created } = this.#tx
    if (created.has(address)) return { original: 0n, current: this.storage(address, slot) }
    const original = view.unreadStorage(address, slot)
    return { original, current: changes.storage.get(address)?.get(slot) ?? original }
  }

  addStorage(address: Address, slot: Word, delta: bigint, within: WordRange): void {
    const sum = this.unreadStorage(address, slot).current + delta
    assertState(isWord(sum), 'a sum is a word')
    const { view, undo, changes, created, added, ranges } = this.#tx
    if (created.has(address)) {
      this.setStorage(address, slot, sum)
      return
    }
    const known = ranges.get(address) ?? new Map<Word, WordRange>()
    ranges.set(address, known.set(slot, narrowed(known.get(slot), within)))
    if (delta === 0n) return
    undo.set(slotsAt(changes.storage, address), slot, sum)
    if (!view.hasReadSlot(address, slot)) undo.add(setAt(added, address), slot)
  }

  get hasAdditions(): boolean {
    return this.#tx.ranges.size > 0
  }

  additionOf(address: Address, slot: Word): WordRange | undefined {
    const { view, ranges } = this.#tx
    return view.hasReadSlot(address, slot) ? undefined : ranges.get(address)?.get(slot)
  }

  hasStorage(address: Address): boolean {
    return changedHasStorage(this.#tx.view, this.#tx.changes, address)
  }

  transient(address: Address, slot: Word): Word {
    return this.#tx.transient.get(address)?.get(slot) ?? 0n
  }

  setTransient(address: Address, slot: Word, value: Word): void {
    this.#tx.undo.set(slotsAt(this.#tx.transient, address), slot, value)
  }

  warmForGood(addresses: AddressSet): void {
    this.#tx.warmForGood = addresses
  }

  touchAddress(address: Address): Warmth {
    const { undo, warmAddresses, warmForGood, touched } = this.#tx
    if (warmForGood.has(address) || !undo.add(warmAddresses, address)) return 'warm'
    if (!touched.has(address)) touched.set(address, new Set())
    return 'cold'
  }

  touchSlot(address: Address, slot: Word): Warmth {
    const { undo, warmSlots, touched } = this.#tx
    if (!undo.add(setAt(warmSlots, address), slot)) return 'warm'
    setAt(touched, address).add(slot)
    return 'cold'
  }

  isAddressWarm(address: Address): boolean {
    const { warmAddresses, warmForGood } = this.#tx
    return warmForGood.has(address) || warmAddresses.has(address)
  }

  isSlotWarm(address: Address, slot: Word): boolean {
    return this.#tx.warmSlots.get(address)?.has(slot) ?? false
  }

  markCreated(address: Address): void {
    const { undo, changes, created } = this.#tx
    undo.add(created, address)
    undo.add(changes.dropped, address)
    undo.set(changes.storage, address, new Map())
    this.#update(address, {})
  }

  isCreated(address: Address): boolean {
    return this.#tx.created.has(address)
  }

  markDestroyed(address: Address): void {
    this.#tx.undo.add(this.#tx.destroyed, address)
  }

  isDestroyed(address: Address): boolean {
    return this.#tx.destroyed.has(address)
  }

  log(log: Log): void {
    this.#tx.undo.push(this.#tx.logs, log)
  }

  get logCount(): number {
    return this.#tx.logs.length
  }

  addRefund(gas: bigint): void {
    this.#tx.undo.push(this.#tx.refunds, this.refundGas + gas)
  }

  get refundGas(): bigint {
    return this.#tx.refunds.at(-1) ?? 0n
  }

  useOf(address: Address): AccountUse {
    const { view, leastBalances } = this.#tx
    return {
      readsBalance: view.hasRead('balance', address),
      leastBalanceWei: leastBalances.get(address) ?? 0n,
      readsNonce: view.hasRead('nonce', address),
      readsCode: view.hasRead('code', address),
      readsLife: view.hasRead('life', address),
      isMoved: view.hasRead('moved', address),
    }
  }

  finish(rules: Rules): JournalResult {
    const { view, changes, logs, touched } = this.#tx
    assertState(this.refundGas >= 0n, 'the refund counter is not negative when a transaction ends')
    for (const address of this.#doomed(rules)) changes.accounts.set(address, undefined)
    // What is compared here is no read.
    const diff = diffOf(view.unread, changes)
    const writes = writesOf(view, changes, diff)
    const asked: AccessSet['asked'] = (visit) => view.asked(visit)
    const access = { reads: view.reads(), writes, asked, touched }
    return { diff, logs, access, refundGas: this.refundGas }
  }

  /** Accounts that do not outlive the transaction: destroyed, and under EIP-161 touched and empty. */
  #doomed(rules: Rules): Set<Address> {
    const { changes, destroyed, touchedRipemd160 } = this.#tx
    const doomed = new Set(destroyed)
    if (!rules.clearsEmptyAccounts) return doomed
    for (const [address, account] of changes.accounts) if (isEmptyAccount(account)) doomed.add(address)
    if (touchedRipemd160 && isEmptyAccount(this.#account(RIPEMD160))) doomed.add(RIPEMD160)
    return doomed
  }

  #account(address: Address): Account | undefined {
    return changedAccount(this.#tx.view, this.#tx.changes, address)
  }

  /** What was credited so far, less what was debited. */
  #movedWei(address: Address): bigint {
    return (this.#account(address)?.balanceWei ?? 0n) - (this.#tx.view.account(address)?.balanceWei ?? 0n)
  }

  /** Changes some fields of an account and touches it (EIP-161), bringing it to life when it does not exist. */
  #update(address: Address, fields: Partial<Account>): void {
    const account = this.#account(address) ?? NEW_ACCOUNT
    this.#tx.undo.set(this.#tx.changes.accounts, address, { ...account, ...fields })
  }
}

function isEmptyAccount(account: Account | undefined): boolean {
  return (
    account === undefined || (account.nonce === 0n && account.balanceWei === 0n && account.codeHash === EMPTY_CODE_HASH)
  )
}

function slotsAt(storage: Map<Address, Map<Word, Word>>, address: Address): Map<Word, Word> {
  const known = storage.get(address)
  if (known !== undefined) return known
  const slots = new Map<Word, Word>()
  storage.set(address, slots)
  return slots
}

function setAt(sets: Map<Address, Set<Word>>, address: Address): Set<Word> {
  const known = sets.get(address)
  if (known !== undefined) return known
  const set = new Set<Word>()
  sets.set(address, set)
  return set
}

/** What a transaction wrote: what its diff says, and `reset` for each contract that began. */
function writesOf(before: StateView, changes: Changes, diff: StateDiff): Set<LocationKey> {
  const writes = new Set<LocationKey>()
  for (const address of changes.dropped) writes.add(locationKey({ kind: 'reset', address }))
  for (const entry of diff) addWrites(writes, before.account(entry.address), entry)
  return writes
}
