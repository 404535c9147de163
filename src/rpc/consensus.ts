import type { Address, Bytes, Hash } from '../primitives/index.ts'

/** Votes of more than two thirds of the stake for one block in one round. */
export type BlockCertificate = {
  readonly epoch: number
  readonly round: number
  /** Consensus's name of the block: it commits to order and content, and is not the hash that Ethereum's tools know. */
  readonly blockId: Hash
  readonly signers: readonly Address[]
  /** One BLS12-381 signature of all signers, 96 bytes; empty for the certificate of the first block, which nobody signed. */
  readonly signature: Bytes
  /** How much of the stake signed, in percent. */
  readonly stakePercent: number
}

/** Where a node stands in the network's consensus. */
export type ConsensusStatus = {
  /** This node's validator id; undefined for one that only follows. */
  readonly self: Address | undefined
  readonly isVoting: boolean
  /** What keeps a validator from voting, a sentence; undefined when nothing does. */
  readonly whyNotVoting: string | undefined
  readonly epoch: number
  readonly round: number
  /** Who proposes in this round. */
  readonly leader: Address
  /** The certificate of the highest round that this node has seen. */
  readonly highestCertificate: BlockCertificate
  /** The newest final block. */
  readonly finalized: { readonly id: Hash; readonly height: number; readonly round: number }
  /** Final blocks that this node has not executed yet, or does not have yet as far as it knows of them. */
  readonly lagBlocks: number
  /** Rounds since this node started that ended without a certificate of votes. */
  readonly timeouts: number
  readonly peers: number
}

/** A validator of an epoch, seen from this node. */
export type ValidatorStatus = {
  readonly id: Address
  /** BLS12-381, 48 bytes. */
  readonly publicKey: Bytes
  readonly stake: bigint
  readonly peerId: string
  readonly isConnected: boolean
  readonly isSelf: boolean
}

/** Proof that a validator signed two statements of which an honest one signs one. */
export type EvidenceStatus = {
  readonly kind: 'doubleVote' | 'doubleProposal'
  readonly validator: Address
  readonly epoch: number
  readonly round: number
  /** The block that was voted for or proposed, the bytes that were signed, and their BLS12-381 signature, 96 bytes. */
  readonly statements: readonly { readonly blockId: Hash; readonly message: Bytes; readonly signature: Bytes }[]
}

/** What the RPC sees of consensus. */
export interface ConsensusView {
  status(): ConsensusStatus
  /** Of the current epoch, or of the next one: none while that is not decided. */
  validators(which: 'current' | 'next'): readonly ValidatorStatus[]
  /** What this node holds against validators, also from before its last start: one of each kind for an epoch and a validator. */
  evidence(): readonly EvidenceStatus[]
  /** The certificate that made the block of this (Ethereum's) hash certain; undefined for the first block and unknown ones. */
  certificate(blockHash: Hash): BlockCertificate | undefined
}
