/**
 * What a module may hold. Part of the protocol: the limits bound the work and the memory of validation, compilation and
 * execution. Source: Stylus's validation rules; see docs/decisions/003-wasm-rules.md for ours.
 */

export const MAX_TYPES = 4_096
export const MAX_IMPORTS = 513
export const MAX_FUNCTIONS = 4_096
export const MAX_EXPORTS = 1_024
export const MAX_NAME_BYTES = 512
export const MAX_DATA_SEGMENTS = 128
export const MAX_ELEMENT_SEGMENTS = 128
/** Entries of the table, and of one element segment. */
export const MAX_TABLE_ENTRIES = 4_096
/** Parameters and locals of one function. */
export const MAX_LOCALS = 348
/** Instructions of one function. */
export const MAX_INSTRUCTIONS = 65_536
/** Basic blocks of one function, as they are metered. From version 2 of the rules on. */
export const MAX_BASIC_BLOCKS = 4_096
/**
 * Basic blocks and `br_table` targets of one function, times its parameters and locals. V8's
 * optimiser keeps a value of each local for each of them: 1,000,000 take 6 s and 480 MB. From
 * version 2 of the rules on.
 */
export const MAX_EDGES_TIMES_LOCALS = 131_072
/** Metered bytes of a module. From version 2 of the rules on. */
export const MAX_METERED_BYTES = 2_097_152
/** Bytes that metering adds, at most about: to a basic block, to a call, to a function. */
export const METERED_BLOCK_BYTES = 20
export const METERED_CALL_BYTES = 8
export const METERED_FUNCTION_BYTES = 48
/** Targets of one `br_table`, its default not counted. */
export const MAX_BRANCH_TARGETS = 4_096
/** Blocks, loops and ifs inside each other. */
export const MAX_BLOCK_DEPTH = 1_024
/** Words of one function's frame: see {@link FRAME_BASE_WORDS}. */
export const MAX_FRAME_WORDS = 10_240

/** A frame's words are its highest operand stack, its parameters and locals, these, and a share of its instructions. */
export const FRAME_BASE_WORDS = 4
/**
 * Instructions that count as one more word: V8's optimiser keeps a value that is computed twice alive in between, each in
 * a slot of its own, so a long function's native frame can be far larger than its operands and locals. 1,500 such values
 * across a call made frames of 20 KB that counted as 12 words.
 */
export const INSTRUCTIONS_PER_WORD = 16
/** Words of stack that one contract frame may use. */
export const MAX_STACK_WORDS = 22_000
/** Words of stack that all open contract frames of a transaction may use together. */
export const MAX_TREE_STACK_WORDS = 262_144

export const PAGE_BYTES = 65_536
/** Pages of one module, and of all open frames of a transaction together. */
export const MAX_PAGES = 128

/** Storage writes that one frame may hold back; the next one flushes first. Bounds memory at 12 gas a write. */
export const MAX_DIRTY_SLOTS = 1_024
