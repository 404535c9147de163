import { type Core, journalLayout, type Pointer } from '../core/index.ts'
import type { Address, Bytes, Hash, Log, Rules, Word } from '../primitives/index.ts'
import { type AccessSet, type LocationKey, locationKey } from './access.ts'
import { type AccountChange, addWrites, canonicalAccountDiff, canonicalDiff } from './changes.ts'
import type { JournalResult } from './journal.ts'
import type { Account, AccountDiff } from './view.ts'

const {
  ACCOUNT_BALANCE,
  ACCOUNT_CODE,
  ACCOUNT_NONCE,
  ACCOUNT_OLD_BALANCE,
  ACCOUNT_OLD_CODE,
  ACCOUNT_OLD_NONCE,
  ACCOUNT_SLOTS,
  FLAG_CHANGED,
  FLAG_CREATED,
  FLAG_DESTROYED,
  LOG_ACCOUNT,
  LOG_DATA_BYTES,
  LOG_TOPIC_COUNT,
  LOG_TOPICS,
  PART_EPOCH,
  PART_FLAGS,
  RECORD_KEY,
  RECORD_SPACE,
  RECORD_STICKY,
  SLOT_NEXT,
  SLOT_OLD_VALUE,
  SLOT_VALUE,
  SPACE_ACCOUNT,
  SPACE_ID_MASK,
  STICKY_EXISTED,
  STICKY_LOADED,
  STICKY_READ_BALANCE,
  STICKY_READ_CODE,
  STICKY_READ_NONCE,
  STICKY_READ_RESET,
  STICKY_RIPEMD160,
} = journalLayout

/** A transaction that ends: the core that holds its records, and what only the journal knows. */
export type Ending = {
  readonly core: Core
  readonly rules: Rules
  /** Every code that was set. */
  readonly codes: ReadonlyMap<Hash, Bytes>
  readonly addressOf: (id: Pointer) => Address
  /** The hash behind a code's record; that of no bytes behind 0. */
  readonly codeHashOf: (code: Pointer) => Hash
  /** Asks the view, once. */
  readonly hasStorage: (id: Pointer) => boolean
}

/** A slot of storage that someone named. */
type Slot = { readonly entry: Pointer; readonly slot: Word }

/** What the records say that the transaction did. Reads more of the view when it must: whether there was storage to drop. */
export function settle(ending: Ending): Omit<JournalResult, 'refundGas'> {
  const { core } = ending
  const { recordList, recordCount } = core.exports
  const diffs: (AccountDiff | undefined)[] = []
  const access = { reads: new Set<LocationKey>(), writes: new Set<LocationKey>() }
  const named = new Map<Pointer, Word>()
  const count = recordCount()
  for (let index = 0; index < count; index += 1) {
    const id = u32(core, recordList() + index * 4)
    if (u32(core, id + RECORD_SPACE) !== SPACE_ACCOUNT) continue
    const slots = slotsOf(core, id)
    for (const { entry, slot } of slots) named.set(entry, slot)
    diffs.push(diffOf(ending, id, slots, access.writes))
    // After the diff, which may read.
    addReads(ending, id, slots, access.reads)
  }
  const touched = touchedOf(ending, named)
  return { diff: canonicalDiff(diffs), logs: logsOf(ending), access: { ...access, touched } }
}

function u32({ memory }: Core, pointer: Pointer): number {
  return memory.view.getUint32(pointer, true)
}

function u64({ memory }: Core, pointer: Pointer): bigint {
  return memory.view.getBigUint64(pointer, true)
}

function slotsOf(core: Core, id: Pointer): readonly Slot[] {
  const slots: Slot[] = []
  for (let entry = u32(core, id + ACCOUNT_SLOTS); entry !== 0; entry = u32(core, entry + SLOT_NEXT)) {
    slots.push({ entry, slot: core.memory.readWord(entry + RECORD_KEY) })
  }
  return slots
}

function diffOf(
  ending: Ending,
  id: Pointer,
  slots: readonly Slot[],
  writes: Set<LocationKey>,
): AccountDiff | undefined {
  const isCreated = (u32(ending.core, id + PART_FLAGS) & FLAG_CREATED) !== 0
  if (isCreated) writes.add(locationKey({ kind: 'reset', address: ending.addressOf(id) }))
  const change = changeOf(ending, id, slots)
  if (change === undefined) return undefined
  const diff = canonicalAccountDiff(change, ending.codes)
  if (diff !== undefined) addWrites(writes, change.before, diff)
  return diff
}

/** What became of an account; undefined when nobody touched it. */
function changeOf(ending: Ending, id: Pointer, slots: readonly Slot[]): AccountChange | undefined {
  const { core } = ending
  const isGone = isDoomed(ending, id)
  const flags = u32(core, id + PART_FLAGS)
  const isChanged = (flags & FLAG_CHANGED) !== 0
  const storage = isGone ? [] : changedSlots(core, id, slots)
  if (!isGone && !isChanged && storage.length === 0) return undefined

  core.exports.ensureLoaded(id)
  const before = accountBefore(ending, id)
  const after = isGone ? undefined : isChanged ? accountNow(ending, id) : before
  const isDropped = after === undefined || (flags & FLAG_CREATED) !== 0
  return {
    address: ending.addressOf(id),
    before,
    after,
    storageReset: isDropped && ending.hasStorage(id),
    storage: after === undefined ? [] : storage,
  }
}

/** True when the account does not outlive the transaction: destroyed, or under EIP-161 touched and empty. */
function isDoomed({ core, rules }: Ending, id: Pointer): boolean {
  const flags = u32(core, id + PART_FLAGS)
  if ((flags & FLAG_DESTROYED) !== 0) return true
  const isTouched = (flags & FLAG_CHANGED) !== 0 || (u32(core, id + RECORD_STICKY) & STICKY_RIPEMD160) !== 0
  return rules.clearsEmptyAccounts && isTouched && core.exports.hasNothing(id) === 1
}

/** Slots whose value is not what it was, which is 0 in a contract that the transaction created. */
function changedSlots(core: Core, id: Pointer, slots: readonly Slot[]): [Word, Word][] {
  const { equals, isZero } = core.exports
  const isCreated = (u32(core, id + PART_FLAGS) & FLAG_CREATED) !== 0
  const epoch = u32(core, id + PART_EPOCH)
  const changed: [Word, Word][] = []
  for (const { entry, slot } of slots) {
    if (u32(core, entry + PART_EPOCH) !== epoch) continue
    const value = entry + SLOT_VALUE
    const isAsBefore = isCreated ? isZero(value) : equals(value, entry + SLOT_OLD_VALUE)
    if (isAsBefore === 0) changed.push([slot, core.memory.readWord(value)])
  }
  return changed
}

function accountBefore({ core, codeHashOf }: Ending, id: Pointer): Account | undefined {
  if ((u32(core, id + RECORD_STICKY) & STICKY_EXISTED) === 0) return undefined
  return {
    nonce: u64(core, id + ACCOUNT_OLD_NONCE),
    balanceWei: core.memory.readWord(id + ACCOUNT_OLD_BALANCE),
    codeHash: codeHashOf(u32(core, id + ACCOUNT_OLD_CODE)),
  }
}

function accountNow({ core, codeHashOf }: Ending, id: Pointer): Account {
  return {
    nonce: u64(core, id + ACCOUNT_NONCE),
    balanceWei: core.memory.readWord(id + ACCOUNT_BALANCE),
    codeHash: codeHashOf(u32(core, id + ACCOUNT_CODE)),
  }
}

function addReads({ core, addressOf }: Ending, id: Pointer, slots: readonly Slot[], reads: Set<LocationKey>): void {
  const address = addressOf(id)
  const sticky = u32(core, id + RECORD_STICKY)
  if ((sticky & STICKY_READ_BALANCE) !== 0) reads.add(locationKey({ kind: 'balance', address }))
  if ((sticky & STICKY_READ_NONCE) !== 0) reads.add(locationKey({ kind: 'nonce', address }))
  if ((sticky & STICKY_READ_CODE) !== 0) reads.add(locationKey({ kind: 'code', address }))
  if ((sticky & STICKY_READ_RESET) !== 0) reads.add(locationKey({ kind: 'reset', address }))
  for (const { entry, slot } of slots) {
    const isRead = (u32(core, entry + RECORD_STICKY) & STICKY_LOADED) !== 0
    if (isRead) reads.add(locationKey({ kind: 'storage', address, slot }))
  }
}

/** In order of the first touch, as in every journal. `named` says which slots their records are. */
function touchedOf({ core, addressOf }: Ending, named: ReadonlyMap<Pointer, Word>): AccessSet['touched'] {
  const touched = new Map<Address, Set<Word>>()
  const list = core.exports.touchList()
  const end = list + core.exports.touchCount() * 4
  for (let at = list; at < end; at += 4) {
    const record = u32(core, at)
    const slot = named.get(record)
    const address = addressOf(slot === undefined ? record : u32(core, record + RECORD_SPACE) & SPACE_ID_MASK)
    const slots = touched.get(address) ?? new Set()
    touched.set(address, slots)
    if (slot !== undefined) slots.add(slot)
  }
  return touched
}

function logsOf({ core, addressOf }: Ending): readonly Log[] {
  const logs: Log[] = []
  const count = core.exports.logCount()
  let log = core.exports.logList()
  for (let index = 0; index < count; index += 1) {
    const topicsAt = log + LOG_TOPICS
    const dataAt = topicsAt + u32(core, log + LOG_TOPIC_COUNT) * 32
    const dataLength = u32(core, log + LOG_DATA_BYTES)
    const topics: Hash[] = []
    for (let at = topicsAt; at < dataAt; at += 32) topics.push(core.memory.readHash(at))
    const data = core.memory.readBytes(dataAt, dataLength)
    logs.push({ address: addressOf(u32(core, log + LOG_ACCOUNT)), topics, data })
    // The next one begins at a multiple of 8.
    log = (dataAt + dataLength + 7) & ~7
  }
  return logs
}
