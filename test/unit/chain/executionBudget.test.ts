import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUDGET_WINDOW_BLOCKS, executionBudgetGas } from '../../../src/chain/ordered/executionBudget.ts'

const GAS_LIMIT = 64_000_000n
const SLOW_SECONDS = 4

/** Times of blocks that are so far apart. */
function timesOf(...intervals: readonly number[]): readonly number[] {
  const times = [1_000]
  for (const interval of intervals) times.push((times.at(-1) ?? 0) + interval)
  return times
}

const budget = (...intervals: readonly number[]) => executionBudgetGas(GAS_LIMIT, SLOW_SECONDS, timesOf(...intervals))

describe('the execution budget of a block', () => {
  test('is the gas limit while blocks follow each other, and at the beginning', () => {
    expect(executionBudgetGas(GAS_LIMIT, SLOW_SECONDS, [])).toBe(GAS_LIMIT)
    expect(budget()).toBe(GAS_LIMIT)
    expect(budget(0, 1, 0, 4, 4, 0)).toBe(GAS_LIMIT)
  })

  test('is halved for a slow block, and again for each doubling of its time', () => {
    expect(budget(0, 5, 0)).toBe(GAS_LIMIT / 2n)
    expect(budget(0, 9, 0)).toBe(GAS_LIMIT / 4n)
    expect(budget(17, 0)).toBe(GAS_LIMIT / 8n)
    expect(budget(5, 5, 0)).toBe(GAS_LIMIT / 4n)
  })

  test('an outage counts like a block of sixteen times what is slow', () => {
    expect(budget(86_400)).toBe(GAS_LIMIT / 16n)
  })

  test('comes back once the slow ones are out of the window', () => {
    const quick = Array.from({ length: BUDGET_WINDOW_BLOCKS }, () => 0)
    expect(budget(12, ...quick.slice(1))).toBe(GAS_LIMIT / 4n)
    expect(budget(12, ...quick)).toBe(GAS_LIMIT)
  })

  test('leaves room for some transfers, and never more than the gas limit', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 5_000n, max: 2n ** 40n }),
        fc.array(fc.nat({ max: 10_000 })),
        (gasLimit, intervals) => {
          const gas = executionBudgetGas(gasLimit, SLOW_SECONDS, timesOf(...intervals))
          expect(gas).toBeLessThanOrEqual(gasLimit)
          expect(gas).toBeGreaterThanOrEqual(gasLimit < 2n ** 20n ? gasLimit : 2n ** 20n)
        },
      ),
    )
  })
})
