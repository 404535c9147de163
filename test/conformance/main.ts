/**
 * `npm run conformance -- state <directory or file>... [--fork Cancun] [--verbose]`: what others' test suites say of this
 * node. One line per failed or skipped case (with --verbose, per case), then `N passed, N failed, N skipped`. Exit code
 * 1 when a case failed, 2 for wrong usage. Cases run in two threads with stacks as large as the node's own, because
 * frames nest on them.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { Verdict } from './state/runFile.ts'
import { runFile } from './state/runFile.ts'

const THREADS = 2
const STACK_MB = 64
const USAGE = 'usage: npm run conformance -- state <directory or file>... [--fork <name>] [--verbose]'

type Job = { readonly path: string; readonly fork: string | undefined }
type Counts = Record<Verdict['status'], number>

if (isMainThread) process.exitCode = await main(process.argv.slice(2))
else parentPort?.on('message', ({ path, fork }: Job) => parentPort?.postMessage(runFile(path, fork)))

async function main(args: readonly string[]): Promise<number> {
  const options = { fork: { type: 'string' }, verbose: { type: 'boolean', default: false } } as const
  const { positionals, values } = parseArgs({ args: [...args], options, allowPositionals: true })
  const [suite, ...paths] = positionals
  if (suite !== 'state' || paths.length === 0) return wrongUsage(USAGE)
  const missing = paths.find((path) => !existsSync(path))
  if (missing !== undefined) return wrongUsage(`there is no file or directory ${missing}`)

  const files = paths.flatMap(fixturesBelow)
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  await runAll(files, values.fork, (path, verdicts) => report(path, verdicts, values.verbose, counts))
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
  return counts.failed === 0 ? 0 : 1
}

function wrongUsage(sentence: string): number {
  console.error(sentence)
  return 2
}

function fixturesBelow(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(path, name))
    .sort()
}

function report(path: string, verdicts: readonly Verdict[], isVerbose: boolean, counts: Counts): void {
  for (const { status, name, detail } of verdicts) {
    counts[status] += 1
    if (status === 'passed' && !isVerbose) continue
    console.log(`${status} ${relative(process.cwd(), path)} ${name}${detail === '' ? '' : `: ${detail}`}`)
  }
}

/** Hands the files to the threads, one at a time each. */
async function runAll(
  files: readonly string[],
  fork: string | undefined,
  onResult: (path: string, verdicts: readonly Verdict[]) => void,
): Promise<void> {
  const queue = files.values()
  await Promise.all(
    Array.from({ length: THREADS }, async () => {
      const worker = new Worker(fileURLToPath(import.meta.url), { resourceLimits: { stackSizeMb: STACK_MB } })
      for (const path of queue) onResult(path, await ask(worker, { path, fork }))
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
