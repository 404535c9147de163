/** EIP-2929: what was touched in this transaction. Warmth is rolled back (J3); that something was ever warm is not. */
import { append, LIST_BYTES, startOf, truncate, usedOf } from './list'
import { FLAG_WARM, PART, PART_FLAGS, RECORD_STICKY, STICKY_TOUCHED } from './record'
import { save } from './undo'

/** Addresses below this one can be warm for good: all precompiles are. */
const BORN_WARM_BITS: u64 = 512
/** A bit for each, filled by TypeScript. They count once {@link countBornWarm} was called. */
const bornWarm = memory.data(64, 8)
let isBornWarmCounted: bool = false

/** Where the 512 bits stand. */
export function bornWarmBits(): usize {
  return bornWarm
}

export function countBornWarm(): void {
  isBornWarmCounted = true
}

/** Whether an address, a word, is warm for good. */
// @ts-ignore: decorator
@inline
export function isBornWarm(address: usize): bool {
  if (!isBornWarmCounted) return false
  const low = load<u64>(address)
  if (low >= BORN_WARM_BITS || (load<u64>(address, 8) | load<u64>(address, 16)) != 0) return false
  return ((load<u64>(bornWarm + usize((low >> 6) << 3)) >> (low & 63)) & 1) != 0
}

/** Pointers to the accounts and slots that were ever warm, in order of their first touch. */
const touches = memory.data(LIST_BYTES)

/** 1 when the record is warm. */
// @ts-ignore: decorator
@inline
export function isWarm(record: usize): u32 {
  return load<u32>(record, PART_FLAGS) & FLAG_WARM
}

/** Warms a record whose part has `partBytes`; 1 when it was warm. */
// @ts-ignore: decorator
@inline
export function warm(record: usize, partBytes: u32): u32 {
  if (isWarm(record)) return 1
  firstTouch(record, partBytes)
  return 0
}

function firstTouch(record: usize, partBytes: u32): void {
  save(record + PART, partBytes)
  store<u32>(record, load<u32>(record, PART_FLAGS) | FLAG_WARM, PART_FLAGS)
  const sticky = load<u32>(record, RECORD_STICKY)
  if ((sticky & STICKY_TOUCHED) != 0) return
  store<u32>(record, sticky | STICKY_TOUCHED, RECORD_STICKY)
  store<u32>(append(touches, 4), u32(record))
}

/** How many records were ever warm. */
export function touchCount(): u32 {
  return usedOf(touches) >> 2
}

/** A list of pointers to them, in order of the first touch. */
export function touchList(): usize {
  return startOf(touches)
}

/** Forgets everything. */
export function clearTouches(): void {
  isBornWarmCounted = false
  truncate(touches, 0)
}
