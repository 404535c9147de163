import type { Address, Bytes, Word } from '../../primitives/index.ts'
import { keccakHash } from '../../primitives/index.ts'
import {
  ACCOUNT_EFFECT_WORDS,
  EFFECT_BALANCE,
  EFFECT_CODE,
  EFFECT_MARKS,
  EFFECT_NONCE,
  EFFECT_VALUE,
  MARK_BALANCE_SET,
  MARK_CODE,
  MARK_NONCE,
  SLOT_EFFECT_WORDS,
  TRANSACTION_WRITES,
} from '../memory/records.ts'
import type { VersionedState } from '../memory/versionedState.ts'
import { type Write, writeList } from '../run/footprint.ts'
import { publishWrites } from '../run/publish.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'
import type { AccountAccess, BlockAccessList, Change } from './types.ts'

/** What one transaction is said to do to one account. */
type Foretold = {
  readonly address: Address
  balanceWei?: bigint
  nonce?: bigint
  code?: Bytes
  readonly storage: (readonly [slot: Word, value: Word])[]
}

/**
 * Publishes what a list says that each transaction writes, as if each had been executed once. So everybody reads at once what the
 * transactions below will have left, and nobody is executed again, if the list is true. It is not believed: a transaction's own
 * execution takes the place of what was said of it, and who read something else is executed again, as always. To be
 * called before the team begins. O(length of the list).
 */
export function foretell(state: VersionedState, scheduler: Scheduler, list: BlockAccessList): void {
  for (const [transaction, accounts] of foretoldOf(list, scheduler.count).entries()) {
    const writes = writesOf(state, accounts)
    if (writes.length === 0) continue
    const written = writeList(state.arena, writes)
    publishWrites(state.arena, transaction, written, 0)
    state.arena.store(scheduler.at(transaction) + TRANSACTION_WRITES, written)
  }
}

/** The list by transactions; what the protocol does before and after them is not theirs. */
function foretoldOf(list: BlockAccessList, count: number): readonly (readonly Foretold[])[] {
  const all = Array.from({ length: count }, (): Foretold[] => [])
  for (const account of list) {
    const at = ({ index }: Change<unknown>): Foretold | undefined => entryOf(all[index - 1], account)
    for (const change of account.balanceChanges) put(at(change), 'balanceWei', change.value)
    for (const change of account.nonceChanges) put(at(change), 'nonce', change.value)
    for (const change of account.codeChanges) put(at(change), 'code', change.value)
    for (const { slot, changes } of account.storageChanges) {
      for (const change of changes) at(change)?.storage.push([slot, change.value])
    }
  }
  return all
}

function entryOf(accounts: Foretold[] | undefined, { address }: AccountAccess): Foretold | undefined {
  const last = accounts?.at(-1)
  if (last?.address === address) return last
  const entry: Foretold = { address, storage: [] }
  accounts?.push(entry)
  return entry
}

function put<field extends 'balanceWei' | 'nonce' | 'code'>(
  entry: Foretold | undefined,
  field: field,
  value: Foretold[field],
): void {
  if (entry !== undefined) entry[field] = value
}

function writesOf(state: VersionedState, accounts: readonly Foretold[]): readonly Write[] {
  const writes: Write[] = []
  for (const account of accounts) {
    const record = state.locations.account(account.address)
    const effect = accountEffect(state, account)
    if (effect !== undefined) writes.push({ record, effect })
    for (const [slot, value] of account.storage) {
      const slotEffect = state.arena.takeZeroed(SLOT_EFFECT_WORDS)
      state.arena.setWord(slotEffect + EFFECT_VALUE, value)
      writes.push({ record: state.locations.slot(record, slot), effect: slotEffect })
    }
  }
  return writes
}

/** Undefined when nothing but storage changes. */
function accountEffect(state: VersionedState, { balanceWei, nonce, code }: Foretold): number | undefined {
  if (balanceWei === undefined && nonce === undefined && code === undefined) return undefined
  const { arena } = state
  const effect = arena.takeZeroed(ACCOUNT_EFFECT_WORDS)
  const marks =
    (balanceWei === undefined ? 0 : MARK_BALANCE_SET) |
    (nonce === undefined ? 0 : MARK_NONCE) |
    (code === undefined ? 0 : MARK_CODE)
  arena.set(effect + EFFECT_MARKS, marks)
  arena.setWord(effect + EFFECT_BALANCE, balanceWei ?? 0n)
  arena.setLimb(effect + EFFECT_NONCE, nonce ?? 0n)
  if (code !== undefined && code.length > 0) arena.set(effect + EFFECT_CODE, state.enterCode(keccakHash(code), code))
  return effect
}
