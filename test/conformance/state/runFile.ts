import { messageOf } from '../../../src/primitives/index.ts'
import type { Engine } from '../../harness/engines.ts'
import type { Job, Verdict } from '../verdict.ts'
import { verdictOf } from '../verdict.ts'
import type { Loaded } from './fixture.ts'
import { loadCases } from './fixture.ts'
import { differencesOf } from './runCase.ts'

/** Runs every case of a file of state tests. */
export function runStateTests(engine: Engine, { path, fork }: Job): readonly Verdict[] {
  return loadCases(path, fork).map((loaded) => run(engine, loaded))
}

function run(engine: Engine, loaded: Loaded): Verdict {
  if (loaded.kind === 'skip') return { status: 'skipped', name: loaded.name, detail: loaded.reason }
  const { name } = loaded.stateCase
  try {
    return verdictOf(name, differencesOf(engine, loaded.stateCase))
  } catch (thrown) {
    return { status: 'failed', name, detail: `the node would have stopped: ${messageOf(thrown)}` }
  }
}
