import type { Address, Bytes, Hash, Word } from '../../primitives/index.ts'
import type { Account, StateDiff } from '../view.ts'

/** A trie node and the hash that names it. */
export type TrieNode = { readonly hash: Hash; readonly bytes: Bytes }

/** What applying a diff to a trie gives. */
export type TrieUpdate = {
  readonly root: Hash
  /** Nodes that the new trie has and the old one had not. Old nodes stay, so every old root stays readable. */
  readonly nodes: readonly TrieNode[]
  /** Storage roots of the accounts in the diff that exist afterwards. */
  readonly storageRoots: ReadonlyMap<Address, Hash>
}

/** `eth_getProof`'s answer. Proofs go from the root to the leaf (or to where the path ends). */
export type AccountProof = {
  readonly address: Address
  readonly account: Account | undefined
  readonly storageRoot: Hash
  readonly accountProof: readonly Bytes[]
  readonly storageProofs: readonly { readonly slot: Word; readonly value: Word; readonly proof: readonly Bytes[] }[]
}

/** The commitment to the state: a secure Merkle-Patricia trie. Source: Yellow Paper, appendix D. */
export interface StateTrie {
  /** Applies a block's diff to the trie at `root`. Writes nothing. */
  apply(root: Hash, diff: StateDiff): Promise<TrieUpdate>
  /** Proves an account and some of its slots against `root`. */
  prove(root: Hash, address: Address, slots: readonly Word[]): Promise<AccountProof>
}

/** Where a trie finds its nodes. Undefined for a hash that was never stored. */
export type ReadNode = (hash: Hash) => Bytes | undefined
