import { basename } from 'node:path'
import { createExecution } from '../../../src/node/machines.ts'
import { ORDERING_RULES, type OrderingRule, traceBlock } from '../../../src/parallel/index.ts'
import { viewOf } from '../../../src/state/index.ts'
import { loadBlock } from '../../conformance/blocks/fixture.ts'
import { DAO_FORK_BLOCK } from '../../conformance/blocks/mainnet.ts'
import { aligned } from '../evm/report.ts'
import { type Ideal, idealOf } from './measure.ts'

const execution = createExecution('interpreter')
const SHOWN = [2, 4, 8, 16] as const

type BlockIdeals = { readonly gasUsed: number; readonly ideals: ReadonlyMap<OrderingRule, Ideal> }

/** What real blocks allow, under each rule of what orders transactions; ratios of all of them together are of their gas. */
export function mainnetReport(folders: readonly string[]): string {
  const blocks = folders.flatMap(idealsOf)
  const rows = ORDERING_RULES.map((rule) => {
    const of = (pick: (ideal: Ideal) => number): readonly number[] =>
      blocks.map(({ ideals }) => {
        const ideal = ideals.get(rule)
        return ideal === undefined ? 1 : pick(ideal)
      })
    const all = (pick: (ideal: Ideal) => number): string => aggregate(blocks, of(pick)).toFixed(2)
    return [
      rule,
      median(of(({ bound }) => bound)).toFixed(1),
      all(({ bound }) => bound),
      ...SHOWN.map((workers) => all(({ byWorkers }) => byWorkers.get(workers) ?? 1)),
    ]
  })
  const gas = blocks.reduce((sum, { gasUsed }) => sum + gasUsed, 0)
  const head = ['what orders', 'median', 'all', ...SHOWN.map((workers) => `${workers} workers`)]
  return `${blocks.length} mainnet blocks, ${(gas / 1e6).toFixed(0)} Mgas: ideal speed-up\n${aligned([head, ...rows])}`
}

function idealsOf(folder: string): readonly BlockIdeals[] {
  const { input, pre } = loadBlock(folder)
  if (input.context.number === DAO_FORK_BLOCK || input.transactions.length === 0) return []
  const trace = traceBlock(execution, input, viewOf(pre))
  process.stderr.write(`${basename(folder)}\n`)
  return [
    {
      gasUsed: Number(trace.result.gasUsed),
      ideals: new Map(ORDERING_RULES.map((rule) => [rule, idealOf(trace, input.context.coinbase, rule)])),
    },
  ]
}

/** All gas over the time that all blocks together need. */
function aggregate(blocks: readonly BlockIdeals[], speedUps: readonly number[]): number {
  let [gas, time] = [0, 0]
  blocks.forEach(({ gasUsed }, index) => {
    gas += gasUsed
    time += gasUsed / (speedUps[index] ?? 1)
  })
  return gas / time
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 1
}
