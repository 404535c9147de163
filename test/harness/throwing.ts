import { createExecution } from '../../src/node/machines.ts'
import type { ExecutorParts } from '../../src/parallel/index.ts'
import type { Address } from '../../src/primitives/index.ts'
import type { Precompile } from '../../src/vm/index.ts'
import { addr } from './world.ts'

/** A contract of an engine that is broken: whoever calls it makes the engine throw. */
export const THROWER: Address = addr(0x1ee)

/** The interpreter, in which a call of {@link THROWER} does what `misbehave` does. */
export function throwingExecution(misbehave: Precompile): ExecutorParts {
  const { machinesOf, createJournal } = createExecution('interpreter')
  return {
    createJournal,
    machinesOf(hardfork) {
      const machines = machinesOf(hardfork)
      return { ...machines, precompiles: new Map([...machines.precompiles, [THROWER, misbehave]]) }
    },
  }
}
