import { describe, expect, test } from 'vitest'
import { toAddress } from '../../../src/primitives/index.ts'
import { type AccessSet, conflicts, type Location, locationKey } from '../../../src/state/index.ts'

const [a, b] = [toAddress(`0x${'a'.repeat(40)}`), toAddress(`0x${'b'.repeat(40)}`)]
const locations: readonly Location[] = [a, b].flatMap((address) => [
  ...(['balance', 'nonce', 'code', 'reset'] as const).map((kind) => ({ kind, address })),
  ...[0n, 1n, 16n, 2n ** 256n - 1n].map((slot) => ({ kind: 'storage' as const, address, slot })),
])

test('different locations have different keys', () => {
  expect(new Set(locations.map(locationKey)).size).toBe(locations.length)
})

describe('conflicts', () => {
  const setOf = (reads: readonly Location[], writes: readonly Location[]): AccessSet => ({
    reads: new Set(reads.map(locationKey)),
    writes: new Set(writes.map(locationKey)),
    asked: () => undefined,
    touched: new Map(),
  })
  const slot = (number: bigint): Location => ({ kind: 'storage', address: a, slot: number })

  test.each([
    ['the later read what the earlier wrote', setOf([], [slot(1n)]), setOf([slot(1n), slot(2n)], []), true],
    ['many writes, one read', setOf([], [slot(1n), slot(2n), slot(3n)]), setOf([slot(3n)], []), true],
    ['both only wrote it', setOf([], [slot(1n)]), setOf([], [slot(1n)]), false],
    ['the earlier read what the later wrote', setOf([slot(1n)], []), setOf([], [slot(1n)]), false],
    ['another slot', setOf([], [slot(1n)]), setOf([slot(2n)], []), false],
  ])('%s', (_name, earlier, later, expected) => {
    expect(conflicts(earlier, later)).toBe(expected)
  })
})
