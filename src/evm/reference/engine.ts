import { EVMError } from '#ethereumjs-evm-sync'
import type { Bytes, Hardfork } from '../../primitives/index.ts'
import { assert, EMPTY_BYTES } from '../../primitives/index.ts'
import type { Execution, Host, Result, VmEngine } from '../../vm/index.ts'
import type { Fork } from './fork.ts'
import { forkOf } from './fork.ts'
import { Frame } from './frame.ts'
import { haltReasonOf } from './halt.ts'
import { analyzeJumps } from './jumps.ts'

const JUMP = 0x56
const JUMPI = 0x57

/** The EVM of `hardfork` on the opcodes and prices of `@ethereumjs/evm`. Its frames nest on the native stack. */
export function createReferenceEvm(hardfork: Hardfork): VmEngine {
  const fork = forkOf(hardfork)
  return {
    kind: 'evm',
    // Any bytes are EVM code; what may be stored (EIP-170, EIP-3541) is the router's question.
    validate: () => undefined,
    execute: (execution, code, host) => execute(fork, execution, code, host),
  }
}

function execute(fork: Fork, execution: Execution, code: Bytes, host: Host): Result {
  const frame = new Frame(fork.common, execution, code, host)
  try {
    run(fork, frame)
  } catch (thrown) {
    if (!(thrown instanceof EVMError)) throw thrown
    return ended(frame, thrown)
  }
  return success(frame)
}

/** What ended well: STOP, RETURN, SELFDESTRUCT, or the end of the code. */
function success({ state, output }: Frame): Result {
  return { status: 'success', output: output ?? EMPTY_BYTES, gasLeft: state.gasLeft }
}

/** The package ends a frame by throwing, also when it ends well. */
function ended(frame: Frame, error: EVMError): Result {
  const { STOP, REVERT } = EVMError.errorMessages
  if (error.error === STOP) return success(frame)
  if (error.error !== REVERT) return { status: 'halt', reason: haltReasonOf(error) }
  return { status: 'revert', output: frame.output ?? EMPTY_BYTES, gasLeft: frame.state.gasLeft }
}

/** The Yellow Paper's iterator: price, pay, then act, until something is thrown or the code ends (9.4, 9.5). */
function run({ common, opcodes }: Fork, frame: Frame): void {
  const { state } = frame
  const { code } = state
  while (state.programCounter < code.length) {
    const byte = code[state.programCounter] ?? 0
    const opcode = opcodes[byte]
    assert(opcode !== undefined, 'every byte is an opcode')
    if ((byte === JUMP || byte === JUMPI) && state.shouldDoJumpAnalysis) frame.adoptJumps(analyzeJumps(code))
    state.opCode = byte
    const { feeBigInt: fee, isInvalid } = opcode.opcodeInfo
    const gas = opcode.gasHandler === undefined ? fee : opcode.gasHandler(state, fee, common)
    if (isInvalid) throw new EVMError(EVMError.errorMessages.INVALID_OPCODE)
    frame.useGas(gas)
    state.programCounter += 1
    opcode.opHandler(state, common)
  }
}
