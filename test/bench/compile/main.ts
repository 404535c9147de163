/**
 * `npm run bench -- compile [--only <regular expression>] [--limit 60]`: what it takes to prepare the worst functions that
 * the rules allow, and V8's two compilers to compile them. A process for each, ended after `--limit` seconds.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { NEWEST_WASM_RULES } from '../../../src/primitives/index.ts'
import { decodeModule } from '../../../src/wasm/decode.ts'
import { gasScheduleOf } from '../../../src/wasm/gasSchedule.ts'
import { instrument } from '../../../src/wasm/instrument.ts'
import { prepareModule } from '../../../src/wasm/prepare.ts'
import { Module } from '../../../src/wasm/v8.ts'
import { SHAPES, shapedModule } from '../../harness/wasm/shapes.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    limit: { type: 'string', default: '60' },
    child: { type: 'string' },
  },
})
const MODES = ['prepare', 'baseline', 'optimised'] as const
const FLAGS = {
  prepare: [],
  baseline: ['--no-wasm-lazy-compilation', '--no-wasm-tier-up'],
  optimised: ['--no-wasm-lazy-compilation', '--no-liftoff'],
} as const

if (values.child === undefined) runAll()
else runOne(values.child)

function runAll(): void {
  console.log('processor ms (MB of memory beyond the least): prepare, baseline compiler, optimising compiler')
  const only = new RegExp(values.only)
  for (const [shapeIndex, { name, sizes }] of SHAPES.entries()) {
    for (const [sizeIndex, { locals, blocks, statements }] of sizes.entries()) {
      const label = `${name}: ${locals} locals, ${blocks} x ${statements}`
      if (!only.test(label)) continue
      const cells = MODES.map((mode) => childRun(`${shapeIndex},${sizeIndex},${mode}`))
      console.log(`${label.padEnd(52)} ${cells.join('  ')}`)
    }
  }
}

function childRun(child: string): string {
  const { stdout, signal } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--child', child], {
    timeout: Number(values.limit) * 1_000,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
  })
  return (stdout.trim() || `ended by ${signal ?? 'itself'}`).padEnd(24)
}

function runOne(child: string): void {
  const [shapeIndex, sizeIndex, mode] = child.split(',')
  const shape = SHAPES[Number(shapeIndex)]
  const size = shape?.sizes[Number(sizeIndex)]
  const known = MODES.find((it) => it === mode)
  if (shape === undefined || size === undefined || known === undefined) throw new Error(`no case ${child}`)
  const code = shapedModule((written) => shape.write(written, size), size.locals)
  // Version 2 refuses what takes longest: the compilers are measured on what version 1 lets through.
  const instrumented = known === 'prepare' ? code : instrument(decodeModule(code, 1), gasScheduleOf(1)).bytes
  for (const flag of FLAGS[known]) setFlagsFromString(flag)
  const before = process.cpuUsage()
  const memoryBefore = process.resourceUsage().maxRSS
  let note = ''
  if (known === 'prepare') {
    const prepared = prepareModule(code, NEWEST_WASM_RULES)
    note =
      prepared.kind === 'invalid' ? ` ${prepared.fault.reason}` : ` ${code.length} > ${prepared.size.instrumentedBytes}`
  } else new Module(instrumented)
  const { user, system } = process.cpuUsage(before)
  const memoryMb = Math.round((process.resourceUsage().maxRSS - memoryBefore) / 1_024)
  console.log(`${Math.round((user + system) / 1_000)} (${memoryMb})${note}`)
}
