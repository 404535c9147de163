import type { Program, Range } from 'assemblyscript'
import type binaryen from 'assemblyscript/binaryen'
import { moduleRefusal } from '../../../node/index.ts'
import type { Bytes } from '../../../primitives/index.ts'
import { NO_FLOATS } from './floats.ts'
import type { Origins } from './origins.ts'
import type { Compiler } from './syntax.ts'
import { namesOf } from './syntax.ts'

// What the node refuses is refused here, where it was written, with advice that the node cannot give.

/** The modules that a contract may import functions of. Source: docs/decisions/003-wasm-rules.md. */
const HOSTS = ['vm_hooks', 'evmpp']

/** A function of a compiled module: its text, and for one that is imported from where, as `env.console.log`. */
type ModuleFunction = { readonly name: string; readonly text: string; readonly imported: string | undefined }

/** What is wrong with a function. */
type Fault = { readonly name: string; readonly message: string }

/**
 * Refuses a compiled module that no node would run, because a library brings in floating point, or a function that is the
 * browser's: throws an error that points to where the contract asks for that. The module is not optimized yet, so its
 * functions still have their names.
 */
export function refuseUndeployable(
  compiler: Compiler,
  program: Program,
  origins: Origins,
  module: binaryen.Module,
): void {
  const functions = functionsOf(module)
  const fault = [...functions.values()].flatMap((each) => faultOf(each) ?? [])[0]
  if (fault === undefined) return
  const place = placeOf(compiler, program, origins, functions, fault.name)
  throw new Refusal(compiler, place, fault.message)
}

/** Why a program that the compiler takes is refused, in its manner: its message is what the author reads. */
export class Refusal extends Error {
  constructor(compiler: Compiler, place: Range | null, text: string) {
    const { DiagnosticMessage, formatDiagnostic } = compiler
    const { DiagnosticCode, DiagnosticCategory } = namesOf(compiler)
    const message = DiagnosticMessage.create(DiagnosticCode.User_defined_0, DiagnosticCategory.Error, text)
    super(formatDiagnostic(place === null ? message : message.withRange(place), false, true))
  }
}

/** Refuses the finished module when the node's own rules do, at the contract's name. */
export function refuseModule(compiler: Compiler, place: Range, module: Bytes): void {
  const why = moduleRefusal(module)
  if (why === undefined) return
  const limit = `${module.length} bytes, at most 131072`
  throw new Refusal(compiler, place, `No node stores this contract (${limit}): ${why}.`)
}

function faultOf({ name, text, imported }: ModuleFunction): Fault | undefined {
  if (imported !== undefined) {
    if (HOSTS.includes(imported.split('.')[0] ?? '')) return undefined
    return { name, message: `No node has the function '${imported}': a contract reaches out through 'evmpp-sdk' only.` }
  }
  return /\bf(32|64)\b/.test(text) ? { name, message: `${name} computes with it. ${NO_FLOATS}` } : undefined
}

/** The functions of a module by their names. */
function functionsOf(module: binaryen.Module): ReadonlyMap<string, ModuleFunction> {
  const text = module.emitText()
  const nameIn = (part: string): string => /^("[^"]*"|[^\s()]+)/.exec(part)?.[1]?.replaceAll('"', '') ?? ''
  const imported = [...text.matchAll(/^ \(import "([^"]*)" "([^"]*)" \(func \$("[^"]*"|[^\s()]+)/gm)].map(
    ([, host, field, name = '']): ModuleFunction => ({ name: nameIn(name), text: '', imported: `${host}.${field}` }),
  )
  const defined = text
    .split(/^ \(func \$/m)
    .slice(1)
    .map((part): ModuleFunction => ({ name: nameIn(part), text: part, imported: undefined }))
  return new Map([...imported, ...defined].map((each) => [each.name, each]))
}

/** Where the author asks for a function: the call that leads to it, or failing that, the function that does. */
function placeOf(
  compiler: Compiler,
  program: Program,
  origins: Origins,
  functions: ReadonlyMap<string, ModuleFunction>,
  name: string,
): Range | null {
  const seen = new Set([name])
  for (const callee of seen) {
    const call = origins.callOf(callee)
    if (call !== undefined) return call.range
    const element = program.instancesByName.get(callee)
    if (!callee.startsWith('~lib/') && element instanceof compiler.DeclaredElement)
      return element.declaration.name.range
    for (const [caller, { text }] of functions)
      if (text.includes(`call $${callee}\n`) || text.includes(`call $"${callee}"\n`)) seen.add(caller)
  }
  return null
}
