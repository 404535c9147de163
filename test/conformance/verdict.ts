import type { Engine, EngineName } from '../harness/engines.ts'

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
  /** Compare every transaction with what this engine makes of it, gas and access set included. */
  readonly against: EngineName | undefined
  /** Of suites that hold several forks: run this one only. */
  readonly fork: string | undefined
}

/** The engine under test, and the one that it must equal in everything, if any. */
export type Engines = { readonly engine: Engine; readonly oracle: Engine | undefined }

/** The outcome of a case whose comparison found `differences`. */
export function verdictOf(name: string, differences: readonly string[]): Verdict {
  return { status: differences.length === 0 ? 'passed' : 'failed', name, detail: differences.join('; ') }
}
