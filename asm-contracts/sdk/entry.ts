// What generated code calls. The compiler writes the dispatcher, the accessors of state variables, the encoders of
// events and errors and the stubs of remote contracts in terms of these few functions; see src/cli/compile.

import { encoded, Encoder, encoder } from './abi'
import { msg } from './context'
import { emitLog, msgValue, writeResult } from './hooks'
import { fail, revertWith } from './revert'

export { Decoder, decoder, Encoder, encoder, fresh, tailSize, topic } from './abi'
export * from './checked'
export { Attempt, attempt, CallResult, invoke, perform, Target } from './call'
export * from './fixed'
export { takeCallData as input } from './context'
export { enterGuarded, leaveGuarded } from './guard'
export { fail } from './revert'
export { blank, copied, erase, read, slot, slotAfter, write } from './storage'
export { u256 } from './u256'
export { Address } from './values'

/** The first four bytes of call data. */
export function selector(input: usize): u32 {
  return bswap<u32>(load<u32>(input))
}

/** Reverts when value came with the call. */
export function refuseValue(): void {
  const at = __alloc(32)
  msgValue(at)
  if (load<u64>(at) | load<u64>(at, 8) | load<u64>(at, 16) | load<u64>(at, 24)) fail()
}

/** Returns a value to the caller, or the values of a `@tuple`. */
export function reply<T>(value: T): void {
  if (isReference<T>() && !isManaged<T>() && offsetof<T>() == 32) writeResult(changetype<usize>(value), 32)
  else send(encoded<T>(value))
}

/** Returns bytes to the caller as they are. */
export function replyRaw(data: Uint8Array): void {
  writeResult(data.dataStart, data.length)
}

/** The call data as it came. */
export function callData(): Uint8Array {
  return msg.data
}

/** Returns a tuple to the caller. */
export function send(answer: Encoder): void {
  writeResult(answer.base, answer.tail - answer.base)
}

/** An encoder whose tuple follows a selector. */
export function message(selector: u32, heads: usize, tails: usize): Encoder {
  const made = encoder(4, heads, tails)
  store<u32>(made.base - 4, bswap<u32>(selector))
  return made
}

/** Ends the frame with a custom error. */
export function raise(error: Encoder): void {
  revertWith(error.base - 4, error.tail - error.base + 4)
}

/** Writes a log whose topics lie before its data. */
export function log(data: Encoder, topics: usize): void {
  const from = data.base - (topics << 5)
  emitLog(from, data.tail - from, <i32>topics)
}
