import type { Hardfork } from '../../../src/primitives/index.ts'
import type { Random } from '../random.ts'
import type { Assembler } from './assembler.ts'
import type { Op } from './opcodes.ts'
import { BINARY, BLOBHASH, known, NULLARY, OF_ADDRESS, PUSH0, TERNARY, TLOAD, UNARY } from './opcodes.ts'
import { anyAddress, anyOffset, anySlot, anyWord } from './words.ts'

const CALLDATALOAD = 0x35
const BLOCKHASH = 0x40
const KECCAK256 = 0x20
const MLOAD = 0x51
const SLOAD = 0x54
const DUP1 = 0x80

/** The opcodes of one fork, by what they take. */
export type ForkOps = {
  readonly hardfork: Hardfork
  readonly nullary: readonly Op[]
  readonly unary: readonly Op[]
  readonly binary: readonly Op[]
  readonly ofAddress: readonly Op[]
  has(op: Op): boolean
}

/** What the writers of a program share. */
export type Writing = {
  readonly random: Random
  readonly out: Assembler
  readonly ops: ForkOps
  /** How many contracts the scenario has. */
  readonly contracts: number
  /** How many more statements the program may have, nested ones included. */
  statementsLeft: number
}

const tables = new Map<Hardfork, ForkOps>()

/** The opcodes of `hardfork`. */
export function opsOf(hardfork: Hardfork): ForkOps {
  const made = tables.get(hardfork) ?? {
    hardfork,
    nullary: known(NULLARY, hardfork),
    unary: known(UNARY, hardfork),
    binary: known(BINARY, hardfork),
    ofAddress: known(OF_ADDRESS, hardfork),
    has: (op: Op) => known([op], hardfork).length > 0,
  }
  tables.set(hardfork, made)
  return made
}

/** Writes code that leaves one more word on the stack; operands nest at most `depth` deep. */
export function writeValue(writing: Writing, depth = 3): void {
  const { random, out, ops, contracts } = writing
  const of = (byte: number, ...operands: readonly (() => void)[]): void => {
    for (const operand of operands) operand()
    out.op(byte, operands.length, 1)
  }
  const value = (): void => writeValue(writing, depth - 1)
  if (depth === 0) {
    writeLeaf(writing)
    return
  }
  const write = random.weighted<() => void>([
    [6, () => writeLeaf(writing)],
    [10, () => of(random.pick(ops.binary).byte, value, value)],
    [2, () => of(random.pick(ops.unary).byte, value)],
    [2, () => of(random.pick(TERNARY).byte, value, value, value)],
    [2, () => of(MLOAD, () => out.push(anyOffset(random)))],
    [3, () => of(SLOAD, () => out.push(anySlot(random)))],
    [1, () => (ops.has(TLOAD) ? of(TLOAD.byte, () => out.push(anySlot(random))) : writeLeaf(writing))],
    [2, () => of(CALLDATALOAD, () => out.push(random.oneIn(3) ? anyOffset(random) : BigInt(random.below(70))))],
    [2, () => of(KECCAK256, ...[0, 1].map(() => () => out.push(anyOffset(random))))],
    [2, () => of(random.pick(ops.ofAddress).byte, () => out.push(anyAddress(random, contracts)))],
    [1, () => of(BLOCKHASH, () => out.push(BigInt(random.between(735, 1_005))))],
    [1, () => (ops.has(BLOBHASH) ? of(BLOBHASH.byte, value) : writeLeaf(writing))],
  ])
  write()
}

/** A word that needs no operands. */
function writeLeaf({ random, out, ops }: Writing): void {
  const reach = Math.min(out.height, 16)
  const write = random.weighted<() => void>([
    [1, () => out.op(random.pick(ops.nullary).byte, 0, 1)],
    [reach > 0 ? 2 : 0, () => out.op(DUP1 + random.below(reach), 0, 1)],
    [ops.has(PUSH0) ? 1 : 0, () => out.op(PUSH0.byte, 0, 1)],
    [2, () => out.push(anyWord(random), random.oneIn(8) ? 32 : 0)],
  ])
  write()
}
