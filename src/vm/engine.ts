import type { Bytes, Rules } from '../primitives/index.ts'
import type { Host } from './host.ts'
import type { Execution, HaltReason, Result } from './message.ts'

/** Which machine runs a code. */
export type VmKind = 'evm' | 'wasm'

/** The answer to whether a code may be stored. Finding out costs gas; a halt burns all of it, as of a {@link Result}. */
export type Validation =
  | { readonly status: 'valid'; readonly gasLeft: bigint }
  | { readonly status: 'halt'; readonly reason: HaltReason; readonly fault?: string }

/**
 * A virtual machine: runs one frame's code against a host. It holds no state between frames but caches, and no answer
 * may depend on those.
 */
export interface VmEngine {
  readonly kind: VmKind
  /** Pure and deterministic: whether code that the other VM's init code returned may be stored, paid from `gasLimit`. */
  validate(code: Bytes, gasLimit: bigint, rules: Rules): Validation
  /**
   * Runs one frame. For a creation `code` is the init code and a success's output is the code to store. Contract faults
   * are results; anything thrown is a bug or a failed read, and ends the transaction as the router's `executeIsolated` says.
   */
  execute(execution: Execution, code: Bytes, host: Host): Result
}

/** A contract that the protocol provides at a fixed address. */
export type Precompile = (input: Bytes, gasLimit: bigint) => Result
