import { createMPT, type MerklePatriciaTrie } from '@ethereumjs/mpt'
import { type BatchDBOp, type DB, ValueEncoding } from '@ethereumjs/util'
import {
  type Address,
  assert,
  type Bytes,
  EMPTY_TRIE_ROOT,
  fromHex,
  type Hash,
  hashFromBytes,
  keccak256,
  toHash,
  type Word,
  wordToBytes,
} from '../../primitives/index.ts'
import type { AccountDiff } from '../view.ts'
import { decodeAccount, decodeSlotValue, encodeAccount, encodeSlotValue } from './account.ts'
import { type Child, decodeNode, requireNode } from './node.ts'
import type { AccountProof, ReadNode, StateTrie, TrieNode } from './stateTrie.ts'
import { walk } from './walk.ts'

/** Nodes that were made and not yet stored. */
type NewNodes = Map<Hash, Bytes>

/** A state trie through `@ethereumjs/mpt`. About 0.3 ms per changed slot, one after the other. */
export function createMptTrie(readNode: ReadNode): StateTrie {
  return {
    apply: async (root, diff) => {
      const made: NewNodes = new Map()
      const accounts = await openTrie(readNode, made, root)
      const storageRoots = new Map<Address, Hash>()
      for (const entry of diff) {
        const storageRoot = await applyAccount(readNode, made, accounts, entry)
        if (storageRoot !== undefined) storageRoots.set(entry.address, storageRoot)
      }
      const newRoot = hashFromBytes(accounts.root())
      return { root: newRoot, nodes: reachable(made, [newRoot, ...storageRoots.values()]), storageRoots }
    },
    prove: async (root, address, slots) => proveAccount(readNode, root, address, slots),
  }
}

/** Puts one account's change into the trie and says its storage root, unless it is gone. */
async function applyAccount(
  readNode: ReadNode,
  made: NewNodes,
  accounts: MerklePatriciaTrie,
  { address, account, storageReset, storage }: AccountDiff,
): Promise<Hash | undefined> {
  const key = fromHex(address)
  if (account === undefined) {
    await accounts.del(key)
    return undefined
  }
  const before = storageReset ? null : await accounts.get(key)
  const slots = await openTrie(readNode, made, before === null ? EMPTY_TRIE_ROOT : decodeAccount(before).storageRoot)
  for (const [slot, value] of storage) {
    if (value === 0n) await slots.del(wordToBytes(slot))
    else await slots.put(wordToBytes(slot), encodeSlotValue(value))
  }
  const storageRoot = hashFromBytes(slots.root())
  await accounts.put(key, encodeAccount({ account, storageRoot }))
  return storageRoot
}

function openTrie(readNode: ReadNode, made: NewNodes, root: Hash): Promise<MerklePatriciaTrie> {
  return createMPT({
    db: nodeDatabase(readNode, made),
    root: fromHex(root),
    useKeyHashing: true,
    useKeyHashingFunction: keccak256,
    valueEncoding: ValueEncoding.Bytes,
  })
}

/** The library's idea of a database, over our nodes. It keys them by hash, as hex without `0x`. */
function nodeDatabase(readNode: ReadNode, made: NewNodes): DB<string, string | Bytes> {
  const put = async (key: string, value: string | Bytes | undefined): Promise<void> => {
    assert(value instanceof Uint8Array, 'the trie library stores nodes as bytes')
    made.set(toHash(`0x${key}`), value)
  }
  const database: DB<string, string | Bytes> = {
    get: async (key) => {
      const hash = toHash(`0x${key}`)
      // The library also asks for the root of nothing. For any other node it takes "not found" for "no such key".
      return hash === EMPTY_TRIE_ROOT ? undefined : (made.get(hash) ?? requireNode(readNode, hash))
    },
    put,
    del: async () => assert(false, 'the trie library deletes no node unless it is told to prune'),
    batch: async (operations: BatchDBOp<string, string | Bytes>[]) => {
      for (const operation of operations) if (operation.type === 'put') await put(operation.key, operation.value)
    },
    shallowCopy: () => database,
    open: async () => {},
  }
  return database
}

/** Of all nodes made on the way, those that the tries at `roots` consist of: a put remakes its whole path. */
function reachable(made: NewNodes, roots: readonly Hash[]): readonly TrieNode[] {
  const found = new Map<Hash, Bytes>()
  const visit = (child: Child): void => {
    if (child === undefined) return
    let node = child
    if (typeof node === 'string') {
      const bytes = made.get(node)
      if (bytes === undefined || found.has(node)) return
      found.set(node, bytes)
      node = decodeNode(bytes)
    }
    if (node.kind === 'branch') node.children.forEach(visit)
    if (node.kind === 'extension') visit(node.child)
  }
  roots.forEach(visit)
  return [...found].map(([hash, bytes]) => ({ hash, bytes }))
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
