import { FIRST_USE_POLICY } from '../../src/evm/index.ts'
import type { EvmEngineName } from '../../src/node/machines.ts'
import { createExecution, EVM_ENGINES } from '../../src/node/machines.ts'
import type { Hardfork } from '../../src/primitives/index.ts'
import type { Machines } from '../../src/router/index.ts'
import type { Journal } from '../../src/state/index.ts'

/** What executes transactions in a test: the machines of each fork, and the journal that they share. For one thread. */
export type Engine = {
  readonly name: string
  machinesOf(hardfork: Hardfork): Machines
  readonly journal: Journal
}

/** The name of a way to execute EVM code; the last compiles every code that it can before it first runs. */
export type EngineName = EvmEngineName | 'compiled-first-use'

/** Their names, the oracle first. */
export const ENGINE_NAMES: readonly EngineName[] = [...EVM_ENGINES, 'compiled-first-use']

/** True when `name` is one of {@link ENGINE_NAMES}. */
export function isEngineName(name: string): name is EngineName {
  return ENGINE_NAMES.some((known) => known === name)
}

/** Builds an engine with caches of its own. */
export function createEngine(name: EngineName): Engine {
  const { machinesOf, createJournal } =
    name === 'compiled-first-use' ? createExecution('compiled', { policy: FIRST_USE_POLICY }) : createExecution(name)
  return { name, machinesOf, journal: createJournal() }
}
