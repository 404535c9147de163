import { describe, expect, test } from 'vitest'
import { RULES } from '../../../src/consensus/index.ts'
import { HIDDEN_BROKEN } from '../../harness/consensus/hiddenBlock.ts'
import { MUTATIONS } from '../../harness/consensus/mutations.ts'
import { observed, verdict } from '../../harness/consensus/network.ts'
import { runScenario } from '../../harness/consensus/scenario.ts'
import { SCRIPTS } from '../../harness/consensus/scripts.ts'

const SEED = 1

/** How many runs from the recorded one on may pass before the broken rule shows. */
const RUNS = 10

describe('a broken rule is caught by the invariant that it is for', () => {
  test.each(MUTATIONS)('$name: $invariant', ({ broken, invariant, run }) => {
    const found = new Set<string>()
    for (let index = run; index < run + RUNS && !found.has(invariant); index += 1) {
      for (const violation of runScenario(SEED, index, broken).monitor.violations) found.add(violation.invariant)
    }
    expect([...found]).toContain(invariant)
  })
})

test('messages that take 45 ms where 10 are promised: 12 rounds in step', () => {
  const run = observed({ validators: 4 })
  const promised = run.cluster.network
  run.cluster.run(100)
  run.monitor.calm()
  run.cluster.run(100)
  expect(run.monitor.violations).toEqual([])
  run.cluster.network = (from, to, message, nowMs) => (to.validator === 3 ? [45] : promised(from, to, message, nowMs))
  run.cluster.run(400)
  expect(verdict(run).map(({ invariant }) => invariant)).toContain('12 rounds in step')
})

test('there is no rule that is not broken somewhere, and caught', () => {
  const broken = [
    ...MUTATIONS.map((one) => one.broken.rules ?? {}),
    ...HIDDEN_BROKEN.map(({ rules }) => rules),
    ...SCRIPTS.flatMap((script) => script.broken.map(({ rules }) => rules)),
  ]
  expect(new Set(broken.flatMap((rules) => Object.keys(rules)))).toEqual(new Set(Object.keys(RULES)))
})
