/**
 * The undo log. All that a rollback restores stands in *parts*: one per account and slot, and one for the counters.
 * Before a part changes it is saved, whole, at most once between two checkpoints; to roll back is to copy the saved
 * parts back, newest first. So there is one kind of entry, a loop that writes one slot a million times logs it once,
 * and what is in a part cannot be forgotten (J1).
 *
 * A part begins with its mark (u32): how long the log was after it was last saved. The mark is saved with the rest.
 */
import { append, LIST_BYTES, startOf, truncate, usedOf } from './list'

/** Entries: the part as it was, where it belongs (u32), its length (u32). */
const log = memory.data(LIST_BYTES)
const TRAILER_BYTES: u32 = 8

/** The newest moment that someone may want to return to. */
let lastCheckpoint: u32 = 0

/** Names the present moment. */
export function checkpoint(): u32 {
  lastCheckpoint = usedOf(log)
  return lastCheckpoint
}

/**
 * Undoes everything since the moment `to`. 0 when `to` is newer than the journal, which is a bug of the caller; else
 * 1.
 */
export function rollback(to: u32): u32 {
  let used = usedOf(log)
  if (to > used) return 0
  const start = startOf(log)
  while (used > to) {
    const trailer = start + used - TRAILER_BYTES
    const bytes = load<u32>(trailer, 4)
    used -= bytes + TRAILER_BYTES
    copyLimbs(load<u32>(trailer), start + used, bytes)
  }
  truncate(log, used)
  lastCheckpoint = to
  return 1
}

/** To be called before a part of `bytes` (a multiple of 8) changes. */
// @ts-ignore: decorator
@inline
export function save(part: usize, bytes: u32): void {
  if (load<u32>(part) <= lastCheckpoint) push(part, bytes)
}

function push(part: usize, bytes: u32): void {
  const entry = append(log, bytes + TRAILER_BYTES)
  copyLimbs(entry, part, bytes)
  store<u32>(entry + bytes, u32(part))
  store<u32>(entry + bytes, bytes, 4)
  store<u32>(part, usedOf(log))
}

/** `memory.copy` is a call of 10 ns, these are a handful of moves. */
// @ts-ignore: decorator
@inline
function copyLimbs(to: usize, from: usize, bytes: u32): void {
  for (let at: u32 = 0; at < bytes; at += 8) store<u64>(to + at, load<u64>(from + at))
}

/** Forgets everything. */
export function clearUndo(): void {
  truncate(log, 0)
  lastCheckpoint = 0
}
