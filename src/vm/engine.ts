import type { Bytes } from '../primitives/index.ts'
import type { Host } from './host.ts'
import type { Execution, Result } from './message.ts'

/** Which machine runs a code. */
export type VmKind = 'evm' | 'wasm'

/** Why a code can never run: a sentence for people and the byte where it went wrong. */
export type CodeFault = { readonly reason: string; readonly offset: number }

/**
 * A virtual machine: runs one frame's code against a host. It holds no state between frames but caches, and no answer
 * may depend on those.
 */
export interface VmEngine {
  readonly kind: VmKind
  /** Pure and deterministic: why this code may not be stored, or undefined when it may. */
  validate(code: Bytes): CodeFault | undefined
  /**
   * Runs one frame. For a creation `code` is the init code and a success's output is the code to store. Contract faults
   * are results; anything thrown is a bug or a failed read and stops the node.
   */
  execute(execution: Execution, code: Bytes, host: Host): Result
}

/** A contract that the protocol provides at a fixed address. */
export type Precompile = (input: Bytes, gasLimit: bigint) => Result
