/**
 * What a transaction read and touched, packed: a row per account and per slot of storage, which the host copies in one
 * piece and makes names of only when somebody asks. To be packed once the transaction has ended.
 */
import { storeBe } from '../word'
import { append, LIST_BYTES, startOf, truncate } from './list'
import {
  ACCESS_KEY, ACCESS_RECORD, ACCESS_ROW_BYTES, ACCESS_SPACE, ACCESS_STICKY, RECORD_KEY, RECORD_SPACE, RECORD_STICKY,
  SPACE_ACCOUNT, SPACE_CODE, SPACE_ID_MASK, SPACE_STORAGE,
} from './record'
import { recordCount, recordList } from './table'

const rows = memory.data(LIST_BYTES)

/** Packs what there is, oldest record first; returns how many rows of ACCESS_ROW_BYTES there are. O(records). */
export function packAccess(): u32 {
  truncate(rows, 0)
  let count: u32 = 0
  const list = recordList()
  const end = list + (recordCount() << 2)
  for (let at = list; at < end; at += 4) {
    const record = load<u32>(at)
    const space = load<u32>(record, RECORD_SPACE)
    if (space == SPACE_CODE || (space & ~u32(SPACE_ID_MASK)) > u32(SPACE_STORAGE)) continue
    pack(record, space)
    count += 1
  }
  return count
}

/** Where the rows stand, until others are packed. */
export function accessRows(): usize {
  return startOf(rows)
}

function pack(record: usize, space: u32): void {
  const row = append(rows, ACCESS_ROW_BYTES)
  store<u32>(row, u32(record), ACCESS_RECORD)
  store<u32>(row, space, ACCESS_SPACE)
  store<u32>(row, load<u32>(record, RECORD_STICKY), ACCESS_STICKY)
  storeBe(row + ACCESS_KEY, record + RECORD_KEY)
}
