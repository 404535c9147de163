import type { Word } from '../../primitives/index.ts'
import type { Arena, Pointer } from '../memory/arena.ts'
import {
  KIND_ACCOUNT,
  LIST_ITEMS,
  NEEDS_BALANCE,
  NEEDS_RANGE,
  RANGE_LEAST,
  RANGE_MOST,
  READ_CODE,
  READ_LIFE,
  READ_MARKS,
  READ_NONCE,
  READ_RECORD,
  READ_VALUE,
  READ_WORDS,
  READS_BALANCE,
  READS_CODE,
  READS_LIFE,
  READS_NONCE,
  READS_STORED,
  RECORD_KIND,
} from '../memory/records.ts'
import { Blocked, type Found, lifeOf, type VersionedState } from '../memory/versionedState.ts'

/** Who answers what an execution was told before. */
type Answers = {
  account(record: Pointer): Found
  slot(record: Pointer): Word
  stored(record: Pointer): boolean
  /** Whether the account's balance is large, so that credits to it do not commute. */
  isLarge(record: Pointer): boolean
}

/**
 * The first read of a list that the committed transactions answer otherwise; 0 when there is none. If there is none, an
 * execution on the committed state would go exactly as the one that read did: the machines depend on nothing else.
 */
export function firstStale(state: VersionedState, reads: Pointer): Pointer {
  return firstDifferent(state, reads, {
    account: (record) => state.finalAccount(record),
    slot: (record) => state.finalSlot(record),
    stored: (record) => state.finalStored(record),
    isLarge: (record) => state.isFinallyLarge(record),
  })
}

/**
 * Whether the transactions below `bound`, as they are now, answer some read of a list otherwise: a hint, for they may change.
 * Where one of them is about to be executed again there is no answer, and that is no difference.
 */
export function looksStale(state: VersionedState, reads: Pointer, bound: number): boolean {
  try {
    const read = firstDifferent(state, reads, {
      account: (record) => state.accountBelow(record, bound),
      slot: (record) => state.slotBelow(record, bound),
      stored: (record) => state.storedBelow(record, bound),
      // The commit asks for each; here it would be a walk through all transactions that pay the coinbase.
      isLarge: () => false,
    })
    return read !== 0
  } catch (thrown) {
    if (thrown instanceof Blocked) return false
    throw thrown
  }
}

function firstDifferent(state: VersionedState, reads: Pointer, answers: Answers): Pointer {
  const { arena } = state
  if (reads === 0) return 0
  const end = reads + LIST_ITEMS + arena.get(reads) * READ_WORDS
  for (let read = reads + LIST_ITEMS; read < end; read += READ_WORDS) {
    if (!isSame(state, read, answers)) return read
  }
  return 0
}

function isSame({ arena }: VersionedState, read: Pointer, answers: Answers): boolean {
  const record = arena.get(read + READ_RECORD)
  const marks = arena.get(read + READ_MARKS)
  if (arena.get(record + RECORD_KIND) !== KIND_ACCOUNT) return isSameSlot(arena, read, answers.slot(record))
  if ((marks & READS_STORED) !== 0) return answers.stored(record) === (arena.get(read + READ_LIFE) !== 0)
  if ((marks & READS_BALANCE) === 0 && answers.isLarge(record)) return false
  if (marks === 0) return true
  return isSameAccount(arena, read, answers.account(record))
}

/** Whether a slot holds what an execution was told, or, if it was only added to, what would have done as well. */
function isSameSlot(arena: Arena, read: Pointer, actual: Word): boolean {
  if ((arena.get(read + READ_MARKS) & NEEDS_RANGE) === 0) return actual === arena.getWord(read + READ_VALUE)
  const range = arena.get(read + READ_LIFE)
  return actual >= arena.getWord(range + RANGE_LEAST) && actual <= arena.getWord(range + RANGE_MOST)
}

/** Whether an account is, in all that the read's marks name, what an execution was told. */
function isSameAccount(arena: Arena, read: Pointer, actual: Found): boolean {
  const marks = arena.get(read + READ_MARKS)
  if ((marks & READS_NONCE) !== 0 && actual.nonce !== arena.getLimb(read + READ_NONCE)) return false
  if ((marks & READS_CODE) !== 0 && actual.code !== arena.get(read + READ_CODE)) return false
  if ((marks & READS_BALANCE) !== 0 && actual.balanceWei !== arena.getWord(read + READ_VALUE)) return false
  if ((marks & NEEDS_BALANCE) !== 0 && actual.balanceWei < arena.getWord(read + READ_VALUE)) return false
  return (marks & READS_LIFE) === 0 || lifeOf(actual) === arena.get(read + READ_LIFE)
}
