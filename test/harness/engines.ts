import { createInterpreter } from '../../src/evm/index.ts'
import { createMachines } from '../../src/node/machines.ts'
import type { Hardfork } from '../../src/primitives/index.ts'
import type { Machines } from '../../src/router/index.ts'
import type { Journal } from '../../src/state/index.ts'
import { createCoreJournal, createJournal } from '../../src/state/index.ts'
import { createTestCore } from './core.ts'

/** What executes transactions in a test: the machines of each fork, and the journal that they share. For one thread. */
export type Engine = {
  readonly name: string
  machinesOf(hardfork: Hardfork): Machines
  readonly journal: Journal
}

/** Each way to execute EVM code that tests can be run on, by the name that `--evm` gives it. */
const ENGINES = {
  reference: () => ({ name: 'reference', machinesOf: createMachines(), journal: createJournal() }),
  interpreter: createInterpreterEngine,
} as const satisfies Readonly<Record<string, () => Engine>>

/** The name of one of them. */
export type EngineName = keyof typeof ENGINES

/** Their names, the oracle first. */
export const ENGINE_NAMES = Object.keys(ENGINES).filter(isEngineName)

/** True when `name` is one of {@link ENGINE_NAMES}. */
export function isEngineName(name: string): name is EngineName {
  return Object.hasOwn(ENGINES, name)
}

/** Builds an engine with caches of its own. */
export function createEngine(name: EngineName): Engine {
  return ENGINES[name]()
}

/** The core's interpreter and journal; everything else as the reference has it. */
function createInterpreterEngine(): Engine {
  const core = createTestCore()
  const journal = createCoreJournal(core)
  const machinesOf = createMachines()
  const evmOf = createInterpreter(core)
  return { name: 'interpreter', journal, machinesOf: (hardfork) => ({ ...machinesOf(hardfork), evm: evmOf(hardfork) }) }
}
