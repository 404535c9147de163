import type { Node, Program } from 'assemblyscript'
import type binaryen from 'assemblyscript/binaryen'
import type { Compiler, Tools } from './syntax.ts'
import { namesOf, rewrite, textOf } from './syntax.ts'

// Two machines may round a floating-point number differently, so no contract computes with one: the node refuses such
// code. Here it is refused where it was written, with the advice that the node cannot give.

const ADVICE = 'A contract has no floating point: count in whole units, as wei count ether.'

/** Where floating point is written down in the sources of a contract. */
export function findFloats({ compiler, own }: Tools): readonly Node[] {
  const found: Node[] = []
  for (const source of own) {
    rewrite(compiler, source, (node) => {
      const isType = node instanceof compiler.NamedTypeNode && ['f32', 'f64', 'number'].includes(textOf(node))
      if (isType || node instanceof compiler.FloatLiteralExpression) found.push(node)
      return undefined
    })
  }
  return found
}

/** Reports what {@link findFloats} found. */
export function reportFloats({ report }: Tools, floats: readonly Node[]): void {
  for (const node of floats) report(node, ADVICE)
}

/**
 * Refuses a compiled module that computes with floating point all the same, because a library does: throws an error that
 * points to the function of the contract from which the library is reached. The module is not optimized yet, so its
 * functions still have their names.
 */
export function refuseFloats(compiler: Compiler, program: Program, module: binaryen.Module): void {
  const functions = functionsOf(module)
  const floating = [...functions].find(([, body]) => /\bf(32|64)\b/.test(body))
  if (floating === undefined) return
  const [name] = floating
  const place = ownCaller(functions, name)
  const element = program.instancesByName.get(place ?? '')
  const range = element instanceof compiler.DeclaredElement ? element.declaration.name.range : null
  program.error(
    namesOf(compiler).DiagnosticCode.User_defined_0,
    range,
    `${name} computes with it. ${ADVICE}`,
    null,
    null,
  )
  const diagnostic = compiler.nextDiagnostic(program)
  throw new Error(diagnostic === null ? ADVICE : compiler.formatDiagnostic(diagnostic, false, true))
}

/** Each function's text by its name. */
function functionsOf(module: binaryen.Module): ReadonlyMap<string, string> {
  const parts = module
    .emitText()
    .split(/^ \(func \$/m)
    .slice(1)
  return new Map(parts.map((part) => [/^("[^"]*"|[^\s()]+)/.exec(part)?.[1]?.replaceAll('"', '') ?? '', part]))
}

/** The nearest function outside of libraries that leads to the named one. */
function ownCaller(functions: ReadonlyMap<string, string>, name: string): string | undefined {
  const seen = new Set([name])
  for (const callee of seen) {
    if (!callee.startsWith('~lib/')) return callee
    for (const [caller, body] of functions)
      if (body.includes(`call $${callee}\n`) || body.includes(`call $"${callee}"\n`)) seen.add(caller)
  }
  return undefined
}
