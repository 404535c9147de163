import { blockId } from '../../../src/consensus/codec/wire.ts'
import type {
  Extension,
  FreshProof,
  Message,
  Proposal,
  QuorumCertificate,
  Rules,
  Timeout,
  TimeoutCertificate,
  Tip,
} from '../../../src/consensus/index.ts'
import { currentRound, EPOCH_RESERVE_ROUNDS, positionOf, RULES } from '../../../src/consensus/index.ts'
import { blockMessage, timeoutMessage, voteMessage } from '../../../src/consensus/signing.ts'
import { keccakHash } from '../../../src/primitives/index.ts'
import { type ClusterOptions, type Instance, idOf } from './cluster.ts'
import { fakeKey, fakeScheme } from './fakeScheme.ts'
import { goesOn, type Observed, observed } from './network.ts'

/** The validator that the puppeteer holds the key of. */
const LIAR = 3
/** The first round of a script; in those before, the honest lead in turn. From here on the liar leads. */
export const FIRST_ROUND = 5
const LAST_ROUND = 12
/** Long enough that no timer rings but when the script says so. */
const DELTA_MS = 100
/** For a message to arrive and execution to judge a block. */
const STEP_MS = 8

/** A block of the liar's own making. */
type Made = { readonly tip: Tip; readonly body: Uint8Array }

/** How a script ended: `foiledIn` is the round in which the honest would not do what it needs; undefined when all went through. */
export type Played = { readonly run: Observed; readonly foiledIn: number | undefined }

class Foiled extends Error {
  readonly round: number
  constructor(round: number) {
    super(`nobody lets it happen in round ${round}`)
    this.round = round
  }
}

/**
 * The asynchronous adversary of the proofs: four validators, one of them dishonest, and the network is the dishonest one's.
 * Nothing arrives but what the script shows, and to whom it shows it; a timer rings when the script says so. Then the network
 * heals, the liar stays away, and the three others must go on. What the monitor holds is the verdict.
 */
export function play(
  script: (puppeteer: Puppeteer) => void,
  broken: Partial<Rules> = {},
  { config, ...others }: Pick<ClusterOptions, 'config' | 'membersOf'> & { readonly validators?: number } = {},
): Played {
  const run = observed({
    validators: 4,
    ...others,
    rules: { ...RULES, ...broken },
    leader: (set, round) => (isScripted(round) ? positionOf(set, idOf(LIAR)) : round % 3),
    behaviours: new Map([[LIAR, { name: 'puppeteer' }]]),
    config: { deltaMs: DELTA_MS, ...config },
  })
  const { cluster } = run
  const liar = cluster.instances[LIAR]
  if (liar === undefined) throw new Error('there are four')
  cluster.crash(liar)
  const first = cluster.honest.filter(({ id }) => positionOf(cluster.setOf(0), id) >= 0)
  cluster.run(1_000, () => first.every((one) => roundOf(one) === FIRST_ROUND))
  tellNewcomers(run, first)
  const calm = cluster.network
  cluster.network = (from) => (from === liar ? [1] : [])
  let foiledIn: number | undefined
  try {
    script(new Puppeteer(run, liar))
  } catch (error) {
    if (!(error instanceof Foiled)) throw error
    foiledIn = error.round
  }
  cluster.network = calm
  // Who has halted, as a broken rule makes some, goes nowhere: the verdict is the monitor's.
  goesOn(run, cluster.honest, 4, 20_000)
  return { run, foiledIn }
}

/** Whoever validates later has followed: it has the blocks that the script begins with. */
function tellNewcomers({ cluster }: Observed, first: readonly Instance[]): void {
  const [told] = first
  const newcomers = cluster.honest.filter((one) => !first.includes(one))
  if (told === undefined || newcomers.length === 0) return
  const { highQc: qc } = told.state.record
  for (const one of newcomers) {
    cluster.deliver(told, one, { kind: 'advance', certificate: { kind: 'qc', qc } })
  }
  cluster.run(DELTA_MS, () => newcomers.every(({ state }) => state.tree.get(qc.blockId)?.validity === 'valid'))
}

/** Those of later epochs, too: without the reserves their rounds go on from the earlier ones. */
function isScripted(round: number): boolean {
  const withoutReserves = round - epochOf(round) * EPOCH_RESERVE_ROUNDS
  return withoutReserves >= FIRST_ROUND && withoutReserves <= LAST_ROUND
}

/** A script is shorter than a reserve. */
function epochOf(round: number): number {
  return Math.floor(round / EPOCH_RESERVE_ROUNDS)
}

/** What a script is written in. */
export class Puppeteer {
  readonly run: Observed
  readonly #liar: Instance

  constructor(run: Observed, liar: Instance) {
    this.run = run
    this.#liar = liar
  }

  /** The three that follow the rules. */
  get honest(): readonly [Instance, Instance, Instance] {
    const [a, b, c] = this.run.cluster.honest
    if (a === undefined || b === undefined || c === undefined) throw new Error('three are honest')
    return [a, b, c]
  }

  /** Those who validate in a later epoch only. */
  get newcomers(): readonly Instance[] {
    return this.run.cluster.honest.slice(3)
  }

  /** The certificate that all know when the script begins. */
  get base(): QuorumCertificate {
    return this.honest[0].state.record.highQc
  }

  /** A block that nobody has seen yet, for `round` on `qc`. */
  block(round: number, qc: QuorumCertificate, fresh?: FreshProof): Made {
    const { cluster } = this.run
    const body = cluster.newBody()
    const height = (cluster.blocks.get(qc.blockId)?.header.height ?? 0) + 1
    const executionHash = cluster.executionHash(qc.blockId, height, this.#liar)
    const payloadHash = keccakHash(body)
    const timestampMs = cluster.nowMs
    const header = { epoch: epochOf(round), round, height, qc, timestampMs, payloadHash, executionHash }
    const signature = fakeScheme.sign(fakeKey(LIAR), blockMessage(cluster.config.chainId, header))
    return { tip: { header, signature, fresh }, body }
  }

  /** Proposes in the block's own round, or in a later one when `again` says so, to these only. */
  propose({ tip, body }: Made, tc: TimeoutCertificate | undefined, to: readonly Instance[], again?: number): void {
    const round = again ?? tip.header.round
    const proposal: Proposal = { epoch: epochOf(round), round, tip, body, tc }
    this.show({ kind: 'proposal', proposal }, to)
  }

  /** The votes that these have given for a block in `round`, and the liar's. The script ends when one of them has not. */
  certify(round: number, { tip }: Made, voters: readonly Instance[]): QuorumCertificate {
    const ballot = { epoch: epochOf(round), round, blockId: blockId(tip.header) }
    const given = voters.map(({ state }) => state.record.lastVote)
    const votes = given.filter((vote) => vote?.round === round && vote.blockId === ballot.blockId)
    if (votes.length < voters.length) throw new Foiled(round)
    const own = fakeScheme.sign(fakeKey(LIAR), voteMessage(this.run.cluster.config.chainId, ballot))
    const signatures = [...votes.map((vote) => vote?.signature ?? own), own]
    const signature = fakeScheme.aggregate(signatures) ?? own
    const set = this.run.cluster.setOf(ballot.epoch)
    const signers = [...voters, this.#liar].map(({ id }) => positionOf(set, id)).sort((one, other) => one - other)
    return { ...ballot, signers, signature }
  }

  /** Makes these give up `round`; their timeouts and the liar's, which claims just `extension`, as one certificate. */
  failed(round: number, extension: Extension, who: readonly Instance[]): TimeoutCertificate {
    const given = who.map((instance) => this.#timeoutOf(instance, round))
    const claim =
      extension.kind === 'qc'
        ? { qcRound: extension.qc.round, tipRound: 0 }
        : { qcRound: extension.tip.header.qc.round, tipRound: extension.tip.header.round }
    const message = timeoutMessage(this.run.cluster.config.chainId, { epoch: epochOf(round), round, ...claim })
    const own = { ...claim, signer: LIAR, signature: fakeScheme.sign(fakeKey(LIAR), message) }
    const all = [...given, own]
    const claims = new Map(all.map((one) => [`${one.qcRound}/${one.tipRound}`, one]))
    const groups = [...claims.values()].map(({ qcRound, tipRound }) => {
      const equal = all.filter((one) => one.qcRound === qcRound && one.tipRound === tipRound)
      const signature = fakeScheme.aggregate(equal.map((one) => one.signature)) ?? own.signature
      return { qcRound, tipRound, signers: equal.map(({ signer }) => signer), signature }
    })
    return { epoch: epochOf(round), round, groups, extension }
  }

  /** Shows a round's certificate. */
  advance(certificate: QuorumCertificate | TimeoutCertificate, to: readonly Instance[]): void {
    const isTc = 'groups' in certificate
    const shown = isTc ? ({ kind: 'tc', tc: certificate } as const) : ({ kind: 'qc', qc: certificate } as const)
    this.show({ kind: 'advance', certificate: shown }, to)
  }

  /** Sends these a message, and lets it have its effect. */
  show(message: Message, to: readonly Instance[]): void {
    for (const instance of to) this.run.cluster.deliver(this.#liar, instance, message)
    this.run.cluster.run(STEP_MS)
  }

  #timeoutOf(instance: Instance, round: number): Timeout {
    if (instance.state.record.lastTimeout?.round !== round) {
      this.run.cluster.feed(instance, { kind: 'timer', timer: 'round', round })
    }
    const timeout = instance.state.record.lastTimeout
    if (timeout?.round !== round) throw new Foiled(round)
    return timeout
  }
}

/** The round that an instance is in. */
export function roundOf({ state }: Instance): number {
  return currentRound(state)
}
