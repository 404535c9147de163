import { EMPTY_CODE_HASH } from '../../primitives/index.ts'
import type { StateView } from '../../state/index.ts'
import type { BlockInput } from '../executor.ts'
import type { Arena, Pointer } from '../memory/arena.ts'
import type { Locations } from '../memory/locations.ts'
import {
  ACCOUNT_CODE,
  ACCOUNT_NONCE,
  ACCOUNT_STORED,
  BASE_ABSENT,
  BASE_PRESENT,
  CODE_BYTES,
  CODE_LENGTH,
  KIND_ACCOUNT,
  KIND_CODE,
  KIND_SLOT,
  RECORD_BASE,
  RECORD_KIND,
  RECORD_OWNER,
  RECORD_VALUE,
} from '../memory/records.ts'
import type { LoadBase } from '../memory/versionedState.ts'

/**
 * What there was before the block, for records of the shared memory. Several may fill one record at the same time, for all of
 * them write the same; a code may then stand there twice.
 */
export function baseStateOf(
  arena: Arena,
  locations: Locations,
  view: StateView,
  blockHash: BlockInput['blockHash'],
): LoadBase {
  const answer = (record: Pointer, isThere: boolean): void =>
    arena.store(record + RECORD_BASE, isThere ? BASE_PRESENT : BASE_ABSENT)
  const load = (record: Pointer): void => {
    switch (arena.get(record + RECORD_KIND)) {
      case KIND_ACCOUNT:
        answer(record, loadAccount(arena, locations, view, record))
        break
      case KIND_SLOT: {
        const address = locations.addressAt(arena.get(record + RECORD_OWNER))
        arena.setWord(record + RECORD_VALUE, view.storage(address, locations.numberAt(record)))
        answer(record, true)
        break
      }
      case KIND_CODE:
        loadCode(arena, locations, view, record)
        answer(record, true)
        break
      default: {
        const hash = blockHash(locations.numberAt(record))
        if (hash !== undefined) arena.setWord(record + RECORD_VALUE, BigInt(hash))
        answer(record, hash !== undefined)
      }
    }
  }
  return (record, what) => {
    if (what === 'record') load(record)
    else {
      const isStored = view.hasStorage(locations.addressAt(record))
      arena.store(record + ACCOUNT_STORED, isStored ? BASE_PRESENT : BASE_ABSENT)
    }
  }
}

function loadAccount(arena: Arena, locations: Locations, view: StateView, record: Pointer): boolean {
  const account = view.account(locations.addressAt(record))
  if (account === undefined) return false
  const { nonce, balanceWei, codeHash } = account
  arena.setLimb(record + ACCOUNT_NONCE, nonce)
  arena.setWord(record + RECORD_VALUE, balanceWei)
  arena.set(record + ACCOUNT_CODE, codeHash === EMPTY_CODE_HASH ? 0 : locations.code(codeHash))
  return true
}

function loadCode(arena: Arena, locations: Locations, view: StateView, record: Pointer): void {
  const code = view.code(locations.hashAt(record))
  const at = arena.take((code.length + 3) >> 2)
  arena.bytes.set(code, at * 4)
  arena.set(record + CODE_BYTES, at)
  arena.set(record + CODE_LENGTH, code.length)
}
