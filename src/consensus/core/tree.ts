import type { Hash } from '../../primitives/index.ts'
import { blockId } from '../codec/wire.ts'
import type { Block, Header, QuorumCertificate } from '../types.ts'
import { type BlockNode, type ConsensusState, type Turn, update } from './turn.ts'

/** How a block hangs together with the root. `path` ascends from the root's child to the block; empty for the root. */
export type Ancestry =
  | { readonly kind: 'linked'; readonly path: readonly BlockNode[] }
  /** `qc` certifies the missing block; undefined when it is the one asked for. */
  | { readonly kind: 'missing'; readonly id: Hash; readonly qc: QuorumCertificate | undefined }
  | { readonly kind: 'conflict' }

/** Walks from a block to the root. O(blocks between), without recursion. */
export function ancestryOf({ tree, record: { root } }: ConsensusState, id: Hash): Ancestry {
  const path: BlockNode[] = []
  let next = id
  let qc: QuorumCertificate | undefined
  while (next !== root.id) {
    const node = tree.get(next)
    if (node === undefined) {
      const child = path.at(-1)
      // Nothing at the root's height is in the tree, so a parent there that is not the root is of another history.
      if (child !== undefined && child.block.header.height <= root.height + 1) return { kind: 'conflict' }
      return { kind: 'missing', id: next, qc }
    }
    const child = path.at(-1)
    if (child !== undefined && child.block.header.height !== node.block.header.height + 1) return { kind: 'conflict' }
    path.push(node)
    qc = node.block.header.qc
    next = qc.blockId
  }
  const first = path.at(-1)
  if (first !== undefined && first.block.header.height !== root.height + 1) return { kind: 'conflict' }
  return { kind: 'linked', path: path.reverse() }
}

/**
 * The path to a block whose ancestors are all here and valid, as is the block. Undefined for any other.
 * Source: notes 2.1, tryVote, coherent.
 */
export function coherentPath(state: ConsensusState, id: Hash): readonly BlockNode[] | undefined {
  const ancestry = ancestryOf(state, id)
  if (ancestry.kind !== 'linked') return undefined
  return ancestry.path.every(({ validity }) => validity === 'valid') ? ancestry.path : undefined
}

/** Height and time of the newest block of a path, or of the root when the path is empty. */
export function endOf({ record: { root } }: ConsensusState, path: readonly BlockNode[]) {
  const last = path.at(-1)
  return last === undefined ? root : { ...last.block.header, id: last.id }
}

/**
 * Adds a block. The caller has checked its certificate. Blocks that are known, too old, or do not follow their parent change
 * nothing; what does not follow this one goes.
 */
export function insertBlock(turn: Turn, block: Block): void {
  const { tree } = turn.state
  const id = blockId(block.header)
  if (tree.has(id) || !mayDescend(turn.state, block.header) || !followsItsParent(turn, block.header)) return
  const kept = [...tree].filter(
    ([, { block: other }]) =>
      other.header.qc.blockId !== id || turn.env.rules.followsParent(other.header, block.header),
  )
  update(turn, {
    tree: new Map(kept).set(id, { id, block, validity: 'unchecked', isStored: false, isCertified: false }),
  })
}

/** False when the parent is here, and the header has another height than the next, or no later time. */
export function followsItsParent({ env, state }: Turn, header: Header): boolean {
  const { tree, record } = state
  const { blockId: parentId } = header.qc
  const parent = parentId === record.root.id ? record.root : tree.get(parentId)?.block.header
  return parent === undefined || env.rules.followsParent(header, parent)
}

/** Heights and rounds ascend from the root on. */
function mayDescend({ record: { root } }: Pick<ConsensusState, 'record'>, header: Header): boolean {
  return header.height > root.height && header.round > root.round
}

/** Replaces what is known of some blocks. */
export function updateNodes(turn: Turn, nodes: readonly BlockNode[]): void {
  const tree = new Map(turn.state.tree)
  for (const node of nodes) tree.set(node.id, node)
  update(turn, { tree })
}

/** Has these blocks made durable with this turn's safety record. */
export function storeNodes(turn: Turn, path: readonly BlockNode[]): void {
  const unstored = path.filter(({ isStored }) => !isStored)
  if (unstored.length === 0) return
  turn.blocks.push(...unstored.map(({ block }) => block))
  updateNodes(
    turn,
    unstored.map((node) => ({ ...node, isStored: true })),
  )
}

/** Asks execution about every block whose parent is valid and that has not been asked about. */
export function requestChecks(turn: Turn): void {
  const { tree, record } = turn.state
  const asked: BlockNode[] = []
  for (const node of tree.values()) {
    if (node.validity !== 'unchecked') continue
    const parent = node.block.header.qc.blockId
    if (parent !== record.root.id && tree.get(parent)?.validity !== 'valid') continue
    asked.push({ ...node, validity: 'checking' })
    turn.outputs.push({ kind: 'validate', blockId: node.id, block: node.block })
  }
  if (asked.length > 0) updateNodes(turn, asked)
}

/** Execution's answer about a block. */
export function onValidated(turn: Turn, id: Hash, isValid: boolean): void {
  const node = turn.state.tree.get(id)
  if (node?.validity === 'checking') updateNodes(turn, [{ ...node, validity: isValid ? 'valid' : 'invalid' }])
}

/** What is left of the tree above a new root: its descendants, and blocks that may turn out to be. */
export function prunedTree({ tree, record }: ConsensusState): ReadonlyMap<Hash, BlockNode> {
  const { root } = record
  const kept = new Map<Hash, BlockNode>()
  const ascending = [...tree.values()].sort((a, b) => a.block.header.height - b.block.header.height)
  for (const node of ascending) {
    const { height, qc } = node.block.header
    if (!mayDescend({ record }, node.block.header)) continue
    const isDescendant = qc.blockId === root.id || kept.has(qc.blockId)
    const mayBe = height > root.height + 1 && !tree.has(qc.blockId)
    if (isDescendant || mayBe) kept.set(node.id, node)
  }
  return kept
}
