/**
 * `npm run bench -- evm [--out file.json] [--only <regular expression>] [--calls 15] [--budget 3] [--clock wall|cpu]
 * [--fixtures <folder>]`: programs of ours in Solidity and the state tests of ../shared/fixtures/evm-benchmarks on every
 * engine of ours, on @ethereumjs/evm as published and on anvil, in turns. Every result is checked: outputs and gas are
 * equal on all, anvil's gas from a real transaction included. First call and steady state (median of the calls after it)
 * are told apart; --budget is how many seconds a runner may spend on one program. The processors' clock (--clock cpu)
 * counts all threads and hardly minds what else the machine does; the wall's clock is what a user waits.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { EVM_ENGINES } from '../../../src/node/machines.ts'
import { anvilRunner, findAnvil } from './anvilRunner.ts'
import { engineRunner } from './engineRunner.ts'
import { ethereumjsRunner } from './ethereumjsRunner.ts'
import type { Effort, ProgramResult } from './measure.ts'
import { measure } from './measure.ts'
import type { Program, Runner, Times } from './program.ts'
import type { Clock } from './report.ts'
import { tableOf, targetsOf } from './report.ts'
import { solidityPrograms } from './solidity.ts'
import { stateTestPrograms } from './stateTests.ts'

/** The checkout: this program is bundled into its dist/. */
const root = fileURLToPath(new URL('..', import.meta.url))
const FIXTURE_FOLDERS = ['main', 'micro']

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    only: { type: 'string', default: '' },
    calls: { type: 'string', default: '15' },
    budget: { type: 'string', default: '3' },
    clock: { type: 'string', default: 'wall' },
    fixtures: { type: 'string', default: join(root, '../shared/fixtures/evm-benchmarks') },
  },
})
const clock: Clock = values.clock === 'cpu' ? 'cpu' : 'wall'
const effort = { calls: Number(values.calls), budgetMs: Number(values.budget) * 1_000 }

const roundTrips: Times[] = []
const runners = findRunners()
try {
  const results = await measureAll(runners, await findPrograms())
  report(results)
  if (values.out !== undefined) writeFileSync(values.out, jsonOf(results))
} finally {
  for (const runner of runners) runner.close()
}

function findRunners(): readonly Runner[] {
  const binary = findAnvil()
  if (binary === undefined) console.log('without anvil: its package has no binary for this machine')
  const ours = EVM_ENGINES.map(engineRunner)
  return [...(binary === undefined ? [] : [anvilRunner(binary, roundTrips)]), ...ours, ethereumjsRunner]
}

async function findPrograms(): Promise<readonly Program[]> {
  const folders = FIXTURE_FOLDERS.map((name) => join(values.fixtures, name))
  const absent = folders.filter((folder) => !existsSync(folder))
  if (absent.length > 0) console.log(`without the state tests of ${absent.join(', ')}: there are none`)
  const tests = folders.filter((folder) => existsSync(folder)).flatMap(stateTestPrograms)
  const only = new RegExp(values.only)
  return [...(await solidityPrograms(root)), ...tests].filter(({ name }) => only.test(name))
}

/** The first program is run once before, so that the machines themselves are warm. */
async function measureAll(runners: readonly Runner[], programs: readonly Program[]): Promise<readonly ProgramResult[]> {
  const [first] = programs
  if (first === undefined) throw new Error(`no program matches ${values.only}`)
  await measure(runners, first, { ...effort, calls: 2 } satisfies Effort)
  const results: ProgramResult[] = []
  for (const program of programs) {
    results.push(await measure(runners, program, effort))
    process.stderr.write(`${program.name}\n`)
  }
  return results
}

function report(results: readonly ProgramResult[]): void {
  console.log(`milliseconds by the ${clock} clock; steady: median of the calls after the first; x: of anvil's`)
  console.log(tableOf(results, clock))
  if (roundTrips.length > 0) {
    const [least, most] = [Math.min, Math.max].map((pick) => pick(...roundTrips.map(({ wallMs }) => wallMs)).toFixed(2))
    console.log(
      `taken off anvil's times: an empty call over HTTP, ${least} to ${most} ms; shorter programs tell nothing`,
    )
  }
  for (const { text, isMet } of targetsOf(results, 'compiled', clock))
    console.log(`${isMet ? 'met   ' : 'missed'} ${text}`)
}

function jsonOf(results: readonly ProgramResult[]): string {
  const versionOf = (name: string): string => {
    const path = join(root, 'node_modules', name, 'package.json')
    return existsSync(path) ? String(JSON.parse(readFileSync(path, 'utf8')).version) : 'absent'
  }
  const packages = ['@foundry-rs/anvil-linux-amd64', '@ethereumjs/evm', 'solc']
  const machine = { processor: cpus()[0]?.model, processors: cpus().length, loadAverage: loadavg() }
  const versions = Object.fromEntries([['node', process.version], ...packages.map((name) => [name, versionOf(name)])])
  const programs = results.map(({ program, gasUsed, measurements }) => ({
    name: program.name,
    hardfork: program.rules.hardfork,
    gasUsed: gasUsed.toString(),
    measurements,
  }))
  const targets = (['wall', 'cpu'] as const).map((name) => ({
    clock: name,
    targets: targetsOf(results, 'compiled', name),
  }))
  return `${JSON.stringify({ date: new Date().toISOString(), machine, versions, effort, roundTrips, programs, targets }, null, 2)}\n`
}
