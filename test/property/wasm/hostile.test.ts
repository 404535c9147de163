import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Random } from '../../fuzz/random.ts'
import { checkHostCall, hostileCall } from '../../harness/wasm/hostileCalls.ts'
import { checkModuleCase, hostileModule } from '../../harness/wasm/hostileModules.ts'

test('host functions read and write what they are pointed at, inside the memory, and nothing else', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      expect(checkHostCall(hostileCall(new Random(seed, 1)))).toBeUndefined()
    }),
    { numRuns: 3_000 },
  )
})

test('damaged modules are refused with a reason, or run the same twice', () => {
  let accepted = 0
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const { wasAccepted, wrong } = checkModuleCase(hostileModule(new Random(seed, 0)))
      if (wasAccepted) accepted += 1
      expect(wrong).toBeUndefined()
    }),
    { numRuns: 2_000 },
  )
  expect(accepted).toBeGreaterThan(10)
})
