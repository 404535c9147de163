import type { Core } from '../../core/index.ts'
import type { Hardfork } from '../../primitives/index.ts'
import type { VmEngine } from '../../vm/index.ts'
import { createInterpreter } from '../interpreter/engine.ts'
import { createTier, DEFAULT_POLICY, type TierPolicy } from './tier.ts'

/**
 * The EVM of any fork in `core`: hot code as WebAssembly, the rest interpreted, equal in every result. One call per core,
 * as for `createInterpreter`.
 */
export function createCompiledEvm(core: Core, policy: TierPolicy = DEFAULT_POLICY): (hardfork: Hardfork) => VmEngine {
  return createInterpreter(core, createTier(core, policy))
}
