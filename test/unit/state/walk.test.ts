import { describe, expect, test } from 'vitest'
import {
  type Bytes,
  EMPTY_BYTES,
  EMPTY_TRIE_ROOT,
  fromHex,
  type Hash,
  keccak256,
  keccakHash,
  type RlpItem,
  rlpEncode,
  ZERO_HASH,
} from '../../../src/primitives/index.ts'
import { decodePath, encodePath, pathOf } from '../../../src/state/trie/path.ts'
import { walk } from '../../../src/state/trie/walk.ts'

describe('paths', () => {
  // Source: the examples of Ethereum's documentation of hex-prefix encoding.
  test.each([
    [[1, 2, 3, 4, 5], false, '0x112345'],
    [[0, 1, 2, 3, 4, 5], false, '0x00012345'],
    [[0, 15, 1, 12, 11, 8], true, '0x200f1cb8'],
    [[15, 1, 12, 11, 8], true, '0x3f1cb8'],
    [[], true, '0x20'],
  ])('%j, leaf: %s is %s', (nibbles, isLeaf, encoded) => {
    const path = Uint8Array.from(nibbles)
    expect(encodePath(path, isLeaf)).toEqual(fromHex(encoded))
    expect(decodePath(fromHex(encoded))).toEqual({ path, isLeaf })
  })

  test('an unknown flag is no path', () => {
    expect(() => decodePath(Uint8Array.of(0x40))).toThrow('flag')
  })
})

describe('walk', () => {
  const key = fromHex('0xc0ffee')
  const path = pathOf(keccak256(key))
  const read = (...nodes: readonly Bytes[]) => {
    const byHash = new Map<Hash, Bytes>(nodes.map((node) => [keccakHash(node), node]))
    return (hash: Hash) => byHash.get(hash)
  }
  const branchWith = (index: number, child: RlpItem): RlpItem =>
    Array.from({ length: 17 }, (_, at) => (at === index ? child : EMPTY_BYTES))

  test('finds nothing in an empty trie, without a read', () => {
    expect(walk(read(), EMPTY_TRIE_ROOT, key)).toEqual({ value: undefined, nodes: [] })
  })

  test('goes through nodes within nodes; a proof names them once', () => {
    const leaf = [encodePath(path.subarray(63), true), Uint8Array.of(7)]
    const branch = branchWith(path[62] ?? 0, leaf)
    const root = rlpEncode([encodePath(path.subarray(0, 62), false), branch])
    expect(walk(read(root), keccakHash(root), key)).toEqual({ value: Uint8Array.of(7), nodes: [root] })
    const elsewhere = walk(read(root), keccakHash(root), fromHex('0x00'))
    expect(elsewhere).toEqual({ value: undefined, nodes: [root] })
  })

  test('a leaf on the way that goes elsewhere proves absence', () => {
    const stray = path.slice(1).with(40, ((path[41] ?? 0) + 1) % 16)
    const leaf = rlpEncode([encodePath(stray, true), Uint8Array.of(7)])
    const root = rlpEncode(branchWith(path[0] ?? 0, keccak256(leaf)))
    expect(walk(read(root, leaf), keccakHash(root), key)).toEqual({ value: undefined, nodes: [root, leaf] })
  })

  test('a node that is gone is a damaged store, never an absent key', () => {
    expect(() => walk(read(), ZERO_HASH, key)).toThrow(expect.objectContaining({ code: 'STORE_CORRUPT' }))
  })
})
