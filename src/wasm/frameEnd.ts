import type { HaltReason } from '../vm/index.ts'

/** How a contract frame ended, before it is a result. */
export type Ending =
  /** The entry point returned, or the contract asked to leave: 0 is success. */
  | { readonly kind: 'exit'; readonly status: number }
  /** The contract broke a rule; it reverts without output and keeps its gas. `fault` is for people, `stack` is V8's. */
  | { readonly kind: 'trap'; readonly fault: string; readonly stack: string | undefined }
  /** The frame's gas is burnt. */
  | { readonly kind: 'halt'; readonly reason: HaltReason; readonly fault?: string }

/**
 * Thrown by host functions to leave the contract's code at once: no instruction of ours can catch it, so it arrives where
 * the frame began. Not an `Error`: nothing failed, and most need no stack trace.
 */
export class FrameEnd {
  readonly ending: Ending

  constructor(ending: Ending) {
    this.ending = ending
  }
}

/** Ends the frame as a trap. Its stack trace, 5 us, says which instruction of the contract was the cause. */
export function trap(fault: string): never {
  throw new FrameEnd({ kind: 'trap', fault, stack: new Error(fault).stack })
}

/** Ends the frame and burns its gas. */
export function halt(reason: HaltReason): never {
  throw new FrameEnd({ kind: 'halt', reason })
}
