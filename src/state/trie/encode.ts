import { type Bytes, type Hash, hashFromBytes, keccak256 } from '../../primitives/index.ts'
import type { NewNode, Tree } from './edit.ts'
import { type Reference, referenceTo } from './node.ts'
import { encodePath } from './path.ts'

/** RLP of the empty string: no child, no value. */
const NOTHING = Uint8Array.of(0x80)

/** What encoding made of new nodes. */
export type MadeNodes = {
  /** Nodes that got a hash, children first. */
  readonly nodes: Map<Hash, Bytes>
  /** How each new node below a top node is named; undefined where none is encoded a second time. */
  readonly references: WeakMap<NewNode, Reference> | undefined
}

/** How a parent names a tree: as it did when nothing has changed. */
function referenceOf(tree: Tree, made: MadeNodes): Reference {
  if (tree instanceof Uint8Array) return tree
  const known = made.references?.get(tree)
  if (known !== undefined) return known
  const encoded = encodeNode(tree, made)
  const reference = encoded.length < 32 ? encoded : referenceTo(hashed(encoded, made))
  made.references?.set(tree, reference)
  return reference
}

/** The hash of a trie's top node, which has one however short it is. */
export function rootOf(tree: NewNode, made: MadeNodes): Hash {
  return hashFromBytes(hashed(encodeNode(tree, made), made))
}

function hashed(encoded: Bytes, made: MadeNodes): Bytes {
  const hash = keccak256(encoded)
  made.nodes.set(hashFromBytes(hash), encoded)
  return hash
}

function encodeNode(node: NewNode, made: MadeNodes): Bytes {
  switch (node.kind) {
    case 'leaf':
      return list([string(encodePath(node.path, true)), string(node.value)])
    case 'extension':
      return list([string(encodePath(node.path, false)), referenceOf(node.child, made)])
    case 'branch': {
      const items = node.children.map((child) => (child === undefined ? NOTHING : referenceOf(child, made)))
      items.push(NOTHING)
      return list(items)
    }
  }
}

/** RLP of a list whose items are encoded. By hand: 0.5 us for a branch, where `rlpEncode` takes 4.6. */
function list(items: readonly Bytes[]): Bytes {
  let length = 0
  for (const item of items) length += item.length
  const encoded = withHeader(0xc0, length)
  let at = encoded.length - length
  for (const item of items) {
    encoded.set(item, at)
    at += item.length
  }
  return encoded
}

function string(bytes: Bytes): Bytes {
  if (bytes.length === 1 && (bytes[0] ?? 0) < 0x80) return bytes
  const encoded = withHeader(0x80, bytes.length)
  encoded.set(bytes, encoded.length - bytes.length)
  return encoded
}

/** Room for `length` bytes after RLP's header of them. Source: Yellow Paper, appendix B. */
function withHeader(kind: 0x80 | 0xc0, length: number): Bytes {
  if (length < 56) {
    const bytes = new Uint8Array(1 + length)
    bytes[0] = kind + length
    return bytes
  }
  const lengthBytes = length < 0x100 ? 1 : length < 0x1_0000 ? 2 : length < 0x100_0000 ? 3 : 4
  const bytes = new Uint8Array(1 + lengthBytes + length)
  bytes[0] = kind + 55 + lengthBytes
  for (let index = lengthBytes, rest = length; index > 0; index -= 1, rest = Math.floor(rest / 256)) {
    bytes[index] = rest % 256
  }
  return bytes
}
