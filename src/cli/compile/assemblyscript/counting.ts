import type { BinaryExpression, Expression, ForStatement, Node, Source } from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'
import type { Tools } from './syntax.ts'
import { ASSIGNMENTS, rewrite } from './syntax.ts'

/** What is known of the counting in a contract's files before any type is. */
export type Counting = {
  /** The comparison that keeps this addition in range, if it compares the very type that is added. */
  boundOf(addition: Node): BinaryExpression | undefined
  /** True for what cannot overflow, whatever its type is. */
  isSafe(node: Node): boolean
}

/**
 * `x++` becomes `x += 1`, and `(x += 1) - 1` where its value is used, so that there is one way of adding to be checked.
 * While `i < end` holds, `i + 1` is in range: the counter of a `for` loop that nothing else changes needs no check.
 */
export function expandCounting(tools: Tools): Counting {
  const { compiler } = tools
  const bounds = new Map<Node, BinaryExpression>()
  const safe = new Set<Node>()
  const steps = createSteps(tools)
  for (const source of tools.own)
    rewrite(compiler, source, (node) => {
      if (node instanceof compiler.ExpressionStatement) node.expression = steps.dropped(source, node.expression)
      if (node instanceof compiler.ForStatement && node.incrementor !== null) {
        const bound = boundOf(tools, node)
        node.incrementor = steps.dropped(source, node.incrementor)
        if (bound !== undefined) bounds.set(node.incrementor, bound)
      }
      const used = steps.used(source, node)
      if (used !== node && node instanceof compiler.UnaryPostfixExpression) safe.add(used)
      return used === node ? undefined : used
    })
  return { boundOf: (addition) => bounds.get(addition), isSafe: (node) => safe.has(node) }
}

/** Rewrites single steps; what is none comes back as it is. */
function createSteps({ compiler, names, snippets }: Tools) {
  const { Token } = names
  const one = (source: Source, { range }: Node): Expression => {
    const [statement] = snippets.body(source, '1').statements
    assert(statement instanceof compiler.ExpressionStatement, 'a number is an expression')
    statement.expression.range = range
    return statement.expression
  }
  const isStep = (node: Node) =>
    (node instanceof compiler.UnaryPostfixExpression || node instanceof compiler.UnaryPrefixExpression) &&
    (node.operator === Token.Plus_Plus || node.operator === Token.Minus_Minus)
      ? node
      : undefined
  const compound = (source: Source, node: Node): BinaryExpression | undefined => {
    const step = isStep(node)
    if (step === undefined) return undefined
    const token = step.operator === Token.Plus_Plus ? Token.Plus_Equals : Token.Minus_Equals
    return compiler.Node.createBinaryExpression(token, step.operand, one(source, step), step.range)
  }
  const dropped = (source: Source, node: Expression): Expression => {
    if (node instanceof compiler.CommaExpression)
      node.expressions = node.expressions.map((each) => dropped(source, each))
    return compound(source, node) ?? node
  }
  const used = (source: Source, node: Node): Node => {
    const changed = compound(source, node)
    if (changed === undefined || !(node instanceof compiler.UnaryPostfixExpression)) return changed ?? node
    const back = node.operator === Token.Plus_Plus ? Token.Minus : Token.Plus
    const inner = compiler.Node.createParenthesizedExpression(changed, node.range)
    return compiler.Node.createBinaryExpression(back, inner, one(source, node), node.range)
  }
  return { dropped, used }
}

/** In `for (let i = ..; i < end; i++)`, and the same downwards, the comparison, unless the body changes `i`. */
function boundOf({ compiler, names }: Tools, loop: ForStatement): BinaryExpression | undefined {
  const { Token } = names
  const { initializer, condition, incrementor, body } = loop
  const isStep =
    incrementor instanceof compiler.UnaryPostfixExpression || incrementor instanceof compiler.UnaryPrefixExpression
  if (!isStep || !(incrementor.operand instanceof compiler.IdentifierExpression)) return undefined
  if (!(initializer instanceof compiler.VariableStatement)) return undefined
  const { text: counter } = incrementor.operand
  const isCounter = (node: Node): boolean => node instanceof compiler.IdentifierExpression && node.text === counter
  if (!initializer.declarations.some(({ name }) => name.text === counter)) return undefined
  let isChanged = false
  rewrite(compiler, body, (node) => {
    if (
      node instanceof compiler.BinaryExpression &&
      ASSIGNMENTS.some((name) => Token[name] === node.operator) &&
      isCounter(node.left)
    )
      isChanged = true
    const isUnary = node instanceof compiler.UnaryPostfixExpression || node instanceof compiler.UnaryPrefixExpression
    if (isUnary && isCounter(node.operand)) isChanged = true
    return undefined
  })
  const comparison = incrementor.operator === Token.Plus_Plus ? Token.LessThan : Token.GreaterThan
  const holds = (node: Expression | null): BinaryExpression | undefined => {
    if (node instanceof compiler.ParenthesizedExpression) return holds(node.expression)
    if (!(node instanceof compiler.BinaryExpression)) return undefined
    if (node.operator === Token.Ampersand_Ampersand) return holds(node.left) ?? holds(node.right)
    return node.operator === comparison && isCounter(node.left) ? node : undefined
  }
  return isChanged ? undefined : holds(condition)
}
