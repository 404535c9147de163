import type { Bytes } from '../primitives/index.ts'
import { hasPrefix } from '../primitives/index.ts'
import { COMPRESSED_WASM_PREFIX, MAX_WASM_CODE_BYTES } from '../vm/index.ts'
import { InvalidModuleError } from './binary/reader.ts'

/**
 * Undoes Brotli (RFC 7932): all of `compressed` must be one stream, whose content has at most `limit` bytes. Undefined when
 * either does not hold. O(limit) in time and memory, whatever the bytes are.
 */
export type Decompress = (compressed: Bytes, limit: number) => Bytes | undefined

const DICTIONARY_AT = COMPRESSED_WASM_PREFIX.length
const NO_DICTIONARY = 0
const STYLUS_DICTIONARY = 1

/** True when the code holds a module in compressed form. */
export function isCompressed(code: Bytes): boolean {
  return hasPrefix(code, COMPRESSED_WASM_PREFIX)
}

/**
 * The module that stored code holds: the code itself, or what it decompresses to. Throws {@link InvalidModuleError}.
 * Source: Stylus's form of deployed programs.
 */
export function unpack(code: Bytes, decompress: Decompress): Bytes {
  if (!isCompressed(code)) return code
  const dictionary = code[DICTIONARY_AT]
  if (dictionary === STYLUS_DICTIONARY) {
    throw new InvalidModuleError("compressed with Stylus's dictionary; deploy it compressed without one", DICTIONARY_AT)
  }
  if (dictionary !== NO_DICTIONARY) {
    throw new InvalidModuleError(`compressed with an unknown dictionary ${dictionary ?? ''}`.trimEnd(), DICTIONARY_AT)
  }
  const module = decompress(code.subarray(DICTIONARY_AT + 1), MAX_WASM_CODE_BYTES)
  if (module !== undefined) return module
  throw new InvalidModuleError(`not one Brotli stream of at most ${MAX_WASM_CODE_BYTES} bytes`, DICTIONARY_AT + 1)
}
