/** SLOAD, SSTORE, TLOAD, TSTORE and LOG: what a frame does to its own account. */
import {
  addRefund, appendLog, setSlot, slotOf, slotOriginal, slotValue, slotWasWarm, touchSlot, transientLoad, transientStore,
} from '../journal/index'
import { SLOT_PART_BYTES } from '../journal/record'
import { warm } from '../journal/warmth'
import { FRAME_ACCOUNT, FRAME_IS_STATIC, FRAME_STACK_BASE } from '../layout'
import { copy, equals, isZero } from '../word'
import {
  PRICE_COLD_SLOT, PRICE_HAS_WARMTH, PRICE_WARM_ACCESS, SSTORE_CLEAR_REFUND, SSTORE_DIRTY, SSTORE_IS_NET, SSTORE_NOOP,
  SSTORE_RESET, SSTORE_RESTORE_REFUND, SSTORE_SENTRY, SSTORE_SET, SSTORE_UNSET_REFUND,
} from './forkTable'
import { lateGas, memoryAt, pay, payAndGrow, price, rangeEnd } from './gas'
import { LOG0 } from './opcodes'
import { HALT_OUT_OF_GAS, HALT_STACK_UNDERFLOW, HALT_STATIC_VIOLATION } from './outcome'

const LOG_TOPIC_GAS: i64 = 375
const LOG_BYTE_GAS: i64 = 8

/** SLOAD of the slot in a word, which its value replaces. */
export function opSload(frame: usize, slot: usize, gas: i64): i64 {
  const id = load<u32>(frame, FRAME_ACCOUNT)
  let entry: usize
  let left = gas
  if (price(PRICE_HAS_WARMTH)) {
    entry = touchSlot(id, slot)
    left = pay(gas, slotWasWarm ? price(PRICE_WARM_ACCESS) : price(PRICE_COLD_SLOT))
  } else entry = slotOf(id, slot)
  if (left >= 0) copy(slot, slotValue(entry))
  return left
}

/**
 * SSTORE of slot, value. The slot is read for its price, so it counts as read even when that cannot be paid; not by a frame that has
 * no more gas than the stipend, which is more than a cold slot's access (EIP-2200, EIP-7928).
 */
export function opSstore(frame: usize, sp: usize, gas: i64): i64 {
  if (load<u32>(frame, FRAME_IS_STATIC)) return -HALT_STATIC_VIOLATION
  if (gas <= i64(price(SSTORE_SENTRY))) return -HALT_OUT_OF_GAS
  const value = sp - 64
  const entry = slotOf(load<u32>(frame, FRAME_ACCOUNT), sp - 32)
  const current = slotValue(entry)
  const original = slotOriginal(entry)
  const cost = sstoreGas(original, current, value)
  const left = pay(gas, price(PRICE_HAS_WARMTH) && !warm(entry, SLOT_PART_BYTES) ? cost + price(PRICE_COLD_SLOT) : cost)
  if (left >= 0) setSlot(entry, value)
  return left
}

/** The price of a write, refunds noted. Source: EIP-2200, for net metering; Yellow Paper appendix G before. */
function sstoreGas(original: usize, current: usize, value: usize): i64 {
  if (!price(SSTORE_IS_NET)) {
    if (isZero(current) && !isZero(value)) return price(SSTORE_SET)
    if (!isZero(current) && isZero(value)) addRefund(price(SSTORE_CLEAR_REFUND))
    return price(SSTORE_RESET)
  }
  if (equals(current, value)) return price(SSTORE_NOOP)
  if (equals(original, current)) {
    if (isZero(original)) return price(SSTORE_SET)
    if (isZero(value)) addRefund(price(SSTORE_CLEAR_REFUND))
    return price(SSTORE_RESET)
  }
  refundDirty(original, current, value)
  return price(SSTORE_DIRTY)
}

/** What a further change of a slot gives back, or takes back. */
function refundDirty(original: usize, current: usize, value: usize): void {
  if (!isZero(original)) {
    if (isZero(current)) addRefund(-i64(price(SSTORE_CLEAR_REFUND)))
    else if (isZero(value)) addRefund(price(SSTORE_CLEAR_REFUND))
  }
  if (equals(original, value)) {
    addRefund(isZero(original) ? price(SSTORE_UNSET_REFUND) : price(SSTORE_RESTORE_REFUND))
  }
}

/** TLOAD of the slot in a word, which its value replaces (EIP-1153). */
export function opTload(frame: usize, slot: usize): void {
  copy(slot, transientLoad(load<u32>(frame, FRAME_ACCOUNT), slot))
}

/** TSTORE of slot, value. */
export function opTstore(frame: usize, sp: usize, gas: i64): i64 {
  if (load<u32>(frame, FRAME_IS_STATIC)) return -HALT_STATIC_VIOLATION
  if (sp - usize(load<u32>(frame, FRAME_STACK_BASE)) < 64) return -HALT_STACK_UNDERFLOW
  transientStore(load<u32>(frame, FRAME_ACCOUNT), sp - 32, sp - 64)
  return gas
}

const topics = memory.data(128, 16)

/** LOG0 to LOG4 of offset, length, topics. */
export function opLog(frame: usize, sp: usize, gas: i64, opcode: u32): i64 {
  if (load<u32>(frame, FRAME_IS_STATIC)) return -HALT_STATIC_VIOLATION
  const count = opcode - LOG0
  const length = sp - 64
  const end = rangeEnd(sp - 32, length)
  const cost = lateGas(opcode) + LOG_TOPIC_GAS * count + (end > 0 ? LOG_BYTE_GAS * load<u32>(length) : 0)
  const left = payAndGrow(frame, gas, cost, end)
  if (left < 0) return left
  for (let i: u32 = 0; i < count; i++) copy(topics + (i << 5), length - ((i + 1) << 5))
  const data: usize = end == 0 ? 0 : memoryAt(frame, sp - 32)
  appendLog(load<u32>(frame, FRAME_ACCOUNT), count, topics, data, load<u32>(length))
  return left
}
