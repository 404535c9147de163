import type { BlockOutcome } from '../executor.ts'
import type { AccountAccess, BlockAccessList, Change } from './types.ts'

/** The list of a block from which the transactions that were rejected are left out: those behind them move up. */
export function leaveOutRejected(list: BlockAccessList, outcomes: readonly BlockOutcome[]): BlockAccessList {
  if (outcomes.every(({ kind }) => kind === 'executed')) return list
  const indexes = [0]
  let included = 0
  for (const { kind } of outcomes) {
    if (kind === 'executed') included += 1
    indexes.push(included)
  }
  indexes.push(included + 1)
  const moved = <value>(changes: readonly Change<value>[]): readonly Change<value>[] =>
    changes.map(({ index, value }) => ({ index: indexes[index] ?? index, value }))
  return list.map(
    (account): AccountAccess => ({
      ...account,
      storageChanges: account.storageChanges.map(({ slot, changes }) => ({ slot, changes: moved(changes) })),
      balanceChanges: moved(account.balanceChanges),
      nonceChanges: moved(account.nonceChanges),
      codeChanges: moved(account.codeChanges),
    }),
  )
}
