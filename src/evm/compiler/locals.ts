/**
 * The parameters and locals of every block's function, and what the few that all have mean.
 *
 *   (frame: i32, sp: i32, gas: i64) -> status: i32
 */
export const LOCAL_FRAME = 0
/** Pointer past the top word when the function was entered. */
export const LOCAL_SP = 1
export const LOCAL_GAS = 2
/** Pointer to the lowest word of the EVM stack that the function uses: offsets are never negative. */
export const LOCAL_BASE = 3
/** A pointer or size between two instructions. */
export const LOCAL_TEMPORARY = 4
/** i32 that are limbs' values. */
export const LOCAL_FIRST_FLAG = 5
export const FLAG_LOCALS = 16
/** A vector that is never written and so is 0. */
export const LOCAL_ZEROS = LOCAL_FIRST_FLAG + FLAG_LOCALS
export const LOCAL_LOW_HALF = LOCAL_ZEROS + 1
export const LOCAL_HIGH_HALF = LOCAL_ZEROS + 2
export const LOCAL_FIRST_LIMB = LOCAL_ZEROS + 3
/** i32 locals that are not parameters, and vectors. */
export const I32_LOCALS = 2 + FLAG_LOCALS
export const VECTOR_LOCALS = 3
