import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeMessage,
  encodeMessage,
  genesisRecord,
  type Message,
  restoreState,
  step,
} from '../../../src/consensus/index.ts'
import { compareRank, type Rank } from '../../../src/consensus/rank.ts'
import { BaseError } from '../../../src/primitives/index.ts'
import { messages } from '../../harness/consensus/arbitrary.ts'
import { Cluster, type Instance } from '../../harness/consensus/cluster.ts'
import { Monitor } from '../../harness/consensus/monitor.ts'

/** A network of four that has run for a while, and what was sent in it. */
function runningNetwork(keepsLog: boolean): { cluster: Cluster; sent: readonly Message[] } {
  const sent: Message[] = []
  const cluster = new Cluster({
    validators: 4,
    seed: 14,
    monitor: new Monitor(),
    keepsLog,
    observe: (_, output) => {
      if (output.kind === 'send') sent.push(output.message)
    },
  })
  const calm = cluster.network
  // Two proposals in five are lost: there are timeouts, tips and recoveries among the messages.
  cluster.network = (from, to, message, nowMs) =>
    message.kind === 'proposal' && (message.proposal.round * 3 + to.validator) % 5 < 2
      ? []
      : calm(from, to, message, nowMs)
  cluster.start()
  cluster.run(700)
  return { cluster, sent }
}

function first({ instances }: Cluster): Instance {
  const [instance] = instances
  if (instance === undefined) throw new Error('a cluster has instances')
  return instance
}

describe('invariant 11: ranks are totally ordered', () => {
  const ranks: fc.Arbitrary<Rank> = fc.record({
    round: fc.nat({ max: 3 }),
    isQc: fc.boolean(),
    parentRound: fc.nat({ max: 2 }),
  })

  test('reflexive, antisymmetric, transitive', () => {
    fc.assert(
      fc.property(ranks, ranks, ranks, (a, b, c) => {
        expect(compareRank(a, a)).toBe(0)
        expect(Math.sign(compareRank(a, b)) + Math.sign(compareRank(b, a))).toBe(0)
        if (compareRank(a, b) <= 0 && compareRank(b, c) <= 0) expect(compareRank(a, c)).toBeLessThanOrEqual(0)
      }),
    )
  })
})

describe('invariant 14: the same inputs give the same outputs', () => {
  test('a log of inputs, played again from the start, byte for byte', () => {
    const { cluster } = runningNetwork(true)
    for (const { env, log, state, validator } of cluster.instances) {
      let again = restoreState(env.rules, genesisRecord(cluster.config, cluster.setOf(0)), [])
      for (const { nowMs, input } of log) again = step(again, input, { ...env, nowMs }).state
      expect(again, `validator ${validator}`).toEqual(state)
    }
  })

  test('two networks of one seed send the same', () => {
    const bytes = () => runningNetwork(false).sent.map(encodeMessage)
    expect(bytes()).toEqual(bytes())
  })
})

describe('invariant 15: nothing that a peer sends throws', () => {
  const { cluster, sent } = runningNetwork(false)
  const victim = first(cluster)
  const peers = cluster.instances.map(({ id }) => id)

  /** What a step does with it; whether it throws is the question. */
  const hear = (from: number, message: Message) =>
    step(victim.state, { kind: 'message', from: peers[from % 4] ?? victim.id, message }, victim.env)

  test('row 23: any message at all: nothing is signed for it', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 }), messages, (from, message) => {
        const { state } = hear(from, message)
        expect(state.record.highVote).toBe(victim.state.record.highVote)
      }),
      { numRuns: 500 },
    )
  })

  test('row 23: real messages from anybody, and with a byte changed', () => {
    const places = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 3 }), places, (index, from, [at, change]) => {
        const message = sent[index % sent.length]
        if (message === undefined) return
        hear(from, message)
        const bytes = encodeMessage(message)
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change
        try {
          hear(from, decodeMessage(bytes))
        } catch (thrown) {
          if (!(thrown instanceof BaseError)) throw thrown
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('row 23: the messages of a whole network in any order, into one that has just begun', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...sent], { maxLength: 60 }), (some) => {
        let state = restoreState(victim.env.rules, genesisRecord(cluster.config, cluster.setOf(0)), [])
        for (const [index, message] of some.entries()) {
          const from = peers[index % 4] ?? victim.id
          state = step(state, { kind: 'message', from, message }, victim.env).state
        }
        expect(state.record.haltReason ?? 'a signature of this key').toContain('signature of this key')
      }),
      { numRuns: 60 },
    )
  })
})
