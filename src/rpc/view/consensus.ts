import { toHex, toQuantity } from '../../primitives/index.ts'
import type { BlockCertificate, ConsensusStatus, EvidenceStatus, ValidatorStatus } from '../consensus.ts'
import type { JsonObject } from '../json.ts'

/** A node's place in consensus. */
export function consensusView(status: ConsensusStatus): JsonObject {
  const { self, isVoting, whyNotVoting, highestCertificate, finalized } = status
  return {
    self: self ?? null,
    isVoting,
    whyNotVoting: whyNotVoting ?? null,
    epoch: toQuantity(status.epoch),
    round: toQuantity(status.round),
    leader: status.leader,
    highestCertificate: certificateView(highestCertificate),
    finalized: { id: finalized.id, height: toQuantity(finalized.height), round: toQuantity(finalized.round) },
    lagBlocks: toQuantity(status.lagBlocks),
    timeouts: toQuantity(status.timeouts),
    peers: toQuantity(status.peers),
  }
}

/** A certificate. `stakePercent` is a JSON number, for people. */
export function certificateView(certificate: BlockCertificate): JsonObject {
  const { epoch, round, blockId, signers, signature, stakePercent } = certificate
  return {
    epoch: toQuantity(epoch),
    round: toQuantity(round),
    blockId,
    signers,
    signature: toHex(signature),
    stakePercent,
  }
}

/** One proof. */
export function evidenceView({ kind, validator, epoch, round, statements }: EvidenceStatus): JsonObject {
  return {
    kind,
    validator,
    epoch: toQuantity(epoch),
    round: toQuantity(round),
    statements: statements.map(({ blockId, message, signature }) => ({
      blockId,
      message: toHex(message),
      signature: toHex(signature),
    })),
  }
}

/** One validator. */
export function validatorView({ publicKey, stake, ...validator }: ValidatorStatus): JsonObject {
  const { id, peerId, isConnected, isSelf } = validator
  return { id, publicKey: toHex(publicKey), stake: toQuantity(stake), peerId, isConnected, isSelf }
}
