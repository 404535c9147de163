import type { Hardfork } from '../../src/primitives/index.ts'
import type { EngineName } from '../harness/engines.ts'
import { createEngine } from '../harness/engines.ts'
import { differencesOn } from './compare.ts'
import { FORK_WEIGHTS, generateScenario } from './generate/generate.ts'
import { minimized } from './minimize.ts'
import type { Scenario } from './scenario.ts'
import { testCaseText } from './testCase.ts'

/** What one thread runs: `count` programs of a seed, beginning with `from`, every `step`th. */
export type Task = {
  readonly engines: readonly EngineName[]
  readonly seed: number
  readonly from: number
  readonly count: number
  readonly step: number
  /** One fork only; undefined is all of them. */
  readonly hardfork: Hardfork | undefined
}

/** Two 32-bit cells in which a thread shows that it lives: the program under way, and how often it has run any. */
export const PULSE = { program: 0, runs: 1 } as const
export const PULSE_BYTES = 8

/** What a thread says from time to time. */
export type Report = {
  readonly passed: number
  /** What differs, in short, for each program that failed. */
  readonly failures: readonly string[]
  /** The first failure at length, with the smallest case of it; in one report of a thread. */
  readonly example: string | undefined
}

const REPORT_EVERY = 100

/** Runs the task and says how it goes; `pulse` is {@link PULSE}. */
export function runTask(task: Task, pulse: Int32Array, say: (report: Report) => void): void {
  const { seed, from, step, count } = task
  const compare = comparison(task.engines, pulse)
  const forks = task.hardfork === undefined ? FORK_WEIGHTS : ([[1, task.hardfork]] as const)
  let hasExample = false
  let passed = 0
  for (let done = 1; done <= count; done += 1) {
    const index = from + (done - 1) * step
    Atomics.store(pulse, PULSE.program, index)
    const scenario = generateScenario(seed, index, forks)
    const differences = compare(scenario)
    const isEqual = differences.length === 0
    if (isEqual) passed += 1
    if (isEqual && done % REPORT_EVERY > 0 && done < count) continue
    const name = `seed ${seed} program ${index}`
    const example: string | undefined =
      isEqual || hasExample ? undefined : exampleOf(comparison(task.engines, pulse), name, scenario, differences)
    hasExample ||= example !== undefined
    say({ passed, failures: isEqual ? [] : [`${name}: ${kindsOf(differences)}`], example })
    passed = 0
  }
}

type Comparison = (scenario: Scenario) => readonly string[]

/** {@link differencesOn} engines that have run nothing yet. */
function comparison(names: readonly EngineName[], pulse: Int32Array): Comparison {
  const engines = names.map(createEngine)
  return (scenario) => {
    Atomics.add(pulse, PULSE.runs, 1)
    return differencesOn(engines, scenario)
  }
}

/** A difference, and the smallest case of its kind that engines with empty caches, `compare`'s, disagree on, too. */
function exampleOf(compare: Comparison, name: string, scenario: Scenario, differences: readonly string[]): string {
  const kinds = kindsOf(compare(scenario))
  if (kinds === '') {
    const remark = `${name} differs after the programs before it and not alone: an engine remembers what it should not`
    return [remark, ...differences].join('\n')
  }
  const small = minimized(scenario, (candidate) => kindsOf(compare(candidate)) === kinds)
  return [
    `${name} differs:`,
    ...differences,
    'and at its smallest, for test/fuzz/regressions.ts:',
    testCaseText(`${name}: ${kinds}`, small),
    ...compare(small),
  ].join('\n')
}

/** The names of what differs, each once. */
function kindsOf(differences: readonly string[]): string {
  return [...new Set(differences.map((line) => line.split(' (', 1)[0]))].join(', ')
}
