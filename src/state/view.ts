import type { Address, Bytes, Hash, Word } from '../primitives/index.ts'

/** An account without its storage and code. `codeHash` is `EMPTY_CODE_HASH` when it has no code. */
export type Account = { readonly nonce: bigint; readonly balanceWei: bigint; readonly codeHash: Hash }

/** State at one version, read-only. Synchronous: below a VM nothing may await (decision 1). */
export interface StateView {
  /** Undefined when the account does not exist. */
  account(address: Address): Account | undefined
  /** The code behind a hash; empty for `EMPTY_CODE_HASH`. A hash without code is a bug. */
  code(codeHash: Hash): Bytes
  /** 0 when never written. */
  storage(address: Address, slot: Word): Word
  /**
   * True when the account has any slot that is not 0: what EIP-7610 asks before a contract is created. Changes that are
   * not committed yet may still count slots of the committed state that they cleared one by one.
   */
  hasStorage(address: Address): boolean
  /**
   * What blocks did to the newest state in the node's store that are not stored yet, in their order: whoever has a handle on the
   * store can read the rest for itself, from any thread, as long as nothing is written to it. Undefined when only this view knows.
   */
  readonly sinceStored?: readonly StateDiff[]
}

/** What happened to one account. */
export type AccountDiff = {
  readonly address: Address
  /** The account afterwards; undefined when it was deleted. */
  readonly account: Account | undefined
  /** The account's code, when its hash changed and it has any. */
  readonly code: Bytes | undefined
  /**
   * True when the account had storage and all of it was dropped (self-destruct, creation over it) before `storage`
   * applies. False when there was none to drop, so that a plain creation looks like any other change.
   */
  readonly storageReset: boolean
  /** Changed slots and their new values (0 deletes), ascending by slot. */
  readonly storage: readonly (readonly [slot: Word, value: Word])[]
}

/**
 * Sorted by address, then slot; holds only what really changed: a slot that got its old value back is absent, as is an
 * account that came and went. Equal effects are equal diffs, where dropping a storage is an effect of its own.
 */
export type StateDiff = readonly AccountDiff[]
