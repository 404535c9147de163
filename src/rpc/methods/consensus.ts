import { inspect } from '../../primitives/index.ts'
import { block } from '../codec/block.ts'
import { refuse, required, withDefault } from '../codec/codec.ts'
import type { ConsensusView } from '../consensus.ts'
import { refused } from '../error.ts'
import { defineMethod } from '../method.ts'
import { requireBlock } from '../query/blocks.ts'
import type { Scope } from '../scope.ts'
import { certificateView, consensusView, evidenceView, validatorView } from '../view/consensus.ts'

const whichEpoch = required('current|next', (json, path) =>
  json === 'current' || json === 'next' ? json : refuse(path, `want current or next, got ${inspect(json)}`),
)

/** `evmpp_`: how the blocks of a network came to be. Quantities are hex, as everywhere. */
export const consensusMethods = [
  defineMethod({
    name: 'evmpp_getConsensusState',
    summary: 'Where this node stands in consensus: round, leader, newest certificate, newest final block, lag.',
    params: [],
    handler: (scope) => consensusView(consensusOf(scope).status()),
  }),
  defineMethod({
    name: 'evmpp_getEvidence',
    summary:
      'Proofs that a validator signed two votes or two blocks for one round: both messages and their signatures.',
    params: [],
    handler: (scope) => consensusOf(scope).evidence().map(evidenceView),
  }),
  defineMethod({
    name: 'evmpp_getValidators',
    summary:
      'The validators of this epoch (current) or of the one to come (next; empty until it is decided): id, BLS public key, stake, and whether this node is connected to each.',
    params: [withDefault(whichEpoch, 'current' as const)],
    handler: (scope, which) => consensusOf(scope).validators(which).map(validatorView),
  }),
  defineMethod({
    name: 'evmpp_getQuorumCertificate',
    summary: 'The votes for a block: round, signers, their one BLS signature. Null for the first block.',
    params: [block],
    handler(scope, reference) {
      const consensus = consensusOf(scope)
      const certificate = consensus.certificate(requireBlock(scope.archive, reference).hash)
      return certificate === undefined ? null : certificateView(certificate)
    },
  }),
]

function consensusOf({ consensus }: Scope): ConsensusView {
  if (consensus !== undefined) return consensus
  throw refused('this is a development node: it makes its blocks alone, without consensus (see "evmpp testnet")')
}
