/**
 * `npm run bench -- parallel [--transactions 1000] [--only <regular expression>] [--rounds 7] [--threads 1,2]
 * [--predict 1,2,4,8,16,32,64] [--blocks <folder>]`: blocks of one kind each, and blocks of mainnet, executed in order, on
 * threads, and on threads that know the access list, from a store as a node has it. Every result is checked against the
 * sequential one. Times are the best of the rounds by the wall's clock. `thr n` is how many times faster n threads are, `cpu n` the
 * processors' time with n threads against that in order; `bytes n` and `b cpu n` are the same from bytes, senders recovered on both
 * sides. `ideal` is what the conflict graph allows any number of workers, by gas. `pred n` runs the scheduler's own code for n workers
 * in one thread with a clock for each, and `off n` is its time over that of n threads.
 */
import { existsSync, readdirSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildWorkloadCodes } from '../../harness/parallel/workloads/codes.ts'
import { WORKLOADS } from '../../harness/parallel/workloads/workloads.ts'
import { mainnetReport } from './mainnet.ts'
import { type Effort, measureCase } from './measure.ts'
import { type Measured, tableFor, targetsOf, validationOf } from './report.ts'

/** The checkout: this program is bundled into its dist/. */
const root = fileURLToPath(new URL('..', import.meta.url))

const { values } = parseArgs({
  options: {
    transactions: { type: 'string', default: '1000' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '7' },
    threads: { type: 'string', default: '1,2' },
    predict: { type: 'string', default: '1,2,4,8,16,32,64' },
    blocks: { type: 'string', default: join(root, '../shared/fixtures/mainnet-blocks') },
  },
})
const numbers = (text: string): readonly number[] => text.split(',').map(Number)
const effort: Effort = {
  rounds: Number(values.rounds),
  threads: numbers(values.threads),
  predict: numbers(values.predict),
}
const only = new RegExp(values.only)

console.log(
  `${cpus()[0]?.model}, ${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
)
const codes = await buildWorkloadCodes(root)
const measured: Measured[] = []
const workloads = WORKLOADS.filter(({ name }) => only.test(name))
const table = tableFor(
  workloads.map(({ name }) => name),
  effort,
)
console.log(table.head)
for (const workload of workloads) {
  const { input, state, signed } = workload.build(codes, Number(values.transactions))
  const raws = workload.shape === 'independent' ? signed().map(({ raw }) => raw) : undefined
  const result = await measureCase({ name: workload.name, input, state, raws }, effort)
  measured.push({ shape: workload.shape, result })
  console.log(table.row(result))
}
console.log(validationOf(measured.map(({ result }) => result)))
for (const line of targetsOf(measured)) console.log(line)

if (existsSync(values.blocks) && only.test('mainnet')) {
  const folders = readdirSync(values.blocks).filter((name) => existsSync(join(values.blocks, name, 'block.json')))
  console.log(mainnetReport(folders.map((name) => join(values.blocks, name))))
} else console.log(`without mainnet blocks: none asked for, or none at ${values.blocks}`)
