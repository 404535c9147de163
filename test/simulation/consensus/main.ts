/**
 * `npm run simulate -- --seed 1 --count 10000 [--from 0] [--twins] [--minutes 60]`: networks of 4 and 7 validators under virtual time, with
 * faults of every kind, or (`--twins`) four validators of which one runs twice under a leader and a partition for each
 * round, or (`--minutes`) one network for so long, with noise; all held to the invariants of docs/consensus.md. Run n of a seed is always the same one: a failed run is
 * run again with `--from n --count 1`. The last line is `N passed, N failed`; exit code 1 when runs failed, 2 for wrong
 * usage.
 */
import { parseArgs } from 'node:util'
import type { Violation } from '../../harness/consensus/monitor.ts'
import { runScenario, runSoak } from '../../harness/consensus/scenario.ts'
import { runTwins } from '../../harness/consensus/twins.ts'

const PROGRESS_EVERY_MS = 10_000
/** The validator that runs twice. */
const TWIN = 3
const USAGE =
  'usage: npm run simulate -- --seed <number> --count <number> [--from <number>] [--twins] [--minutes <number>]'

process.exitCode = main(process.argv.slice(2))

function main(args: readonly string[]): number {
  const text = { type: 'string' } as const
  const options = {
    seed: { ...text, default: '1' },
    count: { ...text, default: '1000' },
    from: { ...text, default: '0' },
    twins: { type: 'boolean', default: false },
    minutes: { ...text, default: '0' },
  } as const
  const { values } = parseArgs({ args: [...args], options })
  const [seed = 0, count = 0, from = 0] = [values.seed, values.count, values.from].map(Number)
  if (![seed, count, from].every(Number.isSafeInteger)) {
    console.error(USAGE)
    return 2
  }
  const minutes = Number(values.minutes)
  if (minutes > 0) return soak(seed, minutes) ? 0 : 1
  const violations = values.twins
    ? (index: number) => runTwins(seed, index, [TWIN]).violations
    : (index: number) => runScenario(seed, index).monitor.violations
  return runAll(from, count, violations, `${values.twins ? '--twins ' : ''}--seed ${seed}`) === 0 ? 0 : 1
}

function soak(seed: number, minutes: number): boolean {
  const { monitor, failedRounds } = runSoak(seed, minutes)
  for (const { invariant, detail } of monitor.violations)
    console.log(`--seed ${seed} --minutes ${minutes}: ${invariant}: ${detail}`)
  const height = Math.max(...monitor.finalizedAt.keys())
  console.log(`${height} final blocks in ${minutes} minutes; failed rounds in each tenth: ${failedRounds.join(' ')}`)
  const hasPassed = monitor.violations.length === 0
  console.log(hasPassed ? '1 passed, 0 failed' : '0 passed, 1 failed')
  return hasPassed
}

function runAll(from: number, count: number, run: (index: number) => readonly Violation[], again: string): number {
  let failed = 0
  let reportedAt = performance.now()
  for (let index = from; index < from + count; index += 1) {
    const [violation] = run(index)
    if (violation !== undefined) {
      failed += 1
      console.log(`${again} --from ${index} --count 1: ${violation.invariant}: ${violation.detail}`)
    }
    if (performance.now() - reportedAt < PROGRESS_EVERY_MS) continue
    reportedAt = performance.now()
    console.log(`${index - from + 1} of ${count} runs, ${failed} failed`)
  }
  console.log(`${count - failed} passed, ${failed} failed`)
  return failed
}
