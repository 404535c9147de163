import {
  type Block,
  type BlockRequest,
  blockId,
  type Checker,
  type ConsensusState,
  provenBlocks,
} from '../../../consensus/index.ts'
import type { NetworkClock, PeerName, Transport } from '../../../network/index.ts'
import type { Address, Hash } from '../../../primitives/index.ts'
import { askPeer } from '../question.ts'
import { type BlockPlan, beginPlan, type Judged, type PlanInput, type PlanOutput, stepPlan } from './blockPlan.ts'

/** Answers to requests of blocks come in time or not at all. */
const BLOCKS_TIMEOUT_MS = 5_000

export type BlockFetcherParts = {
  readonly transport: Transport
  readonly clock: NetworkClock
  readonly state: () => ConsensusState
  /** Certificates as this node can check them now. */
  readonly checker: () => Checker
  /** False while so many blocks wait for their execution that no further ones are wanted. */
  readonly canTake: () => boolean
  /** Takes over blocks that somebody sent, with whatever is wrong with them. */
  readonly take: (blocks: readonly Block[]) => void
}

/**
 * Fetches the blocks that consensus lacks. A few are asked of the peer that consensus names: it signed for them. When its
 * answer does not reach the block in question this node is far behind, and ranges come from all peers (blockPlan.ts) until
 * the newest certified block is here.
 */
export interface BlockFetcher {
  /** Consensus lacks a block. It says so again every now and then, as long as that is so. */
  request(from: Address, request: BlockRequest): void
}

export function createBlockFetcher(parts: BlockFetcherParts): BlockFetcher {
  const { transport, clock, state, checker, take } = parts
  let plan: BlockPlan | undefined
  /** The newest block that an answer reached because it was asked for. */
  let top: Hash | undefined

  const connected = (): readonly PeerName[] => transport.peers().map(({ peer }) => peer)

  /** Whatever becomes of the question, exactly one answer is heard. */
  async function fetch(peer: PeerName, request: BlockRequest): Promise<readonly Block[] | undefined> {
    const answer = await askPeer(transport, peer, { kind: 'blockRequest', request }, BLOCKS_TIMEOUT_MS)
    return answer?.kind === 'blocks' ? answer.blocks : undefined
  }

  async function askDirectly(id: Address, request: BlockRequest): Promise<void> {
    // Whoever is connected when the one who should be asked is not: blocks prove themselves.
    const peers = connected()
    const peer = peers.includes(id) ? id : peers[clock.nowMs() % peers.length]
    if (peer === undefined) return
    const blocks = await fetch(peer, request)
    if (blocks === undefined) return
    take(blocks)
    const isFar = blocks.length > 0 && blocks.every(({ header }) => blockId(header) !== request.targetId)
    if (isFar) plan ??= beginPlan(state().record.root.height, clock.nowMs())
  }

  function feed(input: PlanInput): void {
    if (plan === undefined) return
    const stepped = stepPlan(plan, input, { nowMs: clock.nowMs(), peers: connected(), canTake: parts.canTake() })
    plan = stepped.plan
    stepped.outputs.forEach(carryOut)
  }

  function carryOut(output: PlanOutput): void {
    switch (output.kind) {
      case 'ask':
        void askForRange(output.peer, output.first)
        return
      case 'handOver':
        take(output.blocks)
        if (output.blocks.some(({ header }) => blockId(header) === top)) plan = undefined
        return
      case 'blame':
        transport.blame(output.peer)
    }
  }

  async function askForRange(peer: PeerName, first: number): Promise<void> {
    const targetId = state().record.highQc.blockId
    const blocks = await fetch(peer, { targetId, afterHeight: first - 1 })
    if (blocks?.some(({ header }) => blockId(header) === targetId)) top = targetId
    feed({ kind: 'answer', peer, first, judged: judge(blocks ?? [], first) })
  }

  function judge(blocks: readonly Block[], first: number): Judged {
    const proven = provenBlocks(checker(), blocks, first, state().record.highQc.blockId)
    if (proven === undefined) return { kind: 'wrong' }
    return proven.count === 0 ? { kind: 'nothing' } : { kind: 'proven', ...proven }
  }

  return {
    request(from, request) {
      if (plan !== undefined) {
        feed({ kind: 'look', rootHeight: state().record.root.height })
        return
      }
      // Execution first: consensus asks again in a moment.
      if (parts.canTake()) void askDirectly(from, request)
    },
  }
}
