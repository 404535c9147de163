import { describe, expect, test } from 'vitest'
import { blockId, type Message, type Output, resumeRecord, type Vote } from '../../../src/consensus/index.ts'
import { voteMessage } from '../../../src/consensus/signing.ts'
import { type Hash, keccakHash } from '../../../src/primitives/index.ts'
import { Random } from '../../fuzz/random.ts'
import { BEHAVIOURS } from '../../harness/consensus/behaviours.ts'
import { type Behaviour, CONFIG, type Instance } from '../../harness/consensus/cluster.ts'
import { fakeScheme } from '../../harness/consensus/fakeScheme.ts'
import { hearAll, sentBy, uselessMessages } from '../../harness/consensus/flood.ts'
import {
  goesOn,
  highestRoot,
  inTurn,
  losing,
  lowestRoot,
  type Observed,
  observed,
  partitioned,
  verdict,
} from '../../harness/consensus/network.ts'
import { FIRST_ROUND, play } from '../../harness/consensus/puppeteer.ts'
import { runSoak } from '../../harness/consensus/scenario.ts'

const BASE_ROUND_MS = 4 * CONFIG.deltaMs
const LONGEST_ROUND_MS = Math.ceil(BASE_ROUND_MS * 1.5 ** 4)

/** One row of the table of notes/consensus.md, section 3; docs/consensus.md has the results. */
type Row = { readonly row: number; readonly name: string; readonly check: () => void }

/** Rounds below the current one whose leader is one of these. */
function roundsLedBy({ cluster, monitor }: Observed, validators: readonly number[]): readonly number[] {
  const set = cluster.setOf(0)
  const rounds = Array.from({ length: Math.max(0, monitor.maxRound - 1) }, (_, index) => index + 1)
  return rounds.filter((round) => validators.includes(inTurn(set, round)))
}

function at(instances: readonly Instance[], index: number): Instance {
  const instance = instances[index]
  if (instance === undefined) throw new Error(`there is no instance ${index}`)
  return instance
}

function outputsOf<kind extends Output['kind']>({ events }: Observed, kind: kind) {
  return events.flatMap(({ output, ...when }) =>
    output.kind === kind ? [{ ...when, output: output as Extract<Output, { readonly kind: kind }> }] : [],
  )
}

/** A dishonest validator that treats what it sends as `corrupt` says. */
const liarWho = (name: string, corrupt: NonNullable<Behaviour['corrupt']>): Behaviour => ({ name, corrupt })

const behaviour = (name: string): Behaviour => {
  const found = BEHAVIOURS.map((make) => make()).find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no behaviour ${name}`)
  return found
}

const withoutFaults: readonly Row[] = [1, 4, 7, 10].map((validators) => ({
  row: 1,
  name: `${validators} validators without faults: a block every round, final two rounds later`,
  check() {
    const run = observed({ validators })
    run.monitor.calm()
    run.cluster.run(600)
    expect(verdict(run)).toEqual([])
    expect(run.monitor.timeoutCertificates.size).toBe(0)
    const lags = new Map<number, number>()
    for (const { state, output } of outputsOf(run, 'finalize')) {
      const { round, height } = output.block.header
      expect(round).toBe(height)
      lags.set(round, Math.min(lags.get(round) ?? Number.POSITIVE_INFINITY, state.record.highQc.round + 1 - round))
    }
    expect(new Set(lags.values())).toEqual(new Set([2]))
    expect(highestRoot(run.cluster.instances)).toBeGreaterThanOrEqual(run.monitor.maxRound - 2)
  },
}))

const deadLeaders: readonly Row[] = [
  ...[0, 1, 2, 3].map((dead) => ({ validators: 4, dead: [dead] })),
  ...[0, 3, 6].map((dead) => ({ validators: 7, dead: [dead, (dead + 1) % 7] })),
  { validators: 7, dead: [1, 4] },
].map(({ validators, dead }) => ({
  row: 2,
  name: `${validators} validators, dead: ${dead.join()}: one timeout for each of their rounds, nothing certified is lost`,
  check() {
    const run = observed({ validators })
    for (const index of dead) run.cluster.crash(at(run.cluster.instances, index))
    run.cluster.run(2_500)
    expect(verdict(run)).toEqual([])
    expect([...run.monitor.timeoutCertificates].sort((a, b) => a - b)).toEqual(roundsLedBy(run, dead))
    const share = (validators - dead.length) / validators
    const finalized = run.monitor.finalizedAt.size
    // Blocks of the last rounds are not final yet.
    expect(finalized).toBeGreaterThanOrEqual(Math.floor((run.monitor.maxRound - 5) * share) - dead.length)
    expect(finalized).toBeGreaterThan(20)
  },
}))

const tooManyDown: readonly Row[] = [4, 7].map((validators) => ({
  row: 3,
  name: `${validators} validators, a third crashes and comes back: nothing final meanwhile, then within 5 rounds`,
  check() {
    const run = observed({ validators })
    const { cluster } = run
    cluster.run(200)
    const down = cluster.instances.slice(0, Math.floor((validators - 1) / 3) + 1)
    for (const instance of down) cluster.crash(instance)
    cluster.run(100)
    const height = highestRoot(cluster.instances)
    cluster.run(3_000)
    expect(highestRoot(cluster.instances)).toBe(height)
    const timers = outputsOf(run, 'setTimer').filter(({ output }) => output.timer === 'round')
    expect(Math.max(...timers.map(({ output }) => output.delayMs))).toBeLessThanOrEqual(LONGEST_ROUND_MS)
    for (const instance of down) cluster.restart(instance)
    const round = run.monitor.maxRound
    expect(cluster.run(4_000, () => highestRoot(cluster.instances) > height)).toBe(true)
    expect(run.monitor.maxRound - round).toBeLessThanOrEqual(5)
    expect(goesOn(run, cluster.instances, 3, 2_000)).toBe(true)
    expect(verdict(run)).toEqual([])
  },
}))

const killedAnywhere: readonly Row[] = [
  {
    row: 4,
    name: 'all killed at once, after any number of outputs: no contradiction, and the chain goes on',
    check() {
      for (let outputs = 0; outputs < 14; outputs += 1) {
        const run = observed({ validators: 4, seed: outputs + 1 })
        const { cluster } = run
        cluster.run(60 + outputs * 3)
        for (const instance of cluster.instances) instance.outputsLeft = outputs
        cluster.run(150)
        for (const instance of cluster.instances) if (!instance.isUp) cluster.restart(instance)
        for (const instance of cluster.instances) instance.outputsLeft = Number.POSITIVE_INFINITY
        expect(goesOn(run, cluster.instances, 3, 3_000)).toBe(true)
        expect(verdict(run)).toEqual([])
      }
    },
  },
  {
    row: 4,
    name: 'one killed at each of its outputs in turn, for forty outputs: the same',
    check() {
      const run = observed({ validators: 4 })
      const { cluster } = run
      const victim = at(cluster.instances, 2)
      for (let outputs = 0; outputs < 40; outputs += 1) {
        victim.outputsLeft = outputs % 9
        cluster.run(120, () => !victim.isUp)
        if (!victim.isUp) cluster.restart(victim)
        victim.outputsLeft = Number.POSITIVE_INFINITY
        cluster.run(20)
      }
      expect(goesOn(run, cluster.instances, 3, 2_000)).toBe(true)
      expect(verdict(run)).toEqual([])
    },
  },
]

/** Runs a network of four of which one is down, so that everybody's vote is in every certificate; then sets one back. */
function setBack() {
  const run = observed({ validators: 4 })
  const { cluster } = run
  cluster.run(100)
  const victim = at(cluster.instances, 2)
  const old = { record: victim.disk.record, blocks: new Map(victim.disk.blocks) }
  cluster.run(50)
  cluster.crash(at(cluster.instances, 0))
  cluster.run(400)
  cluster.crash(victim)
  victim.disk.record = old.record
  victim.disk.blocks.clear()
  for (const [id, block] of old.blocks) victim.disk.blocks.set(id, block)
  return { run, cluster, victim, lastRound: run.monitor.maxRound }
}

const staleDisk: readonly Row[] = [
  {
    row: 5,
    name: 'an old disk: the validator meets its own signature that it does not know, and signs nothing more',
    check() {
      const { run, cluster, victim } = setBack()
      cluster.restart(victim)
      cluster.run(1_000)
      const halts = outputsOf(run, 'halt').filter(({ instance }) => instance === victim)
      expect(halts.map(({ output }) => output.reason)).toEqual([expect.stringContaining('not in the safety record')])
      const silentFrom = halts[0]?.atMs ?? 0
      cluster.crash(victim)
      cluster.restart(victim)
      cluster.run(1_000)
      const later = outputsOf(run, 'send').filter(({ instance, atMs }) => instance === victim && atMs > silentFrom)
      expect(later).toEqual([])
    },
  },
  {
    row: 5,
    name: 'an old disk, and the operator says from where to sign: no contradiction, and the chain goes on',
    check() {
      const { run, cluster, victim, lastRound } = setBack()
      victim.disk.record = resumeRecord(victim.disk.record, lastRound + 10)
      // The disk goes back on purpose here; nothing that is signed does.
      const before = run.monitor.violations.length
      cluster.restart(at(cluster.instances, 0))
      cluster.restart(victim)
      expect(goesOn(run, cluster.instances, 20, 5_000)).toBe(true)
      expect(run.monitor.violations.slice(before)).toEqual([])
      expect(victim.state.record.highVote).toBeGreaterThan(lastRound + 10)
    },
  },
]

type Links = {
  readonly name: string
  readonly deliveries: (random: Random, from: Instance, to: Instance) => readonly number[]
}

const links: readonly Links[] = [
  ...[5, 20, 50].map((percent) => ({
    name: `${percent} % lost`,
    deliveries: (random: Random) => (random.below(100) < percent ? [] : [random.between(1, 8)]),
  })),
  { name: 'all twice', deliveries: (random) => [random.between(1, 8), random.between(1, 40)] },
  { name: 'out of order, ten times too late', deliveries: (random) => [random.between(1, 10 * CONFIG.deltaMs)] },
  {
    name: 'slow in one direction',
    deliveries: (random, from, to) => [from.validator < to.validator ? random.between(1, 4) : 45],
  },
]

const badLinks: readonly Row[] = links.map(({ name, deliveries }) => ({
  row: 6,
  name: `messages ${name}: safe, and live as soon as it ends`,
  check() {
    const random = new Random(6, 6)
    const run = observed({ validators: 4 })
    const calm = run.cluster.network
    run.cluster.network = (from, to) => deliveries(random, from, to)
    run.cluster.run(1_500)
    run.cluster.network = calm
    run.monitor.calm()
    expect(goesOn(run, run.cluster.instances, 3, 1_500)).toBe(true)
    expect(run.monitor.togetherAfterMs).toBeLessThanOrEqual(LONGEST_ROUND_MS)
    expect(verdict(run)).toEqual([])
  },
}))

const partitions: readonly { name: string; validators: number; group: (one: Instance, nowMs: number) => number }[] = [
  { name: '2 + 2', validators: 4, group: ({ validator }) => validator % 2 },
  { name: '3 + 1', validators: 4, group: ({ validator }) => (validator === 1 ? 1 : 0) },
  { name: '4 + 3', validators: 7, group: ({ validator }) => (validator < 4 ? 0 : 1) },
  { name: '5 + 2', validators: 7, group: ({ validator }) => (validator < 5 ? 0 : 1) },
  {
    name: 'moving',
    validators: 4,
    group: ({ validator }, nowMs) => (validator === Math.floor(nowMs / 60) % 4 ? 1 : 0),
  },
  { name: 'flapping', validators: 4, group: ({ validator }, nowMs) => (Math.floor(nowMs / 30) % 2) * (validator % 2) },
]

const partitioning: readonly Row[] = partitions.map(({ name, validators, group }) => ({
  row: 7,
  name: `a network cut ${name}: no minority makes anything final, and all are together again soon`,
  check() {
    const run = observed({ validators })
    const { cluster } = run
    cluster.run(150)
    const calm = cluster.network
    const startMs = cluster.nowMs + 30
    cluster.network = partitioned(calm, group)
    cluster.run(1_200)
    if (/\d/.test(name)) {
      const isMinority = (one: Instance) =>
        cluster.instances.filter((other) => group(one, 0) === group(other, 0)).length * 3 <= validators * 2
      const late = outputsOf(run, 'finalize').filter(({ instance, atMs }) => atMs > startMs && isMinority(instance))
      expect(late).toEqual([])
    }
    cluster.network = calm
    run.monitor.calm()
    const height = highestRoot(cluster.instances)
    expect(cluster.run(600, () => lowestRoot(cluster.instances) >= height)).toBe(true)
    expect(goesOn(run, cluster.instances, 3, 1_500)).toBe(true)
    expect(verdict(run)).toEqual([])
  },
}))

const equivocation: readonly Row[] = [4, 7].map((validators) => ({
  row: 8,
  name: `${validators} validators, a leader splits them with two blocks: one at most is certified, and everybody has the proof`,
  check() {
    const run = observed({ validators, behaviours: new Map([[2, behaviour('equivocator')]]) })
    run.cluster.run(1_500)
    expect(verdict(run)).toEqual([])
    const proofs = outputsOf(run, 'evidence').filter(({ output }) => output.evidence.kind === 'doubleProposal')
    const witnesses = new Set(proofs.map(({ instance }) => instance))
    expect(run.cluster.honest.every((instance) => witnesses.has(instance))).toBe(true)
    expect(highestRoot(run.cluster.honest)).toBeGreaterThan(20)
  },
}))

const revertedBlock: readonly Row[] = [
  {
    row: 8,
    name: 'a block that was certified at once goes, for its author signed two: who was told of it is told that it goes',
    check() {
      const [round, ids] = [FIRST_ROUND, [] as Hash[]]
      const { run, foiledIn } = play((puppeteer) => {
        const [a, b, c] = puppeteer.honest
        const [gone, stays] = [puppeteer.block(round, puppeteer.base), puppeteer.block(round, puppeteer.base)]
        ids.push(blockId(gone.tip.header), blockId(stays.tip.header))
        puppeteer.propose(gone, undefined, [a, c])
        puppeteer.propose(stays, undefined, [b])
        const hidden = puppeteer.certify(round, gone, [a, c])
        const tc = puppeteer.failed(round, { kind: 'tip', tip: stays.tip }, [b, c])
        puppeteer.advance(hidden, [a])
        puppeteer.propose(stays, tc, [b, c], round + 1)
        const next = puppeteer.block(round + 2, puppeteer.certify(round + 1, stays, [b, c]))
        puppeteer.propose(next, undefined, [b, c])
        puppeteer.advance(puppeteer.certify(round + 2, next, [b, c]), [b, c])
      })
      expect(foiledIn).toBeUndefined()
      expect(verdict(run)).toEqual([])
      const [gone, stays] = ids
      const told = outputsOf(run, 'certified').filter(({ output }) => output.blockId === gone)
      expect(told.map(({ instance, output }) => [instance.name, output.isSpeculativelyFinal])).toEqual([['v0', true]])
      const taken = outputsOf(run, 'reverted').map(({ instance, output }) => [instance.name, output.blockId])
      expect(taken).toEqual([['v0', gone]])
      expect([...run.monitor.finalizedAt.values()]).toContain(stays)
      const proofs = outputsOf(run, 'evidence').filter(({ output }) => output.evidence.kind === 'doubleProposal')
      expect(new Set(proofs.map(({ instance }) => instance.name))).toContain('v2')
    },
  },
]

/** `isLate` delays by so much what the first validator proposes; nothing when it is not to arrive at all. */
const badLeaders: readonly { name: string; reaches: (to: Instance, round: number) => boolean; lateMs: number }[] = [
  { name: 'is silent', reaches: () => false, lateMs: 0 },
  { name: 'is just not too slow', reaches: () => true, lateMs: 25 },
  { name: 'proposes to one third and one', reaches: ({ validator }) => validator < 3, lateMs: 0 },
  { name: 'proposes to the next leader only', reaches: ({ validator }) => validator === 2, lateMs: 0 },
  { name: 'proposes to one that is not the next leader', reaches: ({ validator }) => validator === 0, lateMs: 0 },
]

const slowLeaders: readonly Row[] = badLeaders.map(({ name, reaches, lateMs }) => ({
  row: 9,
  name: `a leader ${name}: one timeout at most for each of its rounds, nothing is lost`,
  check() {
    const run = observed({ validators: 4, behaviours: new Map([[1, liarWho(name, (message) => [message])]]) })
    const { cluster } = run
    const calm = cluster.network
    cluster.network = (from, to, message, nowMs) => {
      if (from.validator !== 1 || message.kind !== 'proposal') return calm(from, to, message, nowMs)
      return reaches(to, message.proposal.round) ? calm(from, to, message, nowMs).map((delay) => delay + lateMs) : []
    }
    cluster.run(2_500)
    expect(verdict(run)).toEqual([])
    const hers = roundsLedBy(run, [1])
    expect([...run.monitor.timeoutCertificates].filter((round) => !hers.includes(round))).toEqual([])
    if (lateMs > 0) expect(run.monitor.timeoutCertificates.size).toBe(0)
    expect(run.monitor.finalizedAt.size).toBeGreaterThanOrEqual(Math.floor((run.monitor.maxRound * 3) / 4) - 4)
  },
}))

const withheldCertificate: readonly Row[] = [
  {
    row: 10,
    name: 'the next leader keeps the certificate to itself: the leader before makes one too, and its block stays',
    check() {
      const keeper = liarWho('keeps certificates', (message) =>
        message.kind === 'proposal' || message.kind === 'advance' ? [] : [message],
      )
      const run = observed({ validators: 4, behaviours: new Map([[1, keeper]]) })
      run.cluster.run(2_000)
      expect(verdict(run)).toEqual([])
      const final = new Set([...run.monitor.finalizedAt.values()].map((id) => run.cluster.blocks.get(id)?.header.round))
      const newest = Math.max(...[...final].map((round) => round ?? 0))
      const before = roundsLedBy(run, [0]).filter((round) => round > 0 && round <= newest)
      expect(before.length).toBeGreaterThan(5)
      expect(before.filter((round) => !final.has(round))).toEqual([])
      const entered = outputsOf(run, 'enterRound').filter(({ output }) => before.includes(output.round - 1))
      expect(entered.filter(({ output }) => output.after === 'tc')).toEqual([])
    },
  },
]

const liars: readonly Row[] = [
  'double voter',
  'refuser',
  'liar',
  'forger',
  'bad proposer',
  'hoarder',
  'withholder',
  'shifty',
].map((name) => ({
  row: 13,
  name: `a ${name} among four: certificates form all the same`,
  check() {
    const run = observed({ validators: 4, behaviours: new Map([[2, behaviour(name)]]) })
    run.cluster.run(2_000)
    expect(verdict(run)).toEqual([])
    const others = [...run.monitor.timeoutCertificates].filter((round) => inTurn(run.cluster.setOf(0), round) !== 2)
    expect(others).toEqual([])
    expect(lowestRoot(run.cluster.honest)).toBeGreaterThan(30)
    if (name !== 'double voter') return
    const proofs = outputsOf(run, 'evidence').filter(({ output }) => output.evidence.kind === 'doubleVote')
    expect(proofs.length).toBeGreaterThan(0)
  },
}))

const forgedVotes: readonly Row[] = [
  {
    row: 13,
    name: 'invariant 16: a bad vote in a quorum is found, its sender counted no more in that round, the certificate made of the others',
    check() {
      const run = observed({ validators: 4, behaviours: new Map([[2, behaviour('forger')]]) })
      const banned = new Set<string>()
      const { cluster } = run
      for (let count = 0; count < 200; count += 1) {
        cluster.run(5)
        for (const { state } of cluster.honest)
          for (const [round, who] of state.forgers) banned.add(`${round}:${[...who]}`)
      }
      expect(banned.size).toBeGreaterThan(3)
      expect([...banned].every((one) => one.endsWith(':2'))).toBe(true)
      expect(verdict(run)).toEqual([])
    },
  },
]

const clocks: readonly Row[] = [
  {
    row: 15,
    name: 'clocks that differ and jump, a process that stands still for 2 s: safe, times ascend and stay in bounds',
    check() {
      const run = observed({ validators: 4 })
      const { cluster } = run
      const skews = [0, 300, -300, 40]
      for (const [index, instance] of cluster.instances.entries()) instance.clockSkewMs = skews[index] ?? 0
      cluster.run(800)
      at(cluster.instances, 1).clockSkewMs = -200
      cluster.run(400)
      const paused = at(cluster.instances, 3)
      paused.isPaused = true
      cluster.run(2_000)
      paused.isPaused = false
      expect(goesOn(run, cluster.instances, 3, 2_000)).toBe(true)
      for (const { atMs, output } of outputsOf(run, 'finalize')) {
        const { timestampMs, qc } = output.block.header
        const parent = cluster.blocks.get(qc.blockId)?.header
        expect(timestampMs).toBeGreaterThan(parent?.timestampMs ?? 0)
        // The fastest clock of a voter, and what a voter lets pass.
        expect(timestampMs).toBeLessThanOrEqual(atMs + 300 + CONFIG.maxClockDriftMs)
      }
      expect(verdict(run)).toEqual([])
    },
  },
]

const slowExecution: readonly Row[] = [
  { slow: 1, executionMs: 80 },
  { slow: 2, executionMs: 80 },
  { slow: 4, executionMs: 60 },
].map(({ slow, executionMs }) => ({
  row: 16,
  name: `execution takes longer than a round on ${slow} of 4: nothing wrong is voted for, and it recovers`,
  check() {
    const run = observed({ validators: 4 })
    const { cluster } = run
    cluster.run(100)
    for (const instance of cluster.instances.slice(0, slow)) instance.executionMs = executionMs
    cluster.run(1_500)
    for (const instance of cluster.instances) instance.executionMs = 0
    expect(goesOn(run, cluster.instances, 5, 2_000)).toBe(true)
    expect(verdict(run)).toEqual([])
  },
}))

const divergence: readonly Row[] = [
  {
    row: 17,
    name: 'one of four comes to another result: it halts when that is final against it, the others go on',
    check() {
      const run = observed({ validators: 4 })
      const odd = at(run.cluster.instances, 3)
      odd.isDivergent = true
      run.cluster.run(2_000)
      const halts = outputsOf(run, 'halt')
      expect(new Set(halts.map(({ instance }) => instance))).toEqual(new Set([odd]))
      expect(halts[0]?.output.reason).toContain('execution says it is not valid')
      expect(run.monitor.violations.map(({ invariant }) => invariant)).toEqual(['no halt'])
      expect(lowestRoot(run.cluster.instances.slice(0, 3))).toBeGreaterThan(20)
    },
  },
  {
    row: 17,
    name: 'two of four come to another result: the chain stands still, and nothing final contradicts',
    check() {
      const run = observed({ validators: 4 })
      for (const index of [2, 3]) at(run.cluster.instances, index).isDivergent = true
      run.cluster.run(3_000)
      // The results of the first blocks are not in question: they are of blocks that nobody has executed.
      expect(highestRoot(run.cluster.instances)).toBeLessThan(5)
      expect(verdict(run)).toEqual([])
    },
  },
]

const epochOptions = { epochLength: 8, epochDelayRounds: 40 }

const validatorChanges: readonly Row[] = [
  {
    name: 'one joins',
    validators: 5,
    membersOf: (epoch: number) => (epoch === 0 ? [0, 1, 2, 3] : [0, 1, 2, 3, 4]),
    stakeOf: () => 1n,
  },
  {
    name: 'one leaves',
    validators: 5,
    membersOf: (epoch: number) => (epoch === 0 ? [0, 1, 2, 3, 4] : [1, 2, 3, 4]),
    stakeOf: () => 1n,
  },
  {
    name: 'all but one are others',
    validators: 7,
    membersOf: (epoch: number) => (epoch % 2 === 0 ? [0, 1, 2, 3] : [3, 4, 5, 6]),
    stakeOf: () => 1n,
  },
  {
    name: 'stakes change',
    validators: 4,
    membersOf: () => [0, 1, 2, 3],
    stakeOf: (epoch: number, validator: number) => BigInt(1 + ((epoch + validator) % 4) * 3),
  },
].flatMap(({ name, ...options }) =>
  (['in peace', 'while one is cut off', 'while all crash'] as const).map((how) => ({
    row: 19,
    name: `${name} ${how}: every certificate is of its own epoch's validators, and the chain goes on`,
    check() {
      const run = observed({ ...options, config: epochOptions })
      const { cluster } = run
      const calm = cluster.network
      if (how === 'while one is cut off') {
        cluster.after(100, () => {
          cluster.network = losing(calm, (from, to) => from.validator === 3 || to.validator === 3)
        })
        cluster.after(500, () => {
          cluster.network = calm
        })
      }
      for (const time of how === 'while all crash' ? [120, 480, 560, 640] : []) {
        cluster.after(time, () => {
          for (const instance of cluster.instances) {
            cluster.crash(instance)
            cluster.restart(instance)
          }
        })
      }
      const hasChanged = () => cluster.instances.every(({ state }) => (state.record.epochs.at(-1)?.epoch ?? 0) >= 3)
      expect(cluster.run(8_000, hasChanged)).toBe(true)
      expect(goesOn(run, cluster.instances, 5, 3_000)).toBe(true)
      expect(verdict(run)).toEqual([])
    },
  })),
)

const rollingRestart: readonly Row[] = [
  {
    row: 20,
    name: 'all four are stopped and started again one after the other: blocks become final while each is away',
    check() {
      const run = observed({ validators: 4 })
      const { cluster } = run
      cluster.run(100)
      for (const instance of cluster.instances) {
        cluster.crash(instance)
        const others = cluster.instances.filter((one) => one !== instance)
        expect(goesOn(run, others, 4, 500)).toBe(true)
        cluster.restart(instance)
        expect(goesOn(run, cluster.instances, 1, 500)).toBe(true)
      }
      expect(verdict(run)).toEqual([])
    },
  },
]

const floods: readonly Row[] = [
  {
    row: 21,
    name: '20,000 votes for rounds to come, and as many for blocks that are not: memory stays bounded, the chain goes on',
    check() {
      const run = observed({ validators: 4, behaviours: new Map([[3, { name: 'flooder' }]]) })
      const { cluster } = run
      cluster.run(100)
      const [victim, flooder] = [at(cluster.instances, 0), at(cluster.instances, 3)]
      const flood = (round: number, index: number): Message => {
        const ballot = { epoch: 0, round, blockId: keccakHash(new TextEncoder().encode(`${round}/${index}`)) }
        const signature = fakeScheme.sign(flooder.key, voteMessage(CONFIG.chainId, ballot))
        const vote: Vote = { ...ballot, signer: 3, signature }
        return { kind: 'vote', vote }
      }
      const now = run.monitor.maxRound
      for (let index = 0; index < 20_000; index += 1) {
        cluster.feed(victim, { kind: 'message', from: flooder.id, message: flood(now + 11 + index * 50, 0) })
        cluster.feed(victim, { kind: 'message', from: flooder.id, message: flood(now + (index % 12), index) })
      }
      const votes = [...victim.state.votes.values()].reduce((sum, ofRound) => sum + ofRound.size, 0)
      expect(votes).toBeLessThanOrEqual(11 * 4)
      expect(victim.state.evidence.length).toBeLessThanOrEqual(100)
      expect(goesOn(run, cluster.honest, 5, 500)).toBe(true)
      expect(verdict(run)).toEqual([])
    },
  },
]

/** A network in which rounds have failed, so that all kinds of messages have been sent; 3 is the one that floods. */
function floodedNetwork() {
  const run = observed({ validators: 4, behaviours: new Map([[3, { name: 'flooder' }]]) })
  const { cluster } = run
  const calm = cluster.network
  // Proposals of v2 reach v0 alone, so that v3, which leads next, must ask for the block; those of v1 reach nobody.
  cluster.network = (from, to, message, nowMs) => {
    const isLost = message.kind === 'proposal' && (from.validator === 1 || (from.validator === 2 && to.validator !== 0))
    return isLost ? [] : calm(from, to, message, nowMs)
  }
  cluster.run(1_500)
  cluster.network = calm
  cluster.run(200)
  return { run, victim: at(cluster.instances, 0), flooder: at(cluster.instances, 3) }
}

const usefulOnce: readonly Row[] = [
  {
    row: 21,
    name: 'all that a validator has ever sent, a hundred times again: no signature of it is checked twice',
    check() {
      const { run, victim, flooder } = floodedNetwork()
      const kinds = sentBy(run, flooder)
      for (const kind of ['proposal', 'vote', 'timeout', 'recovery', 'advance'] as const) {
        const messages = (kinds.get(kind) ?? []).slice(-60)
        expect(messages.length, kind).toBeGreaterThan(0)
        // Once for what was sent to others, and is new to this one.
        hearAll(victim, flooder, messages, 1)
        expect(hearAll(victim, flooder, messages, 100), kind).toBe(0)
      }
      expect(goesOn(run, run.cluster.honest, 5, 1_000)).toBe(true)
      expect(verdict(run)).toEqual([])
    },
  },
  {
    row: 21,
    name: 'thousands of each kind of message that is signed and of no use: two signatures of each kind are checked at most',
    check() {
      const { run, victim, flooder } = floodedNetwork()
      const round = victim.state.record.highQc.round + 1
      for (const [kind, messages] of uselessMessages(flooder, round, 4_000)) {
        expect(hearAll(victim, flooder, messages, 1), kind).toBeLessThanOrEqual(2)
      }
      expect(victim.state.wanted.size).toBeLessThanOrEqual(2)
      expect(goesOn(run, run.cluster.honest, 5, 1_000)).toBe(true)
      expect(verdict(run)).toEqual([])
    },
  },
]

const noise: readonly Row[] = [
  {
    row: 22,
    name: 'minutes of noise: nothing grows, and rounds do not fail more and more',
    check: () => {
      const { monitor, failedRounds } = runSoak(22, 4)
      expect(monitor.violations).toEqual([])
      expect(failedRounds).toHaveLength(10)
      expect(monitor.finalizedAt.size).toBeGreaterThan(500)
    },
  },
]

const ROWS: readonly Row[] = [
  ...withoutFaults,
  ...deadLeaders,
  ...tooManyDown,
  ...killedAnywhere,
  ...staleDisk,
  ...badLinks,
  ...partitioning,
  ...equivocation,
  ...revertedBlock,
  ...slowLeaders,
  ...withheldCertificate,
  ...liars,
  ...forgedVotes,
  ...clocks,
  ...slowExecution,
  ...divergence,
  ...validatorChanges,
  ...rollingRestart,
  ...floods,
  ...usefulOnce,
  ...noise,
]

describe('the fault table', () => {
  test.each(ROWS)('row $row: $name', ({ check }) => check())
})
