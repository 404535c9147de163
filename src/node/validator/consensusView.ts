import type { Archive } from '../../chain/index.ts'
import type { ConsensusState, Evidence, QuorumCertificate, ValidatorSet } from '../../consensus/index.ts'
import { currentRound, EPOCH_RESERVE_ROUNDS, epochAt, stakeOf, statementsOf } from '../../consensus/index.ts'
import type { Transport } from '../../network/index.ts'
import { type Address, assert, toHex, ZERO_ADDRESS } from '../../primitives/index.ts'
import type { BlockCertificate, ConsensusView } from '../../rpc/index.ts'
import type { NetworkGenesis } from '../setup/networkGenesis.ts'
import type { Validator } from './validator.ts'

/** What a view looks at. */
export type ConsensusViewParts = {
  readonly validator: Validator
  readonly network: NetworkGenesis
  readonly archive: Archive
  readonly transport: Transport
  /** This node's validator id, whether it votes or not. */
  readonly self: Address | undefined
  /** Why it has not voted from the start, if so. */
  readonly refusal: string | undefined
  /** Proofs against validators that this node has kept. */
  evidence(): readonly Evidence[]
}

/** Consensus as RPC and metrics see it. */
export function createConsensusView(parts: ConsensusViewParts): ConsensusView {
  const { validator, network, archive, transport, self } = parts
  const { driver } = validator
  let timeouts = 0
  driver.onStep((_input, outputs) => {
    timeouts += outputs.filter((output) => output.kind === 'enterRound' && output.after === 'tc').length
  })
  const connected = () => new Set(transport.peers().map(({ peer }) => peer))

  return {
    status() {
      const { record } = driver.state
      const round = currentRound(driver.state)
      return {
        self,
        isVoting: driver.isVoting,
        whyNotVoting: whyNotVoting(parts),
        epoch: setAt(driver.state, round)?.epoch ?? 0,
        round,
        leader: validator.leader(0) ?? ZERO_ADDRESS,
        highestCertificate: certificateView(driver.state, record.highQc),
        finalized: { id: record.root.id, height: record.root.height, round: record.root.round },
        lagBlocks: Math.max(0, certifiedHeight(driver.state) - Number(archive.head().blockNumber)),
        timeouts,
        peers: transport.peers().length,
      }
    },
    validators(which) {
      const { epochs } = driver.state.record
      const current = setAt(driver.state, currentRound(driver.state))
      const set =
        which === 'current' ? current : epochs.find(({ epoch }) => epoch === (current?.epoch ?? 0) + 1)?.validators
      const members = validator.members()
      const peers = connected()
      return (set?.validators ?? []).map(({ id, publicKey, stake }) => ({
        id,
        publicKey,
        stake,
        peerId: members.findLast((member) => toHex(member.publicKey) === toHex(publicKey))?.peerId ?? '',
        isConnected: peers.has(id) || id === self,
        isSelf: id === self,
      }))
    },
    evidence: () =>
      parts.evidence().map((proof) => ({ ...proof, statements: statementsOf(network.consensus.chainId, proof) })),
    certificate(blockHash) {
      const number = archive.header(blockHash)?.number
      const qc = number === undefined ? undefined : validator.finalBlock(Number(number))?.qc
      return qc === undefined ? undefined : certificateView(driver.state, qc)
    },
  }
}

/**
 * The height of the newest certified block that this node has heard of. While it does not have that block it is at most this:
 * a round has one block at most. Rounds that an epoch has kept in reserve had none.
 */
function certifiedHeight({ tree, record: { epochs, highQc, root } }: ConsensusState): number {
  if (highQc.blockId === root.id) return root.height
  const height = tree.get(highQc.blockId)?.block.header.height
  if (height !== undefined) return height
  const reserves = EPOCH_RESERVE_ROUNDS * Math.max(0, highQc.epoch - (epochAt(epochs, root.round)?.epoch ?? 0))
  return root.height + Math.max(0, highQc.round - root.round - reserves)
}

function whyNotVoting({ validator: { driver }, refusal, self }: ConsensusViewParts): string | undefined {
  if (driver.isVoting) return undefined
  const obstacle = driver.isMember ? 'it fetches the blocks that it lacks' : 'it is no validator of this epoch'
  return driver.haltReason ?? refusal ?? (self === undefined ? undefined : obstacle)
}

function setAt({ record }: ConsensusState, round: number): ValidatorSet | undefined {
  return record.epochs.findLast(({ startRound, validators }) => validators !== undefined && startRound <= round)
    ?.validators
}

function certificateView({ record }: ConsensusState, qc: QuorumCertificate): BlockCertificate {
  const { epoch, round, blockId, signers, signature } = qc
  const set = record.epochs.find((one) => one.epoch === epoch)?.validators ?? record.epochs[0]?.validators
  assert(set !== undefined, 'the first epoch has its validators')
  return {
    epoch,
    round,
    blockId,
    signers: signers.map((signer) => set.validators[signer]?.id).filter((id) => id !== undefined),
    signature,
    stakePercent: Number((stakeOf(set, signers) * 10_000n) / set.totalStake) / 100,
  }
}
