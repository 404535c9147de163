import type { Core } from '../../core/index.ts'
import type { Hardfork } from '../../primitives/index.ts'
import type { VmEngine } from '../../vm/index.ts'
import { forkTableOf } from './forkTable.ts'
import { Machine } from './machine.ts'
import { interpretingTier, type Tier } from './tier.ts'

/**
 * The EVM of any fork on the interpreter in `core`; one call per core, for its engines share the core's frames. The host of
 * every execution must have the journal that lives in the same core.
 */
export function createInterpreter(core: Core, tier: Tier = interpretingTier(core)): (hardfork: Hardfork) => VmEngine {
  const machine = new Machine(core, tier)
  const engines = new Map<Hardfork, VmEngine>()
  return (hardfork) => {
    const known = engines.get(hardfork)
    if (known !== undefined) return known
    const engine = engineOn(machine, hardfork)
    engines.set(hardfork, engine)
    return engine
  }
}

function engineOn(machine: Machine, hardfork: Hardfork): VmEngine {
  const table = forkTableOf(hardfork)
  return {
    kind: 'evm',
    // Any bytes are EVM code; what may be stored (EIP-170, EIP-3541) is the router's question.
    validate: (_code, gasLimit) => ({ status: 'valid', gasLeft: gasLimit }),
    execute: (execution, code, host) => machine.execute(machine.serve(host, hardfork, table), execution, code),
  }
}
