/**
 * `npm run bench -- precompiles [--only <regular expression>] [--budget 300] [--reference]`: each precompile on inputs that take long
 * for their gas. Results and gas are checked against the reference, which `--reference` also times. Times are this thread's
 * processor time per call, the least of several batches of together `--budget` ms, after as many to warm up. Gas is the
 * precompile's own and 100 of the call. Exit code 1 when a call takes more than 100 ns per gas.
 */
import { parseArgs } from 'node:util'
import { createPrecompiles, referencePrecompiles } from '../../../src/evm/index.ts'
import { curvesModule } from '../../../src/node/machines.ts'
import { toAddress, toHex } from '../../../src/primitives/index.ts'
import type { Precompile, Result } from '../../../src/vm/index.ts'
import { createTestCore } from '../../harness/core.ts'
import { type PrecompileCase, precompileCases } from './inputs.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    budget: { type: 'string', default: '300' },
    reference: { type: 'boolean', default: false },
  },
})
const GAS_LIMIT = 10n ** 12n
/** A warm call's own price (EIP-2929). */
const CALL_GAS = 100
const MOST_NANOSECONDS_PER_GAS = 100

const only = new RegExp(values.only)
const fastOf = createPrecompiles({ core: createTestCore(), curves: curvesModule })
const failures: string[] = []
console.log(row(['', 'gas', 'us', 'ns/gas', 'Mgas/s', ...(values.reference ? ['reference, ns/gas'] : [])]))
for (const subject of precompileCases().filter(({ name }) => only.test(name))) report(subject)
for (const failure of failures) console.log(`missed ${failure}`)
process.exitCode = failures.length === 0 ? 0 : 1

function report({ name, hardfork, low, input }: PrecompileCase): void {
  const address = toAddress(`0x${low.toString(16).padStart(40, '0')}`)
  const [fast, slow] = [fastOf(hardfork).get(address), referencePrecompiles(hardfork).get(address)]
  if (fast === undefined || slow === undefined) throw new Error(`${name}: there is none in ${hardfork}`)
  const result = fast(input, GAS_LIMIT)
  if (textOf(result) !== textOf(slow(input, GAS_LIMIT)))
    throw new Error(`${name} is ${textOf(result)}, not as the reference`)
  if (result.status !== 'success') throw new Error(`${name}: ${textOf(result)}`)

  const gas = Number(GAS_LIMIT - result.gasLeft)
  const microseconds = timeOf(fast, input)
  const perGas = (1_000 * microseconds) / (gas + CALL_GAS)
  const cells = [String(gas), microseconds.toFixed(2), perGas.toFixed(1), (1_000 / perGas).toFixed(1)]
  const reference = values.reference ? [((1_000 * timeOf(slow, input)) / (gas + CALL_GAS)).toFixed(1)] : []
  console.log(row([name, ...cells, ...reference]))
  if (perGas > MOST_NANOSECONDS_PER_GAS) failures.push(`${name}: ${perGas.toFixed(0)} ns per gas`)
}

function textOf(result: Result): string {
  return result.status === 'success' ? `${toHex(result.output)} with ${result.gasLeft} left` : result.status
}

/** Microseconds a call. */
function timeOf(precompile: Precompile, input: Uint8Array): number {
  const budgetMs = Number(values.budget)
  const oneMs = timed(precompile, input, 1)
  const count = Math.max(1, Math.floor(budgetMs / 10 / Math.max(oneMs, 0.001)))
  for (let spent = 0; spent < budgetMs; ) spent += timed(precompile, input, count)
  let least = Number.POSITIVE_INFINITY
  for (let spent = 0; spent < budgetMs; ) {
    const batch = timed(precompile, input, count)
    spent += batch
    least = Math.min(least, batch / count)
  }
  return 1_000 * least
}

/** Milliseconds of processor time that `count` calls take. */
function timed(precompile: Precompile, input: Uint8Array, count: number): number {
  const start = process.cpuUsage()
  for (let i = 0; i < count; i += 1) precompile(input, GAS_LIMIT)
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1_000
}

function row([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(32) + cells.map((cell) => cell.padStart(12)).join('')
}
