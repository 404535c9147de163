/**
 * `npm run soak -- --minutes 10 --seed 1 [--workers 2] [--rate 150]`: a node under mixed random load on both VMs, every block on
 * workers; then its blocks again, in order, from genesis, in this process. Prints what the node weighed meanwhile and ends with
 * `N passed, N failed`: blocks whose hashes (state, receipts and logs in them) are the same.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Random } from '../../fuzz/random.ts'
import { startNodeProcess, temporaryDirectory } from '../../harness/nodeProcess.ts'
import { buildTreeContracts } from '../../harness/wasm/treeContracts.ts'
import { genesisJson, Load } from './load.ts'
import { replay } from './replay.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    rate: { type: 'string', default: '150' },
  },
})
const [minutes, seed] = [Number(values.minutes), Number(values.seed)]

const directory = temporaryDirectory()
const genesisPath = join(directory.path, 'genesis.json')
const dataPath = join(directory.path, 'data')
const genesis = genesisJson(new Random(seed, 0), await buildTreeContracts())
writeFileSync(genesisPath, JSON.stringify(genesis))
const node = await startNodeProcess([
  ...['--genesis', genesisPath, '--datadir', dataPath, '--block-time', '0.5'],
  ...['--executor', 'parallel', '--workers', values.workers],
])
const load = new Load(node.ready.url, new Random(seed, 1), Number(values.rate))
const weights = await load.runFor(minutes * 60_000, node.ready.pid)
await node.end('SIGINT')
console.log(`sent ${load.sent} transactions, ${load.refused} refused; resident memory in MiB: ${weights.join(' ')}`)

const { passed, failed, transactions, failures } = await replay(join(dataPath, 'db'), genesis)
for (const failure of failures) console.log(failure)
console.log(`${transactions} transactions in ${passed + failed} blocks`)
for (const warning of node.warnings) console.log(`the node warned: ${warning}`)
rmSync(directory.path, { recursive: true, force: true })
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && node.warnings.length === 0 ? 0 : 1
