/**
 * State: what the chain remembers, and what one transaction does to it.
 *
 *   StateView (read-only) --begin--> Journal --finish--> StateDiff --apply--> StateTrie -> root
 *                                                              \--> flat state, trie nodes --one batch--> Store
 *
 * A view answers reads at one version; a journal collects what a transaction changes; a diff is plain sorted data; the
 * trie turns diffs into roots and proofs; a store keeps bytes. Invariants: J1-J4 in journal.ts, S1-S2 in store/store.ts.
 */
export * from './access.ts'
export type * from './journal.ts'
export * from './mapJournal.ts'
export * from './overlay.ts'
export type * from './store/store.ts'
export { orderedTrieRoot, secureTrieRoot, stateRootOf, type TrieEntry } from './trie/root.ts'
export type * from './trie/stateTrie.ts'
export type * from './view.ts'
