import { expect, test } from 'vitest'
import { createPace } from '../../../src/chain/ordered/pace.ts'

const limits = { leastGas: 16_000_000n, mostGas: 60_000_000n }

test('a node that knows nothing of its pace fills blocks', () => {
  expect(createPace(limits).budgetGas()).toBe(60_000_000n)
})

test('a slow node makes smaller blocks, but never too small for a transaction', () => {
  const pace = createPace(limits)
  pace.executed(60_000_000n, 500)
  expect(pace.budgetGas()).toBe(30_000_000n)
  for (let block = 0; block < 20; block += 1) pace.executed(30_000_000n, 3_000)
  expect(pace.budgetGas()).toBe(16_000_000n)
})

test('it recovers, and small blocks tell nothing', () => {
  const pace = createPace(limits)
  pace.executed(60_000_000n, 1_000)
  pace.executed(21_000n, 900)
  expect(pace.budgetGas()).toBe(16_000_000n)
  for (let block = 0; block < 30; block += 1) pace.executed(16_000_000n, 20)
  expect(pace.budgetGas()).toBe(60_000_000n)
})
