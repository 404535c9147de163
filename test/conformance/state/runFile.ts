import { messageOf } from '../../../src/primitives/index.ts'
import type { Engines, Job, Verdict } from '../verdict.ts'
import { verdictOf } from '../verdict.ts'
import type { Loaded } from './fixture.ts'
import { loadCases } from './fixture.ts'
import { differencesOf } from './runCase.ts'

/** Runs every case of a file of state tests. */
export function runStateTests(engines: Engines, { path, fork }: Job): readonly Verdict[] {
  return loadCases(path, fork).map((loaded) => run(engines, loaded))
}

function run(engines: Engines, loaded: Loaded): Verdict {
  if (loaded.kind === 'skip') return { status: 'skipped', name: loaded.name, detail: loaded.reason }
  const { name } = loaded.stateCase
  try {
    return verdictOf(name, differencesOf(engines, loaded.stateCase))
  } catch (thrown) {
    return { status: 'failed', name, detail: `the node would have stopped: ${messageOf(thrown)}` }
  }
}
