/** Opcodes that move bytes: memory, call data, code, return data, hashes. Operands stand on the stack, the first at `sp - 32`. */
import {
  FRAME_INPUT, FRAME_INPUT_LENGTH, FRAME_OUTPUT, FRAME_OUTPUT_LENGTH, FRAME_RETURN, FRAME_RETURN_LENGTH,
} from '../layout'
import { exp } from '../modular'
import { keccak256Word } from '../keccakWords'
import { byteLength, fitsU32, loadBe, setLimbs } from '../word'
import { PRICE_EXP_BYTE } from './forkTable'
import { lateGas, memoryAt, pay, payAndGrow, price, rangeEnd, wordCount } from './gas'
import { RETURNDATACOPY } from './opcodes'
import { HALT_RETURN_DATA_OUT_OF_BOUNDS } from './outcome'

const COPY_WORD_GAS: i64 = 3
const KECCAK_WORD_GAS: i64 = 6

/** EXP: the base is first, the power takes the exponent's place. */
export function opExp(sp: usize, gas: i64): i64 {
  const exponent = sp - 64
  const left = pay(gas, i64(price(PRICE_EXP_BYTE)) * byteLength(exponent))
  if (left >= 0) exp(exponent, sp - 32, exponent)
  return left
}

/** KECCAK256 of offset, length. */
export function opKeccak(frame: usize, sp: usize, gas: i64): i64 {
  const length = sp - 64
  const end = rangeEnd(sp - 32, length)
  const left = payAndGrow(frame, gas, end > 0 ? KECCAK_WORD_GAS * wordCount(load<u32>(length)) : 0, end)
  // An empty range may begin anywhere, beyond the memory too.
  if (left >= 0) keccak256Word(end == 0 ? 0 : memoryAt(frame, sp - 32), load<u32>(length), length)
  return left
}

/** MLOAD where memory must grow first, or cannot. */
export function growForWord(frame: usize, offset: usize, gas: i64): i64 {
  return payAndGrow(frame, gas, 0, fitsU32(offset) ? i64(load<u32>(offset)) + 32 : -1)
}

/** MSTORE8 of offset, value. */
export function opMstore8(frame: usize, sp: usize, gas: i64): i64 {
  const offset = sp - 32
  const left = payAndGrow(frame, gas, 0, fitsU32(offset) ? i64(load<u32>(offset)) + 1 : -1)
  if (left >= 0) store<u8>(memoryAt(frame, offset), load<u8>(sp - 64))
  return left
}

/** MCOPY of to, from, length (EIP-5656). */
export function opMcopy(frame: usize, sp: usize, gas: i64): i64 {
  const length = sp - 96
  const to = rangeEnd(sp - 32, length)
  const from = rangeEnd(sp - 64, length)
  const end = to < 0 || from < 0 ? -1 : max(to, from)
  const left = payAndGrow(frame, gas, end > 0 ? COPY_WORD_GAS * wordCount(load<u32>(length)) : 0, end)
  if (left >= 0 && end > 0) memory.copy(memoryAt(frame, sp - 32), memoryAt(frame, sp - 64), load<u32>(length))
  return left
}

/** Pays for and makes room for a copy to the memory at offset `to`. */
export function payForCopy(frame: usize, gas: i64, cost: i64, to: usize, length: usize): i64 {
  const end = rangeEnd(to, length)
  return payAndGrow(frame, gas, end > 0 ? cost + COPY_WORD_GAS * wordCount(load<u32>(length)) : cost, end)
}

/** Copies `length` bytes from the offset in the word `from` of `size` bytes at `source`; what is beyond them is 0. */
export function copyPadded(frame: usize, to: usize, source: usize, size: u32, from: usize, length: usize): void {
  const wanted = load<u32>(length)
  if (wanted == 0) return
  const target = memoryAt(frame, to)
  const offset = fitsU32(from) ? min(load<u32>(from), size) : size
  const there = min(size - offset, wanted)
  memory.copy(target, source + offset, there)
  memory.fill(target + there, 0, wanted - there)
}

/** CALLDATACOPY and CODECOPY of to, from, length. */
export function opCopy(frame: usize, sp: usize, gas: i64, source: usize, size: u32): i64 {
  const left = payForCopy(frame, gas, 0, sp - 32, sp - 96)
  if (left >= 0) copyPadded(frame, sp - 32, source, size, sp - 64, sp - 96)
  return left
}

/** RETURNDATACOPY of to, from, length: reading beyond the data halts (EIP-211). */
export function opReturnDataCopy(frame: usize, sp: usize, gas: i64): i64 {
  const from = sp - 64
  const length = sp - 96
  if (!fitsU32(from) || !fitsU32(length)) return -HALT_RETURN_DATA_OUT_OF_BOUNDS
  if (u64(load<u32>(from)) + load<u32>(length) > load<u32>(frame, FRAME_RETURN_LENGTH)) {
    return -HALT_RETURN_DATA_OUT_OF_BOUNDS
  }
  const left = payForCopy(frame, gas, lateGas(RETURNDATACOPY), sp - 32, length)
  if (left >= 0 && load<u32>(length) > 0) {
    memory.copy(memoryAt(frame, sp - 32), usize(load<u32>(frame, FRAME_RETURN)) + load<u32>(from), load<u32>(length))
  }
  return left
}

const scratch = memory.data(32, 16)

/** CALLDATALOAD: the word at an offset, which it replaces; what is beyond the data is 0. */
export function opCallDataLoad(frame: usize, offset: usize): void {
  const size = load<u32>(frame, FRAME_INPUT_LENGTH)
  const at = load<u32>(offset)
  if (!fitsU32(offset) || at >= size) {
    setLimbs(offset, 0, 0, 0, 0)
    return
  }
  const source = usize(load<u32>(frame, FRAME_INPUT)) + at
  if (size - at >= 32) {
    loadBe(offset, source)
    return
  }
  memory.fill(scratch, 0, 32)
  memory.copy(scratch, source, size - at)
  loadBe(offset, scratch)
}

/** RETURN and REVERT of offset, length: the output is a range of the frame's memory. */
export function opReturn(frame: usize, sp: usize, gas: i64): i64 {
  const left = payAndGrow(frame, gas, 0, rangeEnd(sp - 32, sp - 64))
  if (left < 0) return left
  const length = load<u32>(sp - 64)
  store<u32>(frame, length == 0 ? 0 : u32(memoryAt(frame, sp - 32)), FRAME_OUTPUT)
  store<u32>(frame, length, FRAME_OUTPUT_LENGTH)
  return left
}
