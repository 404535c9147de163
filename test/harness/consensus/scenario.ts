import { RULES, type Rules } from '../../../src/consensus/index.ts'
import { Random } from '../../fuzz/random.ts'
import { BEHAVIOURS } from './behaviours.ts'
import { type Behaviour, Cluster, type ClusterOptions, type Instance } from './cluster.ts'
import { Monitor } from './monitor.ts'

/** What a test breaks on purpose. */
export type Breakage = {
  readonly rules?: Partial<Rules>
  readonly isDiskHonest?: boolean
  readonly persistsFirst?: boolean
}

/** How a run ended. `waitMs` is the time from the end of all faults until everybody finalized something new. */
export type Outcome = { readonly monitor: Monitor; readonly cluster: Cluster; readonly waitMs: number }

const DELTA_MS = 10
/** Faults last this long; a round without them takes about 12 ms. */
const CHAOS_MS = 450
/** By then all must have finalized something new. */
const PATIENCE_MS = 6_000

/** By then all must be in one round together: two of the longest, each 4 delta times 1.5^4. */
const TOGETHER_MS = 2 * Math.ceil(4 * DELTA_MS * 1.5 ** 4)

/** Down to the least that a genesis file allows; `evmpp init` makes 10 and 10 at least. */
const EPOCH_LENGTHS = [1, 2, 3, 6, 10] as const
const EPOCH_DELAYS = [1, 2, 4, 10, 40] as const

/** One clock is further off than anybody's drift allows, in one run of so many that have room for another fault. */
const SKEWED_RUNS = 4
const ONE_HOUR_MS = 3_600_000
/** Of the random numbers that decide it: apart from the others. */
const SKEW_STREAM = 0x5eed

type Weather = {
  lossPercent: number
  maxDelayMs: number
  duplicatePercent: number
  /** Who hears whom: equal numbers. Empty: all. */
  sides: ReadonlyMap<Instance, number>
}

/**
 * Run `index` of `seed`: a network of 4 or 7 with faults of every kind, chosen by the two numbers alone, then a calm in which
 * the chain must go on. What the monitor holds at the end is the verdict.
 */
export function runScenario(seed: number, index: number, broken: Breakage = {}): Outcome {
  const random = new Random(seed, index)
  const monitor = new Monitor()
  const weather = drawWeather(random)
  const cluster = new Cluster({ ...drawOptions(random, broken, seed ^ (index * 0x9e3779b1), monitor) })
  cluster.network = (from, to) => deliveries(cluster, weather, from, to)
  for (const instance of cluster.instances) instance.clockSkewMs = random.oneIn(4) ? random.between(-40, 40) : 0
  skewOne(cluster, new Random(seed + SKEW_STREAM, index))
  planFaults(cluster, random, weather)
  cluster.start()
  cluster.run(CHAOS_MS)
  const waitMs = calm(cluster, monitor, weather)
  monitor.finish()
  return { monitor, cluster, waitMs }
}

/** How a long run ended: rounds that failed in each tenth of it, beside the rest. */
export type SoakOutcome = Outcome & { readonly failedRounds: readonly number[] }

/** A block four times a second, as in a network of processes. */
const SOAK_PACE_MS = 250
/** Each validator dies about so often. */
const SOAK_CRASH_MS = 120_000
const TENTHS = 10
/** So many times more may fail in a common tenth of the second half than of the first: the faults are drawn. */
const UNEVEN = 2

/**
 * Minutes of noise on four validators: messages are lost, late and twice, one validator lies, the others die and come back. Rounds
 * must not fail more often as time goes on, and no state may grow (invariant 18).
 */
export function runSoak(seed: number, minutes: number): SoakOutcome {
  const random = new Random(seed, 0)
  const monitor = new Monitor()
  const weather: Weather = { lossPercent: 2, maxDelayMs: DELTA_MS, duplicatePercent: 5, sides: new Map() }
  const behaviours = new Map([[3, random.pick(BEHAVIOURS)()]])
  const config = { deltaMs: DELTA_MS, votePaceMs: SOAK_PACE_MS }
  const cluster = new Cluster({ validators: 4, seed, monitor, behaviours, config })
  cluster.network = (from, to) => deliveries(cluster, weather, from, to)
  for (const instance of cluster.honest) {
    const crash = (): void => {
      instance.outputsLeft = random.below(12)
      cluster.after(random.between(100, 2_000), () => {
        if (!instance.isUp) cluster.restart(instance)
        cluster.after(random.between(1, 2 * SOAK_CRASH_MS), crash)
      })
    }
    cluster.after(random.between(1, 2 * SOAK_CRASH_MS), crash)
  }
  cluster.start()
  const failedRounds: number[] = []
  for (let tenth = 0; tenth < TENTHS; tenth += 1) {
    const before = monitor.timeoutCertificates.size
    cluster.run((minutes * 60_000) / TENTHS)
    failedRounds.push(monitor.timeoutCertificates.size - before)
  }
  const [first, second] = [median(failedRounds.slice(0, TENTHS / 2)), median(failedRounds.slice(TENTHS / 2))]
  if (second > UNEVEN * first + 1) monitor.fail('13 liveness', `rounds fail more and more: ${failedRounds.join()}`)
  const waitMs = calm(cluster, monitor, weather)
  monitor.finish()
  return { monitor, cluster, waitMs, failedRounds }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0
}

/** A clock that is wrong by seconds is a fault like a liar: only where there is one fewer than can be borne. */
function skewOne({ instances, honest, config }: Cluster, random: Random): void {
  // A liar's blocks may be of a time to come.
  const liar = instances.find((one) => !honest.includes(one))
  if (liar !== undefined && random.oneIn(3)) liar.clockSkewMs = ONE_HOUR_MS
  const faulty = instances.length - honest.length
  const most = Math.floor((new Set(instances.map(({ validator }) => validator)).size - 1) / 3)
  if (!random.oneIn(SKEWED_RUNS) || faulty >= most) return
  const skewMs = random.between(config.maxClockDriftMs, 20 * config.maxClockDriftMs)
  random.pick(honest).clockSkewMs = random.oneIn(2) ? skewMs : -skewMs
}

function drawWeather(random: Random): Weather {
  return {
    lossPercent: random.weighted([
      [4, 0],
      [3, 5],
      [3, 15],
      [2, 45],
    ]),
    maxDelayMs: random.weighted([
      [4, DELTA_MS - 2],
      [2, 3 * DELTA_MS],
      [1, 10 * DELTA_MS],
    ]),
    duplicatePercent: random.oneIn(3) ? 10 : 0,
    sides: new Map(),
  }
}

function drawOptions(random: Random, broken: Breakage, seed: number, monitor: Monitor): ClusterOptions {
  const validators = random.oneIn(3) ? 7 : 4
  const most = Math.floor((validators - 1) / 3)
  const liars = random.between(0, most)
  const who = Array.from({ length: validators }, (_, index) => index)
  const dishonest = Array.from({ length: liars }, () => who.splice(random.below(who.length), 1)[0] ?? 0)
  const behaviours = new Map<number, Behaviour>()
  const twins: number[] = []
  for (const validator of dishonest) {
    if (random.oneIn(4)) twins.push(validator)
    else behaviours.set(validator, random.pick(BEHAVIOURS)())
  }
  const rules: Rules = { ...RULES, ...broken.rules }
  const hasEpochs = random.oneIn(4)
  const epochs = new Random(seed, 0)
  return {
    validators,
    seed: seed >>> 0,
    monitor,
    behaviours,
    twins,
    rules,
    config: {
      deltaMs: DELTA_MS,
      ...(hasEpochs ? { epochLength: epochs.pick(EPOCH_LENGTHS), epochDelayRounds: epochs.pick(EPOCH_DELAYS) } : {}),
    },
    ...(broken.isDiskHonest === undefined ? {} : { isDiskHonest: broken.isDiskHonest }),
    ...(broken.persistsFirst === undefined ? {} : { persistsFirst: broken.persistsFirst }),
  }
}

function deliveries(cluster: Cluster, weather: Weather, from: Instance, to: Instance): readonly number[] {
  const { random } = cluster
  const { sides, lossPercent, duplicatePercent, maxDelayMs } = weather
  if ((sides.get(from) ?? 0) !== (sides.get(to) ?? 0)) return []
  if (random.below(100) < lossPercent) return []
  const delay = random.between(1, maxDelayMs)
  return random.below(100) < duplicatePercent ? [delay, random.between(1, maxDelayMs)] : [delay]
}

/** Crashes at any point between two outputs, pauses, partitions, at random times. */
function planFaults(cluster: Cluster, random: Random, weather: Weather): void {
  const crash = (instance: Instance, outputs: number, downMs: number) => {
    instance.outputsLeft = outputs
    cluster.after(downMs, () => {
      if (!instance.isUp) cluster.restart(instance)
    })
  }
  for (let count = random.below(4); count > 0; count -= 1) {
    const instance = random.pick(cluster.instances)
    const [outputs, downMs] = [random.below(12), random.between(5, 150)]
    cluster.after(random.below(CHAOS_MS), () => crash(instance, outputs, downMs))
  }
  if (random.oneIn(4)) {
    const outputs = random.below(6)
    cluster.after(random.below(CHAOS_MS), () => {
      for (const instance of cluster.instances) crash(instance, outputs, 40)
    })
  }
  for (let count = random.below(3); count > 0; count -= 1) {
    const sides = new Map(cluster.instances.map((instance) => [instance, random.below(2)]))
    const startMs = random.below(CHAOS_MS)
    cluster.after(startMs, () => {
      weather.sides = sides
    })
    cluster.after(startMs + random.between(10, 200), () => {
      weather.sides = new Map()
    })
  }
  if (random.oneIn(4)) {
    const instance = random.pick(cluster.instances)
    const startMs = random.below(CHAOS_MS)
    cluster.after(startMs, () => {
      instance.isPaused = true
    })
    cluster.after(startMs + 120, () => {
      instance.isPaused = false
    })
  }
}

/** Ends all faults but the liars; returns how long it took until every honest validator finalized something new. */
function calm(cluster: Cluster, monitor: Monitor, weather: Weather): number {
  weather.lossPercent = 0
  weather.duplicatePercent = 0
  weather.maxDelayMs = DELTA_MS - 2
  weather.sides = new Map()
  for (const instance of cluster.instances) {
    instance.isPaused = false
    instance.outputsLeft = Number.POSITIVE_INFINITY
    if (!instance.isUp) cluster.restart(instance)
  }
  monitor.calm()
  const startMs = cluster.nowMs
  const heights = cluster.honest.map(({ state }) => state.record.root.height)
  const goal = Math.max(0, ...heights) + 3
  const isDone = () => cluster.honest.every(({ state }) => state.record.root.height >= goal)
  if (!cluster.run(PATIENCE_MS, isDone)) {
    const now = cluster.honest.map(({ state }) => state.record.root.height)
    monitor.fail('13 liveness', `heights ${now.join()} where ${goal} was to be reached`)
  }
  // A run may be over before the first round of the calm has everybody.
  const apartMs = monitor.togetherAfterMs ?? cluster.nowMs - startMs
  if (apartMs > TOGETHER_MS) monitor.fail('12 rounds in step', `not together in one round for ${apartMs} ms of calm`)
  return cluster.nowMs - startMs
}
