import type { Included } from '../../parallel/index.ts'
import type { Bytes } from '../../primitives/index.ts'
import { fromHex, hasPrefix, toHex, wordFromBytes } from '../../primitives/index.ts'

/** Selector of `Error(string)`: what `require` and `revert` with a text encode. */
const ERROR_STRING = fromHex('0x08c379a0')
/** Selector of `Panic(uint256)`: what the compiler's own checks encode. */
const PANIC = fromHex('0x4e487b71')

/** What each panic code says. Source: Solidity documentation, "Panic via assert and Error via require". */
const PANIC_REASONS: ReadonlyMap<bigint, string> = new Map([
  [0x00n, 'generic panic'],
  [0x01n, 'assert(false)'],
  [0x11n, 'arithmetic underflow or overflow'],
  [0x12n, 'division or modulo by zero'],
  [0x21n, 'enum overflow'],
  [0x22n, 'invalid encoded storage byte array accessed'],
  [0x31n, 'out-of-bounds array access; popping on an empty array'],
  [0x32n, 'out-of-bounds access of an array or bytesN'],
  [0x41n, 'out of memory'],
  [0x51n, 'uninitialized function'],
])

/**
 * What revert data says in words: the text of an `Error(string)` or the meaning of a `Panic(uint256)`, as geth words
 * them. Undefined for anything else, damaged encodings included.
 */
export function revertReason(output: Bytes): string | undefined {
  if (hasPrefix(output, ERROR_STRING)) return abiString(output.subarray(4))
  if (!hasPrefix(output, PANIC) || output.length < 36) return undefined
  const code = wordFromBytes(output.subarray(4, 36))
  return PANIC_REASONS.get(code) ?? `unknown panic code: 0x${code.toString(16)}`
}

/** Why an executed transaction failed, in words for a log line; undefined when it did not. */
export function describeFailure({ status, output, haltReason, fault }: Included): string | undefined {
  if (status === 'success') return undefined
  const why = fault === undefined ? '' : `: ${fault}`
  if (status === 'halt') return `${(haltReason ?? 'halted').replaceAll('-', ' ')}${why}`
  const reason = revertReason(output)
  if (reason !== undefined) return `execution reverted: ${reason}`
  return output.length >= 4
    ? `execution reverted: custom error ${toHex(output.subarray(0, 4))}${why}`
    : `execution reverted${why}`
}

/** The one ABI-encoded string that `bytes` are: offset, length, UTF-8 text. */
function abiString(bytes: Bytes): string | undefined {
  const offset = sizeAt(bytes, 0)
  const length = offset === undefined ? undefined : sizeAt(bytes, offset)
  if (offset === undefined || length === undefined) return undefined
  const text = bytes.subarray(offset + 32, offset + 32 + length)
  return text.length === length ? new TextDecoder().decode(text) : undefined
}

/** The word at `position` when it is a size that can be within `bytes`. */
function sizeAt(bytes: Bytes, position: number): number | undefined {
  const word = bytes.subarray(position, position + 32)
  if (word.length < 32) return undefined
  const value = wordFromBytes(word)
  return value <= BigInt(bytes.length) ? Number(value) : undefined
}
