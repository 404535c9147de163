import type { Opcode, PrecompileInput, PrecompileOutput } from '#ethereumjs-evm-sync'
import { Common, EVMError, getActivePrecompiles, getOpcodesForHF, Mainnet, paramsEVM } from '#ethereumjs-evm-sync'
import type { Hardfork } from '../../primitives/index.ts'
import { assert, keccak256 } from '../../primitives/index.ts'
import { RETURN_DATA_OUT_OF_BOUNDS } from './halt.ts'
import { verifyKzgProof } from './kzg.ts'

/** What one fork runs on: its parameters, its 256 opcodes, its precompiles by 40 hex digits. Built once, never changed. */
export type Fork = {
  readonly common: Common
  readonly opcodes: readonly Opcode[]
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
  const opcodes = getOpcodesForHF(common).opcodeMap.map((opcode, byte) =>
    byte === RETURNDATACOPY && !opcode.opcodeInfo.isInvalid ? boundsCheckedFirst(opcode) : opcode,
  )
  assert(opcodes.length === 256, 'every byte is an opcode, if only INVALID')
  return { common, opcodes, precompiles: getActivePrecompiles(common) }
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

const RETURNDATACOPY = 0x3e

/** The package calls reading beyond the return data out of gas; it is a halt of its own. Source: EIP-211. */
function boundsCheckedFirst(opcode: Opcode): Opcode {
  const { gasHandler } = opcode
  assert(gasHandler !== undefined, 'RETURNDATACOPY has a price that depends on its operands')
  return {
    ...opcode,
    gasHandler: (state, fee, common) => {
      const [, offset = 0n, length = 0n] = state.stack.peek(3)
      if (offset + length > state.interpreter.getReturnDataSize()) throw new EVMError(RETURN_DATA_OUT_OF_BOUNDS)
      return gasHandler(state, fee, common)
    },
  }
}
