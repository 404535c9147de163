import type { Address, Hash, Word } from '../../primitives/index.ts'
import { assert, EMPTY_CODE_HASH } from '../../primitives/index.ts'
import type { Account, AccountDiff, Asked, StateDiff } from '../../state/index.ts'
import { ByteReader } from '../codec/byteReader.ts'
import { readOutcome } from '../codec/outcome.ts'
import type { BlockOutcome } from '../executor.ts'
import type { Pointer } from '../memory/arena.ts'
import {
  ACCOUNT_CODE,
  ACCOUNT_NONCE,
  BASE_PRESENT,
  BASE_UNKNOWN,
  EFFECT_BALANCE_AFTER,
  EFFECT_CODE_AFTER,
  EFFECT_EXISTS_AFTER,
  EFFECT_MARKS,
  EFFECT_NEW_CODE,
  EFFECT_NONCE_AFTER,
  KIND_ACCOUNT,
  LIST_ITEMS,
  MARK_HAD_STORAGE,
  READ_RECORD,
  READ_WORDS,
  RECORD_BASE,
  RECORD_KIND,
  RECORD_OWNER,
  RECORD_VALUE,
  RESULT_BYTES,
  RESULT_LENGTH,
  TRANSACTION_READS,
  TRANSACTION_RESULT,
  TRANSACTION_WRITES,
  WRITE_EFFECT,
  WRITE_RECORD,
  WRITE_WORDS,
} from '../memory/records.ts'
import type { VersionedState } from '../memory/versionedState.ts'
import type { RememberedView } from '../rememberedView.ts'
import type { Scheduler } from '../scheduler/scheduler.ts'

/** The outcome of a final transaction. */
export function outcomeAt(state: VersionedState, scheduler: Scheduler, transaction: number): BlockOutcome {
  const { arena } = state
  const words = scheduler.at(transaction)
  const result = arena.load(words + TRANSACTION_RESULT)
  const start = (result + RESULT_BYTES) * 4
  const body = new ByteReader(arena.bytes.subarray(start, start + arena.get(result + RESULT_LENGTH)))
  return readOutcome(body, diffAt(state, arena.load(words + TRANSACTION_WRITES)))
}

/** Tells `base` what the workers found of what a final transaction wrote. */
export function learnBase(
  state: VersionedState,
  scheduler: Scheduler,
  transaction: number,
  base: RememberedView,
): void {
  const { arena, locations } = state
  const writes = arena.load(scheduler.at(transaction) + TRANSACTION_WRITES)
  if (writes === 0) return
  const end = writes + LIST_ITEMS + arena.get(writes) * WRITE_WORDS
  for (let write = writes + LIST_ITEMS; write < end; write += WRITE_WORDS) {
    const record = arena.get(write + WRITE_RECORD)
    const found = arena.load(record + RECORD_BASE)
    if (found === BASE_UNKNOWN) continue
    if (arena.get(record + RECORD_KIND) === KIND_ACCOUNT) {
      base.learnAccount(locations.addressAt(record), baseAccountAt(state, record))
    } else {
      const address = locations.addressAt(arena.get(record + RECORD_OWNER))
      base.learnSlot(address, locations.numberAt(record), arena.getWord(record + RECORD_VALUE))
    }
  }
}

function baseAccountAt({ arena, locations }: VersionedState, record: Pointer): Account | undefined {
  if (arena.load(record + RECORD_BASE) !== BASE_PRESENT) return undefined
  const code = arena.get(record + ACCOUNT_CODE)
  return {
    nonce: arena.getLimb(record + ACCOUNT_NONCE),
    balanceWei: arena.getWord(record + RECORD_VALUE),
    codeHash: code === 0 ? EMPTY_CODE_HASH : locations.hashAt(code),
  }
}

/** What a final transaction asked the state for. */
export function askedAt({ arena, locations }: VersionedState, scheduler: Scheduler, transaction: number): Asked {
  const reads = arena.load(scheduler.at(transaction) + TRANSACTION_READS)
  const end = reads === 0 ? 0 : reads + LIST_ITEMS + arena.get(reads) * READ_WORDS
  return {
    asked(visit) {
      for (let read = reads + LIST_ITEMS; read < end; read += READ_WORDS) {
        const record = arena.get(read + READ_RECORD)
        if (arena.get(record + RECORD_KIND) === KIND_ACCOUNT) visit(locations.addressAt(record))
        else visit(locations.addressAt(arena.get(record + RECORD_OWNER)), locations.numberAt(record))
      }
    },
  }
}

type OpenDiff = Omit<AccountDiff, 'storage'> & { readonly storage: [slot: Word, value: Word][] }

/** Writes as a diff: an account's own comes before those of its slots, and all are in the order of the diff they came from. */
function diffAt(state: VersionedState, writes: Pointer): StateDiff {
  const { arena } = state
  const diff: OpenDiff[] = []
  if (writes === 0) return diff
  const end = writes + LIST_ITEMS + arena.get(writes) * WRITE_WORDS
  for (let write = writes + LIST_ITEMS; write < end; write += WRITE_WORDS) {
    const record = arena.get(write + WRITE_RECORD)
    const effect = arena.get(write + WRITE_EFFECT)
    if (arena.get(record + RECORD_KIND) === KIND_ACCOUNT) {
      diff.push(accountDiff(state, state.locations.addressAt(record), effect))
    } else {
      const account = diff.at(-1)
      assert(account !== undefined, 'a slot is written after its account')
      account.storage.push([state.locations.numberAt(record), state.slotAfter(effect)])
    }
  }
  return diff
}

function accountDiff(state: VersionedState, address: Address, effect: Pointer): OpenDiff {
  const { arena } = state
  const newCode = arena.get(effect + EFFECT_NEW_CODE)
  return {
    address,
    account: accountAfter(state, effect),
    code: newCode === 0 ? undefined : state.codeAt(newCode),
    storageReset: (arena.get(effect + EFFECT_MARKS) & MARK_HAD_STORAGE) !== 0,
    storage: [],
  }
}

function accountAfter({ arena, locations }: VersionedState, effect: Pointer): Account | undefined {
  if (arena.get(effect + EFFECT_EXISTS_AFTER) === 0) return undefined
  const code = arena.get(effect + EFFECT_CODE_AFTER)
  const codeHash: Hash = code === 0 ? EMPTY_CODE_HASH : locations.hashAt(code)
  return {
    nonce: arena.getLimb(effect + EFFECT_NONCE_AFTER),
    balanceWei: arena.getWord(effect + EFFECT_BALANCE_AFTER),
    codeHash,
  }
}
