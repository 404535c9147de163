import type { BlockExecutor, BlockInput, BlockResult } from '../../src/parallel/index.ts'
import type { StateView } from '../../src/state/index.ts'
import type { Engine, EngineName } from '../harness/engines.ts'
import { workersDifferences } from '../harness/parallel/executors.ts'

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
  /** Of the parallel executors: how many, one executor for each number. */
  readonly workers: readonly number[]
  /** Of suites that hold several forks: run this one only. */
  readonly fork: string | undefined
}

/** The engine under test, and the one that it must equal in everything, if any. */
export type Engines = {
  readonly engine: Engine
  readonly oracle: Engine | undefined
  /** Blocks are executed by these, too, with the same result. */
  readonly teams: readonly NamedExecutor[]
}

/** An executor and what a report calls it. */
export type NamedExecutor = BlockExecutor & { readonly name: string }

/** The outcome of a case whose comparison found `differences`. */
export function verdictOf(name: string, differences: readonly string[]): Verdict {
  return { status: differences.length === 0 ? 'passed' : 'failed', name, detail: differences.join('; ') }
}

/** A block has no room in the workers' memory, and is executed in order, as it should be: nothing is left to compare. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom'
}

/** Where the teams' results of a block differ from `expected`, its result in order. */
export function teamsDifferences(
  teams: readonly NamedExecutor[],
  expected: BlockResult,
  input: BlockInput,
  view: StateView,
): readonly string[] {
  return teams.flatMap((team) =>
    workersDifferences(expected, team, input, view).map((difference) => `${team.name}: ${difference}`),
  )
}
