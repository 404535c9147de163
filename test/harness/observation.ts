import type { BlockOutcome } from '../../src/parallel/index.ts'
import type { Address, Word } from '../../src/primitives/index.ts'
import { toHex } from '../../src/primitives/index.ts'
import type { TransactionOutcome } from '../../src/router/index.ts'
import type { AccountDiff, Asked, Places } from '../../src/state/index.ts'

/**
 * All that two engines must agree on about a transaction, each part under its name and as text in one canonical form:
 * equal effects are equal texts, and a difference can be read.
 */
export type Observation = ReadonlyMap<string, string>

/** What is to be seen of a transaction's end. */
export function observe(outcome: TransactionOutcome): Observation {
  if (outcome.kind === 'rejected') return observeIncluded(outcome)
  const { access } = outcome
  return new Map([
    ...observeIncluded(outcome),
    ['reads', [...access.reads].sort().join('\n')],
    ['writes', [...access.writes].sort().join('\n')],
    ['asked', placesText(placesOf(access))],
    ['touched', placesText(access.touched)],
  ])
}

/** The same, but for what it accessed, which a block does not keep. */
export function observeIncluded(outcome: BlockOutcome): Observation {
  if (outcome.kind === 'rejected') {
    return new Map([['rejected', `${outcome.rejection.code}: ${outcome.rejection.message}`]])
  }
  const { status, haltReason, gasUsed, gasRefunded, output, contractAddress, logs, diff } = outcome
  return new Map([
    ['status', status],
    ['halt reason', haltReason ?? 'none'],
    ['gas used', gasUsed.toString()],
    ['gas refunded', gasRefunded.toString()],
    ['output', toHex(output)],
    ['contract', contractAddress ?? 'none'],
    ['logs', logs.map(({ address, topics, data }) => `${address} [${topics.join()}] ${toHex(data)}`).join('\n')],
    ['diff', diff.map(accountText).join('\n')],
  ])
}

/** Names what differs between two observations; nothing when they are equal. `where` says who is who. */
export function differencesBetween(where: string, expected: Observation, actual: Observation): readonly string[] {
  const names = new Set([...expected.keys(), ...actual.keys()])
  return [...names]
    .filter((name) => expected.get(name) !== actual.get(name))
    .map((name) => `${name} (${where}): ${shortened(expected.get(name), actual.get(name))}`)
}

function accountText({ address, account, code, storageReset, storage }: AccountDiff): string {
  const fields =
    account === undefined ? 'deleted' : `${account.nonce} ${account.balanceWei} ${account.codeHash.slice(0, 10)}`
  const slots = storage.map(([slot, value]) => `${slot.toString(16)}=${value.toString(16)}`).join()
  return `${address} ${fields} ${code === undefined ? '' : toHex(code)} ${storageReset ? 'reset' : ''} {${slots}}`
}

/** What is told of, by account. */
export function placesOf(access: Asked): Places {
  const places = new Map<Address, Set<Word>>()
  access.asked((address, slot) => {
    const slots = places.get(address) ?? new Set()
    places.set(address, slots)
    if (slot !== undefined) slots.add(slot)
  })
  return places
}

function placesText(places: Places): string {
  const line = ([address, slots]: readonly [Address, ReadonlySet<Word>]): string =>
    `${address} {${[...slots].map((slot) => slot.toString(16)).sort()}}`
  return [...places].map(line).sort().join('\n')
}

/** Both texts from shortly before the first difference on. */
function shortened(expected = 'absent', actual = 'absent'): string {
  const LENGTH = 160
  let same = 0
  while (same < expected.length && expected[same] === actual[same]) same += 1
  const from = Math.max(0, same - LENGTH / 4)
  const cut = (text: string): string => `${from > 0 ? '…' : ''}${text.slice(from, from + LENGTH)}`
  return `"${cut(expected)}" and "${cut(actual)}"`
}
