import type { ConsensusState, LeaderSchedule, Message, Output } from '../../../src/consensus/index.ts'
import { Cluster, type ClusterOptions, type Instance, type Network } from './cluster.ts'
import { Monitor, type Violation } from './monitor.ts'

/** Validator r modulo n leads round r. */
export const inTurn: LeaderSchedule = (set, round) => round % set.validators.length

/** A cluster with everything that happened in it. */
export type Observed = {
  readonly cluster: Cluster
  readonly monitor: Monitor
  /** What the honest put out, and when. */
  readonly events: {
    readonly atMs: number
    readonly instance: Instance
    readonly state: ConsensusState
    readonly output: Output
  }[]
}

/** A cluster whose leaders take turns, started. */
export function observed(options: Omit<ClusterOptions, 'monitor' | 'seed'> & { readonly seed?: number }): Observed {
  const monitor = new Monitor()
  const events: Observed['events'] = []
  const cluster: Cluster = new Cluster({
    seed: 1,
    leader: inTurn,
    ...options,
    monitor,
    observe: (instance, output) => events.push({ atMs: cluster.nowMs, instance, state: instance.state, output }),
  })
  cluster.start()
  return { cluster, monitor, events }
}

/** Violations so far, those of the whole history included. */
export function verdict({ monitor }: Observed): readonly Violation[] {
  monitor.finish()
  return monitor.violations
}

/** The lowest height that is final everywhere among these. */
export function lowestRoot(instances: readonly Instance[]): number {
  return Math.min(...instances.map(({ state }) => state.record.root.height))
}

/** The highest one. */
export function highestRoot(instances: readonly Instance[]): number {
  return Math.max(...instances.map(({ state }) => state.record.root.height))
}

/** Lets time pass until all of these have `blocks` more final blocks than anybody has now. True when they did. */
export function goesOn(
  { cluster }: Observed,
  instances: readonly Instance[],
  blocks: number,
  patienceMs: number,
): boolean {
  const goal = highestRoot(instances) + blocks
  return cluster.run(patienceMs, () => lowestRoot(instances) >= goal)
}

/** A network that loses what `isLost` says and delivers the rest as `base` does. */
export function losing(base: Network, isLost: (from: Instance, to: Instance, message: Message) => boolean): Network {
  return (from, to, message, nowMs) => (isLost(from, to, message) ? [] : base(from, to, message, nowMs))
}

/** A network in which only those of one group hear each other. */
export function partitioned(base: Network, groupOf: (instance: Instance, nowMs: number) => number): Network {
  return (from, to, message, nowMs) =>
    groupOf(from, nowMs) === groupOf(to, nowMs) ? base(from, to, message, nowMs) : []
}
