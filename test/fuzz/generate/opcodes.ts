import type { Hardfork } from '../../../src/primitives/index.ts'
import { isAtLeast } from '../../../src/primitives/index.ts'

/**
 * The opcodes that generated programs are made of, by what they take. Written down here once more, so that a mistake in
 * an engine's own table is not also the fuzzer's. `since` is the fork that brought the opcode.
 */
export type Op = { readonly byte: number; readonly since: Hardfork }

const op = (byte: number, since: Hardfork = 'frontier'): Op => ({ byte, since })

export const PUSH0 = op(0x5f, 'shanghai')
export const MCOPY = op(0x5e, 'cancun')
export const TLOAD = op(0x5c, 'cancun')
export const TSTORE = op(0x5d, 'cancun')
export const BLOBHASH = op(0x49, 'cancun')
export const RETURNDATACOPY = op(0x3e, 'byzantium')
export const CREATE2 = op(0xf5, 'constantinople')
export const REVERT = op(0xfd, 'byzantium')

/** Take nothing, leave a word. */
export const NULLARY: readonly Op[] = [
  ...[0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3a, 0x41, 0x42, 0x43, 0x44, 0x45, 0x58, 0x59, 0x5a].map((byte) => op(byte)),
  op(0x3d, 'byzantium'),
  op(0x46, 'istanbul'),
  op(0x47, 'istanbul'),
  op(0x48, 'london'),
  op(0x4a, 'cancun'),
]
/** Take a word, leave a word: ISZERO, NOT, CLZ. */
export const UNARY: readonly Op[] = [op(0x15), op(0x19), op(0x1e, 'osaka')]
/** Take two words, leave one. */
export const BINARY: readonly Op[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 0x0a, 0x0b, 0x10, 0x11, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x1a].map((byte) => op(byte)),
  ...[0x1b, 0x1c, 0x1d].map((byte) => op(byte, 'constantinople')),
]
/** Take three words, leave one: ADDMOD, MULMOD. */
export const TERNARY: readonly Op[] = [op(8), op(9)]
/** Take an address, leave a word: BALANCE, EXTCODESIZE, EXTCODEHASH. */
export const OF_ADDRESS: readonly Op[] = [op(0x31), op(0x3b), op(0x3f, 'constantinople')]
/** CALL and CALLCODE take a value, DELEGATECALL and STATICCALL do not. */
export const CALLS: readonly (Op & { readonly hasValue: boolean })[] = [
  { ...op(0xf1), hasValue: true },
  { ...op(0xf2), hasValue: true },
  { ...op(0xf4, 'homestead'), hasValue: false },
  { ...op(0xfa, 'byzantium'), hasValue: false },
]

/** Those of `ops` that the fork has. */
export function known<some extends Op>(ops: readonly some[], hardfork: Hardfork): readonly some[] {
  return ops.filter(({ since }) => isAtLeast(hardfork, since))
}
