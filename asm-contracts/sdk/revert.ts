// The ways in which a contract refuses: with no data, with a reason, with a panic code, with a custom error.

import { exitEarly, writeResult } from './hooks'
import { decimal, utf8Size, utf8Write } from './text'

// Codes of `Panic(uint256)`. Source: the Solidity documentation, "Panic via assert and Error via require".
export const NO_MEMBER: u8 = 0x21
export const EMPTY_POP: u8 = 0x31
export const BAD_INDEX: u8 = 0x32
export const TOO_MUCH_MEMORY: u8 = 0x41

/** Ends the frame, undoing what it did, with these bytes as revert data. */
export function revertWith(from: usize, size: usize): void {
  writeResult(from, size)
  exitEarly(1)
  unreachable()
}

/** Ends the frame with empty revert data, as Solidity does for call data that it cannot decode. */
export function fail(): void {
  exitEarly(1)
  unreachable()
}

/** `Panic(uint256)`, with Solidity's codes. */
export function panic(code: u8): void {
  const data = __alloc(36)
  store<u32>(data, bswap<u32>(0x4e487b71))
  store<u8>(data, code, 35)
  revertWith(data, 36)
}

/** `Error(string)`: ends the frame with a reason for people. */
export function revert(reason: string): void {
  const size = utf8Size(reason)
  const padded = (size + 31) & ~31
  const data = __alloc(68 + padded)
  store<u32>(data, bswap<u32>(0x08c379a0))
  store<u8>(data, 32, 35)
  store<u32>(data, bswap<u32>(<u32>size), 64)
  utf8Write(reason, data + 68)
  revertWith(data, 68 + padded)
}

/** Goes on only if the condition holds; else reverts with the reason. */
export function require(condition: bool, reason: string): void {
  if (!condition) revert(reason)
}

/**
 * What `throw new Error(..)`, `assert(..)` and the compiler's own checks end in: `Error("message (file:line)")`, or a
 * panic when the message is one character, its code (see panics.ts).
 */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  if (message !== null && message.length == 1) panic(<u8>message.charCodeAt(0))
  const text = message === null ? 'abort' : message
  revert(text + ' (' + (file === null ? '' : file) + ':' + decimal(line) + ')')
}
