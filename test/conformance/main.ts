/**
 * `npm run conformance -- <suite> <directory or file>... [--evm interpreter] [--against reference]
 * [--executor parallel] [--workers 1,2,4,8] [--fork Cancun] [--verbose]`: what others' test suites say of this node. One line per failed or skipped case, and per case that says something (with --verbose, per
 * case), then `N passed, N failed, N skipped`. Exit code 1 when a case failed, 2 for wrong usage. Cases run in two
 * threads with stacks as large as the node's own, because frames nest on them.
 */
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { type BlockExecutor, type BlockResult, MAX_WORKERS } from '../../src/parallel/index.ts'
import { assert } from '../../src/primitives/index.ts'
import { Random } from '../fuzz/random.ts'
import { createEngine, ENGINE_NAMES, type EngineName, isEngineName } from '../harness/engines.ts'
import { createVirtualExecutor } from '../harness/parallel/executors.ts'
import { createThreadedExecutor } from '../harness/parallel/threads.ts'
import { fixturesBelow, runFixture, SUITE_NAMES } from './suites.ts'
import type { Engines, Job, NamedExecutor, Verdict } from './verdict.ts'
import { EXECUTOR_NAMES, NoRoom } from './verdict.ts'

const THREADS = 2
const STACK_MB = 64
const USAGE = `usage: npm run conformance -- <${SUITE_NAMES.join('|')}> <directory or file>... \
  [--evm <${ENGINE_NAMES.join('|')}>] [--against <the same>] [--executor <${EXECUTOR_NAMES.join('|')}>] \
  [--workers <number>,...] [--fork <name>] [--verbose]`

type Counts = Record<Verdict['status'], number>

if (isMainThread) process.exitCode = await main(process.argv.slice(2))
else serve()

async function main(args: readonly string[]): Promise<number> {
  const options = {
    evm: { type: 'string', default: 'reference' },
    against: { type: 'string' },
    executor: { type: 'string', default: 'sequential' },
    workers: { type: 'string', default: '2' },
    fork: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  } as const
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [suite = '', ...paths] = positionals
  const { evm, against, fork, verbose } = values
  const executor = EXECUTOR_NAMES.find((known) => known === values.executor)
  const workers = values.workers.split(',').map(Number)
  const isSize = (size: number): boolean => size >= 1 && size <= MAX_WORKERS
  if (executor === undefined || !workers.every(isSize)) return wrongUsage(USAGE)
  if (executor === 'parallel' && evm === 'compiled-first-use') {
    return wrongUsage('workers in threads of their own have no such engine: take --evm compiled')
  }
  if (suite === 'stateBlocks' && executor === 'sequential') {
    return wrongUsage('stateBlocks compares workers with the order: --executor parallel or virtual')
  }
  if (!SUITE_NAMES.includes(suite) || paths.length === 0 || !isEngineName(evm)) return wrongUsage(USAGE)
  if (against !== undefined && !isEngineName(against)) return wrongUsage(USAGE)
  const missing = paths.find((path) => !existsSync(path))
  if (missing !== undefined) return wrongUsage(`there is no file or directory ${missing}`)

  const jobs = paths
    .flatMap((path) => fixturesBelow(suite, path))
    .map((path): Job => ({ suite, path, evm, against, executor, workers, fork }))
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  await runAll(jobs, (path, verdicts) => report(path, verdicts, verbose, counts))
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  return counts.failed === 0 ? 0 : 1
}

/** A thread: runs what it is sent, always on the same engines. */
function serve(): void {
  let engines: Engines | undefined
  parentPort?.on('message', async (job: Job) => {
    engines ??= {
      engine: createEngine(job.evm),
      oracle: job.against === undefined ? undefined : createEngine(job.against),
      teams: await teamsFor(job),
    }
    parentPort?.postMessage(runFixture(engines, job))
  })
}

async function teamsFor({ executor, workers, evm }: Job): Promise<readonly NamedExecutor[]> {
  if (executor === 'sequential') return []
  const teams: NamedExecutor[] = []
  for (const size of workers) {
    const team = executor === 'virtual' ? virtualTeam(size) : await threads(size, evm)
    const execute: BlockExecutor['execute'] = (input, view) => {
      const before = team.failures.length
      return finished(team.execute(input, view), team.failures.slice(before))
    }
    teams.push({ name: `${size} workers`, execute })
  }
  return teams
}

function virtualTeam(size: number) {
  const random = new Random(1, size)
  return createVirtualExecutor(size, (bound) => random.below(bound))
}

function threads(size: number, evm: EngineName) {
  assert(evm !== 'compiled-first-use', 'threads have the engines of the node')
  return createThreadedExecutor(size, evm)
}

/** What the workers made of a block: what another would have made in their place says nothing of them. */
function finished(result: BlockResult, failures: readonly string[]): BlockResult {
  if (failures.some((reason) => reason.includes('does not fit'))) throw new NoRoom(failures.join('; '))
  if (failures.length > 0) throw new Error(`the workers gave up: ${failures.join('; ')}`)
  return result
}

function wrongUsage(sentence: string): number {
  console.error(sentence)
  return 2
}

function report(path: string, verdicts: readonly Verdict[], isVerbose: boolean, counts: Counts): void {
  for (const { status, name, detail } of verdicts) {
    counts[status] += 1
    if (status === 'passed' && detail === '' && !isVerbose) continue
    console.log(`${status} ${relative(process.cwd(), path)} ${name}${detail === '' ? '' : `: ${detail}`}`)
  }
}

/** Hands the fixtures to the threads, one at a time each. */
async function runAll(
  jobs: readonly Job[],
  onResult: (path: string, verdicts: readonly Verdict[]) => void,
): Promise<void> {
  const queue = jobs.values()
  await Promise.all(
    Array.from({ length: THREADS }, async () => {
      const worker = new Worker(fileURLToPath(import.meta.url), { resourceLimits: { stackSizeMb: STACK_MB } })
      for (const job of queue) onResult(job.path, await ask(worker, job))
      await worker.terminate()
    }),
  )
}

function ask(worker: Worker, job: Job): Promise<readonly Verdict[]> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject)
    worker.once('message', (verdicts: readonly Verdict[]) => {
      worker.off('error', reject)
      resolve(verdicts)
    })
    worker.postMessage(job)
  })
}
