import { afterEach, describe, expect, it, vi } from 'vitest'
import type { AccountAccess, BlockAccessList, BlockInput, Change } from '../../../src/parallel/index.ts'
import { Scheduler } from '../../../src/parallel/scheduler/scheduler.ts'
import { Random } from '../../fuzz/random.ts'
import { createOracle, createVirtualExecutor, differencesOf } from '../../harness/parallel/executors.ts'
import { type RandomBlock, randomBlock } from '../../harness/parallel/randomBlock.ts'
import { buildTreeContracts } from '../../harness/wasm/treeContracts.ts'
import { addr } from '../../harness/world.ts'

const BLOCKS = 100
const SEED = 3

/** A false list: the true one, changed as chance says. */
function lie(random: Random, list: BlockAccessList): BlockAccessList {
  const changed = list.flatMap((account) => (random.oneIn(3) ? lieAbout(random, account, list.length) : [account]))
  return random.oneIn(4) ? [...changed, stranger(random, list.length)] : changed
}

function lieAbout(random: Random, account: AccountAccess, count: number): readonly AccountAccess[] {
  const value = (): bigint => random.pick([0n, 1n, 10n ** 18n, random.bits(64)])
  const numbers = (changes: readonly Change<bigint>[]) => liesOf(random, changes, count, value)
  if (random.oneIn(5)) return []
  return [
    {
      ...account,
      balanceChanges: numbers(account.balanceChanges),
      nonceChanges: numbers(account.nonceChanges),
      codeChanges: liesOf(random, account.codeChanges, count, () => random.bytes(random.below(4))),
      storageChanges: account.storageChanges.map(({ slot, changes }) => ({ slot, changes: numbers(changes) })),
    },
  ]
}

function liesOf<value>(
  random: Random,
  changes: readonly Change<value>[],
  count: number,
  any: () => value,
): readonly Change<value>[] {
  const lied = changes.flatMap((change): Change<value>[] =>
    random.weighted([
      [3, [change]],
      [1, []],
      [2, [{ ...change, value: any() }]],
      [1, [{ ...change, index: change.index + 1 }]],
    ]),
  )
  return random.oneIn(4) ? [...lied, { index: random.below(count + 3), value: any() }] : lied
}

function stranger(random: Random, count: number): AccountAccess {
  const index = random.below(count + 2)
  return {
    address: addr(0xffff0 + random.below(9)),
    balanceChanges: [{ index, value: 9n }],
    nonceChanges: [],
    codeChanges: [],
    storageReads: [5n],
    storageChanges: [{ slot: 1n, changes: [{ index, value: 1n }] }],
  }
}

describe('a block whose access list is known', async () => {
  const codes = await buildTreeContracts()
  const oracle = createOracle()
  let random = new Random(0, 0)
  const executor = createVirtualExecutor(3, (bound) => random.below(bound))
  const blocks = (block: (block: RandomBlock, expected: ReturnType<typeof oracle.execute>) => void): void => {
    for (let index = 0; index < BLOCKS; index += 1) {
      random = new Random(SEED, index)
      const { input, view } = randomBlock(random, codes)
      const { outcomes } = oracle.execute(input, view)
      // A block that is known holds only what may be in it.
      const transactions = input.transactions.filter((_, at) => outcomes[at]?.kind === 'executed')
      const known: BlockInput = { ...input, transactions }
      block({ input: known, view }, oracle.execute(known, view))
    }
  }

  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('is executed without conflicts', () => {
    const wasted = (['retry', 'takeStale'] as const).map((name) => vi.spyOn(Scheduler.prototype, name))
    let conflicts = 0
    blocks(({ input, view }, expected) => {
      for (const spy of wasted) spy.mockClear()
      const actual = executor.execute({ ...input, foretold: expected.accessList }, view)
      expect(differencesOf(expected, actual)).toEqual([])
      // Before Cancun storage can end as a whole, which no list says.
      if (input.rules.hardfork === 'shanghai') return
      conflicts += wasted.reduce(
        (sum, spy) => sum + spy.mock.results.filter(({ value }) => value !== undefined).length,
        0,
      )
    })
    expect(conflicts).toBe(0)
    expect(executor.failures).toEqual([])
  })

  it('has the same result when the list is false', () => {
    blocks(({ input, view }, expected) => {
      const foretold = lie(random, expected.accessList)
      expect(differencesOf(expected, executor.execute({ ...input, foretold }, view))).toEqual([])
    })
    expect(executor.failures).toEqual([])
  })

  it('has the same result when the list is that of another block', () => {
    let before: BlockAccessList = []
    blocks(({ input, view }, expected) => {
      expect(differencesOf(expected, executor.execute({ ...input, foretold: before }, view))).toEqual([])
      before = expected.accessList
    })
  })
})
