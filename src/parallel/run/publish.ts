import type { Arena, Pointer } from '../memory/arena.ts'
import {
  ACCOUNT_RESET,
  EFFECT_BALANCE_AFTER,
  EFFECT_CODE_AFTER,
  EFFECT_EXISTS_AFTER,
  EFFECT_MARKS,
  EFFECT_NEW_CODE,
  EFFECT_NONCE_AFTER,
  EFFECT_SUM,
  EFFECT_TRANSACTION,
  EFFECT_VALUE,
  ESTIMATE,
  KIND_ACCOUNT,
  LIST_ITEMS,
  MARK_ADDED,
  MARK_DELETED,
  MARK_RESET,
  RECORD_FINAL,
  RECORD_KIND,
  VERSION_EFFECT,
  WRITE_EFFECT,
  WRITE_RECORD,
  WRITE_VERSION,
  WRITE_WORDS,
} from '../memory/records.ts'
import type { VersionedState } from '../memory/versionedState.ts'
import { versionOf } from '../memory/versions.ts'

/** Calls `visit` with each item of a list of writes; of none when the list is 0. */
function eachWrite(arena: Arena, writes: Pointer, visit: (write: Pointer) => void): void {
  if (writes === 0) return
  const end = writes + LIST_ITEMS + arena.get(writes) * WRITE_WORDS
  for (let write = writes + LIST_ITEMS; write < end; write += WRITE_WORDS) visit(write)
}

/**
 * Makes an execution's writes visible in place of those of the one before: what was written then and is not now is no
 * write any more.
 */
export function publishWrites(arena: Arena, transaction: number, writes: Pointer, before: Pointer): void {
  eachWrite(arena, writes, (write) => {
    const version = versionOf(arena, arena.get(write + WRITE_RECORD), transaction)
    const effect = arena.get(write + WRITE_EFFECT)
    arena.set(effect + EFFECT_TRANSACTION, transaction)
    arena.set(write + WRITE_VERSION, version)
    arena.store(version + VERSION_EFFECT, effect)
  })
  eachWrite(arena, before, (write) => {
    const effect = arena.get(write + WRITE_EFFECT)
    const at = arena.get(write + WRITE_VERSION) + VERSION_EFFECT
    if ((arena.load(at) & ~ESTIMATE) === effect) arena.store(at, 0)
  })
}

/** Says of all writes that they are about to be made again. */
export function markEstimates(arena: Arena, writes: Pointer): void {
  eachWrite(arena, writes, (write) => {
    arena.store(arena.get(write + WRITE_VERSION) + VERSION_EFFECT, arena.get(write + WRITE_EFFECT) | ESTIMATE)
  })
}

/** Takes all writes back: the transaction is not in the block. */
export function withdrawWrites(arena: Arena, writes: Pointer): void {
  eachWrite(arena, writes, (write) => arena.store(arena.get(write + WRITE_VERSION) + VERSION_EFFECT, 0))
}

/** Makes the writes of the next transaction final: what they add is added to what the committed ones left. */
export function commitWrites(state: VersionedState, writes: Pointer, transaction: number): void {
  const { arena } = state
  eachWrite(arena, writes, (write) => {
    const record = arena.get(write + WRITE_RECORD)
    const effect = arena.get(write + WRITE_EFFECT)
    if (arena.get(record + RECORD_KIND) === KIND_ACCOUNT) commitAccount(state, record, effect, transaction)
    else if (arena.get(effect + EFFECT_MARKS) === MARK_ADDED) commitAddition(state, record, effect)
    arena.set(record + RECORD_FINAL, effect)
  })
}

function commitAddition(state: VersionedState, record: Pointer, effect: Pointer): void {
  const { arena } = state
  arena.setWord(effect + EFFECT_SUM, state.finalSlot(record) + arena.getWord(effect + EFFECT_VALUE))
}

function commitAccount(state: VersionedState, record: Pointer, effect: Pointer, transaction: number): void {
  const { arena } = state
  const before = state.finalAccount(record)
  const after = state.apply(effect, before)
  arena.set(effect + EFFECT_EXISTS_AFTER, Number(after.exists))
  arena.set(effect + EFFECT_CODE_AFTER, after.code)
  arena.set(effect + EFFECT_NEW_CODE, after.code === before.code ? 0 : after.code)
  arena.setLimb(effect + EFFECT_NONCE_AFTER, after.nonce)
  arena.setWord(effect + EFFECT_BALANCE_AFTER, after.balanceWei)
  const ends = (arena.get(effect + EFFECT_MARKS) & (MARK_DELETED | MARK_RESET)) !== 0
  if (ends) arena.set(record + ACCOUNT_RESET, transaction + 1)
}
