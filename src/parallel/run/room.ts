import type { Arena, Pointer } from '../memory/arena.ts'
import { BLOBS_LEFT, GAS_LEFT } from '../memory/control.ts'
import { INPUT_BLOBS, INPUT_GAS_LIMIT } from '../memory/records.ts'

/** Whether the block has room for a transaction, as it came in `input`, after the final ones. */
export function hasRoom(arena: Arena, input: Pointer): boolean {
  const isGasLeft = arena.getLimb(input + INPUT_GAS_LIMIT) <= arena.getLimb(GAS_LEFT)
  return isGasLeft && BigInt(arena.get(input + INPUT_BLOBS)) <= arena.getLimb(BLOBS_LEFT)
}

/** Takes what a transaction used, which is now final. */
export function takeRoom(arena: Arena, input: Pointer, gasUsed: bigint): void {
  arena.setLimb(GAS_LEFT, arena.getLimb(GAS_LEFT) - gasUsed)
  arena.setLimb(BLOBS_LEFT, arena.getLimb(BLOBS_LEFT) - BigInt(arena.get(input + INPUT_BLOBS)))
}
