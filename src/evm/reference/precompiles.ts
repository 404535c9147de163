import type { PrecompileInput, PrecompileOutput } from '#ethereumjs-evm-sync'
import { EVMError, NobleBLS, NobleBN254 } from '#ethereumjs-evm-sync'
import type { Address, Hardfork } from '../../primitives/index.ts'
import { assert, toAddress } from '../../primitives/index.ts'
import type { Precompile } from '../../vm/index.ts'
import { blake2f } from './blake2f.ts'
import { ecrecover } from './ecrecover.ts'
import type { Fork } from './fork.ts'
import { forkOf } from './fork.ts'

/** Ours in place of the package's, for their speed. */
const replacements: ReadonlyMap<Address, Precompile> = new Map([
  [toAddress('0x0000000000000000000000000000000000000001'), ecrecover],
  [toAddress('0x0000000000000000000000000000000000000009'), blake2f],
])

const curves: PrecompileInput['_EVM'] = { _bls: new NobleBLS(), _bn254: new NobleBN254() }

/** The contracts that the protocol provides under `hardfork`, by address. Each charges its own price. */
export function referencePrecompiles(hardfork: Hardfork): ReadonlyMap<Address, Precompile> {
  const fork = forkOf(hardfork)
  const precompiles = new Map<Address, Precompile>()
  for (const [digits, run] of fork.precompiles) {
    const address = toAddress(`0x${digits}`)
    precompiles.set(address, replacements.get(address) ?? adapted(fork, run))
  }
  return precompiles
}

function adapted({ common }: Fork, run: (input: PrecompileInput) => PrecompileOutput): Precompile {
  return (data, gasLimit) => {
    const { exceptionError, executionGasUsed, returnValue } = run({ data, gasLimit, common, _EVM: curves })
    if (exceptionError !== undefined) {
      const isOutOfGas = exceptionError.error === EVMError.errorMessages.OUT_OF_GAS
      return { status: 'halt', reason: isOutOfGas ? 'out-of-gas' : 'precompile-failure' }
    }
    assert(executionGasUsed <= gasLimit, 'a precompile spends no more than its limit')
    return { status: 'success', output: returnValue, gasLeft: gasLimit - executionGasUsed }
  }
}
