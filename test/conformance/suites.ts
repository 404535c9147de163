import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { messageOf } from '../../src/primitives/index.ts'
import { runBlock } from './blocks/runBlock.ts'
import { runChains } from './chain/runFile.ts'
import { runPrecompileTests } from './precompiles/runFile.ts'
import { runRlpTests } from './rlp/runFile.ts'
import { runStateBlocks, runStateTests } from './state/runFile.ts'
import { runTransactionTests } from './transactions/runFile.ts'
import type { Engines, Job, Verdict } from './verdict.ts'
import { runVmTests } from './vm/runFile.ts'

/** A kind of fixture: where its fixtures are below a path, and what running one gives. */
type Suite = {
  fixturesBelow(path: string): readonly string[]
  run(engines: Engines, job: Job): readonly Verdict[]
}

const SUITES: Readonly<Record<string, Suite>> = {
  state: { fixturesBelow: jsonFilesBelow, run: runStateTests },
  stateBlocks: { fixturesBelow: jsonFilesBelow, run: runStateBlocks },
  vm: { fixturesBelow: jsonFilesBelow, run: ({ engine }, { path }) => runVmTests(engine, path) },
  chain: { fixturesBelow: jsonFilesBelow, run: runChains },
  transactions: { fixturesBelow: jsonFilesBelow, run: runTransactionTests },
  rlp: { fixturesBelow: jsonFilesBelow, run: (_, job) => runRlpTests(job) },
  precompiles: { fixturesBelow: jsonFilesBelow, run: runPrecompileTests },
  blocks: { fixturesBelow: blockFoldersBelow, run: (engines, { path }) => runBlock(engines, path) },
}

/** The names that `npm run conformance` takes. */
export const SUITE_NAMES = Object.keys(SUITES)

/** What there is to run of `suite` at `path`, a file or a directory. */
export function fixturesBelow(suite: string, path: string): readonly string[] {
  return SUITES[suite]?.fixturesBelow(path) ?? []
}

/** Runs one fixture. What the node would die of is a failure. */
export function runFixture(engines: Engines, job: Job): readonly Verdict[] {
  try {
    return SUITES[job.suite]?.run(engines, job) ?? []
  } catch (thrown) {
    return [{ status: 'failed', name: 'fixture', detail: `the node would have stopped: ${messageOf(thrown)}` }]
  }
}

function jsonFilesBelow(path: string): readonly string[] {
  return filesBelow(path).filter((file) => file.endsWith('.json'))
}

/** Folders with a block.json, in the order of their numbers. */
function blockFoldersBelow(path: string): readonly string[] {
  return filesBelow(path)
    .filter((file) => file.endsWith('block.json'))
    .map((file) => dirname(file))
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
}

function filesBelow(path: string): readonly string[] {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((name) => join(path, name))
    .sort()
}
