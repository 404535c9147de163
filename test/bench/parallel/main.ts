/**
 * `npm run bench -- parallel [--transactions 1000] [--only <regular expression>] [--rounds 7] [--threads 1,2]
 * [--predict 1,2,4,8,16,32,64] [--blocks <folder>]`: blocks of one kind each, and blocks of mainnet, executed in order, on
 * threads, and on threads that know the access list, from a store as a node has it. Every result is checked against the
 * sequential one. Times are the best of the rounds by the wall's clock; `cpu n` is the processors' time with n threads against that
 * in order; `ideal` is what the conflict graph allows any number of workers, by gas; `pred n` runs the scheduler's own code for n
 * workers in one thread with a clock for each.
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
import { type Measured, tableOf, targetsOf, validationOf } from './report.ts'

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
for (const workload of WORKLOADS.filter(({ name }) => only.test(name))) {
  const { input, state, signed } = workload.build(codes, Number(values.transactions))
  const raws = workload.shape === 'independent' ? signed().map(({ raw }) => raw) : undefined
  const result = await measureCase({ name: workload.name, input, state, raws }, effort)
  measured.push({ shape: workload.shape, result })
  process.stderr.write(`${workload.name}\n`)
}
const results = measured.map(({ result }) => result)
console.log(tableOf(results))
console.log(validationOf(results))
for (const line of targetsOf(measured)) console.log(line)

if (existsSync(values.blocks) && only.test('mainnet')) {
  const folders = readdirSync(values.blocks).filter((name) => existsSync(join(values.blocks, name, 'block.json')))
  console.log(mainnetReport(folders.map((name) => join(values.blocks, name))))
} else console.log(`without mainnet blocks: none asked for, or none at ${values.blocks}`)
