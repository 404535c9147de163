import { type Bytes, EMPTY_TRIE_ROOT, type Hash, keccak256 } from '../../primitives/index.ts'
import { decodeNode, hashIn, type Node, type Reference, requireNode } from './node.ts'
import { nibbleAt, type Path, pathOf } from './path.ts'
import type { ReadNode } from './stateTrie.ts'

/** A way down a secure trie. */
export type Walk = {
  /** Undefined when the trie has no such key. */
  readonly value: Bytes | undefined
  /** The nodes on the way, root first, without those that lie within others: the proof of `value` or its absence. */
  readonly nodes: readonly Bytes[]
}

/** Looks up the Keccak-256 of `key` in the trie at `root`. O(depth) reads of nodes. */
export function walk(readNode: ReadNode, root: Hash, key: Bytes): Walk {
  const path = pathOf(keccak256(key))
  const nodes: Bytes[] = []
  let depth = 0
  let node = root === EMPTY_TRIE_ROOT ? undefined : visit(readNode, root, nodes)
  while (node !== undefined) {
    if (node.kind === 'leaf') {
      const isHit = matches(node.path, path, depth) && depth + node.path.length === path.length
      return { value: isHit ? node.value : undefined, nodes }
    }
    if (node.kind === 'extension') {
      const isOnTheWay = matches(node.path, path, depth)
      depth += node.path.length
      node = isOnTheWay ? open(readNode, node.child, nodes) : undefined
    } else {
      const child: Reference | undefined = node.children[nibbleAt(path, depth)]
      depth += 1
      node = child === undefined ? undefined : open(readNode, child, nodes)
    }
  }
  return { value: undefined, nodes }
}

function open(readNode: ReadNode, reference: Reference, visited: Bytes[]): Node {
  const hash = hashIn(reference)
  return hash === undefined ? decodeNode(reference) : visit(readNode, hash, visited)
}

function visit(readNode: ReadNode, hash: Hash, visited: Bytes[]): Node {
  const bytes = requireNode(readNode, hash)
  visited.push(bytes)
  return decodeNode(bytes)
}

function matches(part: Path, path: Path, depth: number): boolean {
  return part.every((nibble, index) => nibble === path[depth + index])
}
