import { compareRank } from '../../../src/consensus/rank.ts'
import { type Rules, tcFault } from '../../../src/consensus/rules.ts'
import type { InvariantName } from './monitor.ts'
import type { Breakage } from './scenario.ts'

/**
 * A rule of the protocol left out or weakened. Run `run` of seed 1 shows what it is for: the invariant named falls, and with
 * the right rules it does not.
 */
export type Mutation = {
  readonly name: string
  readonly broken: Breakage
  readonly invariant: InvariantName
  readonly run: number
}

const rules = (change: Partial<Rules>): Breakage => ({ rules: change })

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'half of the stake is a quorum',
    broken: rules({ isQuorum: (part, total) => part * 2n >= total }),
    invariant: '2 one certificate per round',
    run: 45,
  },
  {
    name: 'two votes for one round',
    broken: rules({ mayVote: () => true }),
    invariant: '3 no double vote',
    run: 29,
  },
  {
    name: 'a refusal after a vote',
    broken: rules({ mayRefuse: ({ highRefusal }, round) => round > (highRefusal?.round ?? 0) }),
    invariant: '5 refusal binds',
    run: 142,
  },
  {
    name: 'a vote in a timeout whatever was refused',
    broken: rules({ mayVoteInTimeout: ({ highVote }, round) => round > highVote }),
    invariant: '5 refusal binds',
    run: 53,
  },
  {
    name: 'a vote after a timeout',
    broken: rules({ afterTimeout: (record) => record }),
    invariant: '4 no vote after timeout',
    run: 3,
  },
  {
    name: 'a timeout certificate names the lowest extension',
    broken: rules({
      compareRank: (a, b) => -compareRank(a, b),
      tcFault: (tc) => tcFault(tc, (a, b) => -compareRank(a, b)),
    }),
    invariant: '7 best extension',
    run: 0,
  },
  {
    name: 'any certified child makes its parent final',
    broken: rules({ commitsParent: () => true }),
    invariant: '9 consecutive rounds',
    run: 0,
  },
  {
    name: "a certificate is checked against the newest epoch's validators",
    broken: rules({ setOf: (epochs) => epochs.findLast(({ validators }) => validators !== undefined)?.validators }),
    invariant: '13 liveness',
    run: 2,
  },
  {
    name: 'nothing survives a crash',
    broken: rules({
      restored: (record) => ({
        ...record,
        highVote: 0,
        lastVote: undefined,
        lastTimeout: undefined,
        highRefusal: undefined,
        highTip: undefined,
      }),
    }),
    invariant: '4 no vote after timeout',
    run: 20,
  },
  {
    name: 'a disk that only says that it has synced',
    broken: { isDiskHonest: false },
    invariant: 'durable before send',
    run: 0,
  },
  { name: 'sent before it is durable', broken: { persistsFirst: false }, invariant: 'durable before send', run: 0 },
]
