import type { BlockExecutor } from '../../src/parallel/index.ts'
import type { Engine, EngineName } from '../harness/engines.ts'

/** Ways to execute a block: in order, on threads, by workers that take turns in one thread. */
export const EXECUTOR_NAMES = ['sequential', 'parallel', 'virtual'] as const

/** One of {@link EXECUTOR_NAMES}. */
export type ExecutorName = (typeof EXECUTOR_NAMES)[number]

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
  readonly executor: ExecutorName
  /** Of the parallel executors: how many. */
  readonly workers: number
  /** Of suites that hold several forks: run this one only. */
  readonly fork: string | undefined
}

/** The engine under test, and the one that it must equal in everything, if any. */
export type Engines = {
  readonly engine: Engine
  readonly oracle: Engine | undefined
  /** Blocks are executed here, too, with the same result; undefined: only in order. */
  readonly workers: BlockExecutor | undefined
}

/** The outcome of a case whose comparison found `differences`. */
export function verdictOf(name: string, differences: readonly string[]): Verdict {
  return { status: differences.length === 0 ? 'passed' : 'failed', name, detail: differences.join('; ') }
}
