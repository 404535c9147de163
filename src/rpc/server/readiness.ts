import type { Archive } from '../../chain/index.ts'
import type { ConsensusView } from '../consensus.ts'

/** Blocks that a node may be behind and still count as up to date: rounds overlap, so some always are. */
const MAX_LAG_BLOCKS = 10
/** A network makes several blocks a second; without one for so long it, or the way to it, has failed. */
const MAX_HEAD_AGE_SECONDS = 30

/** What a node's readiness depends on. */
export type ReadinessParts = { readonly archive: Archive; readonly consensus: ConsensusView | undefined }

/**
 * What keeps a node from being one to send requests to, a sentence each; none means that it is ready. A development node
 * always is. One that does not vote although it is a validator is not: it serves, but an operator must look.
 */
export function notReadyReasons({ archive, consensus }: ReadinessParts, nowMs: number): readonly string[] {
  if (consensus === undefined) return []
  const { isVoting, self, whyNotVoting, lagBlocks } = consensus.status()
  const ageSeconds = Math.floor(nowMs / 1000) - Number(archive.headBlock().header.timestampSeconds)
  return [
    ...(self !== undefined && !isVoting ? [`does not vote: ${whyNotVoting ?? 'it is in no validator set now'}`] : []),
    ...(hasQuorum(consensus) ? [] : ['connected to validators with too little stake for a quorum']),
    ...(lagBlocks > MAX_LAG_BLOCKS ? [`${lagBlocks} blocks behind`] : []),
    ...(ageSeconds > MAX_HEAD_AGE_SECONDS ? [`the newest block is ${ageSeconds} seconds old`] : []),
  ]
}

/** Whether this node and the validators that it is connected to hold more than two thirds. One connection does for a follower. */
function hasQuorum(consensus: ConsensusView): boolean {
  const validators = consensus.validators('current')
  const reached = validators.filter(({ isConnected, isSelf }) => isConnected || isSelf)
  if (!validators.some(({ isSelf }) => isSelf)) return consensus.status().peers > 0
  return 3n * stakeOf(reached) > 2n * stakeOf(validators)
}

function stakeOf(validators: ReturnType<ConsensusView['validators']>): bigint {
  return validators.reduce((sum, { stake }) => sum + stake, 0n)
}
