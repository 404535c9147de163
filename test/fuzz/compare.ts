import type { Engine } from '../harness/engines.ts'
import { differencesBetween } from '../harness/observation.ts'
import { runScenario } from './execute.ts'
import type { Scenario } from './scenario.ts'

/**
 * Runs a scenario on all engines and names what the others do differently from the first, and where that one crashed;
 * nothing when all is well.
 */
export function differencesOn(engines: readonly Engine[], scenario: Scenario): readonly string[] {
  const [oracle, ...others] = engines
  if (oracle === undefined) return []
  const expected = runScenario(oracle, scenario)
  const crashes = expected.flatMap((observation) => observation.get('crash') ?? [])
  const differences = others.flatMap((engine) => {
    const actual = runScenario(engine, scenario)
    const where = `${oracle.name} and ${engine.name}`
    return expected.flatMap((observation, index) =>
      differencesBetween(`transaction ${index}, ${where}`, observation, actual[index] ?? new Map()),
    )
  })
  return [...crashes.map((message) => `crash (${oracle.name}): ${message}`), ...differences]
}
