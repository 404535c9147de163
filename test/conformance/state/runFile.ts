import { assert, messageOf } from '../../../src/primitives/index.ts'
import type { Engines, Job, Verdict } from '../verdict.ts'
import { NoRoom, verdictOf } from '../verdict.ts'
import type { Loaded, StateCase } from './fixture.ts'
import { loadCases } from './fixture.ts'
import { differencesInBlock } from './inBlock.ts'
import { decodeCase, differencesOf } from './runCase.ts'

/** Runs every case of a file of state tests inside a block, in order and by workers, which must make the same of it. */
export function runStateBlocks(engines: Engines, { path, fork }: Job): readonly Verdict[] {
  return loadCases(path, fork).map((loaded) => run(loaded, (stateCase) => blockDifferences(engines, stateCase)))
}

function blockDifferences({ engine, teams }: Engines, stateCase: StateCase): readonly string[] {
  assert(teams.length > 0, 'the suite stateBlocks has workers')
  const transaction = decodeCase(stateCase)
  // What cannot be decoded is in no block.
  return typeof transaction === 'string' ? [] : differencesInBlock(engine, teams, stateCase, transaction)
}

/** Runs every case of a file of state tests. */
export function runStateTests(engines: Engines, { path, fork }: Job): readonly Verdict[] {
  return loadCases(path, fork).map((loaded) => run(loaded, (stateCase) => differencesOf(engines, stateCase)))
}

function run(loaded: Loaded, differences: (stateCase: StateCase) => readonly string[]): Verdict {
  if (loaded.kind === 'skip') return { status: 'skipped', name: loaded.name, detail: loaded.reason }
  const { name } = loaded.stateCase
  try {
    return verdictOf(name, differences(loaded.stateCase))
  } catch (thrown) {
    if (thrown instanceof NoRoom) return { status: 'skipped', name, detail: thrown.message }
    return { status: 'failed', name, detail: `the node would have stopped: ${messageOf(thrown)}` }
  }
}
