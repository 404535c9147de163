import type { Pointer } from '../../core/index.ts'
import type { Hardfork } from '../../primitives/index.ts'
import type { StoredCode } from './codeCache.ts'

/** Runs frames of stored code: the interpreter, or what runs them faster with the same results. */
export type Tier = {
  /** From now on code runs by the rules of `hardfork`. */
  begin(hardfork: Hardfork): void
  /** Runs a frame until it ends or asks for another, as the core's `run` does. */
  run(frame: Pointer, code: StoredCode): number
}
