import type { Address, Hash } from '../../primitives/index.ts'
import { keccakHash } from '../../primitives/index.ts'
import { type Checker, checkQc, setAt } from '../check.ts'
import { blockId } from '../codec/wire.ts'
import type { Fault } from '../fault.ts'
import { MAX_BODY_BYTES, MAX_SYNC_BLOCKS, MAX_WANTED } from '../limits.ts'
import type { Block, BlockRequest, QuorumCertificate, TimeoutCertificate } from '../types.ts'
import { learnQc, qcOf } from './certificates.ts'
import { settleCertified } from './finalize.ts'
import { ancestryOf, followsItsParent, insertBlock } from './tree.ts'
import type { ConsensusState, Turn, Want } from './turn.ts'
import { currentRound, send, update, withEntry } from './turn.ts'

/** Blocks that one peer alone speaks of and that are looked for at a time. */
const MAX_HEARSAY_OF_PEER = 2

/** How often one asks for a block of which nothing but a message that could not be checked says that it exists. */
const MAX_HEARSAY_ATTEMPTS = 3

/**
 * Rejects a message. One of an epoch that is not known here may be right: the certificate that it rests on, when it is of a
 * known epoch, or else the blocks before the one that this names will tell. Source: notes 2.1, Epoch ("stops voting and
 * syncs").
 */
export function rejectMessage(turn: Turn, from: Address, fault: Fault, restsOn: QuorumCertificate): void {
  if (fault !== 'unknownEpoch') return void turn.outputs.push({ kind: 'reject', from, fault })
  const { wanted, record } = turn.state
  const { blockId: claimedId } = restsOn
  if (setAt({ env: turn.env, record }, restsOn.round)?.epoch === restsOn.epoch) {
    if (restsOn.round <= record.highQc.round) return
    const qcFault = checkQc({ env: turn.env, record }, restsOn)
    if (qcFault === undefined) learnQc(turn, restsOn)
    else turn.outputs.push({ kind: 'reject', from, fault: qcFault })
    return
  }
  const ofPeer = [...wanted.values()].filter(({ isHearsay, peers }) => isHearsay && peers.includes(from)).length
  if (wanted.has(claimedId) || ofPeer >= MAX_HEARSAY_OF_PEER || wanted.size >= MAX_WANTED) return
  update(turn, { wanted: withEntry(wanted, claimedId, { peers: [from], attempts: 0, isHearsay: true }) })
}

/** A block without which this validator can not go on, and who has it: all who signed for it stored it first. */
type Missing = { readonly id: Hash; readonly peers: readonly Address[] }

/** Asks for blocks that have come to be missing, and forgets what is not missing any more. */
export function settleWanted(turn: Turn): void {
  const missing = new Map(missingBlocks(turn).map(({ id, peers }) => [id, peers]))
  const wanted = new Map<Hash, Want>()
  for (const [id, want] of turn.state.wanted) if (want.isHearsay) wanted.set(id, want)
  for (const [id, peers] of missing) {
    const known = turn.state.wanted.get(id)
    wanted.set(id, known?.isHearsay === false ? known : { peers, attempts: 0, isHearsay: false })
  }
  const isNews = [...wanted.values()].some(({ attempts }) => attempts === 0)
  if (!isNews && wanted.size === turn.state.wanted.size) return
  update(turn, { wanted })
  ask(turn, (want) => want.attempts === 0)
}

/** Asks the next peer for what did not come. */
export function onSyncTimer(turn: Turn): void {
  const { wanted } = turn.state
  const isHopeless = (want: Want) => want.isHearsay && want.attempts >= MAX_HEARSAY_ATTEMPTS
  update(turn, { wanted: new Map([...wanted].filter(([, want]) => !isHopeless(want))) })
  ask(turn, () => true)
}

function ask(turn: Turn, isDue: (want: Want) => boolean): void {
  const { wanted, record } = turn.state
  if (wanted.size === 0) return
  const asked = new Map(wanted)
  for (const [targetId, want] of wanted) {
    const peer = want.peers[want.attempts % want.peers.length]
    if (!isDue(want) || peer === undefined) continue
    asked.set(targetId, { ...want, attempts: want.attempts + 1 })
    send(turn, [peer], { kind: 'blockRequest', request: { targetId, afterHeight: record.root.height } })
  }
  update(turn, { wanted: asked })
  const delayMs = 2 * turn.env.config.deltaMs
  turn.outputs.push({ kind: 'setTimer', timer: 'sync', round: currentRound(turn.state), delayMs })
}

/** What the highest certificates and the current proposal speak of, and is not here or hangs in the air. */
function missingBlocks(turn: Turn): readonly Missing[] {
  const { record, candidate } = turn.state
  const { highQc, highCertificate } = record
  const heads: Missing[] = [{ id: highQc.blockId, peers: signersOf(turn, highQc) }]
  if (highCertificate.kind === 'tc') {
    const { extension } = highCertificate.tc
    const qc = qcOf(extension)
    heads.push({ id: qc.blockId, peers: signersOf(turn, qc) })
    if (extension.kind === 'tip' && followsItsParent(turn, extension.tip.header)) {
      heads.push({ id: blockId(extension.tip.header), peers: holdersOf(turn, highCertificate.tc) })
    }
  }
  if (candidate !== undefined) heads.push({ id: blockId(candidate.tip.header), peers: [] })
  return heads.flatMap(({ id, peers }) => {
    const ancestry = ancestryOf(turn.state, id)
    if (ancestry.kind !== 'missing') return []
    return [{ id: ancestry.id, peers: ancestry.qc === undefined ? peers : signersOf(turn, ancestry.qc) }]
  })
}

function signersOf(turn: Turn, { epoch, signers }: Pick<QuorumCertificate, 'epoch' | 'signers'>): readonly Address[] {
  const { env, state } = turn
  const set = env.rules.setOf(state.record.epochs, epoch)
  const ids = signers.map((signer) => set?.validators[signer]?.id).filter((id) => id !== undefined)
  return ids.filter((id) => id !== env.self)
}

/** Who reported the tip that a failed round leaves. */
function holdersOf(turn: Turn, { epoch, groups, extension }: TimeoutCertificate): readonly Address[] {
  if (extension.kind !== 'tip') return []
  const { round } = extension.tip.header
  const signers = groups.filter(({ tipRound }) => tipRound === round).flatMap((group) => group.signers)
  return signersOf(turn, { epoch, signers })
}

/** A peer's message with blocks: taken over when the peer is one that was just asked for some. */
export function onBlocks(turn: Turn, from: Address, blocks: readonly Block[]): void {
  const { wanted } = turn.state
  const wasAsked = [...wanted.values()].some(({ peers, attempts }) => peers[(attempts - 1) % peers.length] === from)
  if (wasAsked) takeBlocks(turn, blocks)
  else turn.outputs.push({ kind: 'reject', from, fault: 'notAsked' })
}

/** Takes over blocks, each certified by the next one's header or named by a certificate known here. */
export function takeBlocks(turn: Turn, blocks: readonly Block[]): void {
  const { wanted } = turn.state
  const certified = new Set([...wanted].filter(([, { isHearsay }]) => !isHearsay).map(([id]) => id))
  const accepted: Block[] = []
  const checked: QuorumCertificate[] = []
  for (const block of [...blocks].reverse()) {
    const { header, body } = block
    // What is here was checked before it came here.
    if (turn.state.tree.has(blockId(header))) {
      certified.add(header.qc.blockId)
      continue
    }
    if (checkQc({ env: turn.env, record: turn.state.record }, header.qc) !== undefined) continue
    checked.push(header.qc)
    if (certified.has(blockId(header)) && keccakHash(body) === header.payloadHash) accepted.unshift(block)
    certified.add(header.qc.blockId)
  }
  const before = turn.state.tree.size
  for (const block of accepted) insertBlock(turn, block)
  // Also those that only a block of an unknown epoch holds: they may be what makes that epoch known. Whose record is ahead of
  // its chain, for that was lost, learns nothing new from them, and yet they make blocks final.
  for (const qc of checked.reverse()) learnQc(turn, qc)
  settleCertified(turn, checked)
  if (turn.state.tree.size === before) return
  update(turn, { wanted: new Map([...turn.state.wanted].map(([id, want]) => [id, { ...want, attempts: 0 }])) })
}

/**
 * How many of these blocks are certified and stand at `firstHeight` and the heights after it, with the block that proves it:
 * the newest one's certificate is checked, and the hashes lead down from it. The last block itself counts only when a
 * certificate known here names it (`certifiedId`). No block counts when none of their epochs is known yet. Undefined when
 * some of it is wrong: nobody honest sends such blocks.
 */
export function provenBlocks(
  checker: Checker,
  blocks: readonly Block[],
  firstHeight: number,
  certifiedId: Hash,
): { readonly blocks: readonly Block[]; readonly count: number } | undefined {
  const ids = blocks.map(({ header }) => blockId(header))
  const isWhole = blocks.every(
    ({ header, body }, index) =>
      header.height === firstHeight + index &&
      (index === 0 || header.qc.blockId === ids[index - 1]) &&
      keccakHash(body) === header.payloadHash,
  )
  if (!isWhole) return undefined
  if (ids.length > 0 && ids.at(-1) === certifiedId) return { blocks, count: blocks.length }
  for (let index = blocks.length - 1; index >= 0; index -= 1) {
    const header = blocks[index]?.header
    const fault = header === undefined ? undefined : checkQc(checker, header.qc)
    if (fault === undefined) return { blocks: blocks.slice(0, index + 1), count: index }
    if (fault !== 'unknownEpoch') return undefined
  }
  return { blocks: [], count: 0 }
}

/**
 * The answer to a request: blocks above `afterHeight` in ascending order, as many as fit into one message. Up to the block
 * asked for, or, when that is not here, to the highest certified one. `finalizedAt` reads the chain's storage.
 */
export function blocksFor(
  state: ConsensusState,
  { targetId, afterHeight }: BlockRequest,
  finalizedAt: (height: number) => Block | undefined,
): readonly Block[] {
  const blocks: Block[] = []
  let room = MAX_BODY_BYTES
  const add = (block: Block): boolean => {
    room -= block.body.length
    if (blocks.length >= MAX_SYNC_BLOCKS || (room < 0 && blocks.length > 0)) return false
    blocks.push(block)
    return true
  }
  for (let height = afterHeight + 1; height <= state.record.root.height; height++) {
    const block = finalizedAt(height)
    if (block === undefined || !add(block)) return blocks
  }
  const heads = [targetId, state.record.highQc.blockId].map((id) => ancestryOf(state, id))
  const head = heads.find(({ kind }) => kind === 'linked')
  if (head?.kind !== 'linked') return blocks
  for (const { block } of head.path) {
    if (block.header.height > afterHeight && !add(block)) return blocks
  }
  return blocks
}
