/**
 * State: what the chain remembers, and what one transaction does to it.
 *
 *   StateView (read-only) --begin--> Journal --finish--> StateDiff --apply--> StateOverlay, a block's running total
 *                                                                               |
 *        Store <--one batch-- stateWrites: flat state, codes, trie nodes <-- StateTrie --> root, proofs
 *          |
 *          '--> flatView (the newest state, one read each), trieView (the state at any root)
 *
 * A view answers reads at one version; a journal collects what a transaction changes; a diff is plain sorted data; the
 * trie turns diffs into roots and proofs; a store keeps bytes.
 *
 * - J1-J4 in journal.ts: rollback restores, reads stick, warmth does not, the view is asked once. There are two journals,
 *   one on Maps, which is the model, and one in the core's memory, which the EVM's interpreter uses too and which equals
 *   the model on everything that can be asked.
 * - S1-S2 in store/store.ts: a batch is whole and durable, a snapshot stands still.
 * - D1 *One canonical form*: journal and overlay make their diffs in one place (changes.ts), so equal effects are equal
 *   diffs, and a block's diff is that of its transactions' diffs applied in order.
 * - T1 *Flat and trie agree*: `flatView` and `trieView` at the newest root give the same answers.
 * - D1, D2 in sync/trieDownload.ts: a state that others have is fetched by the hashes of its nodes and codes, and what is stored
 *   of it is whole.
 */
export * from './access.ts'
export * from './coreJournal.ts'
export * from './flat/flatView.ts'
export * from './flat/stateWrites.ts'
export * from './journal.ts'
export * from './mapJournal.ts'
export * from './overlay.ts'
export { DAMAGE_ADVICE } from './store/damage.ts'
export { KEY_PREFIX } from './store/keys.ts'
export * from './store/levelFiles.ts'
export * from './store/levelStore.ts'
export * from './store/memoryStore.ts'
export type * from './store/store.ts'
export { rebuildFlat } from './sync/flatRebuild.ts'
export { readNamed } from './sync/readNamed.ts'
export { createTrieDownload, type DownloadProgress, type TrieDownload } from './sync/trieDownload.ts'
export * from './trie/mptTrie.ts'
export { orderedTrieRoot, secureTrieRoot, stateRootOf } from './trie/root.ts'
export type * from './trie/stateTrie.ts'
export { createTrieDraft, type TrieDraft } from './trie/trieDraft.ts'
export { nodeReader, trieView } from './trie/trieView.ts'
export type * from './view.ts'
