import { RULES, type Rules, type Timeout } from '../../../src/consensus/index.ts'
import type { Rank } from '../../../src/consensus/rank.ts'
import { tcFault } from '../../../src/consensus/rules.ts'
import { timeoutMessage, voteMessage } from '../../../src/consensus/signing.ts'
import type { Instance } from './cluster.ts'
import { fakeKey, fakeScheme } from './fakeScheme.ts'
import type { InvariantName } from './monitor.ts'
import { goesOn, inTurn, type Observed, observed } from './network.ts'
import { FIRST_ROUND, type Played, type Puppeteer, play, roundOf } from './puppeteer.ts'
import { TIME_SCRIPTS } from './timeScripts.ts'

/**
 * An attack, word for word. With the rules as they are nothing breaks (`foiledIn`: the round in which the honest stop it;
 * undefined when they may let all of it happen); each of `broken` lets it break the invariant named.
 */
export type Script = {
  /** Of the fault table. */
  readonly row: number
  readonly name: string
  readonly play: (broken?: Partial<Rules>) => Played
  readonly foiledIn: number | undefined
  /** What the monitor has to say even so. */
  readonly verdict: readonly InvariantName[]
  readonly broken: readonly {
    readonly name: string
    readonly rules: Partial<Rules>
    readonly invariant: InvariantName
  }[]
}

const R = FIRST_ROUND

const puppeteered =
  (script: (puppeteer: Puppeteer) => void): Script['play'] =>
  (broken) =>
    play(script, broken)

/** Two tips of one round are as good as each other, whatever their parents. */
const untied = (a: Rank, b: Rank): number => RULES.compareRank({ ...a, parentRound: 0 }, { ...b, parentRound: 0 })

/**
 * Two blocks B and C for round R; a sees C certified in R, then votes for B when it is proposed again in R+1: its tip is gone,
 * because C's certificate is higher. So the liar has a certificate of B (R+1) and timeouts that know of C's (R) at most: it
 * may propose X on B to some and Y on C to others, both for round R+2. The start of two scripts.
 */
function twoBranches(puppeteer: Puppeteer) {
  const [a, b, c] = puppeteer.honest
  const [onB, onC] = [puppeteer.block(R, puppeteer.base), puppeteer.block(R, puppeteer.base)]
  puppeteer.propose(onC, undefined, [a, c])
  puppeteer.propose(onB, undefined, [b])
  const qcOfC = puppeteer.certify(R, onC, [a, c])
  const first = puppeteer.failed(R, { kind: 'tip', tip: onB.tip }, [b, c])
  puppeteer.advance(qcOfC, [a])
  puppeteer.propose(onB, first, [a, b, c], R + 1)
  const qcOfB = puppeteer.certify(R + 1, onB, [a, b])
  const second = puppeteer.failed(R + 1, { kind: 'qc', qc: qcOfC }, [a, c])
  const x = puppeteer.block(R + 2, qcOfB)
  const y = puppeteer.block(R + 2, qcOfC, { kind: 'noTip', certificate: second })
  return { a, b, c, x, y, second }
}

/** X is certified, which makes B final where it is seen; then the liar has Y proposed again, which is of the same round. */
function tieBreak(puppeteer: Puppeteer): void {
  const { a, b, c, x, y, second } = twoBranches(puppeteer)
  puppeteer.propose(y, second, [a])
  puppeteer.propose(x, undefined, [b, c])
  puppeteer.advance(puppeteer.certify(R + 2, x, [b, c]), [b])
  const third = puppeteer.failed(R + 2, { kind: 'tip', tip: y.tip }, [a, c])
  puppeteer.propose(y, third, [a, c], R + 3)
  const last = puppeteer.block(R + 4, puppeteer.certify(R + 3, y, [a, c]))
  puppeteer.propose(last, undefined, [a, c])
  puppeteer.advance(puppeteer.certify(R + 4, last, [a, c]), [a, c])
}

/**
 * X and Y are certified one after the other, X late (its parent's certificate is of R+1, its own of R+3), Y hidden from all but
 * a; so what a knows outranks X, and Y's branch goes on. Nothing here is against the rules, and so nothing may be final.
 */
function hiddenCertificates(puppeteer: Puppeteer): void {
  const { a, b, c, x, y, second } = twoBranches(puppeteer)
  puppeteer.propose(x, undefined, [b])
  puppeteer.propose(y, second, [a, c])
  const qcOfY = puppeteer.certify(R + 2, y, [a, c])
  const third = puppeteer.failed(R + 2, { kind: 'tip', tip: x.tip }, [b, c])
  puppeteer.advance(qcOfY, [a])
  puppeteer.propose(x, third, [b, c], R + 3)
  puppeteer.advance(puppeteer.certify(R + 3, x, [b, c]), [b])
  const fourth = puppeteer.failed(R + 3, { kind: 'qc', qc: qcOfY }, [a, c])
  const last = puppeteer.block(R + 4, qcOfY, { kind: 'noTip', certificate: fourth })
  puppeteer.propose(last, fourth, [a, c])
  puppeteer.advance(puppeteer.certify(R + 4, last, [a, c]), [a, c])
}

/**
 * a sees B certified, so its tip is gone; then two failed rounds that leave B as a tip bring it further. What it reports must
 * still be B's certificate: the other holder, b, is left out. Source: notes 2.3, "Knowledge lost through a TC".
 */
function twoTimeoutCertificates(puppeteer: Puppeteer): void {
  const [a, b, c] = puppeteer.honest
  const { base } = puppeteer
  const hidden = puppeteer.block(R, base)
  puppeteer.propose(hidden, undefined, [a, b])
  const qc = puppeteer.certify(R, hidden, [a, b])
  const first = puppeteer.failed(R, { kind: 'tip', tip: hidden.tip }, [b, c])
  puppeteer.advance(qc, [a])
  puppeteer.advance(first, [b, c])
  const second = puppeteer.failed(R + 1, { kind: 'tip', tip: hidden.tip }, [b, c])
  puppeteer.advance(second, [a, c])
  const third = puppeteer.failed(R + 2, { kind: 'qc', qc: base }, [a, c])
  const instead = puppeteer.block(R + 3, base, { kind: 'noTip', certificate: third })
  puppeteer.propose(instead, third, [a, c])
  const next = puppeteer.block(R + 4, puppeteer.certify(R + 3, instead, [a, c]))
  puppeteer.propose(next, undefined, [a, c])
  puppeteer.advance(puppeteer.certify(R + 4, next, [a, c]), [a, c])
}

/** c refuses the tip that one certificate of the failed round leaves, and is then shown another that leaves another. */
function afterRefusal(puppeteer: Puppeteer): void {
  const [a, b, c] = puppeteer.honest
  const [refused, other] = [puppeteer.block(R, puppeteer.base), puppeteer.block(R, puppeteer.base)]
  puppeteer.propose(refused, undefined, [a])
  puppeteer.propose(other, undefined, [b])
  const tc = puppeteer.failed(R, { kind: 'tip', tip: refused.tip }, [a, c])
  puppeteer.show({ kind: 'recovery', recovery: { epoch: 0, round: R + 1, tc } }, [c])
  if (c.state.record.highRefusal?.round !== R + 1) throw new Error('c refuses what it does not have')
  puppeteer.propose(other, puppeteer.failed(R, { kind: 'tip', tip: other.tip }, [b, c]), [b, c], R + 1)
  puppeteer.certify(R + 1, other, [b, c])
}

/**
 * Z, the only block of its author, is certified when it is proposed again, where a sees it. In between another block, Y, of
 * an earlier round was certified, where b sees it: Y's certificate outranks Z's tip, and Z goes. Source: notes 2.3.
 */
function certifiedLate(puppeteer: Puppeteer): void {
  const [a, b, c] = puppeteer.honest
  const { base } = puppeteer
  const y = puppeteer.block(R, base)
  puppeteer.propose(y, undefined, [b])
  const first = puppeteer.failed(R, { kind: 'qc', qc: base }, [a, c])
  const z = puppeteer.block(R + 1, base, { kind: 'noTip', certificate: first })
  puppeteer.propose(z, first, [a])
  puppeteer.advance(first, [b, c])
  const second = puppeteer.failed(R + 1, { kind: 'tip', tip: y.tip }, [b, c])
  puppeteer.propose(y, second, [b, c], R + 2)
  const qcOfY = puppeteer.certify(R + 2, y, [b, c])
  puppeteer.advance(second, [a])
  const third = puppeteer.failed(R + 2, { kind: 'tip', tip: z.tip }, [a, c])
  puppeteer.advance(qcOfY, [b])
  puppeteer.propose(z, third, [a, b, c], R + 3)
  puppeteer.advance(puppeteer.certify(R + 3, z, [a, b]), [a])
  const fourth = puppeteer.failed(R + 3, { kind: 'qc', qc: qcOfY }, [b, c])
  const next = puppeteer.block(R + 4, qcOfY, { kind: 'noTip', certificate: fourth })
  puppeteer.propose(next, fourth, [b, c])
  const last = puppeteer.block(R + 5, puppeteer.certify(R + 4, next, [b, c]))
  puppeteer.propose(last, undefined, [b, c])
  puppeteer.advance(puppeteer.certify(R + 5, last, [b, c]), [b, c])
}

/** a votes, its record goes back to before that, and it is shown the certificate with its vote and asked to vote anew. */
function oldRecord(puppeteer: Puppeteer): void {
  const [a, b] = puppeteer.honest
  const { cluster } = puppeteer.run
  const { record } = a.disk
  const first = puppeteer.block(R, puppeteer.base)
  puppeteer.propose(first, undefined, [a, b])
  const qc = puppeteer.certify(R, first, [a, b])
  puppeteer.propose(puppeteer.block(R + 1, qc), undefined, [a])
  cluster.crash(a)
  a.disk.record = record
  cluster.restart(a)
  puppeteer.advance(qc, [a])
  const other = puppeteer.block(R + 1, qc)
  puppeteer.propose(other, undefined, [a])
  puppeteer.certify(R + 1, other, [a])
}

/** Epoch 1 is of others, all but one; they sign a certificate for a round of epoch 0, whose validators a already knows. */
function otherEpoch(broken: Partial<Rules> = {}): Played {
  const members = (epoch: number) => (epoch === 0 ? [0, 1, 2, 3] : [3, 4, 5, 6])
  const run = observed({
    validators: 7,
    membersOf: members,
    rules: { ...RULES, ...broken },
    config: { epochLength: 8, epochDelayRounds: 40 },
  })
  const { cluster } = run
  const a = cluster.instances[0]
  const isTold = () => a?.state.record.epochs.at(-1)?.validators?.epoch === 1
  if (a === undefined || !cluster.run(2_000, isTold)) throw new Error('epoch 1 is to be known')
  const ballot = { epoch: 0, round: a.state.record.highQc.round + 2, blockId: cluster.config.genesisId }
  const message = voteMessage(cluster.config.chainId, ballot)
  const signature = fakeScheme.aggregate(members(1).map((one) => fakeScheme.sign(fakeKey(one), message))) ?? message
  const qc = { ...ballot, signers: [0, 1, 2, 3], signature }
  const certificate = { kind: 'qc', qc } as const
  cluster.feed(a, { kind: 'message', from: cluster.idOf(3), message: { kind: 'advance', certificate } })
  const foiledIn = a.state.record.highQc.round === ballot.round ? undefined : ballot.round
  return { run, foiledIn }
}

/** One is dead, and one has a timer that never rings: it gives up because a third of the others does. */
function stoppedTimer(broken: Partial<Rules> = {}): Played {
  const run = observed({ validators: 4, rules: { ...RULES, ...broken } })
  const [a, dead, stopped, d] = run.cluster.instances
  if (a === undefined || dead === undefined || stopped === undefined || d === undefined)
    throw new Error('there are four')
  run.cluster.crash(dead)
  stopped.hasTimers = false
  return held(run, [a, stopped, d])
}

/** One gives up every round as soon as somebody is in it: a third is more than one of four. */
function quitter(broken: Partial<Rules> = {}): Played {
  const run = observed({
    validators: 4,
    rules: { ...RULES, ...broken },
    behaviours: new Map([[3, { name: 'quitter' }]]),
  })
  const { cluster } = run
  const liar = cluster.instances[3]
  if (liar === undefined) throw new Error('there are four')
  cluster.crash(liar)
  const quit = (to: Instance): void => {
    const { highQc: qc, highCertificate: certificate } = to.state.record
    const round = roundOf(to)
    const claim = { epoch: 0, round, qcRound: qc.round, tipRound: 0 }
    const signature = fakeScheme.sign(fakeKey(3), timeoutMessage(cluster.config.chainId, claim))
    const extension = { kind: 'qc', qc } as const
    const timeout: Timeout = { ...claim, signer: 3, signature, extension, voteSignature: undefined, certificate }
    cluster.deliver(liar, to, { kind: 'timeout', timeout })
  }
  const seen = new Map<Instance, number>()
  for (const endMs = cluster.nowMs + 1_000; cluster.nowMs < endMs; cluster.run(1)) {
    for (const one of cluster.honest) {
      if (seen.get(one) === roundOf(one)) continue
      seen.set(one, roundOf(one))
      quit(one)
    }
  }
  const failed = [...run.monitor.timeoutCertificates].filter((round) => inTurn(cluster.setOf(0), round) !== 3)
  if (failed.length > 0) run.monitor.fail('13 liveness', `round ${failed[0]} of an honest leader fails`)
  return held(run, cluster.honest)
}

function held(run: Observed, instances: readonly Instance[]): Played {
  const isLive = goesOn(run, instances, 5, 3_000)
  if (!isLive) run.monitor.fail('13 liveness', 'nothing more becomes final')
  return { run, foiledIn: undefined }
}

/**
 * B ends epoch 0. The next epoch's validators see that it is final and begin; b and c, who do not, go on with the reserve: C,
 * then D on it. The certificate of D makes B final, and must not make C: the others begin on B with another block.
 */
function reserve(puppeteer: Puppeteer): void {
  const [a, b, c] = puppeteer.honest
  const { newcomers } = puppeteer
  const [d, e] = newcomers
  if (d === undefined || e === undefined) throw new Error('there are newcomers')
  const end = puppeteer.block(R, puppeteer.base)
  puppeteer.propose(end, undefined, [a, b, c, ...newcomers])
  const qcOfEnd = puppeteer.certify(R, end, [a, b])
  const first = puppeteer.block(R + 1, qcOfEnd)
  puppeteer.propose(first, undefined, [a, b, c, ...newcomers])
  puppeteer.advance(puppeteer.certify(R + 1, first, [a, b]), newcomers)
  const tc = puppeteer.failed(R + 1, { kind: 'tip', tip: first.tip }, [b, c])
  puppeteer.propose(first, tc, [b, c], R + 2)
  const second = puppeteer.block(R + 3, puppeteer.certify(R + 2, first, [b, c]))
  puppeteer.propose(second, undefined, [b, c])
  puppeteer.advance(puppeteer.certify(R + 3, second, [b, c]), [b])
  const start = roundOf(d)
  const other = puppeteer.block(start, qcOfEnd)
  puppeteer.propose(other, undefined, newcomers)
  const next = puppeteer.block(start + 1, puppeteer.certify(start, other, [d, e]))
  puppeteer.propose(next, undefined, newcomers)
  puppeteer.advance(puppeteer.certify(start + 1, next, [d, e]), newcomers)
}

/** Epoch 0 and the one after it have the liar in common, and nobody else. */
const TWO_EPOCHS = {
  validators: 7,
  membersOf: (epoch: number) => (epoch === 0 ? [0, 1, 2, 3] : [3, 4, 5, 6]),
  config: { epochLength: R, epochDelayRounds: 1 },
}

/** The scripted attacks of notes/consensus.md, section 3, rows 8 and 12, and those that a single rule stands against. */
export const SCRIPTS: readonly Script[] = [
  {
    row: 12,
    name: 'tie-break: two blocks of one round on two branches, one of them makes its parent final',
    play: puppeteered(tieBreak),
    foiledIn: R + 3,
    verdict: [],
    broken: [
      {
        name: 'tips of one round are equal whatever their parents',
        rules: { compareRank: untied, tcFault: (tc) => tcFault(tc, untied) },
        invariant: '1 agreement',
      },
    ],
  },
  {
    row: 12,
    name: 'hidden certificates: five rounds, two branches that are certified by turns',
    play: puppeteered(hiddenCertificates),
    foiledIn: undefined,
    verdict: [],
    broken: [
      {
        name: 'any certified child makes its parent final',
        rules: { commitsParent: () => true },
        invariant: '1 agreement',
      },
    ],
  },
  {
    row: 12,
    name: 'two timeout certificates: what a validator knew before them counts',
    play: puppeteered(twoTimeoutCertificates),
    foiledIn: R + 3,
    verdict: [],
    broken: [
      {
        name: 'a timeout reports what brought its round, not the highest certificate ever seen',
        rules: {
          reported: (record) => {
            const { highCertificate } = record
            const { kind } = highCertificate
            const extension = kind === 'tc' ? highCertificate.tc.extension : undefined
            const qc = extension?.kind === 'tip' ? extension.tip.header.qc : record.highQc
            return RULES.reported({ ...record, highQc: qc })
          },
        },
        invariant: '10 no tail fork',
      },
    ],
  },
  {
    row: 12,
    name: 'a refusal, then a proposal that another certificate of the same round allows',
    play: puppeteered(afterRefusal),
    foiledIn: R + 1,
    verdict: [],
    broken: [
      {
        name: 'a vote whatever was refused',
        rules: { mayVote: ({ highVote }, { round }) => round > highVote },
        invariant: '5 refusal binds',
      },
    ],
  },
  {
    row: 12,
    name: 'a block certified only when proposed again goes',
    play: puppeteered(certifiedLate),
    foiledIn: undefined,
    verdict: [],
    broken: [
      {
        name: 'whatever is certified is speculatively final',
        rules: { isSpeculativelyFinal: () => true },
        invariant: '10 no tail fork',
      },
    ],
  },
  {
    row: 12,
    name: 'a record of yesterday',
    play: puppeteered(oldRecord),
    foiledIn: R + 1,
    verdict: ['no halt'],
    broken: [
      {
        name: 'a signature that the record does not know is none of its business',
        rules: { knowsSignature: () => true },
        invariant: '3 no double vote',
      },
    ],
  },
  {
    row: 19,
    name: "another epoch's validators sign for a round of this one",
    play: otherEpoch,
    foiledIn: 11,
    verdict: [],
    broken: [
      {
        name: "a certificate is checked against the newest epoch's validators",
        rules: { setOf: (epochs) => epochs.findLast(({ validators }) => validators !== undefined)?.validators },
        invariant: '17 own epoch',
      },
    ],
  },
  {
    row: 19,
    name: 'two epochs at a time: one knows that the end is final, the others go on with the reserve',
    play: (broken) => play(reserve, broken, TWO_EPOCHS),
    foiledIn: undefined,
    verdict: [],
    broken: [
      {
        name: "an epoch's reserve makes anything final",
        rules: { finalPart: (_epochs, _config, path) => path.length },
        invariant: '1 agreement',
      },
    ],
  },
  ...TIME_SCRIPTS,
  {
    row: 15,
    name: 'a timer that never rings',
    play: stoppedTimer,
    foiledIn: undefined,
    verdict: [],
    broken: [
      { name: 'nobody joins a third that gives up', rules: { isBlocking: () => false }, invariant: '13 liveness' },
    ],
  },
  {
    row: 13,
    name: 'one that gives up every round',
    play: quitter,
    foiledIn: undefined,
    verdict: [],
    broken: [
      { name: 'all join one that gives up', rules: { isBlocking: (part) => part > 0n }, invariant: '13 liveness' },
    ],
  },
]
