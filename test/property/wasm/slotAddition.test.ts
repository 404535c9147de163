import fc from 'fast-check'
import { expect, test } from 'vitest'
import { acceptedWithin, refusedWithin } from '../../../src/wasm/slotAddition.ts'
import { writeGas } from '../../../src/wasm/storagePrice.ts'

const small = fc.bigInt({ min: 0n, max: 9n })
const signed = fc.bigInt({ min: -9n, max: 9n })

/** An addition to a slot that held `start` and was added `before` to: its answer and its price. */
function add(start: bigint, before: bigint, delta: bigint, minimum: bigint, maximum: bigint) {
  const [current, next] = [start + before, start + before + delta]
  if (next < minimum || next > maximum) return { isAccepted: false, price: undefined }
  return { isAccepted: true, price: writeGas({ original: start, current, next }, 'warm') }
}

test('an addition goes as it went from every start of its range', () => {
  let others = 0
  fc.assert(
    fc.property(small, signed, signed, small, small, (start, before, delta, minimum, maximum) => {
      fc.pre(start + before >= 0n)
      const bounds = { minimum, maximum }
      const change = { original: start, current: start + before, next: start + before + delta }
      const went = add(start, before, delta, minimum, maximum)
      const { least, most } = went.isAccepted ? acceptedWithin(change, bounds) : refusedWithin(change, bounds)
      expect(start).toBeGreaterThanOrEqual(least)
      expect(start).toBeLessThanOrEqual(most)
      for (let other = 0n; other < 30n; other += 1n) {
        // What was added before has a range of its own.
        if (other < least || other > most || other + before < 0n) continue
        expect(add(other, before, delta, minimum, maximum)).toEqual(went)
        others += other === start ? 0 : 1
      }
    }),
    { numRuns: 3_000 },
  )
  expect(others).toBeGreaterThan(3_000)
})
