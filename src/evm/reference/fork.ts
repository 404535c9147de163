import type { Opcode, PrecompileInput, PrecompileOutput } from '#ethereumjs-evm-sync'
import { Common, EVMError, getActivePrecompiles, getOpcodesForHF, Mainnet, paramsEVM } from '#ethereumjs-evm-sync'
import type { Hardfork } from '../../primitives/index.ts'
import { assert, keccak256 } from '../../primitives/index.ts'
import { opcodesOf } from '../opcodes.ts'
import { RETURN_DATA_OUT_OF_BOUNDS } from './halt.ts'
import { verifyKzgProof } from './kzg.ts'

/** One byte of code: what it costs and what it does. */
export type Instruction = {
  readonly isInvalid: boolean
  /** The part of the price that is always the same. */
  readonly fee: number
  readonly bigFee: bigint
  /** The whole price, where it depends on operands; it also warms what the opcode touches. */
  readonly price: Opcode['gasHandler']
  readonly act: Opcode['opHandler']
}

/** What one fork runs on: its parameters, its opcodes, its precompiles by 40 hex digits. Built once, never changed. */
export type Fork = {
  readonly common: Common
  /** One per byte. */
  readonly instructions: readonly Instruction[]
  readonly precompiles: ReadonlyMap<string, (input: PrecompileInput) => PrecompileOutput>
}

const forks = new Map<Hardfork, Fork>()

/** The fork's tables, built at its first use (1-2 ms). */
export function forkOf(hardfork: Hardfork): Fork {
  const known = forks.get(hardfork)
  if (known !== undefined) return known
  const fork = createFork(hardfork)
  forks.set(hardfork, fork)
  return fork
}

function createFork(hardfork: Hardfork): Fork {
  const common = new Common({
    chain: Mainnet,
    hardfork: packageName(hardfork),
    params: paramsEVM,
    customCrypto: { keccak256, kzg: { verifyProof: verifyKzgProof } },
  })
  rememberAnswers(common)
  const operands = opcodesOf(hardfork)
  const instructions = getOpcodesForHF(common).opcodeMap.map((opcode, byte) =>
    instructionOf(opcode, byte, operands[byte]?.pops ?? 0),
  )
  assert(instructions.length === 256, 'every byte is an opcode, if only INVALID')
  return { common, instructions, precompiles: getActivePrecompiles(common) }
}

const RETURNDATACOPY = 0x3e

function instructionOf({ opcodeInfo, gasHandler, opHandler }: Opcode, byte: number, pops: number): Instruction {
  const price = byte === RETURNDATACOPY && gasHandler !== undefined ? boundsCheckedFirst(gasHandler) : gasHandler
  return {
    isInvalid: opcodeInfo.isInvalid,
    fee: Number(opcodeInfo.feeBigInt),
    bigFee: opcodeInfo.feeBigInt,
    price: price === undefined ? undefined : operandsCheckedFirst(price, pops),
    act: opHandler,
  }
}

/** The package's name for a fork differs from ours for the first one only. */
function packageName(hardfork: Hardfork): string {
  return hardfork === 'frontier' ? 'chainstart' : hardfork
}

/**
 * The package walks its list of forks at every question, and opcodes ask several each: a step that prices a cold account
 * spends more on that than on all else. A fork's answers never change, so each is asked for once.
 */
function rememberAnswers(common: Common): void {
  common.param = remembering(common.param.bind(common))
  common.isActivatedEIP = remembering(common.isActivatedEIP.bind(common))
  common.gteHardfork = remembering(common.gteHardfork.bind(common))
}

function remembering<question, answer>(ask: (question: question) => answer): (question: question) => answer {
  const answers = new Map<question, answer>()
  return (question) => {
    const known = answers.get(question)
    if (known !== undefined) return known
    const answer = ask(question)
    answers.set(question, answer)
    return answer
  }
}

/** The package calls reading beyond the return data out of gas; it is a halt of its own. Source: EIP-211. */
function boundsCheckedFirst(price: NonNullable<Opcode['gasHandler']>): Opcode['gasHandler'] {
  return (state, fee, common) => {
    const [, offset = 0n, length = 0n] = state.stack.peek(3)
    if (offset + length > state.interpreter.getReturnDataSize()) throw new EVMError(RETURN_DATA_OUT_OF_BOUNDS)
    return price(state, fee, common)
  }
}

/**
 * The package prices some opcodes by their first operands alone, and would call MSTORE to a far offset out of gas when the
 * value to store is missing: a stack that is too low comes first. Source: Yellow Paper 9.4.2 names both; clients agree.
 */
function operandsCheckedFirst(price: NonNullable<Opcode['gasHandler']>, pops: number): Opcode['gasHandler'] {
  return (state, fee, common) => {
    if (state.stack.length < pops) throw new EVMError(EVMError.errorMessages.STACK_UNDERFLOW)
    return price(state, fee, common)
  }
}
