/**
 * How `run` comes back, and why a frame halts. One file for two compilers, like ../layout.ts.
 */

/** Success; the output is in the frame. */
export const STATUS_RETURN = 0
/** REVERT; the output is in the frame. */
export const STATUS_REVERT = 1
/** A halt; its reason is in FRAME_HALT_REASON. */
export const STATUS_HALT = 2
/** A CALL kind waits in the mailbox. */
export const STATUS_CALL = 3
/** A CREATE kind waits in the mailbox. */
export const STATUS_CREATE = 4
/** The frame goes on. */
export const STATUS_RUNNING = 5
/** Compiled code has done nothing since the frame's registers were written: it is interpreted from there. */
export const STATUS_DEOPT = 6
/** The frame's code has used enough gas to be compiled before it goes on. */
export const STATUS_DUE = 7
/** A CALL kind waits, and whether the router must run it is not known yet. */
export const STATUS_UNKNOWN_TARGET = 8
/** A CALL kind waits, and the code that it runs has no PROGRAM record yet. */
export const STATUS_UNPLACED_CODE = 9

export const HALT_OUT_OF_GAS = 1
export const HALT_STACK_UNDERFLOW = 2
export const HALT_STACK_OVERFLOW = 3
export const HALT_INVALID_OPCODE = 4
export const HALT_INVALID_JUMP = 5
export const HALT_STATIC_VIOLATION = 6
export const HALT_RETURN_DATA_OUT_OF_BOUNDS = 7
export const HALT_INIT_CODE_TOO_LARGE = 8
