import type { Address, Word } from '../../primitives/index.ts'
import { assert, EMPTY_CODE_HASH } from '../../primitives/index.ts'
import type { AccountDiff, AccountUse, Journal, StateDiff, WordRange } from '../../state/index.ts'
import { LARGE_BALANCE_WEI } from '../../state/index.ts'
import type { Arena, Pointer } from '../memory/arena.ts'
import {
  ACCOUNT_EFFECT_WORDS,
  ACCOUNT_EVER_RESET,
  ADDITION_WORDS,
  EFFECT_BALANCE,
  EFFECT_CODE,
  EFFECT_MARKS,
  EFFECT_NONCE,
  EFFECT_VALUE,
  LIST_ITEMS,
  MARK_ADDED,
  MARK_CODE,
  MARK_DELETED,
  MARK_HAD_STORAGE,
  MARK_NONCE,
  MARK_RESET,
  NEEDS_BALANCE,
  NEEDS_RANGE,
  RANGE_LEAST,
  RANGE_MOST,
  RANGE_WORDS,
  READ_CODE,
  READ_LIFE,
  READ_MARKS,
  READ_NONCE,
  READ_RECORD,
  READ_VALUE,
  READ_WORDS,
  READS_BALANCE,
  READS_CODE,
  READS_LIFE,
  READS_NONCE,
  READS_STORED,
  RECORD_OWNER,
  SLOT_EFFECT_WORDS,
  WRITE_EFFECT,
  WRITE_RECORD,
  WRITE_VERSION,
  WRITE_WORDS,
} from '../memory/records.ts'
import { type Found, lifeOf, type VersionedState } from '../memory/versionedState.ts'
import type { AskedAccount, SpeculativeView } from './speculativeView.ts'

/** What of an account mattered to the transaction that the journal holds. */
export function useOf(journal: Journal, address: Address): AccountUse {
  return journal.useOf(address)
}

/** What a slot must have held for the transaction that the journal holds to have only added to it; undefined when it did not. */
export function additionOf(journal: Journal, address: Address, slot: Word): WordRange | undefined {
  return journal.additionOf(address, slot)
}

/** What mattered to an execution of all that it asked for. `additionOf` is undefined when it added to no slot. */
export type Uses = {
  readonly useOf: (address: Address) => AccountUse
  readonly additionOf: ((address: Address, slot: Word) => WordRange | undefined) | undefined
}

/** A slot that an execution only added to: what it was told, and what would have done as well. */
type Addition = { readonly found: Word; readonly within: WordRange }
type Additions = ReadonlyMap<Pointer, Addition>

const NO_ADDITIONS: Additions = new Map()

/** What an execution leaves for the others: what it must have been told, and what it does. Lists in the shared memory. */
export type Footprint = { readonly reads: Pointer; readonly writes: Pointer }

/** The largest addition to a balance that is one: a subtraction is a number above it (mod 2^256). Larger moves are read exactly. */
const MOST_ADDED = LARGE_BALANCE_WEI

/**
 * Writes down an execution's footprint. `uses` says what mattered of what `view` told it; `diff` is what the execution changed of
 * that. Nothing is visible to others yet.
 */
export function writeFootprint(
  state: VersionedState,
  view: SpeculativeView,
  diff: StateDiff,
  { useOf, additionOf }: Uses,
): Footprint {
  const additions = additionOf === undefined ? NO_ADDITIONS : additionsOf(state, view, additionOf)
  const asked = new Map(view.accounts.map((account) => [account.address, account]))
  const effects = new Map<Address, Pointer>()
  const writes: Write[] = []
  for (const account of diff) addWrites(state, writes, effects, additions, account, asked.get(account.address)?.found)
  return { reads: writeReads(state.arena, view, effects, additions, useOf), writes: writeList(state.arena, writes) }
}

function additionsOf(
  { arena, locations }: VersionedState,
  { slots }: SpeculativeView,
  additionOf: (address: Address, slot: Word) => WordRange | undefined,
): Additions {
  const additions = new Map<Pointer, Addition>()
  for (const { record, value } of slots) {
    const address = locations.addressAt(arena.get(record + RECORD_OWNER))
    const within = additionOf(address, locations.numberAt(record))
    if (within !== undefined) additions.set(record, { found: value, within })
  }
  return additions
}

/** A location's record and what is done to it. */
export type Write = { readonly record: Pointer; readonly effect: Pointer }

function addWrites(
  state: VersionedState,
  writes: Write[],
  effects: Map<Address, Pointer>,
  additions: Additions,
  diff: AccountDiff,
  found: Found | undefined,
): void {
  assert(found !== undefined, 'what a transaction changes it has asked for')
  const record = state.locations.account(diff.address)
  const effect = accountEffect(state, diff, found)
  effects.set(diff.address, effect)
  writes.push({ record, effect })
  if ((state.arena.get(effect + EFFECT_MARKS) & (MARK_DELETED | MARK_RESET)) !== 0) {
    state.arena.store(record + ACCOUNT_EVER_RESET, 1)
  }
  for (const [slot, value] of diff.storage) {
    const slotRecord = state.locations.slot(record, slot)
    // In a storage that ends or begins here nothing is left to add to.
    const addition = diff.storageReset ? undefined : additions.get(slotRecord)
    writes.push({ record: slotRecord, effect: slotEffect(state.arena, value, addition) })
  }
}

function slotEffect(arena: Arena, value: Word, addition: Addition | undefined): Pointer {
  const effect = arena.take(addition === undefined ? SLOT_EFFECT_WORDS : ADDITION_WORDS)
  arena.set(effect + EFFECT_MARKS, addition === undefined ? 0 : MARK_ADDED)
  arena.setWord(effect + EFFECT_VALUE, addition === undefined ? value : value - addition.found)
  return effect
}

function accountEffect(state: VersionedState, { account, code, storageReset }: AccountDiff, found: Found): Pointer {
  const { arena } = state
  const effect = arena.takeZeroed(ACCOUNT_EFFECT_WORDS)
  const stored = storageReset ? MARK_HAD_STORAGE : 0
  if (account === undefined) {
    arena.set(effect + EFFECT_MARKS, MARK_DELETED | stored)
    return effect
  }
  if (code !== undefined) state.enterCode(account.codeHash, code)
  const codeRecord = account.codeHash === EMPTY_CODE_HASH ? 0 : state.locations.code(account.codeHash)
  const marks =
    (account.nonce === found.nonce ? 0 : MARK_NONCE) |
    (codeRecord === found.code ? 0 : MARK_CODE) |
    (storageReset ? MARK_RESET : 0)
  arena.set(effect + EFFECT_MARKS, marks | stored)
  arena.set(effect + EFFECT_CODE, codeRecord)
  arena.setLimb(effect + EFFECT_NONCE, account.nonce)
  arena.setWord(effect + EFFECT_BALANCE, account.balanceWei - found.balanceWei)
  return effect
}

/** Writes as a list in the shared memory. */
export function writeList(arena: Arena, writes: readonly Write[]): Pointer {
  const list = arena.take(LIST_ITEMS + writes.length * WRITE_WORDS)
  arena.set(list, writes.length)
  let at = list + LIST_ITEMS
  for (const { record, effect } of writes) {
    arena.set(at + WRITE_RECORD, record)
    arena.set(at + WRITE_VERSION, 0)
    arena.set(at + WRITE_EFFECT, effect)
    at += WRITE_WORDS
  }
  return list
}

function writeReads(
  arena: Arena,
  { accounts, slots, stored }: SpeculativeView,
  effects: ReadonlyMap<Address, Pointer>,
  additions: Additions,
  useOf: Uses['useOf'],
): Pointer {
  const count = accounts.length + slots.length + stored.length
  const list = arena.take(LIST_ITEMS + count * READ_WORDS)
  arena.set(list, count)
  let at = list + LIST_ITEMS
  for (const account of accounts) {
    writeAccountRead(arena, at, account, effects.get(account.address) ?? 0, useOf(account.address))
    at += READ_WORDS
  }
  for (const { record, value } of slots) {
    const within = additions.get(record)?.within
    arena.set(at + READ_RECORD, record)
    arena.set(at + READ_MARKS, within === undefined ? 0 : NEEDS_RANGE)
    arena.setWord(at + READ_VALUE, value)
    if (within !== undefined) arena.set(at + READ_LIFE, writeRange(arena, within))
    at += READ_WORDS
  }
  for (const { record, answer } of stored) {
    arena.set(at + READ_RECORD, record)
    arena.set(at + READ_MARKS, READS_STORED)
    arena.set(at + READ_LIFE, Number(answer))
    at += READ_WORDS
  }
  return list
}

function writeRange(arena: Arena, { least, most }: WordRange): Pointer {
  const range = arena.take(RANGE_WORDS)
  arena.setWord(range + RANGE_LEAST, least)
  arena.setWord(range + RANGE_MOST, most)
  return range
}

function writeAccountRead(
  arena: Arena,
  at: Pointer,
  { record, found }: AskedAccount,
  effect: Pointer,
  use: AccountUse,
): void {
  arena.set(at + READ_RECORD, record)
  arena.set(at + READ_MARKS, readMarks(arena, effect, use, found))
  arena.set(at + READ_CODE, found.code)
  arena.set(at + READ_LIFE, lifeOf(found))
  arena.setLimb(at + READ_NONCE, found.nonce)
  const readsBalance = (arena.get(at + READ_MARKS) & READS_BALANCE) !== 0
  arena.setWord(at + READ_VALUE, readsBalance ? found.balanceWei : use.leastBalanceWei)
}

/**
 * What of the account must be as it was told. An account that is deleted must be just the same, for the deletion may have
 * been EIP-161's; one that surely lives afterwards need not have lived before. Large balances are always read.
 */
function readMarks(arena: Arena, effect: Pointer, use: AccountUse, found: Found): number {
  const marks = effect === 0 ? 0 : arena.get(effect + EFFECT_MARKS)
  if ((marks & MARK_DELETED) !== 0) return READS_BALANCE | READS_NONCE | READS_CODE | READS_LIFE
  const needs = use.leastBalanceWei > 0n ? NEEDS_BALANCE : 0
  const isLarge = found.balanceWei >= LARGE_BALANCE_WEI
  const readsBalance = use.readsBalance || isLarge || mayBeDrained(arena, effect)
  const isLifeOpen = effect === 0 ? use.isMoved : !surelyLives(arena, effect, marks)
  return (
    (readsBalance ? READS_BALANCE : needs) |
    (use.readsNonce ? READS_NONCE : 0) |
    (use.readsCode ? READS_CODE : 0) |
    (use.readsLife || isLifeOpen ? READS_LIFE : 0)
  )
}

/** Whether a debit may leave the account with nothing at all, which EIP-161 then deletes. */
function mayBeDrained(arena: Arena, effect: Pointer): boolean {
  if (effect === 0 || arena.getWord(effect + EFFECT_BALANCE) < MOST_ADDED) return false
  return arena.getLimb(effect + EFFECT_NONCE) === 0n && arena.get(effect + EFFECT_CODE) === 0
}

/** Whether the account is not empty after the effect, whatever it was before. */
function surelyLives(arena: Arena, effect: Pointer, marks: number): boolean {
  const added = arena.getWord(effect + EFFECT_BALANCE)
  const setsNonce = (marks & MARK_NONCE) !== 0 && arena.getLimb(effect + EFFECT_NONCE) > 0n
  const setsCode = (marks & MARK_CODE) !== 0 && arena.get(effect + EFFECT_CODE) !== 0
  return setsNonce || setsCode || (added > 0n && added < MOST_ADDED)
}
