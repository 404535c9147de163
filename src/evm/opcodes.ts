import type { Hardfork } from '../primitives/index.ts'
import { HARDFORKS } from '../primitives/index.ts'

/**
 * How an opcode's price comes about, which also says what is found first when a frame lacks both gas and operands.
 *
 * - `fixed`: known in advance. Gas is taken first, then operands are missed.
 * - `operands`: depends on operands, so they are missed first.
 * - `state`: depends on the state, or on whether the frame is static. It asks before it pays, so that what it asked counts
 *   as read and warm even when the gas does not suffice.
 */
export type Pricing = 'fixed' | 'operands' | 'state'

/** One opcode of one fork. */
export type Opcode = {
  readonly byte: number
  readonly name: string
  /** Bytes of code that follow and are data. */
  readonly immediateBytes: number
  /** Words that must be on the stack; all of them are taken off. */
  readonly pops: number
  /** Words that are then put on the stack. */
  readonly pushes: number
  readonly pricing: Pricing
  /** The part of the price that is always the same, in gas. */
  readonly staticGas: number
}

/** What a fork runs: an opcode per byte, undefined where it has none. */
export type OpcodeTable = readonly (Opcode | undefined)[]

type Row = readonly [byte: number, name: string, pops: number, pushes: number, staticGas: number, pricing?: Pricing]

/** Source: Yellow Paper, appendices G and H, as Frontier had them. */
const frontier: readonly Row[] = [
  [0x00, 'STOP', 0, 0, 0],
  [0x01, 'ADD', 2, 1, 3],
  [0x02, 'MUL', 2, 1, 5],
  [0x03, 'SUB', 2, 1, 3],
  [0x04, 'DIV', 2, 1, 5],
  [0x05, 'SDIV', 2, 1, 5],
  [0x06, 'MOD', 2, 1, 5],
  [0x07, 'SMOD', 2, 1, 5],
  [0x08, 'ADDMOD', 3, 1, 8],
  [0x09, 'MULMOD', 3, 1, 8],
  [0x0a, 'EXP', 2, 1, 10, 'operands'],
  [0x0b, 'SIGNEXTEND', 2, 1, 5],
  [0x10, 'LT', 2, 1, 3],
  [0x11, 'GT', 2, 1, 3],
  [0x12, 'SLT', 2, 1, 3],
  [0x13, 'SGT', 2, 1, 3],
  [0x14, 'EQ', 2, 1, 3],
  [0x15, 'ISZERO', 1, 1, 3],
  [0x16, 'AND', 2, 1, 3],
  [0x17, 'OR', 2, 1, 3],
  [0x18, 'XOR', 2, 1, 3],
  [0x19, 'NOT', 1, 1, 3],
  [0x1a, 'BYTE', 2, 1, 3],
  [0x20, 'KECCAK256', 2, 1, 30, 'operands'],
  [0x30, 'ADDRESS', 0, 1, 2],
  [0x31, 'BALANCE', 1, 1, 20, 'operands'],
  [0x32, 'ORIGIN', 0, 1, 2],
  [0x33, 'CALLER', 0, 1, 2],
  [0x34, 'CALLVALUE', 0, 1, 2],
  [0x35, 'CALLDATALOAD', 1, 1, 3],
  [0x36, 'CALLDATASIZE', 0, 1, 2],
  [0x37, 'CALLDATACOPY', 3, 0, 3, 'operands'],
  [0x38, 'CODESIZE', 0, 1, 2],
  [0x39, 'CODECOPY', 3, 0, 3, 'operands'],
  [0x3a, 'GASPRICE', 0, 1, 2],
  [0x3b, 'EXTCODESIZE', 1, 1, 20, 'operands'],
  [0x3c, 'EXTCODECOPY', 4, 0, 20, 'operands'],
  [0x40, 'BLOCKHASH', 1, 1, 20],
  [0x41, 'COINBASE', 0, 1, 2],
  [0x42, 'TIMESTAMP', 0, 1, 2],
  [0x43, 'NUMBER', 0, 1, 2],
  [0x44, 'DIFFICULTY', 0, 1, 2],
  [0x45, 'GASLIMIT', 0, 1, 2],
  [0x50, 'POP', 1, 0, 2],
  [0x51, 'MLOAD', 1, 1, 3, 'operands'],
  [0x52, 'MSTORE', 2, 0, 3, 'operands'],
  [0x53, 'MSTORE8', 2, 0, 3, 'operands'],
  [0x54, 'SLOAD', 1, 1, 50, 'operands'],
  [0x55, 'SSTORE', 2, 0, 0, 'state'],
  [0x56, 'JUMP', 1, 0, 8],
  [0x57, 'JUMPI', 2, 0, 10],
  [0x58, 'PC', 0, 1, 2],
  [0x59, 'MSIZE', 0, 1, 2],
  [0x5a, 'GAS', 0, 1, 2],
  [0x5b, 'JUMPDEST', 0, 0, 1],
  ...times(32, (n): Row => [0x5f + n, `PUSH${n}`, 0, 1, 3]),
  ...times(16, (n): Row => [0x7f + n, `DUP${n}`, n, n + 1, 3]),
  ...times(16, (n): Row => [0x8f + n, `SWAP${n}`, n + 1, n + 1, 3]),
  ...times(5, (n): Row => [0x9f + n, `LOG${n - 1}`, n + 1, 0, 375, 'state']),
  [0xf0, 'CREATE', 3, 1, 32_000, 'state'],
  [0xf1, 'CALL', 7, 1, 40, 'state'],
  [0xf2, 'CALLCODE', 7, 1, 40, 'state'],
  [0xf3, 'RETURN', 2, 0, 0, 'operands'],
  [0xff, 'SELFDESTRUCT', 1, 0, 0, 'state'],
]

/** What each fork adds or prices anew; the rest is as before. */
const changes: Readonly<Record<Hardfork, readonly Row[]>> = {
  frontier,
  /** EIP-7. */
  homestead: [[0xf4, 'DELEGATECALL', 6, 1, 40, 'state']],
  /** EIP-150. */
  tangerineWhistle: [
    [0x31, 'BALANCE', 1, 1, 400, 'operands'],
    [0x3b, 'EXTCODESIZE', 1, 1, 700, 'operands'],
    [0x3c, 'EXTCODECOPY', 4, 0, 700, 'operands'],
    [0x54, 'SLOAD', 1, 1, 200, 'operands'],
    [0xf1, 'CALL', 7, 1, 700, 'state'],
    [0xf2, 'CALLCODE', 7, 1, 700, 'state'],
    [0xf4, 'DELEGATECALL', 6, 1, 700, 'state'],
    [0xff, 'SELFDESTRUCT', 1, 0, 5000, 'state'],
  ],
  spuriousDragon: [],
  /** EIPs 140, 211, 214. */
  byzantium: [
    [0x3d, 'RETURNDATASIZE', 0, 1, 2],
    [0x3e, 'RETURNDATACOPY', 3, 0, 3, 'state'],
    [0xfa, 'STATICCALL', 6, 1, 700, 'state'],
    [0xfd, 'REVERT', 2, 0, 0, 'operands'],
  ],
  /** EIPs 145, 1014, 1052. */
  constantinople: [
    [0x1b, 'SHL', 2, 1, 3],
    [0x1c, 'SHR', 2, 1, 3],
    [0x1d, 'SAR', 2, 1, 3],
    [0x3f, 'EXTCODEHASH', 1, 1, 400, 'operands'],
    [0xf5, 'CREATE2', 4, 1, 32_000, 'state'],
  ],
  petersburg: [],
  /** EIPs 1344, 1884. */
  istanbul: [
    [0x31, 'BALANCE', 1, 1, 700, 'operands'],
    [0x3f, 'EXTCODEHASH', 1, 1, 700, 'operands'],
    [0x46, 'CHAINID', 0, 1, 2],
    [0x47, 'SELFBALANCE', 0, 1, 5],
    [0x54, 'SLOAD', 1, 1, 800, 'operands'],
  ],
  /** EIP-2929: what these cost depends on what was touched before. */
  berlin: [
    [0x31, 'BALANCE', 1, 1, 0, 'operands'],
    [0x3b, 'EXTCODESIZE', 1, 1, 0, 'operands'],
    [0x3c, 'EXTCODECOPY', 4, 0, 0, 'operands'],
    [0x3f, 'EXTCODEHASH', 1, 1, 0, 'operands'],
    [0x54, 'SLOAD', 1, 1, 0, 'operands'],
    [0xf1, 'CALL', 7, 1, 0, 'state'],
    [0xf2, 'CALLCODE', 7, 1, 0, 'state'],
    [0xf4, 'DELEGATECALL', 6, 1, 0, 'state'],
    [0xfa, 'STATICCALL', 6, 1, 0, 'state'],
  ],
  /** EIP-3198. */
  london: [[0x48, 'BASEFEE', 0, 1, 2]],
  /** EIP-4399. */
  paris: [[0x44, 'PREVRANDAO', 0, 1, 2]],
  /** EIP-3855. */
  shanghai: [[0x5f, 'PUSH0', 0, 1, 2]],
  /** EIPs 1153, 4844, 5656, 7516. */
  cancun: [
    [0x49, 'BLOBHASH', 1, 1, 3],
    [0x4a, 'BLOBBASEFEE', 0, 1, 2],
    [0x5c, 'TLOAD', 1, 1, 100],
    [0x5d, 'TSTORE', 2, 0, 100],
    [0x5e, 'MCOPY', 3, 0, 3, 'operands'],
  ],
  prague: [],
  /** EIP-7939. */
  osaka: [[0x1e, 'CLZ', 1, 1, 5]],
}

/** What each of 1 to `count` gives. */
function times(count: number, row: (n: number) => Row): readonly Row[] {
  return Array.from({ length: count }, (_, i) => row(i + 1))
}

function opcodeOf([byte, name, pops, pushes, staticGas, pricing = 'fixed']: Row): Opcode {
  const immediateBytes = byte >= 0x60 && byte <= 0x7f ? byte - 0x5f : 0
  return { byte, name, immediateBytes, pops, pushes, pricing, staticGas }
}

function tableAfter(before: OpcodeTable, rows: readonly Row[]): OpcodeTable {
  const table = [...before]
  for (const row of rows) table[row[0]] = opcodeOf(row)
  return table
}

const tables = new Map<Hardfork, OpcodeTable>()
let newest: OpcodeTable = Array.from({ length: 256 }, () => undefined)
for (const hardfork of HARDFORKS) {
  newest = tableAfter(newest, changes[hardfork])
  tables.set(hardfork, newest)
}

/** The opcodes of `hardfork`, by byte: 256 entries. */
export function opcodesOf(hardfork: Hardfork): OpcodeTable {
  return tables.get(hardfork) ?? []
}
