/** Where a frame's parts stand in the regions that all frames share. */
import { RECORD_KEY } from '../journal/record'
import {
  FRAME_ACCOUNT, FRAME_ADDRESS, FRAME_BYTES, FRAME_CALLER, FRAME_INPUT, FRAME_INPUT_LENGTH, FRAME_MEMORY_BASE,
  FRAME_MEMORY_HOME, FRAME_MEMORY_LIMIT, FRAME_MEMORY_SIZE, FRAME_PC, FRAME_RETURN, FRAME_RETURN_LENGTH, FRAME_SP,
  FRAME_STACK_BASE, FRAMES, MEMORY, MEMORY_END, RETURN, RETURN_END, STACK,
} from '../layout'
import { copy } from '../word'

/**
 * Begins a frame of an account, called by another; input, code and gas are in its record. Its stack begins at its parent's
 * top, its memory at the end of its parent's, its return buffer where its parent's begins, for what that holds is dead as
 * soon as the parent calls.
 */
export function openFrame(frame: usize, account: u32, caller: u32): void {
  const isOutermost = frame == FRAMES
  const parent = frame - FRAME_BYTES
  const stackBase: u32 = isOutermost ? STACK : load<u32>(parent, FRAME_SP)
  store<u32>(frame, 0, FRAME_PC)
  store<u32>(frame, stackBase, FRAME_SP)
  store<u32>(frame, stackBase, FRAME_STACK_BASE)
  store<u32>(frame, isOutermost ? MEMORY : endOfMemory(parent), FRAME_MEMORY_BASE)
  store<u32>(frame, 0, FRAME_MEMORY_SIZE)
  store<u32>(frame, MEMORY_END, FRAME_MEMORY_LIMIT)
  store<u32>(frame, max(isOutermost ? RETURN : load<u32>(parent, FRAME_RETURN), endOfBufferedInput(frame)), FRAME_RETURN)
  store<u32>(frame, 0, FRAME_RETURN_LENGTH)
  store<u32>(frame, account, FRAME_ACCOUNT)
  copy(frame + FRAME_ADDRESS, usize(account) + RECORD_KEY)
  copy(frame + FRAME_CALLER, usize(caller) + RECORD_KEY)
}

/** Where memory of the region is free behind a frame's. */
function endOfMemory(frame: usize): u32 {
  return load<u32>(frame, FRAME_MEMORY_LIMIT) == MEMORY_END
    ? load<u32>(frame, FRAME_MEMORY_BASE) + load<u32>(frame, FRAME_MEMORY_SIZE)
    : load<u32>(frame, FRAME_MEMORY_HOME)
}

/** An input that was copied to the region of buffers comes before the return buffer; one that stands elsewhere needs no room. */
function endOfBufferedInput(frame: usize): u32 {
  const input = load<u32>(frame, FRAME_INPUT)
  return input < u32(RETURN_END) ? (input + load<u32>(frame, FRAME_INPUT_LENGTH) + 7) & ~7 : 0
}
