/** Where jumps may land, found in one pass over a code. */
import { JUMPDEST, PUSH1, PUSH32 } from './opcodes'

/**
 * Writes, at `map`, one bit per byte of the `length` bytes of code: 1 for a JUMPDEST that is not data of a PUSH. Source:
 * Yellow Paper 9.4.3. O(length).
 */
export function mapJumps(code: usize, length: u32, map: usize): void {
  memory.fill(map, 0, (length + 7) >> 3)
  for (let at: u32 = 0; at < length; at++) {
    const opcode = i32(load<u8>(code + at))
    if (opcode == JUMPDEST) {
      const cell = map + (at >> 3)
      store<u8>(cell, u32(load<u8>(cell)) | (1 << (at & 7)))
    } else if (opcode >= PUSH1 && opcode <= PUSH32) at += u32(opcode - PUSH1 + 1)
  }
}
