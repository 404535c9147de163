import { EVMError } from '#ethereumjs-evm-sync'
import type { Bytes, Hardfork } from '../../primitives/index.ts'
import { EMPTY_BYTES, InvariantError } from '../../primitives/index.ts'
import type { Execution, Host, Result, VmEngine } from '../../vm/index.ts'
import { MAX_EVM_MEMORY_BYTES } from '../../vm/index.ts'
import type { Fork } from './fork.ts'
import { forkOf } from './fork.ts'
import { Frame } from './frame.ts'
import { haltReasonOf } from './halt.ts'
import { analyzeJumps } from './jumps.ts'

const MAX_MEMORY_WORDS = BigInt(MAX_EVM_MEMORY_BYTES / 32)

const JUMP = 0x56
const JUMPI = 0x57

/** The EVM of `hardfork` on the opcodes and prices of `@ethereumjs/evm`. Its frames nest on the native stack. */
export function createReferenceEvm(hardfork: Hardfork): VmEngine {
  const fork = forkOf(hardfork)
  return {
    kind: 'evm',
    // Any bytes are EVM code; what may be stored (EIP-170, EIP-3541) is the router's question.
    validate: (_code, gasLimit) => ({ status: 'valid', gasLeft: gasLimit }),
    execute: (execution, code, host) => execute(fork, execution, code, host),
  }
}

function execute(fork: Fork, execution: Execution, code: Bytes, host: Host): Result {
  const frame = new Frame(fork.common, execution, code, host)
  try {
    run(fork, frame)
    return ended(frame, 'success')
  } catch (thrown) {
    if (!(thrown instanceof EVMError)) throw thrown
    return outcomeOf(frame, thrown)
  }
}

/** The package ends a frame by throwing, also when it ends well. */
function outcomeOf(frame: Frame, error: EVMError): Result {
  const { STOP, REVERT } = EVMError.errorMessages
  if (error.error === STOP) return ended(frame, 'success')
  if (error.error === REVERT) return ended(frame, 'revert')
  return { status: 'halt', reason: haltReasonOf(error) }
}

function ended(frame: Frame, status: 'success' | 'revert'): Result {
  return { status, output: frame.output ?? EMPTY_BYTES, gasLeft: frame.getGasLeft() }
}

/** The Yellow Paper's iterator: price, pay, then act, until something is thrown or the code ends (9.4, 9.5). */
function run({ common, instructions }: Fork, frame: Frame): void {
  const { state } = frame
  const { code } = state
  while (state.programCounter < code.length) {
    const byte = code[state.programCounter] ?? 0
    const { isInvalid, fee, bigFee, price, act } = instructions[byte] ?? noInstruction(byte)
    state.opCode = byte
    if (price !== undefined) {
      frame.useGas(price(state, bigFee, common))
      // The price has said how far memory will reach; it grows when the instruction acts.
      if (state.memoryWordCount > MAX_MEMORY_WORDS) throw new EVMError(EVMError.errorMessages.OUT_OF_GAS)
    } else if (isInvalid) throw new EVMError(EVMError.errorMessages.INVALID_OPCODE)
    else frame.useFixedGas(fee)
    if ((byte === JUMP || byte === JUMPI) && state.shouldDoJumpAnalysis) frame.adoptJumps(analyzeJumps(code))
    state.programCounter += 1
    act(state, common)
  }
}

function noInstruction(byte: number): never {
  throw new InvariantError(`byte ${byte} is an opcode, if only INVALID`)
}
