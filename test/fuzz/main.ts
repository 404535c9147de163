/**
 * `npm run fuzz -- --engines reference,interpreter --seed 1 --count 10000 [--from 0] [--workers 2] [--fork osaka]`: runs
 * generated programs as whole transactions on some engines (on one, it looks for crashes only) and compares all
 * that can be seen of them. The first difference is made small and printed as a test case; the last line is
 * `N passed, N failed`. Exit code 1 when programs failed, 2 for wrong usage. Program n of a seed is always the same one,
 * whatever --from, --count and --workers are.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { HARDFORKS } from '../../src/primitives/index.ts'
import { ENGINE_NAMES, isEngineName } from '../harness/engines.ts'
import type { Report, Task } from './task.ts'
import { PULSE, PULSE_BYTES, runTask } from './task.ts'

const STACK_MB = 64
/** A program takes some milliseconds. One that takes this long hangs. */
const PATIENCE_MS = 60_000
const PROGRESS_EVERY_MS = 10_000
/** Failures that get a line of their own. */
const MAX_SHOWN = 50
const USAGE = `usage: npm run fuzz -- --seed <number> --count <number> [--from <number>] [--workers <number>] \\
  [--engines <some of ${ENGINE_NAMES.join()}>] [--fork <${HARDFORKS.at(0)}...${HARDFORKS.at(-1)}>]`

if (isMainThread) process.exitCode = await main(process.argv.slice(2))
else runTask(workerData.task, workerData.pulse, (report) => parentPort?.postMessage(report))

async function main(args: readonly string[]): Promise<number> {
  const task = readTask(args)
  if (task === undefined) {
    console.error(USAGE)
    return 2
  }
  const { seed, from, count, step: workers, engines } = task
  console.log(`${count} programs of seed ${seed} from ${from} on, engines ${engines.join(', ')}, ${workers} workers`)
  const tally = { passed: 0, failed: 0 }
  const stopProgress = reportProgress(task, tally)
  let hasExample = false
  const ends = await Promise.all(
    Array.from({ length: workers }, (_, offset) =>
      runWorker({ ...task, from: from + offset, count: Math.ceil((count - offset) / workers) }, (report) => {
        tally.passed += report.passed
        tally.failed += report.failures.length
        if (tally.failed <= MAX_SHOWN) for (const failure of report.failures) console.log(failure)
        if (report.example === undefined || hasExample) return
        hasExample = true
        console.log(report.example)
      }),
    ),
  )
  stopProgress()
  for (const problem of ends.filter((end) => end !== undefined)) {
    tally.failed += 1
    console.log(problem)
  }
  console.log(`${tally.passed} passed, ${tally.failed} failed`)
  return tally.failed === 0 ? 0 : 1
}

function readTask(args: readonly string[]): Task | undefined {
  const text = { type: 'string' } as const
  const options = {
    engines: { ...text, default: ENGINE_NAMES.join() },
    seed: { ...text, default: '1' },
    count: { ...text, default: '10000' },
    from: { ...text, default: '0' },
    workers: { ...text, default: '2' },
    fork: text,
  } as const
  const { values } = parseArgs({ args: [...args], options })
  const engines = values.engines.split(',')
  const [seed, count, from, step] = [values.seed, values.count, values.from, values.workers].map(Number)
  const hardfork = HARDFORKS.find((name) => name === values.fork)
  if (![seed, count, from, step].every(Number.isSafeInteger) || !engines.every(isEngineName)) return undefined
  if (values.fork !== undefined && hardfork === undefined) return undefined
  return { engines, seed: seed ?? 0, count: count ?? 0, from: from ?? 0, step: Math.max(1, step ?? 1), hardfork }
}

/** Runs a task in a thread of its own. Gives what went wrong with the thread itself, if anything did. */
function runWorker(task: Task, onReport: (report: Report) => void): Promise<string | undefined> {
  const pulse = new Int32Array(new SharedArrayBuffer(PULSE_BYTES))
  const worker = new Worker(fileURLToPath(import.meta.url), {
    workerData: { task, pulse },
    resourceLimits: { stackSizeMb: STACK_MB },
  })
  let problem: string | undefined
  const fails = (how: string): void => {
    problem = `seed ${task.seed} program ${Atomics.load(pulse, PULSE.program)} ${how}`
  }
  let runs = -1
  const watch = setInterval(() => {
    const isAlive = runs !== Atomics.load(pulse, PULSE.runs)
    runs = Atomics.load(pulse, PULSE.runs)
    if (isAlive) return
    fails('hangs; its thread was ended')
    void worker.terminate()
  }, PATIENCE_MS)
  worker.on('message', onReport)
  worker.on('error', (error) => fails(`ended its thread: ${error}`))
  return new Promise((resolve) => {
    worker.on('exit', () => {
      clearInterval(watch)
      resolve(problem)
    })
  })
}

/** Says now and then how far the run is. Returns what stops it. */
function reportProgress(task: Task, tally: { readonly passed: number; readonly failed: number }): () => void {
  const start = performance.now()
  const timer = setInterval(() => {
    const done = tally.passed + tally.failed
    const perSecond = Math.round((done * 1_000) / (performance.now() - start))
    console.log(`${done} of ${task.count} programs, ${perSecond}/s, ${tally.failed} failed`)
  }, PROGRESS_EVERY_MS)
  return () => clearInterval(timer)
}
