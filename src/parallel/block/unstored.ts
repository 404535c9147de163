import type { StateDiff, StateView } from '../../state/index.ts'
import type { Arena } from '../memory/arena.ts'
import { IS_STORED } from '../memory/control.ts'
import type { Locations } from '../memory/locations.ts'
import {
  ACCOUNT_DROPPED,
  BASE_UNKNOWN,
  KIND_BLOCK_HASH,
  KIND_SLOT,
  RECORD_BASE,
  RECORD_KIND,
  RECORD_OWNER,
} from '../memory/records.ts'
import type { LoadBase } from '../memory/versionedState.ts'
import { baseStateOf } from './baseState.ts'

/**
 * Workers read the node's store past what it does not have: blocks before this one that are not stored, and what the protocol
 * did first. So whatever those changed is entered into the shared memory before the workers begin, and they ask the store only for the
 * rest (X4: *the store is asked for what it knows*). Nothing is stored meanwhile: the thread that would do it executes the block.
 */

/** Entering a location costs 1.4 us, and a worker's question to who started the block 12 us. */
const ENTERED_PER_TRANSACTION = 8

/** Whether workers of so many transactions read the store, past what blocks before theirs changed, or ask for everything. */
export function isWorthEntering(sinceStored: readonly StateDiff[], transactions: number): boolean {
  return countLocations(sinceStored) <= ENTERED_PER_TRANSACTION * transactions
}

/** How many locations some diffs name; a location that is named twice counts twice. */
export function countLocations(diffs: readonly StateDiff[]): number {
  let count = 0
  for (const diff of diffs) for (const { storage } of diff) count += 1 + storage.length
  return count
}

/** Enters what `diffs` changed of the store's state, as `loadBase` says that it is now. O(locations in them). */
export function enterUnstored(
  arena: Arena,
  locations: Locations,
  loadBase: LoadBase,
  diffs: readonly StateDiff[],
): void {
  for (const diff of diffs) {
    for (const { address, account, code, storageReset, storage } of diff) {
      const record = locations.account(address)
      ensure(arena, loadBase, record)
      if (account !== undefined && code !== undefined) ensure(arena, loadBase, locations.code(account.codeHash))
      for (const [slot] of storage) ensure(arena, loadBase, locations.slot(record, slot))
      const isDropped = storageReset || account === undefined
      if (isDropped) arena.set(record + ACCOUNT_DROPPED, 1)
      if (isDropped || storage.length > 0) loadBase(record, 'stored')
    }
  }
}

function ensure(arena: Arena, loadBase: LoadBase, record: number): void {
  if (arena.load(record + RECORD_BASE) === BASE_UNKNOWN) loadBase(record, 'record')
}

/**
 * How a worker gets to know the state before the block: from the store if it has it and the block says that it may, else by
 * asking who started the block. Of that one it also asks what the store cannot know: hashes of blocks, which are no state, and
 * what is left of a storage that ended.
 */
export function workerLoad(arena: Arena, locations: Locations, stored: StateView | undefined, ask: LoadBase): LoadBase {
  if (stored === undefined || arena.load(IS_STORED) === 0) return ask
  const read = baseStateOf(arena, locations, stored, () => undefined)
  return (record, what) => (isUnstored(arena, record) ? ask : read)(record, what)
}

function isUnstored(arena: Arena, record: number): boolean {
  const kind = arena.get(record + RECORD_KIND)
  if (kind === KIND_SLOT) return arena.get(arena.get(record + RECORD_OWNER) + ACCOUNT_DROPPED) !== 0
  return kind === KIND_BLOCK_HASH
}
