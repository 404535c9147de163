import type { Node } from 'assemblyscript'
import type { Tools } from './syntax.ts'
import { rewrite, textOf } from './syntax.ts'

// Two machines may round a floating-point number differently, so no contract computes with one: the node refuses such
// code. Here it is refused where it was written, with the advice that the node cannot give.

export const NO_FLOATS = 'A contract has no floating point: count in whole units, as wei count ether.'

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
  for (const node of floats) report(node, NO_FLOATS)
}
