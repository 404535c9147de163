/**
 * `npm run simulate -- --seed 1 --count 10000 [--from 0]`: networks of 4 and 7 validators under virtual time, with faults of
 * every kind, each held to the invariants of docs/consensus.md. Run n of a seed is always the same one: a failed run is
 * run again with `--from n --count 1`. The last line is `N passed, N failed`; exit code 1 when runs failed, 2 for wrong
 * usage.
 */
import { parseArgs } from 'node:util'
import { runScenario } from '../../harness/consensus/scenario.ts'

const PROGRESS_EVERY_MS = 10_000
const USAGE = 'usage: npm run simulate -- --seed <number> --count <number> [--from <number>]'

process.exitCode = main(process.argv.slice(2))

function main(args: readonly string[]): number {
  const text = { type: 'string' } as const
  const options = {
    seed: { ...text, default: '1' },
    count: { ...text, default: '1000' },
    from: { ...text, default: '0' },
  }
  const { values } = parseArgs({ args: [...args], options })
  const [seed = 0, count = 0, from = 0] = [values.seed, values.count, values.from].map(Number)
  if (![seed, count, from].every(Number.isSafeInteger)) {
    console.error(USAGE)
    return 2
  }
  return runSeeds(seed, from, count) === 0 ? 0 : 1
}

function runSeeds(seed: number, from: number, count: number): number {
  let failed = 0
  let reportedAt = performance.now()
  const total = { rounds: 0, messages: 0, longestWaitMs: 0 }
  for (let index = from; index < from + count; index += 1) {
    const { monitor, cluster, waitMs } = runScenario(seed, index)
    total.rounds += monitor.maxRound
    total.messages += cluster.messages
    total.longestWaitMs = Math.max(total.longestWaitMs, waitMs)
    const [violation] = monitor.violations
    if (violation !== undefined) {
      failed += 1
      console.log(`--seed ${seed} --from ${index} --count 1: ${violation.invariant}: ${violation.detail}`)
    }
    if (performance.now() - reportedAt < PROGRESS_EVERY_MS) continue
    reportedAt = performance.now()
    console.log(`${index - from + 1} of ${count} runs, ${failed} failed`)
  }
  console.log(`${total.rounds} rounds, ${total.messages} messages; after the faults at most ${total.longestWaitMs} ms`)
  console.log(`${count - failed} passed, ${failed} failed`)
  return failed
}
