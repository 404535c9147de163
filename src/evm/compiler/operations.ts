import { opcodes as op } from '../../core/index.ts'
import type { Hardfork } from '../../primitives/index.ts'
import { opcodesOf } from '../opcodes.ts'

/**
 * What an operation does to the flow of a function.
 *
 * - PLAIN: nothing; what it costs is charged with its section's other operations.
 * - BORDER: it is its section's last, because it reads or changes the state or may fail for other reasons than gas: it sees
 *   exactly the gas that it would see in the interpreter.
 * - BRANCH: JUMPI. A border where the stack is looked at anew.
 * - SUSPEND: CALL and CREATE kinds. The frame is left, and entered again behind it.
 * - END: nothing follows.
 */
export const PLAIN = 0
export const BORDER = 1
export const BRANCH = 2
export const SUSPEND = 3
export const END = 4

/** The operations of a fork, by their byte. */
export type Operations = {
  /** The part of the price that is taken before anything else. */
  readonly gas: Uint16Array
  readonly pops: Uint8Array
  readonly pushes: Uint8Array
  readonly flow: Uint8Array
  /** 1 where the fork has an operation. */
  readonly isKnown: Uint8Array
}

const FLOWS: ReadonlyMap<number, number> = new Map([
  ...[op.SLOAD, op.SSTORE, op.TSTORE, op.BALANCE, op.EXTCODESIZE, op.EXTCODECOPY].map(borderOf),
  ...[op.EXTCODEHASH, op.SELFBALANCE, op.RETURNDATACOPY].map(borderOf),
  ...[0, 1, 2, 3, 4].map((topics) => borderOf(op.LOG0 + topics)),
  [op.JUMPI, BRANCH],
  ...[op.CALL, op.CALLCODE, op.DELEGATECALL, op.STATICCALL, op.CREATE, op.CREATE2].map(
    (byte) => [byte, SUSPEND] as const,
  ),
  ...[op.STOP, op.JUMP, op.RETURN, op.REVERT, op.SELFDESTRUCT].map((byte) => [byte, END] as const),
])

function borderOf(byte: number): readonly [number, number] {
  return [byte, BORDER]
}

const tables = new Map<Hardfork, Operations>()

/** The operations of `hardfork`. */
export function operationsOf(hardfork: Hardfork): Operations {
  const known = tables.get(hardfork)
  if (known !== undefined) return known
  const made = createOperations(hardfork)
  tables.set(hardfork, made)
  return made
}

function createOperations(hardfork: Hardfork): Operations {
  const operations = {
    gas: new Uint16Array(256),
    pops: new Uint8Array(256),
    pushes: new Uint8Array(256),
    flow: new Uint8Array(256).fill(END),
    isKnown: new Uint8Array(256),
  }
  opcodesOf(hardfork).forEach((opcode, byte) => {
    if (opcode === undefined) return
    operations.gas[byte] = opcode.pricing === 'state' ? 0 : opcode.staticGas
    operations.pops[byte] = opcode.pops
    operations.pushes[byte] = opcode.pushes
    operations.flow[byte] = FLOWS.get(byte) ?? PLAIN
    operations.isKnown[byte] = 1
  })
  return operations
}
