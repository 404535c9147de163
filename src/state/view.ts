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
  /** True when the account has any slot that is not 0: what EIP-7610 asks before a contract is created. */
  hasStorage(address: Address): boolean
}

/** What happened to one account. */
export type AccountDiff = {
  readonly address: Address
  /** The account afterwards; undefined when it was deleted. */
  readonly account: Account | undefined
  /** Code that the account got, when its hash is new to this diff. */
  readonly code: Bytes | undefined
  /** True when all slots from before were dropped (creation over old storage, self-destruct) before `storage` applies. */
  readonly storageReset: boolean
  /** Changed slots and their new values (0 deletes), ascending by slot. */
  readonly storage: readonly (readonly [slot: Word, value: Word])[]
}

/** Sorted by address, then slot; holds only what really changed. Equal diffs are byte-equal. */
export type StateDiff = readonly AccountDiff[]
