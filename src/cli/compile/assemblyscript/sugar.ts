import type { Expression, Node, Source } from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'
import { WRITE_METHOD } from './records.ts'
import type { Compiler, Tools } from './syntax.ts'
import { classesWith, rewrite, textOf } from './syntax.ts'

/** SDK classes that are called like the conversions of AssemblyScript's own types: `u256(5)` as `u64(5)`. */
const CONVERSIONS = /^(Address|Bytes\d+|[ui](?!(8|16|32|64)$)\d+)$/

/** What AssemblyScript has to throw. */
const BUILT_IN_ERRORS = /^(Range|Type|Syntax|URI)?Error$/

/** What is written so often that it has a short form: `u256(x)`, and `throw` of a custom error. */
export function expandSugar(tools: Tools): void {
  const { compiler, own, report } = tools
  const errors = new Set(own.flatMap((source) => classesWith(compiler, source, 'error').map(({ name }) => name.text)))
  for (const source of own) {
    rewrite(compiler, source, (node) => {
      if (node instanceof compiler.CallExpression) expandConversion(compiler, node.expression, node)
      if (node instanceof compiler.TryStatement)
        report(
          node,
          'A contract catches nothing: a call that may fail has try_ before its name, and answers how it ended.',
        )
      if (!(node instanceof compiler.ThrowStatement)) return undefined
      const thrown = node.value instanceof compiler.NewExpression ? textOf(node.value.typeName) : ''
      if (errors.has(thrown)) return throwing(tools, source, node.value)
      // The compiler would take anything, and lose it.
      if (!BUILT_IN_ERRORS.test(thrown))
        report(node.value, "Throw new Error('why') or an object of a class with @error, made where it is thrown.")
      return undefined
    })
  }
}

function expandConversion(compiler: Compiler, callee: Expression, call: { expression: Expression }): void {
  if (!(callee instanceof compiler.IdentifierExpression) || !CONVERSIONS.test(callee.text)) return
  const method = compiler.Node.createIdentifierExpression('from', callee.range, false)
  call.expression = compiler.Node.createPropertyAccessExpression(callee, method, callee.range)
}

/** Raises the error, which does not return; the loop says so to the compiler, which has no type for that. */
function throwing({ compiler, snippets }: Tools, source: Source, error: Expression): Node {
  const block = snippets.body(source, `error.${WRITE_METHOD.error}(); while (true) {}`)
  const [raise] = block.statements
  assert(raise instanceof compiler.ExpressionStatement, 'the first statement is a call')
  assert(raise.expression instanceof compiler.CallExpression, 'the first statement is a call')
  const { expression: callee } = raise.expression
  assert(callee instanceof compiler.PropertyAccessExpression, 'the call is of a method')
  callee.expression = error
  return block
}
