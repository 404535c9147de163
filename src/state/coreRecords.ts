import { type Core, journalLayout, type Pointer } from '../core/index.ts'
import type { Address, Bytes, Hash, Log, Rules, Word } from '../primitives/index.ts'
import { type AccountChange, canonicalAccountDiff, canonicalDiff } from './changes.ts'
import type { JournalResult } from './journal.ts'
import { type AccessParts, PackedAccess, type Written } from './packedAccess.ts'
import type { Account } from './view.ts'

const {
  ACCESS_ROW_BYTES,
  ACCOUNT_BALANCE,
  ACCOUNT_CODE,
  ACCOUNT_NONCE,
  ACCOUNT_OLD_BALANCE,
  ACCOUNT_OLD_CODE,
  ACCOUNT_OLD_NONCE,
  ACCOUNT_SLOTS,
  EPOCH_ADDED,
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
  STICKY_EXISTED,
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
  const { core } = ending
  const { recordList, recordCount } = core.exports
  const written: Written[] = []
  const created: Address[] = []
  const count = recordCount()
  for (let index = 0; index < count; index += 1) {
    const id = u32(core, recordList() + index * 4)
    if (u32(core, id + RECORD_SPACE) !== SPACE_ACCOUNT) continue
    if ((u32(core, id + PART_FLAGS) & FLAG_CREATED) !== 0) created.push(ending.addressOf(id))
    const change = changeOf(ending, id)
    const diff = change && canonicalAccountDiff(change, ending.codes)
    if (change !== undefined && diff !== undefined) written.push({ before: change.before, diff })
  }
  return {
    diff: canonicalDiff(written.map(({ diff }) => diff)),
    logs: logsOf(ending),
    // After the changes, which may read.
    access: new PackedAccess({ ...accessTableOf(core), written, created }),
  }
}

/** Copies, for the core's own are made anew by the next transaction. */
function accessTableOf({ exports, memory }: Core): Pick<AccessParts, 'rows' | 'touches'> {
  const rowBytes = exports.packAccess() * ACCESS_ROW_BYTES
  const rows = exports.accessRows()
  const touches = exports.touchList()
  const { buffer } = memory.linear
  return {
    rows: Buffer.from(buffer.slice(rows, rows + rowBytes)),
    touches: new Uint32Array(buffer.slice(touches, touches + exports.touchCount() * 4)),
  }
}

function u32({ memory }: Core, pointer: Pointer): number {
  return memory.view.getUint32(pointer, true)
}

function u64({ memory }: Core, pointer: Pointer): bigint {
  return memory.view.getBigUint64(pointer, true)
}

/** What became of an account; undefined when nobody touched it. */
function changeOf(ending: Ending, id: Pointer): AccountChange | undefined {
  const { core } = ending
  const isGone = isDoomed(ending, id)
  const flags = u32(core, id + PART_FLAGS)
  const isChanged = (flags & FLAG_CHANGED) !== 0
  const storage = isGone ? [] : changedSlots(core, id)
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
function changedSlots(core: Core, id: Pointer): [Word, Word][] {
  const { equals, isZero } = core.exports
  const isCreated = (u32(core, id + PART_FLAGS) & FLAG_CREATED) !== 0
  const epoch = u32(core, id + PART_EPOCH)
  const changed: [Word, Word][] = []
  for (let entry = u32(core, id + ACCOUNT_SLOTS); entry !== 0; entry = u32(core, entry + SLOT_NEXT)) {
    if ((u32(core, entry + PART_EPOCH) & ~EPOCH_ADDED) >>> 0 !== epoch) continue
    const value = entry + SLOT_VALUE
    const isAsBefore = isCreated ? isZero(value) : equals(value, entry + SLOT_OLD_VALUE)
    if (isAsBefore === 0) changed.push([core.memory.readWord(entry + RECORD_KEY), core.memory.readWord(value)])
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

function logsOf({ core, addressOf }: Ending): readonly Log[] {
  const logs: Log[] = []
  const count = core.exports.logCount()
  let log = core.exports.logList()
  for (let index = 0; index < count; index += 1) {
    const topicsAt = log + LOG_TOPICS
    const dataAt = topicsAt + u32(core, log + LOG_TOPIC_COUNT) * 32
    const dataLength = u32(core, log + LOG_DATA_BYTES)
    const topics: Hash[] = []
    for (let at = topicsAt; at < dataAt; at += 32)
      topics.push(`0x${core.memory.buffer.toString('hex', at, at + 32)}` as Hash)
    const data = core.memory.readBytes(dataAt, dataLength)
    logs.push({ address: addressOf(u32(core, log + LOG_ACCOUNT)), topics, data })
    // The next one begins at a multiple of 8.
    log = (dataAt + dataLength + 7) & ~7
  }
  return logs
}
