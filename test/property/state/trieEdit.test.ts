import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bytes, EMPTY_TRIE_ROOT, fromHex, type Hash, keccakHash, toHex } from '../../../src/primitives/index.ts'
import { editTree } from '../../../src/state/trie/edit.ts'
import { rootOf } from '../../../src/state/trie/encode.ts'
import { decodeNode, hashIn, type Reference, referenceTo } from '../../../src/state/trie/node.ts'
import { pathOf } from '../../../src/state/trie/path.ts'
import { trieRoot } from '../../../src/state/trie/root.ts'

/** Keys that meet and part everywhere: three bytes of few nibbles. */
const key = fc
  .tuple(...Array.from({ length: 3 }, () => fc.constantFrom(0x00, 0x01, 0x10, 0x11, 0xf0)))
  .map((bytes) => toHex(Uint8Array.from(bytes)))
/** So short that nodes lie within each other, or so long that they never do. */
const value = fc.oneof(
  fc.constant(undefined),
  fc.uint8Array({ minLength: 1, maxLength: 3 }),
  fc.uint8Array({ minLength: 33, maxLength: 70 }),
)
const batch = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 30 })

/** A trie in a map of its nodes, and what it holds. */
type Trie = { readonly nodes: Map<Hash, Bytes>; readonly entries: Map<string, Bytes>; root: Hash }

function emptyTrie(): Trie {
  return { nodes: new Map(), entries: new Map(), root: EMPTY_TRIE_ROOT }
}

/** Applies a batch; returns the nodes that were made, and by whom the trie was asked for nodes. */
function apply(trie: Trie, changes: readonly (readonly [string, Bytes | undefined])[]) {
  const read: Hash[] = []
  const edits = changes.map(([name, after]) => {
    const calls: unknown[] = []
    const edit = (before: Bytes | undefined) => {
      calls.push(before)
      expect(calls).toHaveLength(1)
      expect(before).toEqual(trie.entries.get(name))
      return after
    }
    return { path: pathOf(fromHex(name)), edit }
  })
  edits.sort((a, b) => Buffer.compare(a.path, b.path))
  const before = trie.root === EMPTY_TRIE_ROOT ? undefined : referenceTo(fromHex(trie.root))
  const readNode = (hash: Hash) => {
    read.push(hash)
    return trie.nodes.get(hash)
  }
  const after = editTree(readNode, before, edits)
  for (const [name, bytes] of changes) {
    if (bytes === undefined) trie.entries.delete(name)
    else trie.entries.set(name, bytes)
  }
  const made = new Map<Hash, Bytes>()
  if (after === undefined) trie.root = EMPTY_TRIE_ROOT
  else if (!(after instanceof Uint8Array)) trie.root = rootOf(after, { nodes: made, references: undefined })
  for (const [hash, bytes] of made) trie.nodes.set(hash, bytes)
  return { made, read, isSame: after === before }
}

const expectedRoot = ({ entries }: Trie): Hash =>
  trieRoot([...entries].map(([name, bytes]) => [fromHex(name), bytes] as const))

test('a trie that is edited batch by batch is the trie of what is left', () => {
  fc.assert(
    fc.property(fc.array(batch, { minLength: 1, maxLength: 6 }), (batches) => {
      const trie = emptyTrie()
      for (const changes of batches) {
        const { made } = apply(trie, changes)
        expect(trie.root).toBe(expectedRoot(trie))
        for (const [hash, bytes] of made) expect(keccakHash(bytes)).toBe(hash)
        expect([...made.keys()].filter((hash) => !reachable(trie).has(hash))).toEqual([])
      }
    }),
    { numRuns: 400 },
  )
})

test('what changes nothing makes nothing, and no node is read twice', () => {
  fc.assert(
    fc.property(batch, batch, (first, second) => {
      const trie = emptyTrie()
      apply(trie, first)
      const again = [...trie.entries].map(([name, bytes]) => [name, bytes] as const)
      const gone = second.map(([name]) => name).filter((name) => !trie.entries.has(name))
      const { made, read, isSame } = apply(trie, [...again, ...gone.map((name) => [name, undefined] as const)])
      expect({ made: made.size, isSame }).toEqual({ made: 0, isSame: true })
      // Equal subtries have equal nodes, which are met in each of their places.
      expect(read.length).toBeLessThanOrEqual(places(trie))
    }),
    { numRuns: 300 },
  )
})

function childrenOf(bytes: Bytes): readonly Reference[] {
  const node = decodeNode(bytes)
  if (node.kind === 'leaf') return []
  return node.kind === 'extension' ? [node.child] : node.children.filter((child) => child !== undefined)
}

/** The hashes of all nodes that the root leads to, with repetition. */
function hashesBelow({ nodes }: Trie, bytes: Bytes): readonly Hash[] {
  return childrenOf(bytes).flatMap((reference) => {
    const hash = hashIn(reference)
    if (hash === undefined) return hashesBelow({ nodes } as Trie, reference)
    return [hash, ...hashesBelow({ nodes } as Trie, nodes.get(hash) ?? new Uint8Array())]
  })
}

function allHashes(trie: Trie): readonly Hash[] {
  const top = trie.nodes.get(trie.root)
  return top === undefined ? [] : [trie.root, ...hashesBelow(trie, top)]
}

const reachable = (trie: Trie): ReadonlySet<Hash> => new Set(allHashes(trie))
const places = (trie: Trie): number => allHashes(trie).length
