import { type Bytes, keccak256, wordToBytes } from '../../primitives/index.ts'
import type { AccountDiff } from '../view.ts'
import { encodeSlotValue } from './account.ts'
import type { Change } from './edit.ts'
import { type Path, pathOf } from './path.ts'

/** Where a secure trie keeps a key: under the Keccak-256 of it. */
export function securePath(key: Bytes): Path {
  return pathOf(keccak256(key))
}

/** What a diff changes in the storage trie of its account. */
export function slotChanges({ storage }: Pick<AccountDiff, 'storage'>): Change[] {
  return storage.map(([slot, value]) => {
    const encoded = value === 0n ? undefined : encodeSlotValue(value)
    return { path: securePath(wordToBytes(slot)), edit: () => encoded }
  })
}

/** Sorts changes as `editTree` takes them. In place. */
export function bySecurePath(changes: Change[]): Change[] {
  return changes.sort((a, b) => Buffer.compare(a.path, b.path))
}
