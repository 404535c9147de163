/**
 * `npm run fuzz:wasm -- --seed 1 --count 1000000`, in turn: hostile modules, hostile calls of host functions, and generated modules
 * plain against instrumented.
 */
import { parseArgs } from 'node:util'
import { toHex } from '../../../src/primitives/index.ts'
import { Random } from '../../fuzz/random.ts'
import { generatedModule } from './generatedModules.ts'
import { checkHostCall, hostileCall } from './hostileCalls.ts'
import { checkModuleCase, hostileModule } from './hostileModules.ts'
import { checkTransparency } from './transparency.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '10000' } },
})
const [seed, count] = [Number(values.seed), Number(values.count)]

let [failed, accepted, trapped] = [0, 0, 0]
/** The longest that one case took, in processor time: a hang would be seen here. */
let slowestMs = 0
const KINDS = [moduleCase, callCase, transparencyCase]
for (let index = 0; index < count; index += 1) {
  const random = new Random(seed, index)
  const before = process.cpuUsage()
  const wrong = KINDS[index % KINDS.length]?.(random)
  slowestMs = Math.max(slowestMs, process.cpuUsage(before).user / 1_000)
  if (wrong === undefined) continue
  failed += 1
  process.stdout.write(`case ${index} of seed ${seed}: ${wrong}\n`)
}
process.stdout.write(`${accepted} mutated modules were contracts, ${trapped} generated ones trapped\n`)
process.stdout.write(`the slowest case took ${Math.round(slowestMs)} ms of the processors\n`)
process.stdout.write(`${count - failed} passed, ${failed} failed\n`)
process.exit(failed === 0 ? 0 : 1)

function moduleCase(random: Random): string | undefined {
  const code = hostileModule(random)
  const wrong = checked(() => {
    const verdict = checkModuleCase(code)
    if (verdict.wasAccepted) accepted += 1
    return verdict.wrong
  })
  return wrong === undefined ? undefined : `${wrong} of ${toHex(code)}`
}

function callCase(random: Random): string | undefined {
  return checked(() => checkHostCall(hostileCall(random)))
}

function transparencyCase(random: Random): string | undefined {
  const code = generatedModule(random)
  const wrong = checked(() => {
    const verdict = checkTransparency(code)
    if (verdict.trapped) trapped += 1
    return verdict.wrong
  })
  return wrong === undefined ? undefined : `${wrong} of ${toHex(code)}`
}

/** Whatever is thrown is a finding. */
function checked(run: () => string | undefined): string | undefined {
  try {
    return run()
  } catch (thrown) {
    return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  }
}
