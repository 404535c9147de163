import { describe, expect, it } from 'vitest'
import { type Accessed, conflictGraph, criticalPath, listSchedule } from '../../../src/parallel/index.ts'
import type { LocationKey } from '../../../src/state/index.ts'
import { addr } from '../../harness/world.ts'

const COINBASE = addr(0xc0)
const keys = (text: string): Set<LocationKey> => new Set(text.split(' ').filter((key) => key !== '') as LocationKey[])

function accessed(sender: number, reads: string, writes: string, weight = 1): Accessed {
  return { sender: addr(sender), access: { reads: keys(reads), writes: keys(writes) }, weight }
}

/** Edges of a chain and of one that is alone. */
const CHAIN = [
  accessed(1, 'storage:x', 'storage:x', 2),
  accessed(2, 'storage:x', 'storage:x', 3),
  accessed(3, '', 'storage:y', 4),
  accessed(4, 'storage:x storage:y', ''),
]

describe('the conflict graph', () => {
  it('joins a reader to the last lower writer of each location', () => {
    const { dependencies, conflicts } = conflictGraph(CHAIN, COINBASE, 'commutative')
    expect(dependencies).toEqual([[], [0], [], [1, 2]])
    expect([...conflicts]).toEqual([
      ['storage:x', 2],
      ['storage:y', 1],
    ])
  })

  it('does not join who only writes, nor who reads what a higher one writes', () => {
    const block = [accessed(1, 'storage:x', 'storage:y'), accessed(2, '', 'storage:x storage:y')]
    expect(conflictGraph(block, COINBASE, 'strict').dependencies).toEqual([[], []])
  })

  it.each([
    ['strict', [[], [0], [1]]],
    ['coinbase', [[], [], [1]]],
    ['commutative', [[], [], []]],
  ] as const)('follows the rule %s for balances that are moved and nonces', (rule, expected) => {
    const [friend, fees] = [addr(2), COINBASE].map((address) => `balance:${address}`)
    const block = [
      accessed(9, '', `${fees}`),
      accessed(1, `nonce:${addr(1)}`, `nonce:${addr(1)} ${friend} ${fees}`),
      accessed(1, `nonce:${addr(1)}`, `nonce:${addr(1)} ${friend} ${fees}`),
    ]
    expect(conflictGraph(block, COINBASE, rule).dependencies).toEqual(expected)
  })

  it('has a path that nobody can shorten', () => {
    expect(criticalPath(conflictGraph(CHAIN, COINBASE, 'commutative'))).toEqual({ weight: 6, transactions: [0, 1, 3] })
    expect(criticalPath(conflictGraph([], COINBASE, 'strict'))).toEqual({ weight: 0, transactions: [] })
  })

  it.each([
    [1, 10],
    [2, 6],
    [3, 6],
  ])('and %i workers need %i for it', (workers, makespan) => {
    const schedule = listSchedule(conflictGraph(CHAIN, COINBASE, 'commutative'), workers)
    expect(schedule.makespan).toBe(makespan)
  })

  it('plans nobody before those that it depends on, nor two on one worker', () => {
    const graph = conflictGraph(CHAIN, COINBASE, 'commutative')
    expect(listSchedule(graph, 2).transactions).toEqual([
      { worker: 0, start: 0 },
      { worker: 0, start: 2 },
      { worker: 1, start: 0 },
      { worker: 0, start: 5 },
    ])
  })
})
