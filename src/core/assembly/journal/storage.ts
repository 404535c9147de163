/**
 * Storage and transient storage. A slot's value counts while its epoch is its account's: a creation gives the account
 * the next epoch, which drops all that was written in one step. A rollback gives the old epoch back, and the slots
 * that were written in the new one their old parts, so a number that comes again finds none from before.
 */
import { copy, equals, isZero } from '../word'
import { stick } from './account'
import { loadSlot } from './host'
import {
  ACCOUNT_SLOTS, EPOCH_ADDED, FLAG_CREATED, PART, PART_EPOCH, PART_FLAGS, RECORD_SPACE, RECORD_STICKY, SLOT_BYTES, SLOT_NEXT,
  SLOT_OLD_VALUE, SLOT_PART_BYTES, SLOT_VALUE, SPACE_ID_MASK, SPACE_STORAGE, SPACE_TRANSIENT, STICKY_FETCHED,
  STICKY_LOADED, STICKY_READ_RESET,
} from './record'
import { enter, find } from './table'
import { save } from './undo'
import { isWarm, warm } from './warmth'

const ZERO = memory.data(32, 8)

/** Whether the slot was warm before the last {@link touchSlot}: 1 or 0. */
export let slotWasWarm: u32 = 0

/** The entry of a slot, which it does not warm. Asks nobody. */
export function slotOf(id: u32, slot: usize): usize {
  const known = find(id | SPACE_STORAGE, slot)
  return known != 0 ? known : enterSlot(id, slot)
}

function enterSlot(id: u32, slot: usize): usize {
  const entry = enter(id | SPACE_STORAGE, slot, SLOT_BYTES)
  store<u32>(entry, load<u32>(id, ACCOUNT_SLOTS), SLOT_NEXT)
  store<u32>(id, u32(entry), ACCOUNT_SLOTS)
  return entry
}

/** The entry of a slot, which it warms (not its address); {@link slotWasWarm} says what it was. */
export function touchSlot(id: u32, slot: usize): usize {
  const entry = slotOf(id, slot)
  slotWasWarm = warmSlot(entry)
  return entry
}

/** Warms a slot; 1 when it was warm. */
// @ts-ignore: decorator
@inline
export function warmSlot(entry: usize): u32 {
  return warm(entry, SLOT_PART_BYTES)
}

/** 1 when the slot is warm. */
export function isSlotWarm(id: u32, slot: usize): u32 {
  const entry = find(id | SPACE_STORAGE, slot)
  return entry == 0 ? 0 : isWarm(entry)
}

/** Pointer to the slot's value. */
// @ts-ignore: decorator
@inline
export function slotValue(entry: usize): usize {
  return load<u32>(entry, PART_EPOCH) == load<u32>(accountOfSlot(entry), PART_EPOCH)
    ? entry + SLOT_VALUE
    : unwrittenValue(entry)
}

function unwrittenValue(entry: usize): usize {
  const original = slotOriginal(entry)
  return isAdded(entry) ? entry + SLOT_VALUE : original
}

/**
 * Pointer to the value at the start of the transaction (EIP-2200); 0 in a contract that it created. There the host is asked all the
 * same: the slot is one that the transaction accessed (EIP-7928), and nothing that it answers counts.
 */
export function slotOriginal(entry: usize): usize {
  if ((load<u32>(entry, RECORD_STICKY) & STICKY_LOADED) == 0) firstRead(entry)
  return (load<u32>(accountOfSlot(entry), PART_FLAGS) & FLAG_CREATED) != 0 ? ZERO : entry + SLOT_OLD_VALUE
}

/** Writes the slot, whose value it reads: a write that changes nothing is none. */
export function setSlot(entry: usize, value: usize): void {
  if (equals(slotValue(entry), value)) return
  save(entry + PART, SLOT_PART_BYTES)
  copy(entry + SLOT_VALUE, value)
  store<u32>(entry, load<u32>(accountOfSlot(entry), PART_EPOCH), PART_EPOCH)
}

/** The entry of a slot whose value the host has said: that is no read of it yet. Not for a contract that was created. */
export function unreadSlotAt(id: u32, slot: usize): usize {
  const entry = slotOf(id, slot)
  fetch(entry)
  return entry
}

/** Pointer to the value of such a slot as it is now, which is no read of it either. */
export function unreadSlotValue(entry: usize): usize {
  const isWritten = load<u32>(entry, PART_EPOCH) == load<u32>(accountOfSlot(entry), PART_EPOCH)
  return isWritten || isAdded(entry) ? entry + SLOT_VALUE : entry + SLOT_OLD_VALUE
}

/** Writes the sum of such a slot's value and an addition. Of a slot that was read it is a write like any other. */
export function addToSlot(entry: usize, sum: usize): void {
  if ((load<u32>(entry, RECORD_STICKY) & STICKY_LOADED) != 0) {
    setSlot(entry, sum)
    return
  }
  save(entry + PART, SLOT_PART_BYTES)
  copy(entry + SLOT_VALUE, sum)
  store<u32>(entry, load<u32>(accountOfSlot(entry), PART_EPOCH) | EPOCH_ADDED, PART_EPOCH)
}

/** {@link warmSlot} by the slot's key. */
export function warmSlotAt(id: u32, slot: usize): u32 {
  return warmSlot(slotOf(id, slot))
}

/** {@link slotValue} by the slot's key. */
export function storageAt(id: u32, slot: usize): usize {
  return slotValue(slotOf(id, slot))
}

/** {@link slotOriginal} by the slot's key. */
export function originalStorageAt(id: u32, slot: usize): usize {
  return slotOriginal(slotOf(id, slot))
}

/** {@link setSlot} by the slot's key. */
export function setStorageAt(id: u32, slot: usize, value: usize): void {
  setSlot(slotOf(id, slot), value)
}

/** 1 when a slot was written that is not 0 now: what the journal knows of `hasStorage`. O(slots of the account). */
export function hasWrittenStorage(id: u32): u32 {
  const epoch = load<u32>(id, PART_EPOCH)
  for (let entry: usize = load<u32>(id, ACCOUNT_SLOTS); entry != 0; entry = load<u32>(entry, SLOT_NEXT)) {
    if ((load<u32>(entry, PART_EPOCH) & ~EPOCH_ADDED) == epoch && !isZero(entry + SLOT_VALUE)) return 1
  }
  return 0
}

/** Pointer to the value of a transient slot (EIP-1153). */
export function transientLoad(id: u32, slot: usize): usize {
  const entry = find(id | SPACE_TRANSIENT, slot)
  return entry == 0 ? ZERO : entry + SLOT_VALUE
}

/** Writes a transient slot (EIP-1153). */
export function transientStore(id: u32, slot: usize, value: usize): void {
  const known = find(id | SPACE_TRANSIENT, slot)
  const entry = known != 0 ? known : enter(id | SPACE_TRANSIENT, slot, SLOT_BYTES)
  save(entry + PART, SLOT_PART_BYTES)
  copy(entry + SLOT_VALUE, value)
}

// @ts-ignore: decorator
@inline
function accountOfSlot(entry: usize): u32 {
  return load<u32>(entry, RECORD_SPACE) & SPACE_ID_MASK
}

function isAdded(entry: usize): bool {
  return load<u32>(entry, PART_EPOCH) == (load<u32>(accountOfSlot(entry), PART_EPOCH) | EPOCH_ADDED)
}

function firstRead(entry: usize): void {
  fetch(entry)
  stick(entry, STICKY_LOADED)
}

/** Asks the host, once. That is a read of `reset` too: whoever drops the storage changes the answer. */
function fetch(entry: usize): void {
  if ((load<u32>(entry, RECORD_STICKY) & STICKY_FETCHED) != 0) return
  loadSlot(entry)
  stick(entry, STICKY_FETCHED)
  stick(accountOfSlot(entry), STICKY_READ_RESET)
}
