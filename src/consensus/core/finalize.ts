import type { QuorumCertificate } from '../types.ts'
import { halt } from './certificates.ts'
import { scheduleEpochs } from './epochs.ts'
import { ancestryOf, prunedTree, storeNodes, updateNodes } from './tree.ts'
import type { BlockNode, ConsensusState, Turn } from './turn.ts'
import { update, updateRecord } from './turn.ts'

/**
 * Announces blocks that have become certified, and makes final what has become final. Source: notes 2.1, tryCommit.
 * `others` are checked certificates that need not be in the record, or in a block of the tree.
 */
export function settleCertified(turn: Turn, others: readonly QuorumCertificate[] = []): void {
  const certificates = [...knownCertificates(turn.state), ...others]
  announce(turn, certificates)
  const committing = certificates.filter((qc) => isCommitting(turn, qc)).sort((a, b) => a.round - b.round)
  for (const qc of committing) commitParent(turn, qc)
  if (committing.length > 0) forgetOldBlocks(turn)
}

/** The checked certificates that matter for blocks in the tree: those in headers, and the highest. */
function knownCertificates({ tree, record }: ConsensusState): readonly QuorumCertificate[] {
  return [record.highQc, ...[...tree.values()].map(({ block }) => block.header.qc)]
}

function announce(turn: Turn, certificates: readonly QuorumCertificate[]): void {
  const { rules } = turn.env
  for (const qc of certificates) {
    const node = turn.state.tree.get(qc.blockId)
    if (node === undefined || node.isCertified) continue
    const { id, block } = node
    const isSpeculativelyFinal = rules.isSpeculativelyFinal(block.header, qc) && mayBecomeFinal(turn, node, qc)
    updateNodes(turn, [{ ...node, isCertified: true }])
    turn.outputs.push({ kind: 'certified', blockId: id, block, isSpeculativelyFinal })
    if (!isSpeculativelyFinal) continue
    update(turn, { speculative: new Map(turn.state.speculative).set(id, block.header.height) })
  }
}

/** False in an epoch's reserve: the next epoch may begin with an older block. */
function mayBecomeFinal(turn: Turn, { id }: BlockNode, qc: QuorumCertificate): boolean {
  const ancestry = ancestryOf(turn.state, id)
  return ancestry.kind === 'linked' && finalCount(turn, ancestry.path, qc) === ancestry.path.length
}

function isCommitting({ env, state: { tree, record } }: Turn, qc: QuorumCertificate): boolean {
  const block = tree.get(qc.blockId)?.block
  if (block === undefined || !env.rules.commitsParent(block.header, qc)) return false
  const parent = block.header.qc.blockId
  return parent !== record.root.id && tree.has(parent)
}

function commitParent(turn: Turn, qc: QuorumCertificate): void {
  const block = turn.state.tree.get(qc.blockId)?.block
  if (block === undefined || turn.state.record.haltReason !== undefined) return
  const ancestry = ancestryOf(turn.state, block.header.qc.blockId)
  switch (ancestry.kind) {
    case 'missing':
      return
    case 'conflict':
      halt(turn, `the quorum of round ${qc.round} commits a block that conflicts with the finalized chain`, 'chain')
      return
    case 'linked': {
      const { path } = ancestry
      const count = finalCount(turn, path, qc)
      finalize(turn, path.slice(0, count), path[count]?.block.header.qc ?? block.header.qc)
      return
    }
  }
}

function finalCount({ env, state }: Turn, path: readonly BlockNode[], qc: QuorumCertificate): number {
  const headers = path.map(({ block }) => block.header)
  return env.rules.finalPart(state.record.epochs, env.config, headers, qc)
}

/** `path` ascends from the root's child; `qc` certifies its last block. */
function finalize(turn: Turn, path: readonly BlockNode[], qc: QuorumCertificate): void {
  const last = path.at(-1)
  if (last === undefined) return
  const wrong = path.find(({ validity }) => validity === 'invalid')
  if (wrong !== undefined) {
    halt(turn, `block ${wrong.id} is final, and execution says it is not valid`, 'chain')
    return
  }
  storeNodes(turn, path)
  const { height, round, timestampMs } = last.block.header
  updateRecord(turn, { root: { id: last.id, height, round, timestampMs } })
  path.forEach(({ id, block }, index) => {
    turn.outputs.push({ kind: 'finalize', blockId: id, block, qc: path[index + 1]?.block.header.qc ?? qc })
  })
  const final = new Set(path.map(({ id }) => id))
  update(turn, { speculative: new Map([...turn.state.speculative].filter(([id]) => !final.has(id))) })
  scheduleEpochs(turn, path)
}

/** Drops blocks that can not become final any more, and says so of those that seemed to be. */
function forgetOldBlocks(turn: Turn): void {
  const tree = prunedTree(turn.state)
  const reverted = [...turn.state.speculative.keys()].filter((id) => !tree.has(id))
  for (const blockId of reverted) turn.outputs.push({ kind: 'reverted', blockId })
  const speculative = new Map([...turn.state.speculative].filter(([id]) => tree.has(id)))
  update(turn, { tree, speculative })
}
