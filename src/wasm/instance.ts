import { assert } from '../primitives/index.ts'
import type { Frame } from './frame.ts'
import { gasScheduleOf } from './gasSchedule.ts'
import { GuestMemory } from './guestMemory.ts'
import type { HostModule } from './hostFunctions/index.ts'
import { hostFunctionOf } from './hostFunctions/index.ts'
import type { InkCount } from './inkMeter.ts'
import { GROW_IMPORT, METER_EXPORTS } from './instrument.ts'
import type { PreparedModule } from './prepare.ts'
import type { GlobalVariable, Imports } from './v8.ts'
import { Global, Instance, Memory } from './v8.ts'
import { MEMORY } from './validate.ts'

/** A module with a memory and globals of its own. Serves one frame at a time; each finds it as if it were the first. */
export type ContractInstance = InkCount & {
  readonly memory: GuestMemory
  readonly status: GlobalVariable<number>
  readonly stack: GlobalVariable<number>
  /** Puts memory and globals in their first state. To be called before {@link ContractInstance.enter}. */
  begin(frame: Frame, ink: bigint, stackWords: number): void
  /** Calls an exported entry point. Throws what the code or its host functions throw. */
  enter(name: string, argsLength: number): number
  /** The frame has ended. */
  end(): void
}

/** Instantiates `prepared`. Throws a `RangeError` when the machine has no memory left. */
export function instantiate(prepared: PreparedModule): ContractInstance {
  let current: Frame | undefined
  const frameOf = (): Frame => {
    assert(current !== undefined, 'contract code runs in a frame')
    return current
  }
  const { exports } = new Instance(prepared.compiled, importsOf(prepared, frameOf))

  const memory = exports[MEMORY]
  const ink = exports[METER_EXPORTS.ink]
  const status = exports[METER_EXPORTS.status]
  const stack = exports[METER_EXPORTS.stack]
  const begin = exports[METER_EXPORTS.begin]
  const charge = exports[METER_EXPORTS.charge]
  const has = exports[METER_EXPORTS.has]
  assert(memory instanceof Memory, 'a validated module exports its memory')
  assert(isLongGlobal(ink) && isIntGlobal(status) && isIntGlobal(stack), 'an instrumented module exports its meters')
  assert(isFunction(begin) && isFunction(charge) && isFunction(has), 'an instrumented module exports its functions')
  let isUsed = 0
  return {
    memory: new GuestMemory(memory),
    ink,
    status,
    stack,
    charge,
    has,
    begin: (frame, inkLeft, stackWords) => {
      current = frame
      begin(inkLeft, stackWords, isUsed)
      isUsed = 1
    },
    enter: (name, argsLength) => {
      const entry = exports[name]
      assert(isFunction(entry), 'a validated module exports its entry points')
      return entry(argsLength)
    },
    end: () => {
      current = undefined
    },
  }
}

function importsOf({ imports, rules }: PreparedModule, frameOf: () => Frame): Imports {
  const schedule = gasScheduleOf(rules)
  const functions: Record<HostModule, Record<string, Imports[string][string]>> = { vm_hooks: {}, evmpp: {} }
  for (const wanted of imports) {
    const provided = hostFunctionOf(wanted)
    assert(provided !== undefined, 'a validated module imports host functions only')
    functions[provided.module][provided.name] = provided.bind(frameOf, schedule)
  }
  const grow = (pages: number): number => frameOf().growMemory(pages >>> 0)
  return { ...functions, [GROW_IMPORT.module]: { [GROW_IMPORT.name]: grow } }
}

function isFunction(exported: unknown): exported is (...args: readonly unknown[]) => number {
  return typeof exported === 'function'
}

function isLongGlobal(exported: unknown): exported is GlobalVariable<bigint> {
  return exported instanceof Global && typeof exported.value === 'bigint'
}

function isIntGlobal(exported: unknown): exported is GlobalVariable<number> {
  return exported instanceof Global && typeof exported.value === 'number'
}
