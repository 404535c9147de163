import { roundDurationMs } from '../../../src/consensus/core/certificates.ts'
import { currentRound } from '../../../src/consensus/core/turn.ts'
import {
  type Block,
  blockId,
  type ConsensusState,
  type Header,
  type Message,
  type Output,
  type Proposal,
  type QuorumCertificate,
  type RoundCertificate,
  type SafetyRecord,
  type TimeoutCertificate,
} from '../../../src/consensus/index.ts'
import { firstReserveRound } from '../../../src/consensus/schedule.ts'
import { timeoutMessage, voteMessage } from '../../../src/consensus/signing.ts'
import { type Hash, rlpDecode, toHex, wordFromBytes } from '../../../src/primitives/index.ts'
import type { Cluster, Instance } from './cluster.ts'
import { fakeScheme } from './fakeScheme.ts'

/** The invariants of notes/consensus.md 2.2 that a running network can be held to. */
export type InvariantName =
  | '1 agreement'
  | '2 one certificate per round'
  | '3 no double vote'
  | '4 no vote after timeout'
  | '5 refusal binds'
  | '6 record monotonic'
  | '7 best extension'
  | '8 certified parents'
  | '9 consecutive rounds'
  | '10 no tail fork'
  | '12 rounds in step'
  | '13 liveness'
  | '17 own epoch'
  | '18 bounded memory'
  | '19 times'
  | 'durable before send'
  | 'no halt'

export type Violation = { readonly invariant: InvariantName; readonly detail: string; readonly atMs: number }

type Signers = Pick<QuorumCertificate, 'epoch' | 'signers' | 'signature'>

type Signed = {
  votes: Map<number, Hash>
  highTimeout: number
  refusals: Map<number, Hash>
}

/** Largest sizes that a state may reach: per validator and window (invariant 18). */
const WINDOW = 11
const MAX_TREE = 400
/** Violations of one invariant that are kept: a broken run is broken again and again. */
const MAX_VIOLATIONS = 5

/** Watches the honest, and says when something that may never happen has. */
export class Monitor {
  readonly violations: Violation[] = []
  readonly finalizedAt = new Map<number, Hash>()
  readonly certificates = new Map<Hash, Map<number, QuorumCertificate>>()
  readonly certified = new Map<number, Hash>()
  readonly evidence: Output[] = []
  readonly reverted: Hash[] = []
  readonly rejected = new Map<string, number>()
  readonly epochStarts = new Map<number, number>([[0, 0]])
  timeoutCertificates = new Set<number>()
  maxRound = 0
  readonly #signed = new Map<string, Signed>()
  readonly #roots = new Map<Instance, Hash>()
  readonly #headers = new Map<number, Set<Hash>>()
  readonly #children = new Map<Hash, Set<Hash>>()
  readonly #seenQcs = new WeakSet<QuorumCertificate>()
  readonly #seenTrees = new WeakSet<ReadonlyMap<Hash, unknown>>()
  /** By round and block of a proposal. */
  readonly #leftTips = new Map<string, Set<Hash>>()
  /** Rounds that the honest have to be in by a time, since one of them is; and how far apart they have been, at most. */
  #due: readonly { readonly round: number; readonly atMs: number }[] = []
  #calm: { readonly sinceMs: number; readonly afterRound: number } | undefined
  /** How long after the calm's begin they were together in a round that began in it. */
  togetherAfterMs: number | undefined
  readonly #unreleased = new Map<Instance, readonly Uint8Array[]>()
  /** Clocks may be set right in a run. */
  #largestSkewMs = 0
  #cluster: Cluster | undefined
  #honest = new Set<Instance>()

  attach(cluster: Cluster): void {
    this.#cluster = cluster
    this.#honest = new Set(cluster.honest)
  }

  fail(invariant: InvariantName, detail: string): void {
    const known = this.violations.filter((one) => one.invariant === invariant).length
    if (known < MAX_VIOLATIONS) this.violations.push({ invariant, detail, atMs: this.#cluster?.nowMs ?? 0 })
  }

  /** A signature counts once it may have left, or the disk knows of it: what a crash swallowed was never given. */
  signed(instance: Instance, message: Uint8Array): void {
    if (!this.#honest.has(instance)) return
    const pending = this.#unreleased.get(instance) ?? []
    this.#unreleased.set(instance, [...pending, message])
  }

  /** Remembers what authors have signed, and which tip the failed round before a proposal left. */
  proposed({ round, tip, tc }: Proposal): void {
    this.#learnHeader(tip.header)
    if (tc?.extension.kind !== 'tip') return
    const key = `${round}/${blockId(tip.header)}`
    this.#leftTips.set(key, (this.#leftTips.get(key) ?? new Set()).add(blockId(tc.extension.tip.header)))
  }

  /** A process is gone, and with it what only its memory held. */
  crashed(instance: Instance): void {
    this.#unreleased.delete(instance)
  }

  /** What a process finds final on its disk; it may have died before it said so. */
  restored(instance: Instance, ledger: readonly Block[]): void {
    for (const block of ledger) this.#final(instance, blockId(block.header), block)
  }

  #release(instance: Instance): void {
    const messages = this.#unreleased.get(instance) ?? []
    this.#unreleased.delete(instance)
    for (const message of messages) this.#given(instance, message)
  }

  /** Reads what is signed off the bytes that are. */
  #given(instance: Instance, message: Uint8Array): void {
    const item = rlpDecode(message)
    if (item instanceof Uint8Array) return
    const [tag, , , round, what] = item.map((one) => (one instanceof Uint8Array ? one : new Uint8Array()))
    const number = Number(wordFromBytes(round ?? new Uint8Array()))
    const id = toHex(what ?? new Uint8Array()) as Hash
    const mine = this.#signed.get(instance.name) ?? { votes: new Map(), highTimeout: 0, refusals: new Map() }
    this.#signed.set(instance.name, mine)
    switch (new TextDecoder().decode(tag)) {
      case 'evmpp/vote/1':
        this.#voted(instance, mine, number, id)
        return
      case 'evmpp/timeout/1':
        mine.highTimeout = Math.max(mine.highTimeout, number)
        return
      case 'evmpp/refusal/1':
        if (mine.votes.has(number)) this.fail('5 refusal binds', `${instance.name} refuses in ${number} after a vote`)
        mine.refusals.set(number, id)
        return
      default:
        return
    }
  }

  #voted(instance: Instance, mine: Signed, round: number, id: Hash): void {
    const earlier = mine.votes.get(round)
    if (earlier !== undefined && earlier !== id) {
      this.fail('3 no double vote', `${instance.name} signs two votes for round ${round}`)
    }
    mine.votes.set(round, id)
    if (round <= mine.highTimeout) {
      this.fail('4 no vote after timeout', `${instance.name} votes in ${round} after a timeout of ${mine.highTimeout}`)
    }
    const refused = mine.refusals.get(round)
    if (refused === undefined || refused === id) return
    if (this.#leftTips.get(`${round}/${id}`)?.has(refused) === true) return
    this.fail('5 refusal binds', `${instance.name} votes in ${round} against its refusal`)
  }

  /** After a step, before its outputs happen. */
  stepped(instance: Instance, before: ConsensusState, outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.kind === 'reject') this.rejected.set(output.fault, (this.rejected.get(output.fault) ?? 0) + 1)
    }
    this.#checkTogether()
    if (!this.#honest.has(instance)) return
    const { state } = instance
    this.#learnTree(state)
    if (state.record !== before.record) this.#learnRecord(instance, before.record, state.record)
    for (const output of outputs) {
      if (output.kind === 'evidence') this.evidence.push(output)
      if (output.kind === 'reverted') this.#reverted(instance, output.blockId)
      if (output.kind === 'halt') this.fail('no halt', `${instance.name}: ${output.reason}`)
      if (output.kind === 'enterRound') {
        this.#entered(instance, output.round)
        if (output.after === 'tc') this.timeoutCertificates.add(output.round - 1)
      }
    }
    this.#checkSizes(instance)
  }

  /** From now on every message arrives within delta, and everybody is up: the honest must come and stay together. */
  calm(): void {
    this.#calm = { sinceMs: this.#cluster?.nowMs ?? 0, afterRound: this.maxRound }
  }

  /**
   * Invariant 12, once all are together in a round that began in the calm: where one enters the next, all are within 2 delta.
   * A leader that lies may show a certificate to one alone; what that one reports when the round ends brings the others.
   */
  #entered({ state }: Instance, round: number): void {
    if (this.togetherAfterMs !== undefined && round > this.maxRound) {
      const cluster = this.#cluster
      if (cluster === undefined) return
      const { deltaMs } = cluster.config
      const isToldAtOnce = this.#isLedHonestly(round - 1) && this.#isLedHonestly(round)
      const tellingMs = isToldAtOnce ? 0 : roundDurationMs(cluster.config, state.record.highCertificate)
      this.#due = [...this.#due, { round, atMs: cluster.nowMs + tellingMs + 2 * deltaMs }]
    }
    this.maxRound = Math.max(this.maxRound, round)
  }

  #checkTogether(): void {
    const cluster = this.#cluster
    const calm = this.#calm
    if (cluster === undefined || calm === undefined) return
    const rounds = [...this.#honest].map(({ state }) => currentRound(state))
    const lowest = Math.min(...rounds)
    if (lowest > calm.afterRound && lowest === Math.max(...rounds)) {
      this.togetherAfterMs ??= cluster.nowMs - calm.sinceMs
    }
    for (const { round, atMs } of this.#due) {
      if (lowest < round && cluster.nowMs > atMs) this.fail('12 rounds in step', `somebody is not in ${round} in time`)
    }
    this.#due = this.#due.filter(({ round, atMs }) => lowest < round && cluster.nowMs <= atMs)
  }

  #isLedHonestly(round: number): boolean {
    const cluster = this.#cluster
    const [epoch = 0] = [...this.epochStarts].findLast(([, start]) => start <= round) ?? []
    const leader = cluster?.leaderOf(epoch, round)
    return [...this.#honest].some(({ id }) => id === leader)
  }

  /** What is said to be speculatively final stays, unless its author signed two blocks for its round. */
  #reverted({ name }: Instance, id: Hash): void {
    this.reverted.push(id)
    const round = this.#cluster?.blocks.get(id)?.header.round ?? 0
    if ((this.#headers.get(round)?.size ?? 0) > 1) return
    this.fail('10 no tail fork', `${name} takes back the block of round ${round}`)
  }

  #learnTree({ tree }: ConsensusState): void {
    if (this.#seenTrees.has(tree)) return
    this.#seenTrees.add(tree)
    for (const { block, id } of tree.values()) {
      this.#cluster?.blocks.set(id, block)
      this.#learnHeader(block.header)
      this.#learnQc(block.header.qc)
    }
  }

  #learnHeader(header: Header): void {
    const [id, parent] = [blockId(header), header.qc.blockId]
    this.#headers.set(header.round, (this.#headers.get(header.round) ?? new Set()).add(id))
    this.#children.set(parent, (this.#children.get(parent) ?? new Set()).add(id))
  }

  #learnQc(qc: QuorumCertificate): void {
    if (qc.round === 0 || this.#seenQcs.has(qc)) return
    this.#seenQcs.add(qc)
    const other = this.certified.get(qc.round)
    if (other !== undefined && other !== qc.blockId) {
      this.fail('2 one certificate per round', `two blocks are certified in round ${qc.round}`)
    }
    this.certified.set(qc.round, qc.blockId)
    const rounds = this.certificates.get(qc.blockId) ?? new Map()
    this.certificates.set(qc.blockId, rounds.set(qc.round, qc))
    this.#checkEpoch(qc)
  }

  /** Invariant 17, by the epochs that final blocks have decided. */
  #checkEpoch(qc: QuorumCertificate): void {
    const set = this.#cluster?.setOf(qc.epoch)
    const start = this.epochStarts.get(qc.epoch)
    const next = this.epochStarts.get(qc.epoch + 1)
    if (set === undefined || start === undefined || qc.round < start || (next !== undefined && qc.round >= next)) {
      this.fail('17 own epoch', `round ${qc.round} has a certificate of epoch ${qc.epoch}`)
      return
    }
    if (!this.#isQuorum(qc, (chainId) => voteMessage(chainId, qc))) {
      this.fail('17 own epoch', `round ${qc.round}: no quorum of epoch ${qc.epoch}`)
    }
  }

  /** Signed by more than two thirds of the stake of the epoch that it names, whoever says so. */
  #isQuorum(signed: Signers, message: (chainId: number) => Uint8Array): boolean {
    return this.#hasQuorum(signed.epoch, signed.signers) && this.#isSigned(signed, message)
  }

  #hasQuorum(epoch: number, signers: readonly number[]): boolean {
    const set = this.#cluster?.setOf(epoch)
    const stake = signers.reduce((sum, signer) => sum + (set?.validators[signer]?.stake ?? 0n), 0n)
    return set !== undefined && stake * 3n > set.totalStake * 2n
  }

  #isSigned({ epoch, signers, signature }: Signers, message: (chainId: number) => Uint8Array): boolean {
    const cluster = this.#cluster
    const keys = signers.flatMap((signer) => cluster?.setOf(epoch).validators[signer]?.publicKey ?? [])
    return cluster !== undefined && fakeScheme.verifyAggregate(keys, message(cluster.config.chainId), signature)
  }

  scheduled(epoch: number, startRound: number): void {
    const known = this.epochStarts.get(epoch)
    if (known !== undefined && known !== startRound) this.fail('17 own epoch', `epoch ${epoch} begins twice`)
    this.epochStarts.set(epoch, startRound)
  }

  #learnRecord(instance: Instance, before: SafetyRecord, record: SafetyRecord): void {
    if (record.highQc !== before.highQc) this.#learnQc(record.highQc)
    const { highCertificate } = record
    if (highCertificate !== before.highCertificate && highCertificate.kind === 'qc') this.#learnQc(highCertificate.qc)
    if (highCertificate !== before.highCertificate && highCertificate.kind === 'tc') {
      this.#checkTc(instance, highCertificate.tc)
    }
    if (isBehind(record, before)) this.fail('6 record monotonic', `${instance.name} goes back`)
  }

  /** Invariant 7, by a definition of its own. */
  #checkTc(instance: Instance, { epoch, extension, groups, round }: TimeoutCertificate): void {
    const value = (tipRound: number, qcRound: number): bigint =>
      tipRound === 0 ? (BigInt(qcRound) << 64n) + (1n << 63n) : (BigInt(tipRound) << 64n) + BigInt(qcRound)
    const has =
      extension.kind === 'qc'
        ? value(0, extension.qc.round)
        : value(extension.tip.header.round, extension.tip.header.qc.round)
    const claimed = groups
      .map((group) => value(group.tipRound, group.qcRound))
      .reduce((high, one) => (one > high ? one : high))
    if (has !== claimed) this.fail('7 best extension', `${instance.name} accepts a wrong TC of round ${round}`)
    const signers = groups.flatMap((group) => group.signers)
    const isSigned = groups.every((group) =>
      this.#isSigned({ epoch, ...group }, (chainId) => timeoutMessage(chainId, { epoch, round, ...group })),
    )
    if (isSigned && this.#hasQuorum(epoch, signers)) return
    this.fail('12 rounds in step', `${instance.name} leaves round ${round} without a quorum's timeouts`)
  }

  persisted(instance: Instance, record: SafetyRecord): void {
    if (!this.#honest.has(instance)) return
    this.#release(instance)
    if (isBehind(record, instance.disk.record)) this.fail('6 record monotonic', `${instance.name}'s disk goes back`)
  }

  /** What depends on the record must be on the disk by now. */
  sent(instance: Instance, message: Message): void {
    if (!this.#honest.has(instance)) return
    this.#release(instance)
    const { record } = instance.disk
    const fail = (what: string) =>
      this.fail('durable before send', `${instance.name} sends ${what} before it is durable`)
    if (message.kind === 'vote' && record.highVote < message.vote.round) fail('a vote')
    if (message.kind === 'timeout' && record.highVote < message.timeout.round) fail('a timeout')
    if (message.kind === 'proposal' && record.highPropose < message.proposal.round) fail('a proposal')
    if (message.kind === 'noEndorsement' && (record.highRefusal?.round ?? 0) < message.noEndorsement.round) {
      fail('a refusal')
    }
    const voted = message.kind === 'vote' ? message.vote.blockId : undefined
    if (voted === undefined || record.root.id === voted || instance.disk.blocks.has(voted)) return
    fail('a vote for a block')
  }

  finalized(instance: Instance, id: Hash, block: Block): void {
    this.#final(instance, id, block)
    if (this.#honest.has(instance)) this.#checkCommit(instance)
  }

  #final(instance: Instance, id: Hash, block: Block): void {
    if (!this.#honest.has(instance)) return
    const { height, qc } = block.header
    const known = this.finalizedAt.get(height)
    if (known !== undefined && known !== id) this.fail('1 agreement', `two blocks are final at height ${height}`)
    this.finalizedAt.set(height, id)
    const parent = this.finalizedAt.get(height - 1)
    if (parent !== undefined && parent !== qc.blockId) this.fail('1 agreement', `height ${height} has another parent`)
    this.#checkCertifiedParent(id, block)
    this.#checkTime(block.header)
  }

  /** Invariant 19: times ascend, and no final block is ahead of all clocks of the honest that are right by the drift allowed. */
  #checkTime({ height, timestampMs, qc }: Header): void {
    const cluster = this.#cluster
    if (cluster === undefined) return
    const parent = cluster.blocks.get(qc.blockId)?.header
    if (parent !== undefined && parent.timestampMs >= timestampMs)
      this.fail('19 times', `${height} is not after its parent`)
    const { maxClockDriftMs } = cluster.config
    const skews = [...this.#honest].map(({ clockSkewMs }) => Math.abs(clockSkewMs)).filter((ms) => ms < maxClockDriftMs)
    const latestMs = cluster.nowMs + Math.max(this.#largestSkewMs, ...skews) + maxClockDriftMs
    this.#largestSkewMs = Math.max(this.#largestSkewMs, ...skews)
    if (timestampMs > latestMs) this.fail('19 times', `${height} is ${timestampMs - cluster.nowMs} ms ahead`)
  }

  #checkCertifiedParent(id: Hash, { header }: Block): void {
    const parent = this.#cluster?.blocks.get(header.qc.blockId)
    if (header.qc.round >= header.round) this.fail('8 certified parents', `${id} is not above its parent`)
    if (parent !== undefined && parent.header.round > header.qc.round) {
      this.fail('8 certified parents', `${id}'s parent was certified before its round`)
    }
  }

  /**
   * Invariant 9: somewhere there is a child of the new root whose certificate is of the very next round, or, when the root
   * ends an epoch, of a descendant: in the epoch's reserve nothing after its end becomes final.
   */
  #checkCommit(instance: Instance): void {
    const { root } = instance.state.record
    if (this.#roots.get(instance) === root.id) return
    this.#roots.set(instance, root.id)
    const endsEpoch = root.height % (this.#cluster?.config.epochLength ?? 1) === 0
    const parents = [root.id]
    for (let id = parents.pop(); id !== undefined; id = parents.pop()) {
      for (const child of this.#children.get(id) ?? []) {
        const header = this.#cluster?.blocks.get(child)?.header
        if (header !== undefined && this.certificates.get(child)?.has(header.qc.round + 1) === true) return
        if (endsEpoch) parents.push(child)
      }
    }
    this.fail('9 consecutive rounds', `${instance.name} finalizes height ${root.height} without a consecutive QC`)
  }

  /** A block that is certified when the next epoch may have begun stays only if that one extends it. */
  #isInReserve(qc: QuorumCertificate | undefined): boolean {
    const next = qc === undefined ? undefined : this.epochStarts.get(qc.epoch + 1)
    return qc !== undefined && next !== undefined && qc.round >= firstReserveRound({ startRound: next })
  }

  #checkSizes({ state, name }: Instance): void {
    const validators = this.#cluster?.instances.length ?? 0
    const { votes, timeouts, refusals, proposed, tips, wanted, tree } = state
    const isBounded =
      votes.size <= WINDOW &&
      timeouts.size <= validators &&
      refusals.size <= validators &&
      proposed.size <= 2 * WINDOW &&
      tips.size <= 2 * WINDOW &&
      wanted.size <= 20 &&
      tree.size <= MAX_TREE
    if (!isBounded) this.fail('18 bounded memory', `${name}: ${votes.size} rounds of votes, ${tree.size} blocks`)
  }

  /** Invariant 10, at the end: every block certified in its own round by an honest author is in the final chain. */
  finish(): void {
    const height = Math.max(0, ...this.finalizedAt.keys())
    for (const [id, rounds] of this.certificates) {
      const header = this.#cluster?.blocks.get(id)?.header
      if (header === undefined || header.height > height || !rounds.has(header.round)) continue
      if ((this.#headers.get(header.round)?.size ?? 0) > 1) continue
      if (this.finalizedAt.get(header.height) === id || this.#isInReserve(rounds.get(header.round))) continue
      this.fail('10 no tail fork', `the block of round ${header.round} was certified at once and then passed over`)
    }
  }
}

function isBehind(after: SafetyRecord, before: SafetyRecord): boolean {
  const rounds = ({ highVote, highPropose, root, highQc, highCertificate }: SafetyRecord) => [
    highVote,
    highPropose,
    root.height,
    highQc.round,
    roundOf(highCertificate),
  ]
  const old = rounds(before)
  return rounds(after).some((round, index) => round < (old[index] ?? 0))
}

function roundOf(certificate: RoundCertificate): number {
  return certificate.kind === 'qc' ? certificate.qc.round : certificate.tc.round
}
