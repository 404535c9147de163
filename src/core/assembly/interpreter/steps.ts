/** What the loop's cases have in common. */
import {
  FRAME_CODE, FRAME_CODE_LENGTH, FRAME_GAS, FRAME_HALT_REASON, FRAME_JUMP_MAP, FRAME_MEMORY_SIZE, FRAME_PC, FRAME_SP,
} from '../layout'
import { compare, copy, fitsU32, setLimbs } from '../word'
import { OPCODE_FLAGS, OPCODE_INVALID, OPCODE_NEED, OPCODE_ROOM, OPCODE_STACK_FIRST } from './forkTable'
import {
  HALT_INVALID_OPCODE, HALT_OUT_OF_GAS, HALT_STACK_OVERFLOW, HALT_STACK_UNDERFLOW, STATUS_HALT,
} from './outcome'

/** a < b, unsigned */
// @ts-ignore: decorator
@inline
export function isBelow(a: usize, b: usize): bool {
  return compare(a, b) < 0
}

/** Swaps two words. */
// @ts-ignore: decorator
@inline
export function swap(a: usize, b: usize): void {
  const a0 = load<u64>(a)
  const a1 = load<u64>(a, 8)
  const a2 = load<u64>(a, 16)
  const a3 = load<u64>(a, 24)
  copy(a, b)
  setLimbs(b, a0, a1, a2, a3)
}

/** Whether the word at the offset in a word lies in the frame's memory as it is. */
// @ts-ignore: decorator
@inline
export function isInMemory(frame: usize, offset: usize): bool {
  return fitsU32(offset) && load<u64>(offset) + 32 <= load<u32>(frame, FRAME_MEMORY_SIZE)
}

/** Whether the word at `target` is where a jump may land. Source: Yellow Paper 9.4.3. */
// @ts-ignore: decorator
@inline
export function isDestination(frame: usize, target: usize): bool {
  const at = load<u32>(target)
  if (!fitsU32(target) || at >= load<u32>(frame, FRAME_CODE_LENGTH)) return false
  return ((load<u8>(usize(load<u32>(frame, FRAME_JUMP_MAP)) + (at >> 3)) >> (at & 7)) & 1) != 0
}

/** Puts the registers into the frame. */
// @ts-ignore: decorator
@inline
export function leave(frame: usize, pc: usize, sp: usize, gas: i64, status: u32): u32 {
  store<u32>(frame, u32(pc) - load<u32>(frame, FRAME_CODE), FRAME_PC)
  store<u32>(frame, u32(sp), FRAME_SP)
  store<i64>(frame, gas, FRAME_GAS)
  return status
}

/** Ends the frame; `reason` is `-HALT_x`. */
export function halt(frame: usize, reason: i64): u32 {
  store<u32>(frame, u32(-reason), FRAME_HALT_REASON)
  return STATUS_HALT
}

/** Which check of the table failed first, as the Yellow Paper's Z asks and the reference engine answers. */
export function faultOf(entry: usize, gas: i64, height: u32): i64 {
  const flags = load<u16>(entry, OPCODE_ROOM) & OPCODE_FLAGS
  if (flags & OPCODE_INVALID) return -HALT_INVALID_OPCODE
  const lacksOperands = height < load<u16>(entry, OPCODE_NEED)
  if (gas < 0 && !(lacksOperands && flags & OPCODE_STACK_FIRST)) return -HALT_OUT_OF_GAS
  return lacksOperands ? -HALT_STACK_UNDERFLOW : -HALT_STACK_OVERFLOW
}
