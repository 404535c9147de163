/**
 * `npm run fuzz:blocks -- --seed 1 --count 1000 [--from 0]`: random blocks, each executed in order and by a virtual team of
 * workers that take turns as the seed says; the results must be the same. The last line is `N passed, N failed`.
 */
import { parseArgs } from 'node:util'
import { createSimulation } from './run.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
  },
})
const [seed, count, from] = [Number(values.seed), Number(values.count), Number(values.from)]
const simulate = await createSimulation()
let failed = 0
for (let index = from; index < from + count; index += 1) {
  const differences = simulate(seed, index)
  if (differences.length === 0) continue
  failed += 1
  console.log(`block ${index} of seed ${seed}:\n  ${differences.join('\n  ')}`)
}
console.log(`${count - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
