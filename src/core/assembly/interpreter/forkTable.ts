/**
 * What one fork's opcodes need and cost, as the interpreter reads it: TypeScript writes it from src/evm/opcodes.ts and
 * src/evm/prices.ts when another fork's transaction begins. One file for two compilers, like ../layout.ts; offsets are in
 * bytes from the start of the table.
 *
 * First one entry per opcode byte, of four u16. The loop looks at an entry before it looks at the opcode.
 */
export const OPCODE_BYTES = 8
/** Gas that is taken before anything else is looked at. */
export const OPCODE_GAS = 0
/** The part of the fixed price that the opcode takes itself, after effects that even an unpaid opcode has. */
export const OPCODE_LATE_GAS = 2
/** Bytes that must be on the stack. More than a stack holds when the fork does not have the opcode. */
export const OPCODE_NEED = 4
/** Bytes that may be on the stack for the result to fit; its low five bits are the flags below. */
export const OPCODE_ROOM = 6
export const OPCODE_FLAGS = 31
/** The fork does not have this opcode. */
export const OPCODE_INVALID = 1
/** Its price depends on operands, so a missing operand is found before missing gas. */
export const OPCODE_STACK_FIRST = 2

/** Then prices, u32 each. */
export const PRICES = 2048
/** EIP-2929: 1 when addresses and slots have warmth, and what the first and later touches cost. */
export const PRICE_HAS_WARMTH = 2048
export const PRICE_COLD_ACCOUNT = 2052
export const PRICE_WARM_ACCESS = 2056
export const PRICE_COLD_SLOT = 2060
/** EIP-160. */
export const PRICE_EXP_BYTE = 2064
/** EIP-3860, with the largest init code that is EVM code and the largest that is a WebAssembly module. */
export const PRICE_INIT_CODE_WORD = 2068
export const LIMIT_INIT_CODE = 2072
export const LIMIT_WASM_INIT_CODE = 2076
/** EIP-3529. */
export const REFUND_SELFDESTRUCT = 2080
/** SSTORE: what it takes to begin (EIP-2200), then the prices and refunds of net metering. */
export const SSTORE_IS_NET = 2084
export const SSTORE_SENTRY = 2088
/** The slot is what it was before this SSTORE, or was changed before in this transaction. */
export const SSTORE_NOOP = 2092
export const SSTORE_DIRTY = 2096
/** First change of a slot that was 0, of one that was not. */
export const SSTORE_SET = 2100
export const SSTORE_RESET = 2104
export const SSTORE_CLEAR_REFUND = 2108
/** Back to what it was: 0, or not. */
export const SSTORE_UNSET_REFUND = 2112
export const SSTORE_RESTORE_REFUND = 2116
export const FORK_TABLE_BYTES = 2120

/** Forks that change more than prices, by their place in HARDFORKS (src/primitives/rules.ts): the index in CONTEXT_FORK. */
export const FORK_TANGERINE_WHISTLE = 2
export const FORK_SPURIOUS_DRAGON = 3
export const FORK_CANCUN = 12
export const FORK_PRAGUE = 13
