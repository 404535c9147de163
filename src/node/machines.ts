import { readFileSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'
import type { CompiledModule, Core } from '../core/index.ts'
import { compileModule, createCore } from '../core/index.ts'
import type { TierPolicy } from '../evm/index.ts'
import {
  createCompiledEvm,
  createInterpreter,
  createPrecompiles,
  createReferenceEvm,
  DEFAULT_POLICY,
  referencePrecompiles,
} from '../evm/index.ts'
import type { ExecutorParts } from '../parallel/index.ts'
import { type Address, assert, type Hardfork } from '../primitives/index.ts'
import type { Machines } from '../router/index.ts'
import { createCoreJournal, createJournal } from '../state/index.ts'
import type { Precompile, VmEngine } from '../vm/index.ts'
import { createWasmEngine } from '../wasm/index.ts'
import { decompressBrotli } from './brotli.ts'
import { threadModuleExchange } from './moduleExchange.ts'

/**
 * The ways to execute EVM code, by the name that `--evm` gives them: `@ethereumjs/evm`, the core's interpreter, or that and
 * WebAssembly for hot code. Equal in every result.
 */
export const EVM_ENGINES = ['reference', 'interpreter', 'compiled'] as const

/** One of {@link EVM_ENGINES}. */
export type EvmEngineName = (typeof EVM_ENGINES)[number]

/** What an execution may be given that it would else make for itself. */
export type ExecutionChoices = {
  /** When `compiled` compiles. */
  readonly policy?: TierPolicy
  /** {@link coreModule}, compiled by another thread: V8 shares the code. */
  readonly core?: CompiledModule
}

/** Builds the machines of each fork and the journal that they share. Once per thread: engines hold caches worth keeping. */
export function createExecution(
  evm: EvmEngineName,
  { policy = DEFAULT_POLICY, core }: ExecutionChoices = {},
): ExecutorParts {
  switch (evm) {
    case 'reference':
      return { machinesOf: machinesWith(createReferenceEvm, referencePrecompiles), createJournal }
    case 'interpreter':
      return executionIn(core, createInterpreter)
    case 'compiled':
      return executionIn(core, (made) => createCompiledEvm(made, policy))
  }
}

function executionIn(
  module: CompiledModule | undefined,
  createEvm: (core: Core) => (hardfork: Hardfork) => VmEngine,
): ExecutorParts {
  const core = createCore(module ?? coreModule(), {
    loadAccount: unasked,
    loadCode: unasked,
    loadSlot: unasked,
    blockHash: unasked,
  })
  const journal = createCoreJournal(core)
  const precompilesOf = createPrecompiles({ core, curves: curvesModule })
  return { machinesOf: machinesWith(createEvm(core), precompilesOf), createJournal: () => journal }
}

function machinesWith(
  evmOf: (hardfork: Hardfork) => VmEngine,
  precompilesOf: (hardfork: Hardfork) => ReadonlyMap<Address, Precompile>,
): (hardfork: Hardfork) => Machines {
  const wasm = createWasmEngine({
    decompress: decompressBrotli,
    compileBaseline: (bytes) => withoutTierUp(() => compileModule(bytes)),
    exchange: threadModuleExchange(),
  })
  const built = new Map<Hardfork, Machines>()
  return (hardfork) => {
    const known = built.get(hardfork)
    if (known !== undefined) return known
    const machines = { evm: evmOf(hardfork), wasm, precompiles: precompilesOf(hardfork) }
    built.set(hardfork, machines)
    return machines
  }
}

/** The journal and the engine put their answers in place of this one before anything is asked. */
function unasked(): never {
  assert(false, 'a core is asked only while its journal serves a transaction')
}

/** A program that the build wrote: beside this one in dist/, where the build puts both, or there as seen from src/. */
function readProgram(name: string): Uint8Array {
  const isBundled = import.meta.url.includes('/dist/')
  return readFileSync(new URL(isBundled ? name : `../../dist/${name}`, import.meta.url))
}

/** The core's program. */
export function coreModule(): CompiledModule {
  const bytes = readProgram('core.wasm')
  return fullyOptimized(() => compileModule(bytes))
}

let curves: CompiledModule | undefined

/** The program of pairing curves, once per thread. Compiled lazily: a thread uses little of it, most use none. */
export function curvesModule(): CompiledModule {
  curves ??= compileModule(readProgram('curves.wasm'))
  return curves
}

/**
 * Has V8 compile with its baseline compiler at once and never again: code that is compiled lazily, or
 * with tier-up, counts how often it runs and goes to the optimiser when it is hot.
 */
function withoutTierUp<compiled>(compile: () => compiled): compiled {
  const flags = ['wasm-tier-up', 'wasm-dynamic-tiering', 'wasm-lazy-compilation']
  for (const flag of flags) setFlagsFromString(`--no-${flag}`)
  try {
    return compile()
  } finally {
    for (const flag of flags) setFlagsFromString(`--${flag}`)
  }
}

/**
 * Has V8 optimise all of what is compiled at once. By itself it starts with plain code, and a call that runs on plain code
 * ends on it, however long it takes: 25 ms more at the start bring the first long call from 95 ms to 60 (snailtracer).
 */
function fullyOptimized<compiled>(compile: () => compiled): compiled {
  setFlagsFromString('--no-liftoff')
  setFlagsFromString('--no-wasm-lazy-compilation')
  try {
    return compile()
  } finally {
    setFlagsFromString('--liftoff')
    setFlagsFromString('--wasm-lazy-compilation')
  }
}
