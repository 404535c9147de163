import {
  type FreshProof,
  type Message,
  type NoEndorsement,
  type Proposal,
  RULES,
  type Rules,
  type TimeoutCertificate,
} from '../../../src/consensus/index.ts'
import { blockMessage, refusalMessage } from '../../../src/consensus/signing.ts'
import { type Hash, keccakHash } from '../../../src/primitives/index.ts'
import { forgeTimeout } from './behaviours.ts'
import type { Behaviour, Cluster, Instance } from './cluster.ts'
import { fakeScheme } from './fakeScheme.ts'
import { goesOn, type Observed, observed } from './network.ts'

/**
 * "The certified block that only one has seen." Four validators lead in turn; 3 is dishonest. The block B of round 5, by 1, reaches
 * all but 0; its certificate forms at 2 alone, which is then cut off. 0, 1 and 3 give up round 5, and round 6, which 2
 * leads; 3 swears that it never saw B. Then 3 leads round 7 and wants B gone. B was certified in its own round by an
 * author that signed only B, so it must stay (invariant 10), whatever 3 tries; each rule that stops it is then broken.
 */
const HIDDEN_ROUND = 5
const LIAR_ROUND = 7

/** What the dishonest leader sends instead of proposing B again. */
type Attempt = (instance: Instance, cluster: Cluster, proposal: Proposal, run: () => Observed) => readonly Message[]

/** A block of the liar's own in B's place. */
function replacing(
  instance: Instance,
  cluster: Cluster,
  { epoch, round, tip }: Proposal,
  fresh: FreshProof | undefined,
  tc: TimeoutCertificate | undefined,
): Message {
  const body = new TextEncoder().encode('instead of B')
  const header = { ...tip.header, round, payloadHash: keccakHash(body), timestampMs: cluster.nowMs }
  const signature = fakeScheme.sign(instance.key, blockMessage(cluster.config.chainId, header))
  return { kind: 'proposal', proposal: { epoch, round, tip: { header, signature, fresh }, body, tc } }
}

const withoutProof: Attempt = (instance, cluster, proposal) => [
  replacing(instance, cluster, proposal, undefined, proposal.tc),
]

/** The timeouts as they are, and as what they leave a certificate lower than what they claim. */
const withLowerExtension: Attempt = (instance, cluster, proposal) => {
  if (proposal.tc === undefined) return []
  const tc: TimeoutCertificate = { ...proposal.tc, extension: { kind: 'qc', qc: proposal.tip.header.qc } }
  return [replacing(instance, cluster, proposal, { kind: 'noTip', certificate: tc }, tc)]
}

/** What 0 and 1 said when they gave up the round before, and the same from the liar: a right certificate, if 1 forgot B. */
const withForgetfulTimeouts: Attempt = (instance, cluster, proposal, run) => {
  const { qc } = proposal.tip.header
  const lie = { signer: 3, qcRound: qc.round, tipRound: 0 }
  const given = run().events.flatMap(({ instance: from, output }) =>
    from.validator < 2 && output.kind === 'send' && output.message.kind === 'timeout' ? [output.message.timeout] : [],
  )
  const ofRound = [0, 1].flatMap((signer) =>
    given.filter((one) => one.round === LIAR_ROUND - 1 && one.signer === signer).slice(0, 1),
  )
  const [first] = ofRound
  if (first === undefined) return []
  const signed = [...ofRound, forgeTimeout(instance, cluster, first, lie)]
  const signature = fakeScheme.aggregate(signed.map((one) => one.signature)) ?? new Uint8Array()
  const group = { qcRound: qc.round, tipRound: 0, signers: [0, 1, 3], signature }
  const tc = { epoch: first.epoch, round: first.round, groups: [group], extension: { kind: 'qc', qc } } as const
  return [replacing(instance, cluster, proposal, { kind: 'noTip', certificate: tc }, tc)]
}

/** Asks 0, which really has no B, and makes do with its refusal and its own. */
const withTwoRefusals: Attempt = (instance, cluster, proposal, run) => {
  const { tc } = proposal
  if (tc?.extension.kind !== 'tip') return []
  cluster.after(30, () => {
    const refused = run().events.flatMap(({ output }) =>
      output.kind === 'send' && output.message.kind === 'noEndorsement' ? [output.message.noEndorsement] : [],
    )
    const [honest] = refused
    if (honest === undefined) return
    const signature = fakeScheme.sign(instance.key, refusalMessage(cluster.config.chainId, honest))
    const both: readonly NoEndorsement[] = [honest, { ...honest, signer: 3, signature }]
    const { epoch, round, tipId, tipQcRound } = honest
    const aggregate = fakeScheme.aggregate(both.map((one) => one.signature)) ?? new Uint8Array()
    const certificate = { epoch, round, tipId, tipQcRound, signers: [0, 3], signature: aggregate }
    const message = replacing(instance, cluster, proposal, { kind: 'noEndorsement', certificate }, tc)
    for (const to of cluster.instances) if (to !== instance) cluster.deliver(instance, to, message)
  })
  return [{ kind: 'recovery', recovery: { epoch: proposal.epoch, round: proposal.round, tc } }]
}

/** Lies in its timeouts, and tries `attempt` when it leads; no attempt: it only lies. */
function liar(attempt: Attempt | undefined, run: () => Observed): Behaviour {
  return {
    name: 'liar of the script',
    corrupt(message, _receiver, instance, cluster) {
      if (message.kind === 'timeout') {
        const { timeout } = message
        const { extension } = timeout
        const isDue = timeout.round === HIDDEN_ROUND || timeout.round === HIDDEN_ROUND + 1
        if (extension.kind !== 'tip' || !isDue) return [message]
        const { qc } = extension.tip.header
        const certificate =
          timeout.round === HIDDEN_ROUND ? undefined : (timeout.certificate ?? instance.state.record.highCertificate)
        const lie = { tipRound: 0, extension: { kind: 'qc', qc }, voteSignature: undefined, certificate } as const
        return [{ kind: 'timeout', timeout: forgeTimeout(instance, cluster, timeout, lie) }]
      }
      if (message.kind !== 'proposal' || message.proposal.round !== LIAR_ROUND) return [message]
      return attempt?.(instance, cluster, message.proposal, run) ?? [message]
    },
  }
}

/** What the liar tries, under which rules, and whether the honest holder of the tip dies in between. */
type Attack = { readonly attempt?: Attempt; readonly rules?: Partial<Rules>; readonly holderCrashes?: boolean }

/** Plays it, then connects everybody; B's id, and how it ended. */
export function playHidden({ attempt, rules = {}, holderCrashes = false }: Attack): {
  run: Observed
  hidden: Hash | undefined
} {
  const run: Observed = observed({
    validators: 4,
    rules: { ...RULES, ...rules },
    behaviours: new Map([[3, liar(attempt, () => run)]]),
  })
  const { cluster, monitor } = run
  const calm = cluster.network
  cluster.network = (from, to, message, nowMs) => (isLost(from, to, message) ? [] : calm(from, to, message, nowMs))
  const holder = cluster.instances[1]
  const hasVoted = () => (holder?.state.record.highVote ?? 0) >= HIDDEN_ROUND
  cluster.run(300, hasVoted)
  cluster.run(20)
  if (holderCrashes && holder !== undefined) {
    cluster.crash(holder)
    cluster.restart(holder)
  }
  cluster.run(1_500, () => monitor.maxRound > LIAR_ROUND)
  cluster.network = calm
  goesOn(run, cluster.honest, 4, 2_000)
  return { run, hidden: monitor.certified.get(HIDDEN_ROUND) }
}

function isLost(from: Instance, to: Instance, message: Message): boolean {
  if (message.kind === 'proposal' && message.proposal.round === HIDDEN_ROUND && to.validator === 0) return true
  if (message.kind === 'blocks' && to.validator === 0) return true
  const isHiddenVote = message.kind === 'vote' && message.vote.round === HIDDEN_ROUND
  if (isHiddenVote) return to.validator !== 2
  const isLate = (one: Instance) => one.validator === 2 && one.state.record.highVote >= HIDDEN_ROUND
  return isLate(from) || isLate(to)
}

/** All that it tries. */
export const ATTEMPTS: readonly (Attack & { readonly name: string })[] = [
  { name: 'lies in its timeouts only' },
  { name: 'a block in its place without proof', attempt: withoutProof },
  { name: 'a timeout certificate with a lower extension', attempt: withLowerExtension },
  { name: 'two refusals of four', attempt: withTwoRefusals },
  { name: 'while the only other holder crashes', attempt: withForgetfulTimeouts, holderCrashes: true },
]

/** What each attempt needs broken. */
export const HIDDEN_BROKEN: readonly (Attack & { readonly name: string; readonly rules: Partial<Rules> })[] = [
  { name: 'no tips: a timeout reports certificates only', rules: { tipAbove: () => undefined } },
  {
    name: 'a block on an old certificate needs no proof',
    attempt: withoutProof,
    rules: {
      tipFault(tip, epochs) {
        const fault = RULES.tipFault(tip, epochs)
        return fault === 'wrongProof' ? undefined : fault
      },
      proposalFault: () => undefined,
    },
  },
  {
    name: 'a timeout certificate may leave anything',
    attempt: withLowerExtension,
    rules: { tcFault: () => undefined },
  },
  {
    name: 'a third may refuse a tip',
    attempt: withTwoRefusals,
    rules: { isRefusalQuorum: (part, total) => part * 3n > total },
  },
  {
    name: 'the tip does not survive a crash',
    attempt: withForgetfulTimeouts,
    holderCrashes: true,
    rules: { restored: (record) => ({ ...record, highTip: undefined }) },
  },
]
