import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layout } from '../../../src/core/index.ts'
import { createTestCore } from '../../harness/core.ts'

const { exports: core, memory } = createTestCore()

type Block = { readonly at: number; readonly bytes: number; readonly mark: number }

const size = fc.oneof(fc.nat(200), fc.constantFrom(63, 64, 65, 4096, 4097, 100_000))
/** A size to allocate, or the index of a block to release. */
const steps = fc.array(fc.oneof(fc.record({ allocate: size }), fc.record({ release: fc.nat(20) })), { maxLength: 60 })

function fill({ at, bytes, mark }: Block): void {
  memory.buffer.fill(mark, at, at + bytes)
}

test('blocks are aligned, above the regions, and nobody else writes to them', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const blocks: Block[] = []
      for (const [i, step] of list.entries()) {
        if ('allocate' in step) {
          const block = { at: core.allocate(step.allocate), bytes: step.allocate, mark: (i % 255) + 1 }
          expect(block.at % 16).toBe(0)
          expect(block.at).toBeGreaterThanOrEqual(layout.HEAP)
          expect(block.at + block.bytes).toBeLessThanOrEqual(memory.buffer.length)
          fill(block)
          blocks.push(block)
        } else {
          for (const { at, bytes } of blocks.splice(step.release, 1)) core.release(at, bytes)
        }
        for (const { at, bytes, mark } of blocks)
          expect(memory.buffer.subarray(at, at + bytes).every((byte) => byte === mark)).toBe(true)
      }
      for (const { at, bytes } of blocks) core.release(at, bytes)
    }),
  )
})

test('what was released is given out again: the memory stays as it is', () => {
  const work = (): void => {
    const blocks = [100, 5000, 5000, 300_000].map((bytes) => ({ at: core.allocate(bytes), bytes }))
    for (const { at, bytes } of blocks) core.release(at, bytes)
  }
  work()
  const before = memory.buffer.length
  for (let i = 0; i < 1000; i++) work()
  expect(memory.buffer.length).toBe(before)
})
