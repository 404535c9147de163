/** `npm run fuzz:trees -- --seed 1 --count 100000 --evm reference`: random call trees over both VMs against the EVM alone. */
import { parseArgs } from 'node:util'
import { Random } from '../../fuzz/random.ts'
import { createEngine, isEngineName } from '../engines.ts'
import { allEvm, createTreeRunner, difference, randomTree } from './callTrees.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    evm: { type: 'string', default: 'reference' },
  },
})
const [seed, count] = [Number(values.seed), Number(values.count)]
if (!isEngineName(values.evm)) throw new Error(`no engine ${values.evm}`)

const run = await createTreeRunner(createEngine(values.evm))
let [failed, succeeded, logs] = [0, 0, 0]
for (let index = 0; index < count; index += 1) {
  const tree = randomTree(new Random(seed, index))
  const mixed = run(tree)
  if (mixed.ending.startsWith('success')) succeeded += 1
  logs += mixed.logs.length
  const different = difference(tree, mixed, run(allEvm(tree)))
  if (different === undefined) continue
  failed += 1
  process.stdout.write(`tree ${index} of seed ${seed}: ${different}\n`)
}
process.stdout.write(`${succeeded} of ${count} trees succeed as a whole, ${logs} logs\n`)
process.stdout.write(`${count - failed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)
