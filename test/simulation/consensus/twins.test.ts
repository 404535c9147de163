import { expect, test } from 'vitest'
import { runTwins } from '../../harness/consensus/twins.ts'

const SEED = 20261127

/** Which of some scenarios break something, and what. */
function broken(count: number, twins: readonly number[]): readonly string[] {
  const failures: string[] = []
  for (let index = 0; index < count; index += 1) {
    for (const { invariant } of runTwins(SEED, index, twins).violations) {
      failures.push(`--twins --seed ${SEED} --from ${index}: ${invariant}`)
    }
  }
  return failures
}

test('row 14: 150 scenarios of four validators, one of them twice: nothing breaks', () => {
  expect(broken(150, [3])).toEqual([])
})

test('row 14: the test can fail: with two of four twice, two blocks are certified in one round', () => {
  expect(broken(100, [2, 3]).join()).toContain('2 one certificate per round')
})
