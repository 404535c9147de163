import { describe, expect, it } from 'vitest'
import {
  type Accessed,
  conflictGraph,
  criticalPath,
  listSchedule,
  ORDERING_RULES,
} from '../../../src/parallel/index.ts'
import { addr } from '../../harness/world.ts'

const COINBASE = addr(0xc0)
const keys = (text: string): Set<string> => new Set(text.split(' ').filter((key) => key !== ''))

function accessed(sender: number, reads: string, writes: string, weight = 1, needs = reads): Accessed {
  return { sender: addr(sender), reads: keys(reads), needs: keys(needs), writes: keys(writes), weight }
}

/** Edges of a chain and of one that is alone. */
const CHAIN = [
  accessed(1, 'storage:x', 'storage:x', 2),
  accessed(2, 'storage:x', 'storage:x', 3),
  accessed(3, '', 'storage:y', 4),
  accessed(4, 'storage:x storage:y', ''),
]

describe('the conflict graph', () => {
  it('joins a reader to the last lower one that read and wrote each location', () => {
    const { dependencies, conflicts } = conflictGraph(CHAIN, COINBASE, 'commutative')
    expect(dependencies).toEqual([[], [0], [], [1, 2]])
    expect([...conflicts]).toEqual([
      ['storage:x', 2],
      ['storage:y', 1],
    ])
  })

  it('has a reader wait for all whose changes commute, and for nobody below the last who read it and wrote it', () => {
    const block = [
      accessed(1, '', 'balance:x'),
      accessed(2, '', 'balance:x'),
      accessed(3, 'balance:x', 'balance:x'),
      accessed(4, '', 'balance:x'),
      accessed(5, 'balance:x', ''),
    ]
    expect(conflictGraph(block, COINBASE, 'commutative').dependencies).toEqual([[], [], [0, 1], [], [2, 3]])
  })

  it('does not join who only writes, nor who reads what a higher one writes', () => {
    const block = [accessed(1, 'storage:x', 'storage:y'), accessed(2, '', 'storage:x storage:y')]
    expect(conflictGraph(block, COINBASE, 'strict').dependencies).toEqual([[], []])
  })

  it.each([
    ['strict', [[], [0], [0, 1], [1]]],
    ['coinbase', [[], [0], [0], [1]]],
    ['credits', [[], [0], [], []]],
    ['commutative', [[], [], [], []]],
  ] as const)('follows the rule %s for balances that are moved and for nonces', (rule, expected) => {
    const [own, other, friend, fees] = [addr(1), addr(3), addr(2), COINBASE].map((address) => `balance:${address}`)
    const nonce = (number: number): string => `nonce:${addr(number)}`
    const pays = (sender: number, from: string | undefined): Accessed => {
      const moved = `${nonce(sender)} ${from} ${friend} ${fees}`
      return accessed(sender, moved, moved, 1, nonce(sender))
    }
    const block = [
      accessed(1, `${nonce(1)} ${own} ${friend}`, `${nonce(1)} ${own} ${friend}`, 1, nonce(1)),
      accessed(1, `${nonce(1)} ${own} ${fees}`, `${nonce(1)} ${own} ${fees}`, 1, nonce(1)),
      pays(3, other),
      accessed(4, `${nonce(1)}`, '', 1, ''),
    ]
    expect(conflictGraph(block, COINBASE, rule).dependencies).toEqual(expected)
  })

  it('orders who reads a balance, whatever the rule', () => {
    const block = [accessed(1, '', `balance:${COINBASE}`), accessed(2, `balance:${COINBASE}`, '')]
    for (const rule of ORDERING_RULES) expect(conflictGraph(block, COINBASE, rule).dependencies[1]).toEqual([0])
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
