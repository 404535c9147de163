import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../fuzz/random.ts'
import { createEngine } from '../../harness/engines.ts'
import { allEvm, createTreeRunner, difference, randomTree } from '../../harness/wasm/callTrees.ts'

test('a tree of calls over both VMs leaves what it leaves over the EVM alone', async () => {
  const run = await createTreeRunner(createEngine('reference'))
  let successes = 0
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const tree = randomTree(new Random(seed, 0))
      const mixed = run(tree)
      if (mixed.ending.startsWith('success')) successes += 1
      expect(difference(tree, mixed, run(allEvm(tree)))).toBeUndefined()
    }),
    { numRuns: 400 },
  )
  expect(successes).toBeGreaterThan(100)
})
