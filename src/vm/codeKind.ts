import type { Bytes, Rules } from '../primitives/index.ts'
import { fromHex, hasPrefix } from '../primitives/index.ts'
import type { VmKind } from './engine.ts'

/** `\0asm`: as EVM code it would be STOP, so no EVM contract is lost to it (decision 6). */
export const WASM_MAGIC = fromHex('0x0061736d')

/** Stylus's mark of a compressed module; one byte that names a dictionary follows. As EVM code it would be invalid. */
export const COMPRESSED_WASM_PREFIX = fromHex('0xeff000')

/** Which VM owns this code or init code: its first bytes decide. */
export function codeKind(code: Bytes): VmKind {
  return hasPrefix(code, WASM_MAGIC) || hasPrefix(code, COMPRESSED_WASM_PREFIX) ? 'wasm' : 'evm'
}

/** A stored WebAssembly module, uncompressed: Stylus's limit. */
export const MAX_WASM_CODE_BYTES = 131_072

/** Init code that is WebAssembly: a module of at most `MAX_WASM_CODE_BYTES` and 64 KiB of constructor arguments. */
export const MAX_WASM_INIT_CODE_BYTES = 196_608

/**
 * The size limits of `kind`. EVM limits are the fork's (EIP-170, EIP-3860; undefined is unlimited); a module needs more
 * room than 24 KiB and pays for it byte by byte.
 */
export function sizeLimits(
  kind: VmKind,
  rules: Rules,
): { readonly codeBytes: number | undefined; readonly initCodeBytes: number | undefined } {
  return kind === 'wasm'
    ? { codeBytes: MAX_WASM_CODE_BYTES, initCodeBytes: MAX_WASM_INIT_CODE_BYTES }
    : { codeBytes: rules.maxCodeBytes, initCodeBytes: rules.maxInitCodeBytes }
}
