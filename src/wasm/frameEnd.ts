import type { HaltReason } from '../vm/index.ts'

/** How a contract frame ended, before it is a result. */
export type Ending =
  /** The entry point returned, or the contract asked to leave: 0 is success. */
  | { readonly kind: 'exit'; readonly status: number }
  /** The contract broke a rule; it reverts without output and keeps its gas. `fault` is for people. */
  | { readonly kind: 'trap'; readonly fault: string }
  /** The frame's gas is burnt. */
  | { readonly kind: 'halt'; readonly reason: HaltReason; readonly fault?: string }

/**
 * Thrown by host functions to leave the contract's code at once: no instruction of ours can catch it, so it arrives where
 * the frame began. Not an `Error`: nothing failed, and collecting a stack trace would cost more than the frame.
 */
export class FrameEnd {
  readonly ending: Ending

  constructor(ending: Ending) {
    this.ending = ending
  }
}

/** Ends the frame as a trap. */
export function trap(fault: string): never {
  throw new FrameEnd({ kind: 'trap', fault })
}

/** Ends the frame and burns its gas. */
export function halt(reason: HaltReason): never {
  throw new FrameEnd({ kind: 'halt', reason })
}
