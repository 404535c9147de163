import { expect, test } from 'vitest'
import { runScenario } from '../../harness/consensus/scenario.ts'

const SEED = 20261127
const RUNS = 200

/** `npm run simulate` runs as many as one likes. */
test(`${RUNS} random networks under faults hold every invariant`, () => {
  const broken: string[] = []
  for (let index = 0; index < RUNS; index += 1) {
    const { violations } = runScenario(SEED, index).monitor
    broken.push(...violations.map(({ invariant, detail }) => `--seed ${SEED} --from ${index}: ${invariant}: ${detail}`))
  }
  expect(broken).toEqual([])
})
