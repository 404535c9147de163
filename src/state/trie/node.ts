import {
  assert,
  BaseError,
  type Bytes,
  type Hash,
  hashFromBytes,
  type RlpItem,
  rlpDecode,
} from '../../primitives/index.ts'
import { decodePath, type Path } from './path.ts'
import type { ReadNode } from './stateTrie.ts'

/** A node taken apart. Source: Yellow Paper, appendix D. */
export type Node =
  | { readonly kind: 'leaf'; readonly path: Path; readonly value: Bytes }
  | { readonly kind: 'extension'; readonly path: Path; readonly child: Child }
  | { readonly kind: 'branch'; readonly children: readonly Child[]; readonly value: Bytes }

/** What a node holds of a node below: its hash, the node itself when that is shorter, or nothing. */
export type Child = Hash | Node | undefined

/** Undoes a node's encoding. The bytes are our own, or were checked against their hash. */
export function decodeNode(bytes: Bytes): Node {
  return nodeOf(rlpDecode(bytes))
}

/** The bytes of a node that a live root leads to. Throws `STORE_CORRUPT` when they are gone. */
export function requireNode(readNode: ReadNode, hash: Hash): Bytes {
  const bytes = readNode(hash)
  if (bytes !== undefined) return bytes
  throw new BaseError('STORE_CORRUPT', `The store has lost the trie node ${hash}.`, {
    advice: ['Restore the data directory from a copy, or remove it to start from genesis.'],
  })
}

function nodeOf(item: RlpItem): Node {
  assert(!isBytes(item), 'a trie node is a list')
  if (item.length === 17) return { kind: 'branch', children: item.slice(0, 16).map(childOf), value: bytesOf(item[16]) }
  assert(item.length === 2, 'a trie node has 2 or 17 items')
  const { path, isLeaf } = decodePath(bytesOf(item[0]))
  return isLeaf ? { kind: 'leaf', path, value: bytesOf(item[1]) } : { kind: 'extension', path, child: childOf(item[1]) }
}

function childOf(item: RlpItem | undefined): Child {
  assert(item !== undefined, 'a trie node has 2 or 17 items')
  if (!isBytes(item)) return nodeOf(item)
  return item.length === 0 ? undefined : hashFromBytes(item)
}

function bytesOf(item: RlpItem | undefined): Bytes {
  assert(item !== undefined && isBytes(item), 'paths and values in a trie node are bytes')
  return item
}

function isBytes(item: RlpItem): item is Bytes {
  return item instanceof Uint8Array
}
