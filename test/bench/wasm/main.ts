/**
 * `npm run bench -- wasm [--only <regular expression>] [--rounds 21] [--clock cpu|wall]`: the same contract in Solidity on the
 * EVM engine of a node and in AssemblyScript on this one, whole transactions, in turns. Every output is checked. Times are medians
 * in steady state: the first third of the rounds, in which V8 and the compile tier make up their minds, does not count.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { toHex } from '../../../src/primitives/index.ts'
import type { Environment } from '../../../src/router/index.ts'
import { startClocks } from '../evm/clocks.ts'
import { medianTimes } from '../evm/measure.ts'
import type { Times } from '../evm/program.ts'
import type { Pair, Subject } from './pairs.ts'
import { createEnvironment, createPairs, execute } from './pairs.ts'

/** The checkout: this program is bundled into its dist/. */
const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '21' },
    clock: { type: 'string', default: 'cpu' },
  },
})
const rounds = Number(values.rounds)
const clock: keyof Times = values.clock === 'wall' ? 'wallMs' : 'cpuMs'

const environment = createEnvironment()
const only = new RegExp(values.only)
const pairs = (await createPairs(environment, root)).filter(({ name }) => only.test(name))
console.log(`microseconds a transaction by the ${clock === 'cpuMs' ? 'cpu' : 'wall'} clock, steady state`)
console.log(row(['', 'EVM', 'gas', 'WebAssembly', 'gas', 'faster']))
const results = pairs.map((pair) => report(pair, measure(environment, pair)))
for (const line of results) console.log(line)

type Measured = { readonly evm: Times; readonly wasm: Times }

function measure(environment: Environment, pair: Pair): Measured {
  const times: { readonly evm: Times[]; readonly wasm: Times[] } = { evm: [], wasm: [] }
  for (let round = 0; round < rounds; round += 1) {
    times.evm.push(timed(environment, pair, pair.evm))
    times.wasm.push(timed(environment, pair, pair.wasm))
  }
  const warm = Math.floor(rounds / 3)
  return { evm: medianTimes(times.evm.slice(warm)), wasm: medianTimes(times.wasm.slice(warm)) }
}

function timed(environment: Environment, { name, batch, output }: Pair, subject: Subject): Times {
  const elapsed = startClocks()
  for (let count = 0; count < batch; count += 1) {
    const given = toHex(execute(environment, subject).output)
    if (given !== output) throw new Error(`${name} gave ${given}, expected ${output}`)
  }
  const { wallMs, cpuMs } = elapsed()
  return { wallMs: wallMs / batch, cpuMs: cpuMs / batch }
}

/** Prints the pair's line and gives back whether it meets its goal. */
function report({ name, evm, wasm, least }: Pair, measured: Measured): string {
  const faster = measured.evm[clock] / measured.wasm[clock]
  const gasOf = (subject: Subject): string => String(execute(environment, subject).gasUsed)
  const microseconds = (times: Times): string => (times[clock] * 1_000).toFixed(1)
  const cells = [name, microseconds(measured.evm), gasOf(evm), microseconds(measured.wasm), gasOf(wasm)]
  console.log(row([...cells, `${faster.toFixed(2)}x`]))
  return `${faster >= least ? 'met   ' : 'missed'} ${name}: ${faster.toFixed(2)} times as fast (at least ${least})`
}

function row([name = '', ...cells]: readonly string[]): string {
  return name.padEnd(16) + cells.map((cell) => cell.padStart(13)).join('')
}
