import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHeap } from '../../../src/chain/pool/heap.ts'

const item = fc.record({ rank: fc.nat(50) })
type Item = { readonly rank: number }

test('what comes out is sorted, however it went in', () => {
  fc.assert(
    fc.property(fc.array(item), fc.array(item), fc.nat(20), (initial, later, popsBetween) => {
      const heap = createHeap<Item>((a, b) => a.rank < b.rank, initial)
      const model = [...initial].sort((a, b) => a.rank - b.rank)
      const popBoth = () => expect(heap.pop()?.rank).toBe(model.shift()?.rank)
      for (let count = 0; count < popsBetween; count += 1) popBoth()
      for (const one of later) heap.push(one)
      model.push(...later)
      model.sort((a, b) => a.rank - b.rank)
      expect(heap.size).toBe(model.length)
      while (heap.size > 0) popBoth()
      expect(heap.pop()).toBeUndefined()
    }),
  )
})
