import { type Core, journalLayout, type Pointer } from '../core/index.ts'
import type { Address, Bytes, Hash, Log, Rules, Word } from '../primitives/index.ts'
import { type AccessSet, type Location, type LocationKey, locationKey } from './access.ts'
import { type AccountChange, addWrites, canonicalAccountDiff, canonicalDiff } from './changes.ts'
import type { JournalResult } from './journal.ts'
import type { Account, StateDiff } from './view.ts'

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

/** What the records say that the transaction did. Reads more of the view when it must: whether there was storage to drop. */
export function settle(ending: Ending): Omit<JournalResult, 'refundGas'> {
  const accounts = accountRecords(ending.core)
  const writes = new Set<LocationKey>()
  const diff = diffOf(ending, accounts, writes)
  // Reads last: see above.
  const access = { reads: readsOf(ending, accounts), writes, touched: touchedOf(ending) }
  return { diff, logs: logsOf(ending), access }
}

function u32({ memory }: Core, pointer: Pointer): number {
  return memory.view.getUint32(pointer, true)
}

function u64({ memory }: Core, pointer: Pointer): bigint {
  return memory.view.getBigUint64(pointer, true)
}

/** A list of `count` pointers. */
function pointersAt(core: Core, list: Pointer, count: number): readonly Pointer[] {
  return Array.from({ length: count }, (_, index) => u32(core, list + index * 4))
}

function accountRecords(core: Core): readonly Pointer[] {
  const { recordList, recordCount } = core.exports
  return pointersAt(core, recordList(), recordCount()).filter((record) => {
    return u32(core, record + RECORD_SPACE) === SPACE_ACCOUNT
  })
}

/** The slots of storage of an account that anyone named. */
function* slotRecords(core: Core, id: Pointer): Generator<Pointer> {
  for (let entry = u32(core, id + ACCOUNT_SLOTS); entry !== 0; entry = u32(core, entry + SLOT_NEXT)) yield entry
}

function diffOf(ending: Ending, accounts: readonly Pointer[], writes: Set<LocationKey>): StateDiff {
  const diffs = accounts.map((id) => {
    const address = ending.addressOf(id)
    if ((u32(ending.core, id + PART_FLAGS) & FLAG_CREATED) !== 0) writes.add(locationKey({ kind: 'reset', address }))
    const change = changeOf(ending, id)
    const diff = change && canonicalAccountDiff(change, ending.codes)
    if (diff !== undefined) addWrites(writes, change?.before, diff)
    return diff
  })
  return canonicalDiff(diffs)
}

/** What became of an account; undefined when nothing did. */
function changeOf(ending: Ending, id: Pointer): AccountChange | undefined {
  const { core } = ending
  const isGone = isDoomed(ending, id)
  const flags = u32(core, id + PART_FLAGS)
  const isChanged = (flags & FLAG_CHANGED) !== 0
  const slots = isGone ? [] : changedSlots(core, id)
  if (!isGone && !isChanged && slots.length === 0) return undefined

  core.exports.ensureLoaded(id)
  const before = accountBefore(ending, id)
  const after = isGone ? undefined : isChanged ? accountNow(ending, id) : before
  const isDropped = after === undefined || (flags & FLAG_CREATED) !== 0
  return {
    address: ending.addressOf(id),
    before,
    after,
    storageReset: isDropped && ending.hasStorage(id),
    storage: after === undefined ? [] : slots,
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
function changedSlots(core: Core, id: Pointer): [Word, Word][] {
  const { equals, isZero } = core.exports
  const isCreated = (u32(core, id + PART_FLAGS) & FLAG_CREATED) !== 0
  const epoch = u32(core, id + PART_EPOCH)
  const slots: [Word, Word][] = []
  for (const entry of slotRecords(core, id)) {
    if (u32(core, entry + PART_EPOCH) !== epoch) continue
    const value = entry + SLOT_VALUE
    if ((isCreated ? isZero(value) : equals(value, entry + SLOT_OLD_VALUE)) === 1) continue
    slots.push([core.memory.readWord(entry + RECORD_KEY), core.memory.readWord(value)])
  }
  return slots
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

/** Which location a read mark of an account stands for. */
const READ_MARKS: readonly (readonly [number, Exclude<Location['kind'], 'storage'>])[] = [
  [STICKY_READ_BALANCE, 'balance'],
  [STICKY_READ_NONCE, 'nonce'],
  [STICKY_READ_CODE, 'code'],
  [STICKY_READ_RESET, 'reset'],
]

function readsOf({ core, addressOf }: Ending, accounts: readonly Pointer[]): AccessSet['reads'] {
  const reads = new Set<LocationKey>()
  for (const id of accounts) {
    const address = addressOf(id)
    const sticky = u32(core, id + RECORD_STICKY)
    for (const [mark, kind] of READ_MARKS) if ((sticky & mark) !== 0) reads.add(locationKey({ kind, address }))
    for (const entry of slotRecords(core, id)) {
      if ((u32(core, entry + RECORD_STICKY) & STICKY_LOADED) === 0) continue
      reads.add(locationKey({ kind: 'storage', address, slot: core.memory.readWord(entry + RECORD_KEY) }))
    }
  }
  return reads
}

/** In order of the first touch, as whoever lists them expects. */
function touchedOf({ core, addressOf }: Ending): AccessSet['touched'] {
  const touched = new Map<Address, Set<Word>>()
  const { touchList, touchCount } = core.exports
  for (const record of pointersAt(core, touchList(), touchCount())) {
    const space = u32(core, record + RECORD_SPACE)
    const address = addressOf(space === SPACE_ACCOUNT ? record : space & SPACE_ID_MASK)
    const slots = touched.get(address) ?? new Set()
    touched.set(address, slots)
    if (space !== SPACE_ACCOUNT) slots.add(core.memory.readWord(record + RECORD_KEY))
  }
  return touched
}

function logsOf({ core, addressOf }: Ending): readonly Log[] {
  let log = core.exports.logList()
  return Array.from({ length: core.exports.logCount() }, () => {
    const address = addressOf(u32(core, log + LOG_ACCOUNT))
    const topicCount = u32(core, log + LOG_TOPIC_COUNT)
    const dataLength = u32(core, log + LOG_DATA_BYTES)
    const topicsAt = log + LOG_TOPICS
    const dataAt = topicsAt + topicCount * 32
    log = (dataAt + dataLength + 7) & ~7
    const topics = Array.from({ length: topicCount }, (_, index) => core.memory.readHash(topicsAt + index * 32))
    return { address, topics, data: core.memory.readBytes(dataAt, dataLength) }
  })
}
