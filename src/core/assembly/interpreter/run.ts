/**
 * The loop. Everything that most steps need is in a local: the place in the code as a pointer, the pointer past the top of
 * the stack, and the gas left. What an opcode needs to begin (gas, operands, room) is looked up in the fork's table, so a
 * case is its effect and no more; what is long or rare is a function elsewhere, which keeps the loop's registers few.
 *
 * The code is followed by 33 zero bytes: running off its end is STOP, and an immediate may reach over it.
 */
import { div, mod, sdiv, smod } from '../division'
import {
  CONTEXT, CONTEXT_BASE_FEE, CONTEXT_BLOB_BASE_FEE, CONTEXT_CHAIN_ID, CONTEXT_COINBASE, CONTEXT_GAS_LIMIT,
  CONTEXT_GAS_PRICE, CONTEXT_NUMBER, CONTEXT_ORIGIN, CONTEXT_PREVRANDAO, CONTEXT_TIMESTAMP, FRAME_ACCOUNT,
  FRAME_ADDRESS, FRAME_CALLER, FRAME_CODE, FRAME_CODE_LENGTH, FRAME_GAS, FRAME_INPUT, FRAME_INPUT_LENGTH,
  FRAME_MEMORY_SIZE, FRAME_OUTPUT_LENGTH, FRAME_PC, FRAME_RETURN_LENGTH, FRAME_SP, FRAME_STACK_BASE, FRAME_VALUE,
} from '../layout'
import { addmod, mulmod } from '../modular'
import {
  add, and, byteAt, clz, compareSigned, copy, equals, fromU64, isZero, loadBe, mul, not, or, sar, shl, shr, signExtend,
  storeBe, sub, xor,
} from '../word'
import { balanceOf } from '../journal/index'
import { opBalance, opBlobHash, opBlockHash, opExtCodeCopy, opExtCodeHash, opExtCodeSize } from './accounts'
import { hasValue, opCall, opCreate, opSelfDestruct } from './calls'
import {
  growForWord, opCallDataLoad, opCopy, opExp, opKeccak, opMcopy, opMstore8, opReturn, opReturnDataCopy,
} from './data'
import { OPCODE_BYTES, OPCODE_GAS, OPCODE_NEED, OPCODE_ROOM } from './forkTable'
import { forkTable, memoryAt } from './gas'
import * as op from './opcodes'
import {
  HALT_INVALID_JUMP, HALT_INVALID_OPCODE, HALT_OUT_OF_GAS, STATUS_CALL, STATUS_CREATE, STATUS_RETURN, STATUS_REVERT,
} from './outcome'
import { pushImmediate } from './push'
import { faultOf, halt, isBelow, isDestination, isInMemory, leave, swap } from './steps'
import { opLog, opSload, opSstore, opTload, opTstore } from './storage'

/** In every fork. */
const JUMPDEST_GAS: i64 = 1

/** Runs a frame until it ends or asks for another; STATUS_x in ./outcome.ts says which. The registers are in the frame before and after. */
export function run(frame: usize): u32 {
  const code: usize = load<u32>(frame, FRAME_CODE)
  const base: usize = load<u32>(frame, FRAME_STACK_BASE)
  let pc: usize = code + load<u32>(frame, FRAME_PC)
  let sp: usize = load<u32>(frame, FRAME_SP)
  let gas = load<i64>(frame, FRAME_GAS)
  while (true) {
    const opcode = u32(load<u8>(pc))
    const entry = forkTable + opcode * OPCODE_BYTES
    const height = u32(sp - base)
    gas -= load<u16>(entry, OPCODE_GAS)
    if (gas < 0 || height < load<u16>(entry, OPCODE_NEED) || height > load<u16>(entry, OPCODE_ROOM)) {
      return halt(frame, faultOf(entry, gas, height))
    }
    pc++
    switch (opcode) {
      case op.STOP:
        store<u32>(frame, 0, FRAME_OUTPUT_LENGTH)
        return leave(frame, pc, sp, gas, STATUS_RETURN)
      case op.ADD:
        add(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.MUL:
        mul(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.SUB:
        sub(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.DIV:
        div(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.SDIV:
        sdiv(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.MOD:
        mod(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.SMOD:
        smod(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.ADDMOD:
        addmod(sp - 96, sp - 32, sp - 64, sp - 96)
        sp -= 64
        continue
      case op.MULMOD:
        mulmod(sp - 96, sp - 32, sp - 64, sp - 96)
        sp -= 64
        continue
      case op.EXP:
        gas = opExp(sp, gas)
        if (gas < 0) return halt(frame, gas)
        sp -= 32
        continue
      case op.SIGNEXTEND:
        signExtend(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.LT:
        fromU64(sp - 64, u64(isBelow(sp - 32, sp - 64)))
        sp -= 32
        continue
      case op.GT:
        fromU64(sp - 64, u64(isBelow(sp - 64, sp - 32)))
        sp -= 32
        continue
      case op.SLT:
        fromU64(sp - 64, u64(compareSigned(sp - 32, sp - 64) < 0))
        sp -= 32
        continue
      case op.SGT:
        fromU64(sp - 64, u64(compareSigned(sp - 32, sp - 64) > 0))
        sp -= 32
        continue
      case op.EQ:
        fromU64(sp - 64, u64(equals(sp - 32, sp - 64)))
        sp -= 32
        continue
      case op.ISZERO:
        fromU64(sp - 32, u64(isZero(sp - 32)))
        continue
      case op.AND:
        and(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.OR:
        or(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.XOR:
        xor(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.NOT:
        not(sp - 32, sp - 32)
        continue
      case op.BYTE:
        byteAt(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.SHL:
        shl(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.SHR:
        shr(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.SAR:
        sar(sp - 64, sp - 32, sp - 64)
        sp -= 32
        continue
      case op.CLZ:
        clz(sp - 32, sp - 32)
        continue
      case op.KECCAK256:
        gas = opKeccak(frame, sp, gas)
        if (gas < 0) return halt(frame, gas)
        sp -= 32
        continue
      case op.ADDRESS:
        copy(sp, frame + FRAME_ADDRESS)
        sp += 32
        continue
      case op.BALANCE:
        gas = opBalance(sp - 32, gas)
        if (gas < 0) return halt(frame, gas)
        continue
      case op.ORIGIN:
        copy(sp, CONTEXT + CONTEXT_ORIGIN)
        sp += 32
        continue
      case op.CALLER:
        copy(sp, frame + FRAME_CALLER)
        sp += 32
        continue
      case op.CALLVALUE:
        copy(sp, frame + FRAME_VALUE)
        sp += 32
        continue
      case op.CALLDATALOAD:
        opCallDataLoad(frame, sp - 32)
        continue
      case op.CALLDATASIZE:
        fromU64(sp, load<u32>(frame, FRAME_INPUT_LENGTH))
        sp += 32
        continue
      case op.CALLDATACOPY:
        gas = opCopy(frame, sp, gas, load<u32>(frame, FRAME_INPUT), load<u32>(frame, FRAME_INPUT_LENGTH))
        if (gas < 0) return halt(frame, gas)
        sp -= 96
        continue
      case op.CODESIZE:
        fromU64(sp, load<u32>(frame, FRAME_CODE_LENGTH))
        sp += 32
        continue
      case op.CODECOPY:
        gas = opCopy(frame, sp, gas, code, load<u32>(frame, FRAME_CODE_LENGTH))
        if (gas < 0) return halt(frame, gas)
        sp -= 96
        continue
      case op.GASPRICE:
        copy(sp, CONTEXT + CONTEXT_GAS_PRICE)
        sp += 32
        continue
      case op.EXTCODESIZE:
        gas = opExtCodeSize(sp - 32, gas)
        if (gas < 0) return halt(frame, gas)
        continue
      case op.EXTCODECOPY:
        gas = opExtCodeCopy(frame, sp, gas)
        if (gas < 0) return halt(frame, gas)
        sp -= 128
        continue
      case op.RETURNDATASIZE:
        fromU64(sp, load<u32>(frame, FRAME_RETURN_LENGTH))
        sp += 32
        continue
      case op.RETURNDATACOPY:
        gas = opReturnDataCopy(frame, sp, gas)
        if (gas < 0) return halt(frame, gas)
        sp -= 96
        continue
      case op.EXTCODEHASH:
        gas = opExtCodeHash(sp - 32, gas)
        if (gas < 0) return halt(frame, gas)
        continue
      case op.BLOCKHASH:
        opBlockHash(sp - 32)
        continue
      case op.COINBASE:
        copy(sp, CONTEXT + CONTEXT_COINBASE)
        sp += 32
        continue
      case op.TIMESTAMP:
        copy(sp, CONTEXT + CONTEXT_TIMESTAMP)
        sp += 32
        continue
      case op.NUMBER:
        copy(sp, CONTEXT + CONTEXT_NUMBER)
        sp += 32
        continue
      case op.PREVRANDAO:
        copy(sp, CONTEXT + CONTEXT_PREVRANDAO)
        sp += 32
        continue
      case op.GASLIMIT:
        copy(sp, CONTEXT + CONTEXT_GAS_LIMIT)
        sp += 32
        continue
      case op.CHAINID:
        copy(sp, CONTEXT + CONTEXT_CHAIN_ID)
        sp += 32
        continue
      case op.SELFBALANCE:
        copy(sp, balanceOf(load<u32>(frame, FRAME_ACCOUNT)))
        sp += 32
        continue
      case op.BASEFEE:
        copy(sp, CONTEXT + CONTEXT_BASE_FEE)
        sp += 32
        continue
      case op.BLOBHASH:
        opBlobHash(sp - 32)
        continue
      case op.BLOBBASEFEE:
        copy(sp, CONTEXT + CONTEXT_BLOB_BASE_FEE)
        sp += 32
        continue
      case op.POP:
        sp -= 32
        continue
      case op.MLOAD:
        if (!isInMemory(frame, sp - 32)) {
          gas = growForWord(frame, sp - 32, gas)
          if (gas < 0) return halt(frame, gas)
        }
        loadBe(sp - 32, memoryAt(frame, sp - 32))
        continue
      case op.MSTORE:
        if (!isInMemory(frame, sp - 32)) {
          gas = growForWord(frame, sp - 32, gas)
          if (gas < 0) return halt(frame, gas)
        }
        storeBe(memoryAt(frame, sp - 32), sp - 64)
        sp -= 64
        continue
      case op.MSTORE8:
        gas = opMstore8(frame, sp, gas)
        if (gas < 0) return halt(frame, gas)
        sp -= 64
        continue
      case op.SLOAD:
        gas = opSload(frame, sp - 32, gas)
        if (gas < 0) return halt(frame, gas)
        continue
      case op.SSTORE:
        gas = opSstore(frame, sp, gas)
        if (gas < 0) return halt(frame, gas)
        sp -= 64
        continue
      case op.JUMP:
        sp -= 32
        if (!isDestination(frame, sp)) return halt(frame, -HALT_INVALID_JUMP)
        // Where a jump lands is a JUMPDEST: it is run here, for that is a dispatch less.
        gas -= JUMPDEST_GAS
        if (gas < 0) return halt(frame, -HALT_OUT_OF_GAS)
        pc = code + load<u32>(sp) + 1
        continue
      case op.JUMPI:
        sp -= 64
        if (isZero(sp)) continue
        if (!isDestination(frame, sp + 32)) return halt(frame, -HALT_INVALID_JUMP)
        gas -= JUMPDEST_GAS
        if (gas < 0) return halt(frame, -HALT_OUT_OF_GAS)
        pc = code + load<u32>(sp, 32) + 1
        continue
      case op.PC:
        fromU64(sp, pc - 1 - code)
        sp += 32
        continue
      case op.MSIZE:
        fromU64(sp, load<u32>(frame, FRAME_MEMORY_SIZE))
        sp += 32
        continue
      case op.GAS:
        fromU64(sp, gas)
        sp += 32
        continue
      case op.JUMPDEST:
        continue
      case op.TLOAD:
        opTload(frame, sp - 32)
        continue
      case op.TSTORE:
        gas = opTstore(frame, sp, gas)
        if (gas < 0) return halt(frame, gas)
        sp -= 64
        continue
      case op.MCOPY:
        gas = opMcopy(frame, sp, gas)
        if (gas < 0) return halt(frame, gas)
        sp -= 96
        continue
      case op.PUSH0:
        fromU64(sp, 0)
        sp += 32
        continue
      case op.PUSH1:
        fromU64(sp, load<u8>(pc))
        pc += 1
        sp += 32
        continue
      case 0x61: case 0x62: case 0x63: case 0x64: case 0x65: case 0x66: case 0x67: case 0x68:
      case 0x69: case 0x6a: case 0x6b: case 0x6c: case 0x6d: case 0x6e: case 0x6f: case 0x70:
      case 0x71: case 0x72: case 0x73: case 0x74: case 0x75: case 0x76: case 0x77: case 0x78:
      case 0x79: case 0x7a: case 0x7b: case 0x7c: case 0x7d: case 0x7e: case 0x7f:
        const count = opcode - op.PUSH0
        pushImmediate(sp, pc, count)
        pc += count
        sp += 32
        continue
      case 0x80: case 0x81: case 0x82: case 0x83: case 0x84: case 0x85: case 0x86: case 0x87:
      case 0x88: case 0x89: case 0x8a: case 0x8b: case 0x8c: case 0x8d: case 0x8e: case 0x8f:
        copy(sp, sp - ((opcode - op.DUP1 + 1) << 5))
        sp += 32
        continue
      case 0x90: case 0x91: case 0x92: case 0x93: case 0x94: case 0x95: case 0x96: case 0x97:
      case 0x98: case 0x99: case 0x9a: case 0x9b: case 0x9c: case 0x9d: case 0x9e: case 0x9f:
        swap(sp - 32, sp - 32 - ((opcode - op.SWAP1 + 1) << 5))
        continue
      case 0xa0: case 0xa1: case 0xa2: case 0xa3: case 0xa4:
        gas = opLog(frame, sp, gas, opcode)
        if (gas < 0) return halt(frame, gas)
        sp -= (opcode - op.LOG0 + 2) << 5
        continue
      case op.CREATE:
      case op.CREATE2:
        gas = opCreate(frame, sp, gas, opcode)
        if (gas < 0) return halt(frame, gas)
        return leave(frame, pc, sp - (opcode == op.CREATE ? 96 : 128), gas, STATUS_CREATE)
      case op.CALL:
      case op.CALLCODE:
      case op.DELEGATECALL:
      case op.STATICCALL:
        gas = opCall(frame, sp, gas, opcode)
        if (gas < 0) return halt(frame, gas)
        return leave(frame, pc, sp - (hasValue(opcode) ? 224 : 192), gas, STATUS_CALL)
      case op.RETURN:
      case op.REVERT:
        gas = opReturn(frame, sp, gas)
        if (gas < 0) return halt(frame, gas)
        return leave(frame, pc, sp - 64, gas, opcode == op.RETURN ? STATUS_RETURN : STATUS_REVERT)
      case op.SELFDESTRUCT:
        gas = opSelfDestruct(frame, sp, gas)
        if (gas < 0) return halt(frame, gas)
        store<u32>(frame, 0, FRAME_OUTPUT_LENGTH)
        return leave(frame, pc, sp - 32, gas, STATUS_RETURN)
      default:
        return halt(frame, -HALT_INVALID_OPCODE)
    }
  }
}
