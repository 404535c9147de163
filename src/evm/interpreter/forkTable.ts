import type { Core } from '../../core/index.ts'
import { forkTable as at } from '../../core/index.ts'
import type { Hardfork } from '../../primitives/index.ts'
import { HARDFORKS, rulesOf } from '../../primitives/index.ts'
import { sizeLimits } from '../../vm/index.ts'
import type { Opcode } from '../opcodes.ts'
import { opcodesOf } from '../opcodes.ts'
import { pricesOf } from '../prices.ts'

const WORD_BYTES = 32
const STACK_BYTES = 1024 * WORD_BYTES
const NO_LIMIT = 0xffffffff

/** Pays, then looks whether the frame is static, then at the stack: so it does that itself. */
const TSTORE = 0x5d

/** What the core's interpreter knows of a fork, as it reads it: layout in core/assembly/interpreter/forkTable.ts. */
export function forkTableOf(hardfork: Hardfork): Buffer {
  const table = Buffer.alloc(at.FORK_TABLE_BYTES)
  opcodesOf(hardfork).forEach((opcode, byte) => {
    writeOpcode(table.subarray(byte * at.OPCODE_BYTES), opcode)
  })
  for (const [offset, value] of priceFields(hardfork)) table.writeUInt32LE(value, offset)
  return table
}

/** The fork's place among the forks: what code in the core compares with its FORK_x. */
export function forkIndex(hardfork: Hardfork): number {
  return HARDFORKS.indexOf(hardfork)
}

function writeOpcode(entry: Buffer, opcode: Opcode | undefined): void {
  if (opcode === undefined) {
    entry.writeUInt16LE(STACK_BYTES + WORD_BYTES, at.OPCODE_NEED)
    entry.writeUInt16LE(at.OPCODE_INVALID, at.OPCODE_ROOM)
    return
  }
  const { byte, pops, pushes, pricing, staticGas } = opcode
  const room = STACK_BYTES - WORD_BYTES * Math.max(0, pushes - pops)
  entry.writeUInt16LE(pricing === 'state' ? 0 : staticGas, at.OPCODE_GAS)
  entry.writeUInt16LE(pricing === 'state' ? staticGas : 0, at.OPCODE_LATE_GAS)
  entry.writeUInt16LE(byte === TSTORE ? 0 : pops * WORD_BYTES, at.OPCODE_NEED)
  entry.writeUInt16LE(room | (pricing === 'fixed' ? 0 : at.OPCODE_STACK_FIRST), at.OPCODE_ROOM)
}

function priceFields(hardfork: Hardfork): readonly (readonly [offset: number, value: number])[] {
  const { store, ...prices } = pricesOf(hardfork)
  const rules = rulesOf(hardfork)
  return [
    [at.PRICE_HAS_WARMTH, Number(prices.hasWarmth)],
    [at.PRICE_COLD_ACCOUNT, prices.coldAccountGas],
    [at.PRICE_WARM_ACCESS, prices.warmAccessGas],
    [at.PRICE_COLD_SLOT, prices.coldSlotGas],
    [at.PRICE_EXP_BYTE, prices.expByteGas],
    [at.PRICE_INIT_CODE_WORD, prices.initCodeWordGas],
    [at.LIMIT_INIT_CODE, sizeLimits('evm', rules).initCodeBytes ?? NO_LIMIT],
    [at.LIMIT_WASM_INIT_CODE, sizeLimits('wasm', rules).initCodeBytes ?? NO_LIMIT],
    [at.REFUND_SELFDESTRUCT, Number(rules.selfDestructRefundGas)],
    [at.SSTORE_IS_NET, Number(store.isNet)],
    [at.SSTORE_SENTRY, store.sentryGas],
    [at.SSTORE_NOOP, store.noopGas],
    [at.SSTORE_DIRTY, store.dirtyGas],
    [at.SSTORE_SET, store.setGas],
    [at.SSTORE_RESET, store.resetGas],
    [at.SSTORE_CLEAR_REFUND, store.clearRefundGas],
    [at.SSTORE_UNSET_REFUND, store.unsetRefundGas],
    [at.SSTORE_RESTORE_REFUND, store.restoreRefundGas],
  ]
}

/** Makes `table` the core's. */
export function installForkTable({ exports, memory }: Core, table: Buffer): void {
  memory.buffer.set(table, exports.forkTablePointer())
}
