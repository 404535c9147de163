import { fromHex } from '../../../src/primitives/index.ts'
import { newLabel } from './assembler.ts'
import { CALLS, CREATE2, known, MCOPY, RETURNDATACOPY, REVERT, TSTORE } from './opcodes.ts'
import type { Writing } from './values.ts'
import { writeValue } from './values.ts'
import { anyAddress, anyLength, anyOffset, anySlot, anyWord } from './words.ts'

const [STOP, SUB, ISZERO, ADD, MUL, AND] = [0x00, 0x03, 0x15, 0x01, 0x02, 0x16]
const [CALLDATACOPY, CODECOPY, EXTCODECOPY] = [0x37, 0x39, 0x3c]
const [POP, MSTORE, MSTORE8, SSTORE, JUMP, JUMPI, GAS] = [0x50, 0x52, 0x53, 0x55, 0x56, 0x57, 0x5a]
const [DUP1, SWAP1, LOG0, CREATE, RETURN, INVALID, SELFDESTRUCT] = [0x80, 0x90, 0xa0, 0xf0, 0xf3, 0xfe, 0xff]

/** Init codes that do something in few bytes: return code, revert, halt, touch storage, destroy themselves, EF code. */
const INIT_CODES: readonly string[] = [
  '0x6001600055600260005360016000f3',
  '0x600460005260206000f3',
  '0x6000600055',
  '0x60206000fd',
  '0xfe',
  '0x33ff',
  '0x30ff',
  '0x60ef60005360016000f3',
  '0x5b600056',
  '0x620061a86000f3',
  '0x60003560005260006000a0463d60005560146000f3',
  '0x0061736d01000000',
]

/** Writes statements until the program has its number of them. Each leaves the stack as high as it found it. */
export function writeStatements(writing: Writing, most: number, nesting = 0): void {
  for (let count = 0; count < most && writing.statementsLeft > 0; count += 1) {
    writing.statementsLeft -= 1
    writeStatement(writing, nesting)
  }
}

function writeStatement(writing: Writing, nesting: number): void {
  const { random } = writing
  const isDeep = nesting > 2
  const write = random.weighted<(writing: Writing, nesting: number) => void>([
    [10, writeMemory],
    [10, writeStorage],
    [6, writeCopy],
    [3, writeLog],
    [5, writeShuffle],
    [isDeep ? 0 : 6, writeBranch],
    [isDeep ? 0 : 4, writeLoop],
    [isDeep ? 0 : 3, writeSubroutine],
    [3, writeComputedJump],
    [9, writeCall],
    [3, writeCreate],
    [2, writeMaybeEnd],
    [1, writeRarity],
  ])
  write(writing, nesting)
}

function writeMemory(writing: Writing): void {
  const { random, out } = writing
  writeValue(writing)
  out.push(anyOffset(random))
  out.op(random.oneIn(4) ? MSTORE8 : MSTORE, 2, 0)
}

function writeStorage(writing: Writing): void {
  const { random, out, ops } = writing
  writeValue(writing, random.below(3))
  out.push(anySlot(random))
  out.op(ops.has(TSTORE) && random.oneIn(3) ? TSTORE.byte : SSTORE, 2, 0)
}

/** Copies into memory from call data, code, another's code, return data or memory. */
function writeCopy({ random, out, ops, contracts }: Writing): void {
  const source = random.pick(
    [CALLDATACOPY, CODECOPY, EXTCODECOPY, RETURNDATACOPY, MCOPY].filter((op) => typeof op === 'number' || ops.has(op)),
  )
  const byte = typeof source === 'number' ? source : source.byte
  // Beyond the end of the return data is a halt: mostly a few bytes from its beginning.
  const isPicky = byte === RETURNDATACOPY.byte && !random.oneIn(4)
  out.push(isPicky ? BigInt(random.below(33)) : anyLength(random))
  out.push(isPicky ? 0n : anyOffset(random))
  out.push(anyOffset(random))
  if (byte === EXTCODECOPY) out.push(anyAddress(random, contracts))
  out.op(byte, byte === EXTCODECOPY ? 4 : 3, 0)
}

function writeLog(writing: Writing): void {
  const { random, out } = writing
  const topics = random.below(5)
  for (let topic = 0; topic < topics; topic += 1) writeValue(writing, 1)
  out.push(anyLength(random))
  out.push(anyOffset(random))
  out.op(LOG0 + topics, 2 + topics, 0)
}

/** Moves words about on the stack, and makes and drops some. */
function writeShuffle(writing: Writing): void {
  const { random, out } = writing
  const made = random.between(1, 17)
  for (let count = 0; count < made; count += 1) {
    if (out.height > 0 && random.oneIn(2)) out.op(DUP1 + random.below(Math.min(16, out.height)), 0, 1)
    else out.push(anyWord(random))
    if (out.height > 1) out.op(SWAP1 + random.below(Math.min(16, out.height - 1)), 0, 0)
  }
  for (let count = 0; count < made; count += 1) {
    if (count < made - 1 && random.oneIn(3)) {
      out.op(random.pick(writing.ops.binary).byte, 2, 1)
    } else out.op(POP, 1, 0)
  }
}

function writeBranch(writing: Writing, nesting: number): void {
  const { random, out } = writing
  const [otherwise, end] = [newLabel(), newLabel()]
  writeValue(writing)
  if (random.oneIn(2)) out.op(ISZERO, 1, 1)
  out.pushLabel(otherwise)
  out.op(JUMPI, 2, 0)
  writeStatements(writing, random.between(1, 4), nesting + 1)
  const hasElse = random.oneIn(2)
  if (hasElse) {
    out.pushLabel(end)
    out.op(JUMP, 1, 0)
  }
  out.place(otherwise)
  if (!hasElse) return
  writeStatements(writing, random.between(1, 3), nesting + 1)
  out.place(end)
}

/** Counts down from a number below 20, or from 300 when hardly anything is in the loop. */
function writeLoop(writing: Writing, nesting: number): void {
  const { random, out } = writing
  const again = newLabel()
  const isTight = random.oneIn(5)
  out.push(BigInt(random.between(1, isTight ? 300 : 20)))
  out.place(again)
  writeStatements(writing, isTight ? 1 : random.between(1, 4), isTight ? 3 : nesting + 1)
  out.push(1n)
  out.op(SWAP1, 0, 0)
  out.op(SUB, 2, 1)
  out.op(DUP1, 0, 1)
  out.pushLabel(again)
  out.op(JUMPI, 2, 0)
  out.op(POP, 1, 0)
}

/** A subroutine as compilers make them: it jumps back to a label that its callers push. */
function writeSubroutine(writing: Writing, nesting: number): void {
  const { random, out } = writing
  const [body, end] = [newLabel(), newLabel()]
  const calls = random.between(1, 3)
  for (let call = 0; call < calls; call += 1) {
    const back = newLabel()
    out.pushLabel(back)
    out.pushLabel(body)
    out.op(JUMP, 1, 0)
    out.place(back)
    // The subroutine took the label off.
    out.height -= 1
  }
  out.pushLabel(end)
  out.op(JUMP, 1, 0)
  out.place(body)
  out.height += 1
  writeStatements(writing, random.between(1, 3), nesting + 1)
  out.op(JUMP, 1, 0)
  out.place(end)
}

/** Jumps to one of two labels, which one only arithmetic tells. */
function writeComputedJump(writing: Writing): void {
  const { random, out } = writing
  const [first, second] = [newLabel(), newLabel()]
  // (value & 1) * (second - first) + first
  out.pushLabel(first)
  out.op(DUP1, 0, 1)
  out.pushLabel(second)
  out.op(SUB, 2, 1)
  writeValue(writing, 1)
  out.push(1n)
  out.op(AND, 2, 1)
  out.op(MUL, 2, 1)
  out.op(ADD, 2, 1)
  out.op(JUMP, 1, 0)
  out.place(first)
  if (random.oneIn(2)) out.raw([random.oneIn(2) ? ISZERO : 0x5b])
  out.place(second)
}

function writeCall(writing: Writing): void {
  const { random, out, ops, contracts } = writing
  const call = random.pick(known(CALLS, ops.hardfork))
  if (random.oneIn(2)) writeForwarding(writing)
  for (const any of [anyLength, anyOffset, anyLength, anyOffset]) out.push(any(random))
  if (call.hasValue) out.push(random.oneIn(3) ? BigInt(random.below(3)) : 0n)
  out.push(anyAddress(random, contracts))
  if (random.oneIn(2)) out.op(GAS, 0, 1)
  else out.push(random.oneIn(8) ? anyWord(random) : BigInt(random.below(60_000)))
  out.op(call.byte, call.hasValue ? 7 : 6, 1)
  writeResult(writing)
}

/** Puts into memory what the forwarding WebAssembly contract reads: how to call whom. */
function writeForwarding({ random, out, contracts }: Writing): void {
  const how = BigInt(random.below(3))
  out.push((how << 248n) | ((anyAddress(random, contracts) & ((1n << 160n) - 1n)) << 88n))
  out.push(0n)
  out.op(MSTORE, 2, 0)
}

/** Keeps or drops the word that a call or creation left. */
function writeResult({ random, out }: Writing): void {
  if (random.oneIn(2)) {
    out.push(anyOffset(random))
    out.op(MSTORE, 2, 0)
  } else out.op(POP, 1, 0)
}

function writeCreate(writing: Writing): void {
  const { random, out, ops } = writing
  const initCode = random.oneIn(4) ? random.bytes(random.below(32)) : fromHex(random.pick(INIT_CODES))
  let value = 0n
  for (let index = 0; index < 32; index += 1) value = (value << 8n) | BigInt(initCode[index] ?? 0)
  out.push(value)
  out.push(0n)
  out.op(MSTORE, 2, 0)
  const isCreate2 = ops.has(CREATE2) && random.oneIn(2)
  if (isCreate2) out.push(BigInt(random.below(2)))
  out.push(random.oneIn(10) ? anyLength(random) : BigInt(initCode.length))
  out.push(0n)
  out.push(random.oneIn(4) ? 1n : 0n)
  out.op(isCreate2 ? CREATE2.byte : CREATE, isCreate2 ? 4 : 3, 1)
  // Calls what it made, when it made anything.
  if (random.oneIn(3)) {
    out.op(DUP1, 0, 1)
    for (let operand = 0; operand < 4; operand += 1) {
      out.push(0n)
      out.op(SWAP1, 0, 0)
    }
    out.push(0n)
    out.op(SWAP1, 0, 0)
    out.op(GAS, 0, 1)
    out.op(0xf1, 7, 1)
    out.op(POP, 1, 0)
  }
  writeResult(writing)
}

/** Ends the frame, if a value is not 0. */
function writeMaybeEnd(writing: Writing): void {
  const { out } = writing
  const goOn = newLabel()
  writeValue(writing, 1)
  out.pushLabel(goOn)
  out.op(JUMPI, 2, 0)
  const { height } = out
  writeEnd(writing)
  out.height = height
  out.place(goOn)
}

/** Ends the frame in one of its ways. */
export function writeEnd({ random, out, ops, contracts }: Writing): void {
  const end = random.weighted([
    [3, STOP],
    [6, RETURN],
    [ops.has(REVERT) ? 3 : 0, REVERT.byte],
    [1, INVALID],
    [2, SELFDESTRUCT],
  ])
  if (end === RETURN || end === REVERT.byte) {
    out.push(anyLength(random))
    out.push(anyOffset(random))
    out.op(end, 2, 0)
  } else if (end === SELFDESTRUCT) {
    out.push(anyAddress(random, contracts))
    out.op(SELFDESTRUCT, 1, 0)
  } else out.op(end, 0, 0)
}

/** What compilers do not write: wild jumps, underflow, overflow, bytes of no opcode, floods of JUMPDESTs. */
function writeRarity(writing: Writing): void {
  const { random, out } = writing
  const { height } = out
  switch (random.below(6)) {
    case 0:
      out.push(random.oneIn(2) ? BigInt(random.below(out.size + 10)) : anyWord(random))
      out.raw([JUMP])
      break
    case 1: {
      const again = newLabel()
      out.place(again)
      out.push(anyWord(random))
      out.pushLabel(again)
      out.op(JUMP, 1, 0)
      break
    }
    case 2:
      out.raw(random.bytes(random.between(1, 4)))
      break
    case 3:
      out.raw(new Array<number>(random.between(1, 40)).fill(0x5b))
      break
    case 4:
      out.raw(new Array<number>(random.between(1, 20)).fill(POP))
      break
    default:
      // A push that runs over what follows.
      out.raw([0x60 + random.below(32)])
  }
  out.height = height
}
