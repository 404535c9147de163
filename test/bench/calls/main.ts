/**
 * `npm run bench -- calls [--count 50000] [--rounds 7] [--only <regular expression>]`: loops of calls between EVM contracts on
 * the engines of a node, whole transactions. The yardstick is a loop of arithmetic in the same run. Every output is checked, and
 * gas is equal on all engines. Times are the processors'; the least of the rounds counts. Exit code 1 when a bound is exceeded.
 */
import { parseArgs } from 'node:util'
import { rulesOf, toHex } from '../../../src/primitives/index.ts'
import { executeTransaction } from '../../../src/router/index.ts'
import { createEngine } from '../../harness/engines.ts'
import { addr, testBlock, transaction } from '../../harness/world.ts'
import { startClocks } from '../evm/clocks.ts'
import { type CallProgram, callPrograms, LOOP } from './programs.ts'

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '50000' },
    rounds: { type: 'string', default: '7' },
    only: { type: 'string', default: '' },
  },
})
const count = Number(values.count)
const only = new RegExp(values.only)
/** What a frame may take, its share of the loop included. */
const MOST_NANOSECONDS = 3_000
/** How many times as long per unit of gas as the yardstick takes interpreted a loop of calls may take. */
const MOST_TIMES_YARDSTICK = 3

type Measured = { readonly nanosecondsPerRound: number; readonly gasUsed: bigint }

const engines = (['interpreter', 'compiled'] as const).map((name) => createEngine(name))
const programs = callPrograms(count)
const failures: string[] = []
console.log(row(['', 'gas a round', ...engines.flatMap(({ name }) => [`${name}, ns`, 'ns/gas', 'yardsticks'])]))
let yardstick = 0
for (const program of programs.filter(({ name }, index) => index === 0 || only.test(name))) {
  const measured = engines.map((engine) => measure(engine, program))
  const gas = measured[0]?.gasUsed ?? 0n
  if (measured.some(({ gasUsed }) => gasUsed !== gas)) throw new Error(`${program.name}: engines differ in gas`)
  const gasPerRound = Number(gas) / count
  const cells = measured.flatMap(({ nanosecondsPerRound }, index) => {
    const perGas = nanosecondsPerRound / gasPerRound
    if (yardstick === 0) yardstick = perGas
    const ratio = perGas / yardstick
    check(program, engines[index]?.name ?? '', nanosecondsPerRound, ratio)
    return [nanosecondsPerRound.toFixed(0), perGas.toFixed(2), ratio.toFixed(2)]
  })
  console.log(row([program.name, gasPerRound.toFixed(0), ...cells]))
}
for (const failure of failures) console.log(`missed ${failure}`)
process.exitCode = failures.length === 0 ? 0 : 1

function check({ name, kind }: CallProgram, engine: string, nanoseconds: number, ratio: number): void {
  if (kind !== 'frame') return
  if (nanoseconds > MOST_NANOSECONDS) failures.push(`${name} on ${engine}: ${nanoseconds.toFixed(0)} ns a round`)
  if (ratio > MOST_TIMES_YARDSTICK) failures.push(`${name} on ${engine}: ${ratio.toFixed(2)} yardsticks per gas`)
}

function measure({ machinesOf, journal }: (typeof engines)[number], { name, view, output }: CallProgram): Measured {
  const rules = rulesOf('prague')
  const environment = {
    rules,
    block: { ...testBlock, gasLimit: 10n ** 10n },
    machines: machinesOf('prague'),
    journal,
    blockHash: () => undefined,
  }
  const sent = transaction({ sender: addr(1), to: LOOP, gasLimit: 10n ** 10n })
  let least = Number.POSITIVE_INFINITY
  let gas = 0n
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const elapsed = startClocks()
    const outcome = executeTransaction(environment, view, sent, 'simulation')
    least = Math.min(least, elapsed().cpuMs)
    if (outcome.kind === 'rejected') throw new Error(`${name}: ${outcome.rejection.message}`)
    if (toHex(outcome.output) !== output)
      throw new Error(`${name} returned ${toHex(outcome.output)}, expected ${output}`)
    gas = outcome.gasUsed
  }
  return { nanosecondsPerRound: (least * 1e6) / count, gasUsed: gas }
}

function row([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(24) + cells.map((cell) => cell.padStart(17)).join('')
}
