import { assert, type Bytes, equalBytes } from '../../primitives/index.ts'
import { BRANCH_WIDTH, decodeNode, hashIn, type Reference, requireNode } from './node.ts'
import { nibbleAt, type Path, sharedLength } from './path.ts'
import type { ReadNode } from './stateTrie.ts'

/** A part of a trie that is being changed: new nodes, and references where nothing has changed. */
export type Tree = Reference | NewNode

/** A node that has no encoding yet. */
export type NewNode =
  | { readonly kind: 'leaf'; readonly path: Path; readonly value: Bytes }
  | { readonly kind: 'extension'; readonly path: Path; readonly child: Tree }
  | { readonly kind: 'branch'; readonly children: readonly (Tree | undefined)[] }

/** What is to become of one key. */
export type Change = {
  /** Of all keys of a trie equally long. */
  readonly path: Path
  /** From the value now to the value then; undefined for none. Called once. */
  readonly edit: (value: Bytes | undefined) => Bytes | undefined
}

/** A range of the changes: those that concern one part of the trie. They agree on its path. */
type Range = { readonly changes: readonly Change[]; readonly from: number; readonly to: number }

/**
 * Applies all changes at once, in one walk over the parts of the trie that they concern: a node is read once and made
 * once, however many keys below it change. `changes` ascend by path. Whatever comes out equal comes out as the reference that
 * it was. O(changed nodes).
 */
export function editTree(readNode: ReadNode, tree: Tree | undefined, changes: readonly Change[]): Tree | undefined {
  return new TreeEditor(readNode).edit(tree, { changes, from: 0, to: changes.length }, 0)
}

class TreeEditor {
  readonly #readNode: ReadNode

  constructor(readNode: ReadNode) {
    this.#readNode = readNode
  }

  /** What becomes of the part of the trie that lies `depth` nibbles down the path of its changes. */
  edit(tree: Tree | undefined, range: Range, depth: number): Tree | undefined {
    if (range.from === range.to) return tree
    if (tree === undefined) return this.#build(range, depth)
    const node = this.#open(tree)
    if (node.kind === 'branch') return this.#editBranch(tree, node.children, range, depth)
    const shared = sharedWith(node.path, range, depth)
    if (shared < node.path.length) return this.#fork(tree, node, range, depth, shared)
    if (node.kind === 'leaf') return editLeaf(tree, node.value, range, depth)
    const child = this.edit(node.child, range, depth + shared)
    return child === node.child ? tree : this.#under(node.path, child)
  }

  /** A node whose path some changes leave: a branch takes its place where they do. */
  #fork(
    tree: Tree,
    node: Exclude<NewNode, { kind: 'branch' }>,
    range: Range,
    depth: number,
    shared: number,
  ): Tree | undefined {
    const rest = node.path.subarray(shared + 1)
    const children: (Tree | undefined)[] = new Array(BRANCH_WIDTH).fill(undefined)
    // An extension without a path is what it leads to, and what it leads to is a branch.
    const below: Tree = node.kind === 'extension' && rest.length === 0 ? node.child : { ...node, path: rest }
    children[nibbleAt(node.path, shared)] = below
    const branch: NewNode = { kind: 'branch', children }
    const edited = this.#editBranch(branch, children, range, depth + shared)
    return edited === branch ? tree : this.#under(node.path.subarray(0, shared), edited)
  }

  #editBranch(
    tree: Tree,
    before: readonly (Tree | undefined)[],
    { changes, from, to }: Range,
    depth: number,
  ): Tree | undefined {
    let after: (Tree | undefined)[] | undefined
    for (let start = from; start < to; ) {
      const nibble = nibbleOf(changes, start, depth)
      let end = start + 1
      while (end < to && nibbleOf(changes, end, depth) === nibble) end += 1
      const child = this.edit(before[nibble], { changes, from: start, to: end }, depth + 1)
      if (child !== before[nibble]) {
        after ??= [...before]
        after[nibble] = child
      }
      start = end
    }
    return after === undefined ? tree : this.#branchOf(after)
  }

  /** A branch with one child is no branch. */
  #branchOf(children: readonly (Tree | undefined)[]): Tree | undefined {
    const first = children.findIndex((child) => child !== undefined)
    const isAlone = children.findLastIndex((child) => child !== undefined) === first
    return isAlone ? this.#under(Uint8Array.of(first), children[first]) : { kind: 'branch', children }
  }

  /** `tree`, that many nibbles deeper than it was. */
  #under(path: Path, tree: Tree | undefined): Tree | undefined {
    if (tree === undefined || path.length === 0) return tree
    const node = this.#open(tree)
    if (node.kind === 'branch') return { kind: 'extension', path, child: tree }
    return { ...node, path: Uint8Array.of(...path, ...node.path) }
  }

  /** A trie of nothing but what the changes make out of nothing. */
  #build({ changes, from, to }: Range, depth: number): Tree | undefined {
    const leaves: Leaf[] = []
    for (const { path, edit } of changes.slice(from, to)) {
      const value = edit(undefined)
      if (value !== undefined) leaves.push({ path, value })
    }
    return leaves.length === 0 ? undefined : built(leaves, 0, leaves.length, depth)
  }

  #open(tree: Tree): NewNode {
    if (!(tree instanceof Uint8Array)) return tree
    const hash = hashIn(tree)
    const node = decodeNode(hash === undefined ? tree : requireNode(this.#readNode, hash))
    assert(node.kind !== 'branch' || node.value.length === 0, 'keys of one length end in leaves')
    return node
  }
}

type Leaf = { readonly path: Path; readonly value: Bytes }

/** The trie of the leaves, of which there is one at least, below the nibbles that they share. */
function built(leaves: readonly Leaf[], from: number, to: number, depth: number): NewNode {
  const [first, last] = [leaves[from], leaves[to - 1]]
  assert(first !== undefined && last !== undefined, 'a trie node holds something')
  if (first === last) return { kind: 'leaf', path: first.path.subarray(depth), value: first.value }
  const fork = depth + sharedLength(first.path.subarray(depth), last.path.subarray(depth))
  const children: (Tree | undefined)[] = new Array(BRANCH_WIDTH).fill(undefined)
  for (let start = from; start < to; ) {
    const nibble = nibbleOf(leaves, start, fork)
    let end = start + 1
    while (end < to && nibbleOf(leaves, end, fork) === nibble) end += 1
    children[nibble] = built(leaves, start, end, fork + 1)
    start = end
  }
  const branch: NewNode = { kind: 'branch', children }
  return fork === depth ? branch : { kind: 'extension', path: first.path.subarray(depth, fork), child: branch }
}

/** A leaf that all changes reach: there is one. */
function editLeaf(tree: Tree, before: Bytes, { changes, from, to }: Range, depth: number): Tree | undefined {
  const change = changes[from]
  assert(change !== undefined && to === from + 1, 'paths are distinct')
  const value = change.edit(before)
  if (value === undefined) return undefined
  return equalBytes(value, before) ? tree : { kind: 'leaf', path: change.path.subarray(depth), value }
}

/** How many nibbles of `path` all changes go along: they ascend, so the first and the last tell. */
function sharedWith(path: Path, { changes, from, to }: Range, depth: number): number {
  const along = (index: number): number => sharedLength(path, pathAt(changes, index).subarray(depth))
  return Math.min(along(from), along(to - 1))
}

function nibbleOf(all: readonly { readonly path: Path }[], index: number, depth: number): number {
  return nibbleAt(pathAt(all, index), depth)
}

function pathAt(all: readonly { readonly path: Path }[], index: number): Path {
  const one = all[index]
  assert(one !== undefined, 'a range lies within its list')
  return one.path
}
