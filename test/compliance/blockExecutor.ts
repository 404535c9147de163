import { beforeAll, describe, expect, it } from 'vitest'
import type { BlockExecutor, BlockResult } from '../../src/parallel/index.ts'
import { createOracle, differencesOf } from '../harness/parallel/executors.ts'
import { buildWorkloadCodes, type WorkloadCodes } from '../harness/parallel/workloads/codes.ts'
import type { BuiltBlock } from '../harness/parallel/workloads/scene.ts'
import { WORKLOADS } from '../harness/parallel/workloads/workloads.ts'

/** What is tested: an executor, told what the block leads to if it is one that replays. */
export type Executes = (block: BuiltBlock, expected: BlockResult) => BlockResult

/** Transactions of a workload's block here: enough for every conflict that it has. */
const TRANSACTIONS = 60

/** What every executor must do with every workload: the same as one transaction after the other. */
export function describeBlockExecutor(name: string, create: () => Promise<Executes> | Executes): void {
  describe(name, () => {
    let codes: WorkloadCodes
    let execute: Executes
    let oracle: BlockExecutor

    beforeAll(async () => {
      codes = await buildWorkloadCodes()
      execute = await create()
      oracle = createOracle()
    })

    it.each(WORKLOADS)('$name: $what', (workload) => {
      const block = workload.build(codes, TRANSACTIONS)
      const expected = oracle.execute(block.input, block.view)
      // A workload whose transactions fail measures nothing.
      expect(failuresOf(expected)).toEqual([])
      expect(differencesOf(expected, execute(block, expected))).toEqual([])
      expect(expected.outcomes.length).toBeGreaterThanOrEqual(TRANSACTIONS)
    })
  })
}

function failuresOf({ outcomes }: BlockResult): readonly string[] {
  return outcomes.flatMap((outcome, index) => {
    if (outcome.kind === 'rejected') return [`${index}: ${outcome.rejection.message}`]
    return outcome.status === 'success' ? [] : [`${index}: ${outcome.haltReason ?? outcome.fault ?? outcome.status}`]
  })
}
