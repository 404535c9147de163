import { describe, expect, test } from 'vitest'
import { MUTATIONS } from '../../harness/consensus/mutations.ts'
import { runScenario } from '../../harness/consensus/scenario.ts'

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
