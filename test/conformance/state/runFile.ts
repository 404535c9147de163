import { messageOf } from '../../../src/primitives/index.ts'
import type { Loaded } from './fixture.ts'
import { loadCases } from './fixture.ts'
import { differencesOf } from './runCase.ts'

/** How one case ended; `detail` is what differed, or why it was skipped. */
export type Verdict = {
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly name: string
  readonly detail: string
}

/** Runs every case of a file. What the node would die of is a failure of the case that caused it. */
export function runFile(path: string, onlyFork: string | undefined): readonly Verdict[] {
  try {
    return loadCases(path, onlyFork).map(verdictOf)
  } catch (thrown) {
    return [{ status: 'failed', name: 'file', detail: `cannot be read: ${messageOf(thrown)}` }]
  }
}

function verdictOf(loaded: Loaded): Verdict {
  if (loaded.kind === 'skip') return { status: 'skipped', name: loaded.name, detail: loaded.reason }
  const { name } = loaded.stateCase
  try {
    const differences = differencesOf(loaded.stateCase)
    return { status: differences.length === 0 ? 'passed' : 'failed', name, detail: differences.join('; ') }
  } catch (thrown) {
    return { status: 'failed', name, detail: `the node would have stopped: ${messageOf(thrown)}` }
  }
}
