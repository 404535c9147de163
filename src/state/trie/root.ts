import {
  assert,
  type Bytes,
  EMPTY_BYTES,
  EMPTY_TRIE_ROOT,
  fromHex,
  type Hash,
  keccak256,
  keccakHash,
  type RlpItem,
  rlpEncode,
  trimmedBytes,
  wordToBytes,
} from '../../primitives/index.ts'
import type { AccountDiff, StateDiff } from '../view.ts'
import { encodeAccount, encodeSlotValue } from './account.ts'
import { encodePath, nibbleAt, type Path, pathOf, sharedLength } from './path.ts'

/** A key and its value. The value is not empty: a trie has no entry for "nothing". */
export type TrieEntry = readonly [key: Bytes, value: Bytes]

type Leaf = { readonly path: Path; readonly value: Bytes }

/**
 * The root of the trie that holds exactly `entries`, whose keys are distinct. Computed straight from Yellow Paper,
 * appendix D, all at once: it is what every incremental trie is measured against. O(n log n).
 */
export function trieRoot(entries: readonly TrieEntry[]): Hash {
  if (entries.length === 0) return EMPTY_TRIE_ROOT
  const leaves = [...entries]
    .sort(([a], [b]) => Buffer.compare(a, b))
    .map(([key, value]) => ({ path: pathOf(key), value }))
  return keccakHash(rlpEncode(nodeOf(leaves, 0)))
}

/** {@link trieRoot} with every key replaced by its Keccak-256. */
export function secureTrieRoot(entries: readonly TrieEntry[]): Hash {
  return trieRoot(entries.map(([key, value]) => [keccak256(key), value]))
}

/** The root of a list: keys are RLP of the index. What headers hold of transactions, receipts and withdrawals. */
export function orderedTrieRoot(items: readonly Bytes[]): Hash {
  return trieRoot(items.map((item, index) => [rlpEncode(trimmedBytes(BigInt(index))), item]))
}

/** The root of the state that `diff` makes out of nothing. */
export function stateRootOf(diff: StateDiff): Hash {
  return secureTrieRoot(diff.flatMap((entry) => accountEntries(entry)))
}

function accountEntries({ address, account, storage }: AccountDiff): readonly TrieEntry[] {
  if (account === undefined) return []
  const slots = storage.filter(([, value]) => value !== 0n)
  const storageRoot = secureTrieRoot(slots.map(([slot, value]) => [wordToBytes(slot), encodeSlotValue(value)]))
  return [[fromHex(address), encodeAccount({ account, storageRoot })]]
}

/** The node that holds `leaves`, which are sorted and agree on their first `depth` nibbles. */
function nodeOf(leaves: readonly Leaf[], depth: number): RlpItem {
  const [first, last] = [leaves[0], leaves.at(-1)]
  assert(first !== undefined && last !== undefined, 'a trie node holds something')
  if (leaves.length === 1) return [encodePath(first.path.subarray(depth), true), first.value]
  const fork = sharedLength(first.path, last.path)
  if (fork > depth) return [encodePath(first.path.subarray(depth, fork), false), reference(nodeOf(leaves, fork))]
  return branchOf(leaves, depth)
}

function branchOf(leaves: readonly Leaf[], depth: number): RlpItem {
  const children: Leaf[][] = Array.from({ length: 16 }, () => [])
  let value = EMPTY_BYTES
  for (const leaf of leaves) {
    if (leaf.path.length === depth) value = leaf.value
    else children[nibbleAt(leaf.path, depth)]?.push(leaf)
  }
  return [...children.map((child) => (child.length === 0 ? EMPTY_BYTES : reference(nodeOf(child, depth + 1)))), value]
}

/** How a parent names a node: by itself when it encodes to less than 32 bytes, else by its hash. */
function reference(node: RlpItem): RlpItem {
  const encoded = rlpEncode(node)
  return encoded.length < 32 ? node : keccak256(encoded)
}
