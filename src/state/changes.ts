import { type Address, assertState, type Bytes, EMPTY_CODE_HASH, type Hash, type Word } from '../primitives/index.ts'
import { type LocationKey, locationKey } from './access.ts'
import type { Account, AccountDiff, StateDiff, StateView } from './view.ts'

/**
 * Changes to a state while they are being made: the mutable form of a {@link StateDiff}. Two keep such a record, the
 * journal for a transaction and the overlay for a block, and both turn it into a diff here, so that there is one
 * canonical form.
 */
export type Changes = {
  /** Accounts that were written, possibly with what they were before; undefined is deleted. */
  readonly accounts: Map<Address, Account | undefined>
  /** Slots that were written since the account's storage was last dropped. */
  readonly storage: Map<Address, Map<Word, Word>>
  /** Accounts whose storage from before was dropped. */
  readonly dropped: Set<Address>
  /** Every code that was set. By hash, so there is nothing to undo. */
  readonly codes: Map<Hash, Bytes>
}

/** No changes. */
export function noChanges(): Changes {
  return { accounts: new Map(), storage: new Map(), dropped: new Set(), codes: new Map() }
}

/** The account as the changes leave it. */
export function changedAccount(base: StateView, changes: Changes, address: Address): Account | undefined {
  const account = changes.accounts.get(address)
  return account !== undefined || changes.accounts.has(address) ? account : base.account(address)
}

/** The code behind a hash, new or old. */
export function changedCode(base: StateView, changes: Changes, codeHash: Hash): Bytes {
  return changes.codes.get(codeHash) ?? base.code(codeHash)
}

/** The slot's value as the changes leave it. */
export function changedStorage(base: StateView, changes: Changes, address: Address, slot: Word): Word {
  return changes.storage.get(address)?.get(slot) ?? (changes.dropped.has(address) ? 0n : base.storage(address, slot))
}

/** {@link StateView.hasStorage} as the changes leave it; slots that were cleared one by one still count. */
export function changedHasStorage(base: StateView, changes: Changes, address: Address): boolean {
  for (const value of changes.storage.get(address)?.values() ?? []) if (value !== 0n) return true
  return !changes.dropped.has(address) && base.hasStorage(address)
}

/** The net effect of `changes` on `base`. O(n log n) in the number of accounts and slots written. */
export function diffOf(base: StateView, changes: Changes): StateDiff {
  const addresses = new Set([...changes.accounts.keys(), ...changes.storage.keys(), ...changes.dropped])
  return canonicalDiff([...addresses].map((address) => accountDiff(base, changes, address)))
}

function accountDiff(base: StateView, changes: Changes, address: Address): AccountDiff | undefined {
  const before = base.account(address)
  const after = changedAccount(base, changes, address)
  const isDropped = after === undefined || changes.dropped.has(address)
  const storageReset = isDropped && base.hasStorage(address)
  const written = after === undefined ? [] : [...(changes.storage.get(address) ?? [])]
  const storage = written.filter(([slot, value]) => value !== (isDropped ? 0n : base.storage(address, slot)))
  return canonicalAccountDiff({ address, before, after, storageReset, storage }, changes.codes)
}

/** What became of one account, however that was recorded. */
export type AccountChange = {
  readonly address: Address
  readonly before: Account | undefined
  readonly after: Account | undefined
  /** As in {@link AccountDiff}. */
  readonly storageReset: boolean
  /** Slots that changed and their new values, in any order; none when the account is gone. */
  readonly storage: [slot: Word, value: Word][]
}

/** The canonical form of a change; undefined when it is none. Takes `storage` over. `codes` holds every code that was set. */
export function canonicalAccountDiff(
  { address, before, after, storageReset, storage }: AccountChange,
  codes: ReadonlyMap<Hash, Bytes>,
): AccountDiff | undefined {
  if (!storageReset && storage.length === 0 && equalAccounts(before, after)) return undefined
  storage.sort(([a], [b]) => ascending(a, b))
  return { address, account: after, code: newCode(codes, before, after), storageReset, storage }
}

/** The canonical form of some accounts' diffs, those that are none among them. */
export function canonicalDiff(diffs: readonly (AccountDiff | undefined)[]): StateDiff {
  return diffs.filter((diff) => diff !== undefined).sort((a, b) => ascending(a.address, b.address))
}

/** An account as it comes to life: what one that does not exist compares as. */
export const NEW_ACCOUNT: Account = { nonce: 0n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH }

/**
 * Adds to `writes` what an account's diff wrote: fields, slots, and `reset` for storage that ended. An account that came
 * or went without any field changing (an empty one) counts as a write of its balance.
 */
export function addWrites(writes: Set<LocationKey>, before: Account | undefined, diff: AccountDiff): void {
  const { address, account, storageReset, storage } = diff
  const [old, now] = [before ?? NEW_ACCOUNT, account ?? NEW_ACCOUNT]
  const livesOrDies = (before === undefined) !== (account === undefined)
  if (old.balanceWei !== now.balanceWei || livesOrDies) writes.add(locationKey({ kind: 'balance', address }))
  if (old.nonce !== now.nonce) writes.add(locationKey({ kind: 'nonce', address }))
  if (old.codeHash !== now.codeHash) writes.add(locationKey({ kind: 'code', address }))
  if (storageReset) writes.add(locationKey({ kind: 'reset', address }))
  for (const [slot] of storage) writes.add(locationKey({ kind: 'storage', address, slot }))
}

function newCode(
  codes: ReadonlyMap<Hash, Bytes>,
  before: Account | undefined,
  after: Account | undefined,
): Bytes | undefined {
  const hash = after?.codeHash ?? EMPTY_CODE_HASH
  if (hash === EMPTY_CODE_HASH || hash === before?.codeHash) return undefined
  const code = codes.get(hash)
  assertState(code !== undefined, 'an account gets a new code hash only together with its code')
  return code
}

/** True when both are absent, or equal in nonce, balance and code. */
function equalAccounts(a: Account | undefined, b: Account | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a === b || (a.nonce === b.nonce && a.balanceWei === b.balanceWei && a.codeHash === b.codeHash)
}

function ascending<T extends string | bigint>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0
}
