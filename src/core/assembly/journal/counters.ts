/** Logs and the refund counter. Their counts are a part as any other; the logs themselves are only ever appended. */
import { storeBe } from '../word'
import { append, LIST_BYTES, startOf, truncate } from './list'
import { LOG_ACCOUNT, LOG_DATA_BYTES, LOG_TOPIC_COUNT, LOG_TOPICS } from './record'
import { save } from './undo'

/** The part: mark, number of logs, their bytes, nothing; refund (i64). */
const counters = memory.data(24, 8)
const COUNTERS_BYTES: u32 = 24
const LOG_COUNT = 4
const LOG_BYTES = 8
const REFUND = 16

const logs = memory.data(LIST_BYTES)

/** Adds to the refund counter, which may be negative until the transaction ends. */
export function addRefund(gas: i64): void {
  save(counters, COUNTERS_BYTES)
  store<i64>(counters, refundOf() + gas, REFUND)
}

export function refundOf(): i64 {
  return load<i64>(counters, REFUND)
}

/** Logs `dataLength` bytes at `data`, with words at `topics`. */
export function appendLog(id: u32, topicCount: u32, topics: usize, data: usize, dataLength: u32): void {
  const log = openLog(id, topicCount, dataLength)
  for (let i: u32 = 0; i < topicCount; i++) storeBe(log + LOG_TOPICS + (i << 5), topics + (i << 5))
  memory.copy(log + LOG_TOPICS + (topicCount << 5), data, dataLength)
}

/** A new log without topics and data: whoever calls writes them at once. */
export function openLog(id: u32, topicCount: u32, dataLength: u32): usize {
  save(counters, COUNTERS_BYTES)
  const before = load<u32>(counters, LOG_BYTES)
  // After a rollback the list is longer than what counts.
  truncate(logs, before)
  const bytes = (LOG_TOPICS + (topicCount << 5) + dataLength + 7) & ~7
  const log = append(logs, bytes)
  store<u32>(counters, before + bytes, LOG_BYTES)
  store<u32>(counters, logCount() + 1, LOG_COUNT)
  store<u32>(log, id, LOG_ACCOUNT)
  store<u32>(log, topicCount, LOG_TOPIC_COUNT)
  store<u32>(log, dataLength, LOG_DATA_BYTES)
  return log
}

/** Number of logs. */
export function logCount(): u32 {
  return load<u32>(counters, LOG_COUNT)
}

/** Where they stand, one after the other, until the next one. */
export function logList(): usize {
  return startOf(logs)
}

/** Forgets everything. */
export function clearCounters(): void {
  memory.fill(counters, 0, COUNTERS_BYTES)
  truncate(logs, 0)
}
