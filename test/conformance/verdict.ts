import type { EngineName } from '../harness/engines.ts'

/** How one case ended; `detail` is what differed, why it was skipped, or what could not be compared. */
export type Verdict = {
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly name: string
  readonly detail: string
}

/** What a thread is asked to run: a fixture (a file, or a folder of files that belong together) on an engine. */
export type Job = {
  readonly suite: string
  readonly path: string
  readonly evm: EngineName
  /** Of suites that hold several forks: run this one only. */
  readonly fork: string | undefined
}

/** The outcome of a case whose comparison found `differences`. */
export function verdictOf(name: string, differences: readonly string[]): Verdict {
  return { status: differences.length === 0 ? 'passed' : 'failed', name, detail: differences.join('; ') }
}
