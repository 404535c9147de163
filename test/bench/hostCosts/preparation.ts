import { setFlagsFromString } from 'node:v8'
import type { Bytes } from '../../../src/primitives/index.ts'
import { concatBytes, NEWEST_WASM_RULES } from '../../../src/primitives/index.ts'
import { decodeModule } from '../../../src/wasm/decode.ts'
import { gasScheduleOf } from '../../../src/wasm/gasSchedule.ts'
import { instrument } from '../../../src/wasm/instrument.ts'
import { prepareModule } from '../../../src/wasm/prepare.ts'
import { startGas } from '../../../src/wasm/prices.ts'
import { Module, validate } from '../../../src/wasm/v8.ts'
import { checkModule } from '../../../src/wasm/validate.ts'
import { SHAPES, shapedModule } from '../../harness/wasm/shapes.ts'

/** Rounds in which V8 optimises what prepares: somebody who makes others prepare has them do it again and again. */
const WARM_ROUNDS = 4

/**
 * Prints what a transaction's first frame makes a node do at most, per gas of its start: modules of the dearest shapes
 * that the rules allow are prepared from their bytes, all of their functions compiled.
 */
export function reportPreparation(only: RegExp, rounds: number): void {
  for (const flag of ['--no-wasm-lazy-compilation', '--no-wasm-tier-up', '--wasm-num-compilation-tasks=0'])
    setFlagsFromString(flag)
  console.log(`${'processor us, best of the rounds'.padEnd(48)}   bytes      gas     ours       V8  ns per gas`)
  for (const { name, sizes, write } of SHAPES) {
    for (const size of sizes) {
      const label = `${name}: ${size.locals} locals, ${size.blocks} x ${size.statements}`
      const code = shapedModule((written) => write(written, size), size.locals)
      const prepared = prepareModule(code, NEWEST_WASM_RULES)
      if (!only.test(label) || prepared.kind === 'invalid') continue
      const gas = startGas(gasScheduleOf(NEWEST_WASM_RULES).modules, prepared.size, true)
      const times = Array.from({ length: WARM_ROUNDS + rounds }, (_, round) => prepareOnce(code, round))
      const [ours, v8] = (['oursUs', 'v8Us'] as const).map((part) =>
        Math.min(...times.slice(WARM_ROUNDS).map((time) => time[part])),
      )
      const columns = [code.length, gas, ours ?? 0, v8 ?? 0, (((ours ?? 0) + (v8 ?? 0)) * 1_000) / gas]
      console.log(label.padEnd(48) + columns.map((column) => column.toFixed(0).padStart(9)).join(''))
    }
  }
}

/** What `prepareModule` does, of a module that V8 has not seen. */
function prepareOnce(code: Bytes, round: number): { readonly oursUs: number; readonly v8Us: number } {
  const begun = cpuUs()
  const module = decodeModule(code, NEWEST_WASM_RULES)
  checkModule(module)
  const { bytes } = instrument(module, gasScheduleOf(NEWEST_WASM_RULES))
  const instrumented = cpuUs()
  // A custom section of six bytes.
  const unseen = concatBytes(bytes, Uint8Array.of(0, 6, 1, 0x61, round & 0xff, round >> 8, 0, 0))
  const compiling = cpuUs()
  validate(code)
  new Module(unseen)
  return { oursUs: instrumented - begun, v8Us: cpuUs() - compiling }
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
