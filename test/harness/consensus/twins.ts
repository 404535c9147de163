import type { LeaderSchedule, Message } from '../../../src/consensus/index.ts'
import { Random } from '../../fuzz/random.ts'
import { Cluster, type Instance } from './cluster.ts'
import { Monitor } from './monitor.ts'
import { lowestRoot } from './network.ts'

const VALIDATORS = 4
/** Rounds with a leader and a partition of their own. */
const ROUNDS = 8
/** By then no scenario has anything left to do but to wait for the partitions to end. */
const SCRIPT_MS = 400
const PATIENCE_MS = 2_000

/** One round of a scenario: who leads, and who hears whom (equal numbers). */
type TwinRound = { readonly leader: number; readonly groups: readonly number[] }

/** Round by round; timeouts may cross the partitions, so that rounds end also where no quorum is together. */
export type TwinScenario = { readonly rounds: readonly TwinRound[]; readonly timeoutsCross: boolean }

/**
 * Scenario `index` of `seed`: processes of which some share a key ("twins", so that a key equivocates, votes twice, and
 * forgets, without any code that lies), a leader and a partition into one to three groups for each of eight rounds. Source:
 * Bano et al., "Twins: BFT systems made robust", OPODIS 2021.
 */
export function twinScenario(seed: number, index: number, processes: number): TwinScenario {
  const random = new Random(seed, index)
  const rounds = Array.from({ length: ROUNDS }, () => {
    const count = random.weighted([
      [1, 1],
      [4, 2],
      [3, 3],
    ])
    return {
      leader: random.below(VALIDATORS),
      groups: Array.from({ length: processes }, () => random.below(count)),
    }
  })
  return { rounds, timeoutsCross: random.oneIn(2) }
}

/** Runs a scenario with these twins, then lets everybody hear everybody. What the monitor holds at the end is the verdict. */
export function runTwins(seed: number, index: number, twins: readonly number[]): Monitor {
  const monitor = new Monitor()
  const scenario = twinScenario(seed, index, VALIDATORS + twins.length)
  const leader: LeaderSchedule = (_, round) => scenario.rounds[round - 1]?.leader ?? round % VALIDATORS
  const cluster = new Cluster({ validators: VALIDATORS, seed: index >>> 0, twins, leader, monitor })
  const calm = cluster.network
  cluster.network = (from, to, message, nowMs) =>
    isCut(cluster, scenario, from, to, message) ? [] : calm(from, to, message, nowMs)
  cluster.start()
  cluster.run(SCRIPT_MS, () => cluster.honest.every(({ state }) => state.record.highVote > ROUNDS))
  cluster.network = calm
  const goal = Math.max(0, ...monitor.finalizedAt.keys()) + 2
  if (!cluster.run(PATIENCE_MS, () => lowestRoot(cluster.honest) >= goal)) {
    monitor.fail('13 liveness', `height ${goal} was to be reached`)
  }
  monitor.finish()
  return monitor
}

/** The partition of a message is that of the round that it speaks of. */
function isCut(
  { instances }: Cluster,
  scenario: TwinScenario,
  from: Instance,
  to: Instance,
  message: Message,
): boolean {
  if (scenario.timeoutsCross && message.kind === 'timeout') return false
  const groups = scenario.rounds[(roundOf(message) ?? from.state.record.highVote) - 1]?.groups
  return groups !== undefined && groups[instances.indexOf(from)] !== groups[instances.indexOf(to)]
}

function roundOf(message: Message): number | undefined {
  switch (message.kind) {
    case 'proposal':
      return message.proposal.round
    case 'vote':
      return message.vote.round
    case 'timeout':
      return message.timeout.round
    case 'recovery':
      return message.recovery.round
    case 'noEndorsement':
      return message.noEndorsement.round
    case 'advance':
      return message.certificate.kind === 'qc' ? message.certificate.qc.round : message.certificate.tc.round
    default:
      return undefined
  }
}
