import { type Bytes, rulesOf } from '../primitives/index.ts'
import { createWasmEngine } from '../wasm/index.ts'
import { decompressBrotli } from './brotli.ts'

/** More gas than any validation costs. */
const ENOUGH_GAS = 1n << 62n

/** Why a chain of the newest rules does not store this WebAssembly module, in a few words; undefined when it does. */
export function moduleRefusal(module: Bytes): string | undefined {
  const validation = createWasmEngine({ decompress: decompressBrotli }).validate(module, ENOUGH_GAS, rulesOf('osaka'))
  if (validation.status === 'valid') return undefined
  return validation.fault ?? validation.reason
}
