import { genesisQc } from '../../../src/consensus/check.ts'
import { blockId, type Message, type Proposal, RULES, type Timeout, type Tip } from '../../../src/consensus/index.ts'
import { blockMessage, refusalMessage, timeoutMessage, voteMessage } from '../../../src/consensus/signing.ts'
import { keccakHash } from '../../../src/primitives/index.ts'
import { BAD_BODY, type Behaviour, type Cluster, type Instance } from './cluster.ts'
import { fakeScheme } from './fakeScheme.ts'

/** Signs a block of its own making for the round in which it leads, instead of `proposal`'s. */
export function forgeBlock(instance: Instance, cluster: Cluster, proposal: Proposal, body: Uint8Array): Proposal {
  const header = { ...proposal.tip.header, payloadHash: keccakHash(body) }
  const signature = fakeScheme.sign(instance.key, blockMessage(cluster.config.chainId, header))
  return { ...proposal, tip: { ...proposal.tip, header, signature }, body }
}

function isFresh({ round, tip }: Proposal): boolean {
  return tip.header.round === round
}

/** Two blocks for one round: one for the even, one for the odd. */
function equivocator(): Behaviour {
  const others = new Map<number, Proposal>()
  return {
    name: 'equivocator',
    corrupt(message, receiver, instance, cluster) {
      if (message.kind !== 'proposal' || !isFresh(message.proposal) || receiver.validator % 2 === 0) return [message]
      const { proposal } = message
      const other = others.get(proposal.round) ?? forgeBlock(instance, cluster, proposal, cluster.newBody())
      others.set(proposal.round, other)
      return [{ kind: 'proposal', proposal: other }]
    },
  }
}

/** Its proposals reach some only, a different choice each round. */
const withholder: Behaviour = {
  name: 'withholder',
  corrupt(message, receiver) {
    if (message.kind !== 'proposal') return [message]
    return (message.proposal.round * 7 + receiver.validator * 5) % 3 === 0 ? [message] : []
  },
}

/** Votes, timeouts and refusals with a signature that is wrong. */
const forger: Behaviour = {
  name: 'forger',
  corrupt(message) {
    const spoil = (signature: Uint8Array) => signature.map((byte, index) => (index === 0 ? byte ^ 1 : byte))
    if (message.kind === 'vote') {
      return [{ kind: 'vote', vote: { ...message.vote, signature: spoil(message.vote.signature) } }]
    }
    if (message.kind === 'timeout') {
      const { timeout } = message
      const voteSignature = timeout.voteSignature === undefined ? undefined : spoil(timeout.voteSignature)
      return [{ kind: 'timeout', timeout: { ...timeout, voteSignature } }]
    }
    if (message.kind === 'noEndorsement') {
      const { noEndorsement } = message
      return [{ ...message, noEndorsement: { ...noEndorsement, signature: spoil(noEndorsement.signature) } }]
    }
    return [message]
  },
}

const silent: Behaviour = { name: 'silent', corrupt: () => [] }

/** Signs a timeout with other claims. */
export function forgeTimeout(
  instance: Instance,
  cluster: Cluster,
  timeout: Timeout,
  change: Partial<Timeout>,
): Timeout {
  const changed = { ...timeout, ...change }
  return { ...changed, signature: fakeScheme.sign(instance.key, timeoutMessage(cluster.config.chainId, changed)) }
}

/** Times out pretending to know nothing but the genesis block, or more than it can show. */
const liar: Behaviour = {
  name: 'liar',
  corrupt(message, receiver, instance, cluster) {
    if (message.kind !== 'timeout') return [message]
    const { timeout } = message
    const qc = genesisQc(cluster.config)
    const lie: Partial<Timeout> =
      receiver.validator % 2 === 0
        ? { qcRound: 0, tipRound: 0, extension: { kind: 'qc', qc }, voteSignature: undefined }
        : { tipRound: timeout.round }
    const certificate = timeout.round === 1 ? undefined : (timeout.certificate ?? instance.state.record.highCertificate)
    return [{ kind: 'timeout', timeout: forgeTimeout(instance, cluster, timeout, { ...lie, certificate }) }]
  },
}

/** Keeps what it knows to itself: certificates and proposals reach a third. */
const hoarder: Behaviour = {
  name: 'hoarder',
  corrupt: (message, receiver) =>
    (message.kind === 'advance' || message.kind === 'proposal') && receiver.validator % 3 !== 0 ? [] : [message],
}

/** Votes for everything, whatever it has voted for, timed out or refused. */
const doubleVoter: Behaviour = {
  name: 'double voter',
  rules: { ...RULES, mayVote: () => true, mayVoteInTimeout: () => true, knowsSignature: () => true },
  corrupt(message, _receiver, instance, cluster) {
    if (message.kind !== 'vote') return [message]
    const { vote } = message
    const sign = (blockId: typeof vote.blockId) => {
      const ballot = { ...vote, blockId }
      return { ...ballot, signature: fakeScheme.sign(instance.key, voteMessage(cluster.config.chainId, ballot)) }
    }
    const others = [...instance.state.tree.keys()].filter((id) => id !== vote.blockId).slice(-2)
    return [message, ...others.map((id): Message => ({ kind: 'vote', vote: sign(id) }))]
  },
}

/** Proposes bodies that are not valid, or on certificates that are old. */
const badProposer: Behaviour = {
  name: 'bad proposer',
  corrupt(message, _receiver, instance, cluster) {
    if (message.kind !== 'proposal' || !isFresh(message.proposal)) return [message]
    const { proposal } = message
    const stale: Tip = { ...proposal.tip, header: { ...proposal.tip.header, qc: genesisQc(cluster.config), height: 1 } }
    return proposal.round % 2 === 0
      ? [{ kind: 'proposal', proposal: forgeBlock(instance, cluster, proposal, BAD_BODY) }]
      : [{ kind: 'proposal', proposal: forgeBlock(instance, cluster, { ...proposal, tip: stale }, cluster.newBody()) }]
  },
}

/** Refuses every tip that it could be asked about, and votes for it too. */
const refuser: Behaviour = {
  name: 'refuser',
  corrupt(message, _receiver, instance, cluster) {
    const { highCertificate, epochs } = instance.state.record
    if (highCertificate.kind !== 'tc' || highCertificate.tc.extension.kind !== 'tip') return [message]
    const { header } = highCertificate.tc.extension.tip
    const round = highCertificate.tc.round + 1
    const epoch = epochs.findLast(({ startRound }) => startRound <= round)?.epoch ?? 0
    const signer = cluster.setOf(epoch).validators.findIndex(({ id }) => id === instance.id)
    const refusal = { epoch, round, tipId: blockId(header), tipQcRound: header.qc.round }
    const signature = fakeScheme.sign(instance.key, refusalMessage(cluster.config.chainId, refusal))
    return [message, { kind: 'noEndorsement', noEndorsement: { ...refusal, signer, signature } }]
  },
}

/** Each message in one of the other ways. */
function shifty(): Behaviour {
  const ways = [equivocator(), withholder, forger, silent, liar, hoarder, badProposer, refuser]
  return {
    name: 'shifty',
    corrupt(message, receiver, instance, cluster) {
      const way = cluster.random.oneIn(3) ? cluster.random.pick(ways) : undefined
      return way?.corrupt?.(message, receiver, instance, cluster) ?? [message]
    },
  }
}

/** Ways to be dishonest; made anew for each validator, since some remember. */
export const BEHAVIOURS: readonly (() => Behaviour)[] = [
  equivocator,
  () => withholder,
  () => forger,
  () => silent,
  () => liar,
  () => hoarder,
  () => doubleVoter,
  () => badProposer,
  () => refuser,
  shifty,
]
