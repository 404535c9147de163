import type { Bytes } from '../primitives/index.ts'
import { fromHex, hasPrefix } from '../primitives/index.ts'
import type { VmKind } from './engine.ts'

/** `\0asm`: as EVM code it would be STOP, so no EVM contract is lost to it (decision 6). */
export const WASM_MAGIC = fromHex('0x0061736d')

/** Which VM owns this code or init code: its first bytes decide. */
export function codeKind(code: Bytes): VmKind {
  return hasPrefix(code, WASM_MAGIC) ? 'wasm' : 'evm'
}
