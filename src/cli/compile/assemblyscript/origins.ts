import type { Node, Program } from 'assemblyscript'
import type { Generator } from './generator.ts'
import { replaceOnce } from './generator.ts'
import type { Tools } from './syntax.ts'
import { authorOf } from './syntax.ts'

// The compiler compiles a function when it meets the first call of it. So what goes wrong in a library, or in code that was
// written for the author, was asked for by the expression of the author's that is being compiled, and is reported there.

/** Where in the author's files the functions of a compilation were asked for. */
export type Origins = {
  /** The author's expression that is being compiled. */
  current(): Node | undefined
  /** The author's expression that first called a function, by the function's internal name. */
  callOf(internalName: string): Node | undefined
}

type Watch = { readonly tools: Tools; current: Node | undefined; readonly calls: Map<string, Node> }

const watches = new WeakMap<Program, Watch>()

/** From here on it is noted where the author's files call what. */
export function watchOrigins(tools: Tools, program: Program): Origins {
  const watch: Watch = { tools, current: undefined, calls: new Map() }
  watches.set(program, watch)
  replaceOnce(tools, replaceExpressions)
  replaceOnce(tools, replaceCalls)
  replaceOnce(tools, replaceDiagnostics)
  return { current: () => watch.current, callOf: (internalName) => watch.calls.get(internalName) }
}

function replaceExpressions(generator: Generator): void {
  const { compileExpression: original } = generator
  generator.compileExpression = function (node, type, constraints) {
    const watch = watches.get(this.program)
    if (watch === undefined || !watch.tools.own.includes(node.range.source))
      return original.call(this, node, type, constraints)
    const outer = watch.current
    watch.current = node
    const made = original.call(this, node, type, constraints)
    watch.current = outer
    return made
  }
}

function replaceCalls(generator: Generator): void {
  const { makeCallDirect: original } = generator
  generator.makeCallDirect = function (instance, operands, node, isDropped) {
    const watch = watches.get(this.program)
    if (watch?.current !== undefined && !watch.calls.has(instance.internalName))
      watch.calls.set(instance.internalName, watch.current)
    return original.call(this, instance, operands, node, isDropped)
  }
}

/** A message about a file that is not the author's is one about the expression that led there. */
function replaceDiagnostics(generator: Generator): void {
  const { emitDiagnostic: original } = generator
  generator.emitDiagnostic = function (code, category, range, related, ...texts) {
    const watch = watches.get(this.program)
    const isOwn = watch === undefined || range === null || watch.tools.own.includes(range.source)
    const place = isOwn ? undefined : (watch.current ?? authorOf(range.source))?.range
    if (place === undefined) original.call(this, code, category, range, related, ...texts)
    else original.call(this, code, category, place, null, ...texts)
  }
}
