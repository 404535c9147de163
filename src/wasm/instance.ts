import { assert } from '../primitives/index.ts'
import type { Frame } from './frame.ts'
import type { HostModule } from './hostFunctions/index.ts'
import { hostFunctionOf } from './hostFunctions/index.ts'
import { GROW_IMPORT, METER_EXPORTS } from './instrument.ts'
import type { PreparedModule } from './prepare.ts'
import type { GlobalVariable, Imports, LinearMemory } from './v8.ts'
import { Global, Instance, Memory } from './v8.ts'
import { MEMORY } from './validate.ts'

/** A module with a memory and globals of its own, for one frame. */
export type ContractInstance = {
  readonly memory: LinearMemory
  readonly ink: GlobalVariable<bigint>
  readonly status: GlobalVariable<number>
  readonly stack: GlobalVariable<number>
  /** Calls an exported entry point. Throws what the code or its host functions throw. */
  enter(name: string, argsLength: number): number
}

/** Instantiates `prepared`; its host functions will act for the frame that `frameOf` then gives. */
export function instantiate(prepared: PreparedModule, frameOf: () => Frame): ContractInstance {
  const functions: Record<HostModule, Record<string, Imports[string][string]>> = { vm_hooks: {}, evmpp: {} }
  for (const wanted of prepared.imports) {
    const provided = hostFunctionOf(wanted)
    assert(provided !== undefined, 'a validated module imports host functions only')
    functions[provided.module][provided.name] = provided.bind(frameOf)
  }
  const { exports } = new Instance(prepared.compiled, {
    ...functions,
    [GROW_IMPORT.module]: { [GROW_IMPORT.name]: (pages: number) => frameOf().growMemory(pages >>> 0) },
  })

  const memory = exports[MEMORY]
  const ink = exports[METER_EXPORTS.ink]
  const status = exports[METER_EXPORTS.status]
  const stack = exports[METER_EXPORTS.stack]
  assert(memory instanceof Memory, 'a validated module exports its memory')
  assert(isLongGlobal(ink) && isIntGlobal(status) && isIntGlobal(stack), 'an instrumented module exports its meters')
  return {
    memory,
    ink,
    status,
    stack,
    enter: (name, argsLength) => {
      const entry = exports[name]
      assert(typeof entry === 'function', 'a validated module exports its entry points')
      const status: unknown = entry(argsLength)
      assert(typeof status === 'number', 'an entry point returns an i32')
      return status
    },
  }
}

function isLongGlobal(exported: unknown): exported is GlobalVariable<bigint> {
  return exported instanceof Global && typeof exported.value === 'bigint'
}

function isIntGlobal(exported: unknown): exported is GlobalVariable<number> {
  return exported instanceof Global && typeof exported.value === 'number'
}
