import { createReferenceEvm, referencePrecompiles } from '../evm/index.ts'
import type { Hardfork } from '../primitives/index.ts'
import type { Machines } from '../router/index.ts'
import { createWasmEngine } from '../wasm/index.ts'

/** Builds the machines of each fork once per thread: engines hold caches worth keeping. */
export function createMachines(): (hardfork: Hardfork) => Machines {
  const wasm = createWasmEngine()
  const built = new Map<Hardfork, Machines>()
  return (hardfork) => {
    const known = built.get(hardfork)
    if (known !== undefined) return known
    const machines = { evm: createReferenceEvm(hardfork), wasm, precompiles: referencePrecompiles(hardfork) }
    built.set(hardfork, machines)
    return machines
  }
}
