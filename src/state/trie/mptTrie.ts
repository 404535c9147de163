import {
  type Address,
  assert,
  type Bytes,
  EMPTY_TRIE_ROOT,
  fromHex,
  type Hash,
  type Word,
  wordToBytes,
} from '../../primitives/index.ts'
import type { AccountDiff, StateDiff } from '../view.ts'
import { decodeAccount, decodeSlotValue, encodeAccount } from './account.ts'
import { type Change, editTree } from './edit.ts'
import { rootOf } from './encode.ts'
import { referenceTo } from './node.ts'
import { bySecurePath, securePath, slotChanges } from './securePath.ts'
import type { AccountProof, ReadNode, StateTrie, TrieUpdate } from './stateTrie.ts'
import { walk } from './walk.ts'

/**
 * A state trie over nodes that are found by their hashes. A diff is applied as one batch: every node that changes is read once
 * and encoded once.
 */
export function createMptTrie(readNode: ReadNode): StateTrie {
  return {
    apply: async (root, diff) => applyDiff(readNode, root, diff),
    prove: async (root, address, slots) => proveAccount(readNode, root, address, slots),
  }
}

/** The trie that an update made, none of whose new nodes need be stored. `readNode` finds the others. */
export function trieAfter(readNode: ReadNode, { nodes }: TrieUpdate): StateTrie {
  const made = new Map(nodes.map(({ hash, bytes }) => [hash, bytes]))
  return createMptTrie((hash) => made.get(hash) ?? readNode(hash))
}

function applyDiff(readNode: ReadNode, root: Hash, diff: StateDiff): TrieUpdate {
  const made = new Map<Hash, Bytes>()
  const storageRoots = new Map<Address, Hash>()
  const changes = diff.map((entry): Change => {
    const edit = (before: Bytes | undefined) => {
      if (entry.account === undefined) return undefined
      const storageRoot = applyStorage(readNode, made, before, entry)
      storageRoots.set(entry.address, storageRoot)
      return encodeAccount({ account: entry.account, storageRoot })
    }
    return { path: securePath(fromHex(entry.address)), edit }
  })
  const newRoot = applyChanges(readNode, made, root, changes)
  return { root: newRoot, nodes: [...made].map(([hash, bytes]) => ({ hash, bytes })), storageRoots }
}

/** The storage root of an account that was `before`. */
function applyStorage(
  readNode: ReadNode,
  made: Map<Hash, Bytes>,
  before: Bytes | undefined,
  { storageReset, storage }: AccountDiff,
): Hash {
  const root = before === undefined || storageReset ? EMPTY_TRIE_ROOT : decodeAccount(before).storageRoot
  return applyChanges(readNode, made, root, slotChanges({ storage }))
}

function applyChanges(readNode: ReadNode, made: Map<Hash, Bytes>, root: Hash, changes: Change[]): Hash {
  const before = root === EMPTY_TRIE_ROOT ? undefined : referenceTo(fromHex(root))
  const after = editTree(readNode, before, bySecurePath(changes))
  if (after === undefined) return EMPTY_TRIE_ROOT
  if (after === before) return root
  assert(!(after instanceof Uint8Array), 'a top node that changes is a new one')
  return rootOf(after, { nodes: made, references: undefined })
}

function proveAccount(readNode: ReadNode, root: Hash, address: Address, slots: readonly Word[]): AccountProof {
  const { value, nodes } = walk(readNode, root, fromHex(address))
  const record = value === undefined ? undefined : decodeAccount(value)
  const storageRoot = record?.storageRoot ?? EMPTY_TRIE_ROOT
  return {
    address,
    account: record?.account,
    storageRoot,
    accountProof: nodes,
    storageProofs: slots.map((slot) => {
      const found = walk(readNode, storageRoot, wordToBytes(slot))
      return { slot, value: found.value === undefined ? 0n : decodeSlotValue(found.value), proof: found.nodes }
    }),
  }
}
