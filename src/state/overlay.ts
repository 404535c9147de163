import { EMPTY_BYTES } from '../primitives/index.ts'
import {
  type Changes,
  changedAccount,
  changedCode,
  changedHasStorage,
  changedStorage,
  diffOf,
  noChanges,
} from './changes.ts'
import type { AccountDiff, StateDiff, StateView } from './view.ts'

/** A view with changes on top: it answers as if they had been committed. Holds a block while its transactions run. */
export interface StateOverlay extends StateView {
  /** Adds a diff that was made against this overlay as it is now. */
  apply(diff: StateDiff): void
  /** The net change against the base, in the canonical form. */
  diff(): StateDiff
}

/** A state in which nothing exists. */
export const emptyView: StateView = {
  account: () => undefined,
  code: () => EMPTY_BYTES,
  storage: () => 0n,
  hasStorage: () => false,
}

/** An overlay on `base`, which must not change meanwhile. */
export function createOverlay(base: StateView): StateOverlay {
  const changes = noChanges()
  return {
    account: (address) => changedAccount(base, changes, address),
    code: (codeHash) => changedCode(base, changes, codeHash),
    storage: (address, slot) => changedStorage(base, changes, address, slot),
    hasStorage: (address) => changedHasStorage(base, changes, address),
    apply: (diff) => {
      for (const account of diff) applyAccount(changes, account)
    },
    diff: () => diffOf(base, changes),
  }
}

/** The state that `diff` makes out of nothing: a genesis, a test's beginning. */
export function viewOf(diff: StateDiff): StateView {
  const overlay = createOverlay(emptyView)
  overlay.apply(diff)
  return overlay
}

function applyAccount(changes: Changes, diff: AccountDiff): void {
  const { address, account, code, storageReset, storage } = diff
  changes.accounts.set(address, account)
  if (account !== undefined && code !== undefined) changes.codes.set(account.codeHash, code)
  if (storageReset || account === undefined) {
    changes.dropped.add(address)
    changes.storage.delete(address)
  }
  if (storage.length === 0) return
  const slots = changes.storage.get(address) ?? new Map()
  changes.storage.set(address, slots)
  for (const [slot, value] of storage) slots.set(slot, value)
}
