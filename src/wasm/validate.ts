import { InvalidModuleError } from './binary/reader.ts'
import { entryHint, importHint } from './hints.ts'
import { hostFunctionOf } from './hostFunctions/index.ts'
import { MAX_PAGES, PAGE_BYTES } from './limits.ts'
import type { FunctionType, Module } from './module.ts'
import { describeType, equalTypes, typeOfFunction } from './module.ts'

/** Runs the contract: `(args_len) -> status`, 0 for success. */
export const ENTRY_POINT = 'user_entrypoint'
/** Runs once at creation, before the module is stored. Optional. */
export const CONSTRUCTOR = 'user_constructor'
/** The memory that host functions read and write. */
export const MEMORY = 'memory'

const ENTRY_TYPE: FunctionType = { params: ['i32'], results: ['i32'] }

/**
 * The rules that hold between sections: imports are host functions of the right type, the entry points and the memory
 * are there, segments fit. With these, instantiation cannot fail. Throws {@link InvalidModuleError}.
 */
export function checkModule(module: Module): void {
  checkImports(module)
  checkExports(module)
  checkMemory(module)
  checkEntry(module, ENTRY_POINT, true)
  checkEntry(module, CONSTRUCTOR, false)
  checkSegments(module)
  if (module.functions.length !== module.bodies.length) {
    throw new InvalidModuleError(`${module.functions.length} functions, ${module.bodies.length} bodies`, 0)
  }
}

function checkImports(module: Module): void {
  for (const imported of module.imports) {
    const { type, at } = imported
    const name = `${imported.module}.${imported.name}`
    const provided = hostFunctionOf(imported)
    if (provided === undefined) {
      throw new InvalidModuleError(`unknown import ${name}${importHint(imported.module, imported.name)}`, at)
    }
    const declared = module.types[type]
    if (declared === undefined) throw new InvalidModuleError(`import ${name} of an unknown type`, at)
    if (equalTypes(declared, provided.type)) continue
    const reason = `import ${name} is ${describeType(declared)}, must be ${describeType(provided.type)}`
    throw new InvalidModuleError(reason, at)
  }
}

/** What instrumentation keeps must be there once: in version 1 two names can be read as one. */
function checkExports({ exports }: Module): void {
  for (const wanted of [ENTRY_POINT, CONSTRUCTOR, MEMORY]) {
    const [, second] = exports.filter(({ name }) => name === wanted)
    if (second !== undefined) throw new InvalidModuleError(`second export "${wanted}"`, second.at)
  }
}

function checkMemory(module: Module): void {
  if (module.memory === undefined) throw new InvalidModuleError('no memory', 0)
  const { initialPages, maximumPages } = module.memory
  if (maximumPages !== undefined && maximumPages < initialPages) {
    throw new InvalidModuleError('memory with a maximum below its initial size', 0)
  }
  const exported = module.exports.find(({ name }) => name === MEMORY)
  if (exported === undefined) throw new InvalidModuleError(`no export "${MEMORY}"`, 0)
  if (exported.kind !== 'memory') throw new InvalidModuleError(`export "${MEMORY}" is not the memory`, exported.at)
}

function checkEntry(module: Module, wanted: string, isRequired: boolean): void {
  const exported = module.exports.find(({ name }) => name === wanted)
  if (exported === undefined) {
    const hint = entryHint(module.exports.map(({ name }) => name))
    if (isRequired) throw new InvalidModuleError(`no export "${wanted}"${hint}`, 0)
    return
  }
  const type = exported.kind === 'function' ? typeOfFunction(module, exported.index) : undefined
  if (type === undefined || !equalTypes(type, ENTRY_TYPE)) {
    throw new InvalidModuleError(`export "${wanted}" is not a function ${describeType(ENTRY_TYPE)}`, exported.at)
  }
  if (exported.index < module.imports.length) {
    throw new InvalidModuleError(`export "${wanted}" is an imported function`, exported.at)
  }
}

function checkSegments({ memory, table, elements, data }: Module): void {
  const memoryBytes = Math.min(memory?.initialPages ?? 0, MAX_PAGES) * PAGE_BYTES
  for (const { first, content, at } of data?.segments ?? []) {
    if (first + content.end - content.start > memoryBytes)
      throw new InvalidModuleError('data segment outside the initial memory', at)
  }
  for (const { first, functions, at } of elements) {
    const isInside = table !== undefined && first + functions.length <= table.entries
    if (!isInside) throw new InvalidModuleError('element segment outside the table', at)
  }
}
