/**
 * The memory map of the core. One file for two compilers: AssemblyScript reads it as part of core.wasm, TypeScript as part
 * of src/core, so both sides name a field by the same constant. Hence plain numbers without types, in bytes.
 *
 * ```
 *        0  statics of AssemblyScript, tables, scratch words
 *   32 KiB  CONTEXT: what a transaction and its block look like to every frame
 *   64 KiB  FRAMES: one record per depth, 0 to 1024
 *  508 KiB  SCRATCH: operands of compiled code on their way to a function here
 *  512 KiB  STACK: all frames' operand stacks; a child's base is its parent's top
 *   35 MiB  RETURN: top-level input, outputs and return data; a frame's buffer starts where its parent's ends
 *   99 MiB  MEMORY: all frames' EVM memories; a child's starts where its parent's ends
 *  355 MiB  HEAP: journal tables, code; grows
 * ```
 *
 * Pages that nothing touched cost no memory. A word is four little-endian u64 limbs, lowest first, 8-aligned.
 */

/** Bytes of a 256-bit word. */
export const WORD_BYTES = 32
/** Words an EVM stack holds (Yellow Paper section 9.1). */
export const STACK_WORDS = 1024
/** The deepest frame; the outermost has depth 0. */
export const MAX_DEPTH = 1024

// Regions.
export const CONTEXT = 0x8000
export const FRAMES = 0x10000
/** 1,025 records fit below STACK. */
export const FRAME_BYTES = 320
export const SCRATCH = 0x7f000
export const STACK = 0x80000
/** A child's stack starts at its parent's top, so this holds 1,025 full stacks and some slack. */
export const STACK_END = 0x2300000
export const RETURN = 0x2300000
export const RETURN_END = 0x6300000
export const MEMORY = 0x6300000
export const MEMORY_END = 0x16300000
export const HEAP = 0x16300000

// CONTEXT: words first, then u32 fields. Write through `CONTEXT + CONTEXT_x`.
export const CONTEXT_ORIGIN = 0
export const CONTEXT_GAS_PRICE = 32
export const CONTEXT_COINBASE = 64
export const CONTEXT_TIMESTAMP = 96
export const CONTEXT_NUMBER = 128
export const CONTEXT_PREVRANDAO = 160
export const CONTEXT_GAS_LIMIT = 192
export const CONTEXT_CHAIN_ID = 224
export const CONTEXT_BASE_FEE = 256
export const CONTEXT_BLOB_BASE_FEE = 288
/** u32: how many words stand at CONTEXT_BLOB_HASHES. */
export const CONTEXT_BLOB_HASH_COUNT = 320
/** u32: index of the fork, oldest first. */
export const CONTEXT_FORK = 324
export const CONTEXT_BLOB_HASHES = 512
/** Words that fit between CONTEXT_BLOB_HASHES and FRAMES. */
export const MAX_BLOB_HASHES = 1000

// A frame record. u32 unless it says otherwise.
export const FRAME_PC = 0
/** Pointer past the top word. */
export const FRAME_SP = 4
export const FRAME_STACK_BASE = 8
export const FRAME_MEMORY_BASE = 12
/** Bytes, a multiple of 32. */
export const FRAME_MEMORY_SIZE = 16
export const FRAME_CODE = 20
export const FRAME_CODE_LENGTH = 24
export const FRAME_JUMP_MAP = 28
export const FRAME_INPUT = 32
export const FRAME_INPUT_LENGTH = 36
export const FRAME_RETURN = 40
export const FRAME_RETURN_LENGTH = 44
/** u64 */
export const FRAME_GAS = 48
export const FRAME_IS_STATIC = 56
export const FRAME_DEPTH = 60
/** Journal id of the account whose storage the frame uses. */
export const FRAME_ACCOUNT = 64
export const FRAME_OUTPUT = 68
export const FRAME_OUTPUT_LENGTH = 72
export const FRAME_HALT_REASON = 76
// Mailbox of a CALL or CREATE kind; read by the driver when `run` returns an action.
export const FRAME_ACTION_KIND = 80
export const FRAME_ACTION_INPUT = 84
export const FRAME_ACTION_INPUT_LENGTH = 88
export const FRAME_ACTION_OUTPUT = 92
export const FRAME_ACTION_OUTPUT_LENGTH = 96
/** Journal id of whom to call. */
export const FRAME_ACTION_ACCOUNT = 100
/** u64: gas that goes along, stipend included. */
export const FRAME_ACTION_GAS = 104
/** Word: the salt of a CREATE2. */
export const FRAME_ACTION_SALT = 112
/** Word: value to send. */
export const FRAME_ACTION_VALUE = 144
/** Words: the account's address, its caller's, and the value that came along. */
export const FRAME_ADDRESS = 176
export const FRAME_CALLER = 208
export const FRAME_VALUE = 240
/** Where the frame's memory ends at most: MEMORY_END, or the end of the block that it moved to. */
export const FRAME_MEMORY_LIMIT = 272
/** Where the memory was before it moved to a block of its own, and so where its children's begin. */
export const FRAME_MEMORY_HOME = 276
/** The placed code that the frame runs, a PROGRAM record; 0 for init code, which is interpreted. */
export const FRAME_PROGRAM = 280
/** What the journal's checkpoint was when the frame was begun by `drive`. */
export const FRAME_CHECKPOINT = 284

// A placed code: the driver's record of a code that frames may run. u32 unless it says otherwise; TypeScript fills it.
export const PROGRAM_CODE = 0
export const PROGRAM_CODE_LENGTH = 4
export const PROGRAM_JUMP_MAP = 8
/** Index in the core's function table of the code's compiled form, `(frame, number of a function) -> status`; 0 is none. */
export const PROGRAM_FUNCTION = 12
/** i64: gas that the code may use before it is due to be compiled. Not above 0 is due; {@link PROGRAM_NEVER_DUE} is never. */
export const PROGRAM_GAS_UNTIL_DUE = 16
/** A u16 per byte of code and one for its end: the number of the compiled function that begins there, 0 for none. */
export const PROGRAM_FUNCTION_MAP = 24
export const PROGRAM_BYTES = 32
