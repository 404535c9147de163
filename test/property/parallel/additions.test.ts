import { beforeAll, describe, expect, it } from 'vitest'
import { createExecution } from '../../../src/node/machines.ts'
import { conflictGraph, criticalPath, type OrderingRule, traceBlock } from '../../../src/parallel/index.ts'
import { Random } from '../../fuzz/random.ts'
import { createVirtualExecutor } from '../../harness/parallel/executors.ts'
import { buildWorkloadCodes, type WorkloadCodes } from '../../harness/parallel/workloads/codes.ts'
import { type BuiltBlock, COINBASE } from '../../harness/parallel/workloads/scene.ts'
import { WORKLOADS } from '../../harness/parallel/workloads/workloads.ts'

const TRANSACTIONS = 40

describe('a counter that all count on', () => {
  let codes: WorkloadCodes
  beforeAll(async () => {
    codes = await buildWorkloadCodes()
  })

  const blockOf = (name: string): BuiltBlock => {
    const block = WORKLOADS.find((workload) => workload.name === name)?.build(codes, TRANSACTIONS)
    if (block === undefined) throw new Error(`there is no workload ${name}`)
    return block
  }

  it.each<[OrderingRule, string, number]>([
    ['commutative', 'counter added', 1],
    ['strict', 'counter added', TRANSACTIONS],
    ['commutative', 'counter wasm', TRANSACTIONS],
    ['commutative', 'counter evm', TRANSACTIONS],
  ])('is under the rule "%s", as "%s", a chain of %i', (rule, name, length) => {
    const { input, view } = blockOf(name)
    const { transactions } = traceBlock(createExecution('interpreter'), input, view)
    const accessed = transactions.map((one) => ({ ...one, weight: 1 }))
    expect(criticalPath(conflictGraph(accessed, COINBASE, rule)).transactions).toHaveLength(length)
  })

  it.each([
    ['counter added', 0],
    ['counter wasm', TRANSACTIONS / 4],
    ['counter evm', TRANSACTIONS / 4],
  ])('as "%s" throws away at least %i executions, or none', (name, least) => {
    const random = new Random(41, 0)
    const executor = createVirtualExecutor(3, (bound) => random.below(bound))
    const { input, view } = blockOf(name)
    const { run } = executor.execute(input, view)
    const executions = (run?.transactions ?? []).reduce((sum, { executions: times }) => sum + times, 0)
    if (least === 0) expect(executions).toBe(TRANSACTIONS)
    else expect(executions).toBeGreaterThanOrEqual(TRANSACTIONS + least)
  })
})
