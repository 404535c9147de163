import type { Expression, MethodDeclaration, Node, Source } from 'assemblyscript'
import type { Level } from './contractShape.ts'
import { mutabilityOf } from './describe.ts'
import type { Tools } from './syntax.ts'
import { ASSIGNMENTS, rewrite } from './syntax.ts'

/** Methods of mappings and arrays in storage that change them. */
const CHANGING_METHODS = new Set(['push', 'pop', 'append', 'assign', 'clear', 'delete'])

/** Functions of the SDK that change something: log, balances, other contracts. */
const CHANGING_FUNCTIONS = new Set(['emit', 'create', 'create2', 'transfer', 'call', 'delegatecall', 'sstore'])

/** Functions of the SDK that read state. */
const READING_FUNCTIONS = new Set(['sload', 'staticcall'])

/** What a method does that its decorators may forbid. */
type Deeds = {
  /** Where it changes state, or what is around the contract. */
  readonly changes: readonly Node[]
  /** Where it reads state. */
  readonly reads: readonly Node[]
  /** Methods of the contract that it calls, and where. */
  readonly calls: readonly (readonly [name: string, node: Node])[]
}

/**
 * Reports what a function does that `@view` or `@pure` promises not to do, as far as it stands in the contract's classes:
 * through `this`, through functions of the SDK, and through other methods. What it does through a reference that it keeps in
 * a variable is not seen.
 */
export function checkPromises(tools: Tools, levels: readonly Level[]): void {
  const variables = new Set(levels.flatMap((level) => level.variables.map(({ declaration }) => declaration.name.text)))
  const methods = levels.flatMap((level) =>
    level.methods.map((method) => ({ method, deeds: deedsOf(tools, level.source, method, variables) })),
  )
  const changing = new Set(
    methods.filter(({ deeds }) => deeds.changes.length > 0).map(({ method }) => method.name.text),
  )
  // Who calls one that changes state changes it, at any distance.
  for (let before = -1; before < changing.size; ) {
    before = changing.size
    for (const { method, deeds } of methods)
      if (deeds.calls.some(([name]) => changing.has(name))) changing.add(method.name.text)
  }
  for (const { method, deeds } of methods) {
    const promise = mutabilityOf(method)
    if (promise !== 'view' && promise !== 'pure') continue
    const { text: name } = method.name
    for (const node of deeds.changes) tools.report(node, `${name} is @${promise}, and this changes state.`)
    for (const [called, node] of deeds.calls)
      if (changing.has(called)) tools.report(node, `${name} is @${promise}, and ${called} changes state.`)
    if (promise === 'pure' && deeds.changes.length === 0)
      for (const node of deeds.reads) tools.report(node, `${name} is @pure, and this reads state.`)
  }
}

function deedsOf(tools: Tools, source: Source, method: MethodDeclaration, variables: ReadonlySet<string>): Deeds {
  const { compiler, names } = tools
  const assignments = new Set<number>(ASSIGNMENTS.map((name) => names.Token[name]))
  const steps = new Set<number>([names.Token.Plus_Plus, names.Token.Minus_Minus])
  const ownFunctions = new Set(
    source.statements.flatMap((each) => (each instanceof compiler.FunctionDeclaration ? [each.name.text] : [])),
  )
  const changes: Node[] = []
  const reads: Node[] = []
  const calls: [string, Node][] = []
  const isState = (expression: Expression): boolean => variables.has(rootOf(tools, expression) ?? '')
  const look = (node: Node): void => {
    if (node instanceof compiler.BinaryExpression && assignments.has(node.operator) && isState(node.left))
      changes.push(node)
    if (node instanceof compiler.UnaryPrefixExpression || node instanceof compiler.UnaryPostfixExpression)
      if (steps.has(node.operator) && isState(node.operand)) changes.push(node)
    if (node instanceof compiler.PropertyAccessExpression && node.expression instanceof compiler.ThisExpression)
      if (variables.has(node.property.text)) reads.push(node)
    if (!(node instanceof compiler.CallExpression)) return
    const callee = node.expression
    if (callee instanceof compiler.IdentifierExpression && !ownFunctions.has(callee.text)) {
      if (CHANGING_FUNCTIONS.has(callee.text)) changes.push(node)
      if (READING_FUNCTIONS.has(callee.text)) reads.push(node)
    }
    if (!(callee instanceof compiler.PropertyAccessExpression)) return
    const { expression: target, property } = callee
    if (target instanceof compiler.ThisExpression || target instanceof compiler.SuperExpression)
      calls.push([property.text, node])
    else if (CHANGING_METHODS.has(property.text) && isState(target)) changes.push(node)
  }
  if (method.body !== null)
    rewrite(compiler, method.body, (node) => {
      look(node)
      return undefined
    })
  return { changes, reads, calls }
}

/** The member of `this` that an expression begins with: `balances` of `this.balances[a].amount`. */
function rootOf({ compiler }: Tools, expression: Expression): string | undefined {
  for (let at = expression; ; ) {
    if (at instanceof compiler.ElementAccessExpression || at instanceof compiler.ParenthesizedExpression)
      at = at.expression
    else if (!(at instanceof compiler.PropertyAccessExpression)) return undefined
    else if (at.expression instanceof compiler.ThisExpression) return at.property.text
    else at = at.expression
  }
}
