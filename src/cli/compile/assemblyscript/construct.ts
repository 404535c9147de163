import type { BlockStatement, CallExpression, MethodDeclaration, Statement } from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'
import type { AbiItem } from '../artifact.ts'
import type { ContractShape, Level, Variable } from './contractShape.ts'
import { objectOf } from './contractShape.ts'
import type { Describer } from './describe.ts'
import { abiParameter } from './describe.ts'
import type { Ancestor } from './lineage.ts'
import { decodedArguments } from './members.ts'
import type { Tools } from './syntax.ts'
import { methodNamed, rewrite } from './syntax.ts'
import { headsOf } from './types.ts'

/**
 * Phase 1: a constructor becomes an ordinary method, as it must not run whenever a call instantiates the class. It does
 * what a constructor of TypeScript does: that of the base where `super(...)` stands, initial values, then its own body.
 * Each class of a contract has a method of its own name, so that none overrides another.
 */
export function shapeConstructor(
  tools: Tools,
  { source, declaration }: Ancestor,
  written: MethodDeclaration | undefined,
  variables: readonly Variable[],
  bases: readonly Level[],
): MethodDeclaration | undefined {
  const { compiler, snippets } = tools
  const base = bases.at(-1)?.construct
  const name = `__construct${bases.length}`
  const method = methodNamed(compiler, snippets.members(source, `${name}(): void {}`), name)
  const initial = variables.flatMap((variable) => initialValue(tools, source, variable))
  const body = written?.body
  if (written === undefined || !(body instanceof compiler.BlockStatement)) {
    if (base !== undefined && base.signature.parameters.length > 0)
      tools.report(declaration.name, `Write a constructor that calls super(...): the one of the base takes arguments.`)
    const inherited = base === undefined ? [] : snippets.body(source, `this.${base.name.text}()`).statements
    if (inherited.length + initial.length === 0) return undefined
    method.body = withStatements(tools, source, [...inherited, ...initial])
    return method
  }
  const { before, after } = splitAtSuper(tools, written, body, bases.length > 0, base)
  method.decorators = written.decorators
  method.signature.parameters = written.signature.parameters
  method.body = withStatements(tools, source, [...before, ...initial, ...after])
  return method
}

function withStatements(
  { snippets }: Tools,
  source: Ancestor['source'],
  statements: readonly Statement[],
): BlockStatement {
  const block = snippets.body(source, '')
  block.statements.push(...statements)
  return block
}

/** `this.x = value`, with the value as it was written. */
function initialValue({ compiler, snippets }: Tools, source: Ancestor['source'], variable: Variable): Statement[] {
  const { name, initializer } = variable.declaration
  if (initializer === null) return []
  const [statement] = snippets.body(source, `this.${name.text} = 0`).statements
  assert(statement instanceof compiler.ExpressionStatement, 'an assignment is an expression')
  assert(statement.expression instanceof compiler.BinaryExpression, 'an assignment has two sides')
  statement.expression.right = initializer
  return [statement]
}

/** The statements up to the call of the base's constructor, which takes the place of `super(...)`, and those after it. */
function splitAtSuper(
  tools: Tools,
  written: MethodDeclaration,
  body: BlockStatement,
  isDerived: boolean,
  base: MethodDeclaration | undefined,
): { readonly before: readonly Statement[]; readonly after: readonly Statement[] } {
  const { compiler, report } = tools
  const calls: CallExpression[] = []
  rewrite(compiler, body, (node) => {
    if (node instanceof compiler.CallExpression && node.expression instanceof compiler.SuperExpression) calls.push(node)
    return undefined
  })
  const at = body.statements.findIndex(
    (each) => each instanceof compiler.ExpressionStatement && each.expression === calls[0],
  )
  const [call] = calls
  if (!isDerived) {
    if (call !== undefined) report(call, 'There is nothing to call: the contract extends no class.')
    return { before: [], after: body.statements }
  }
  if (call === undefined || at < 0 || calls.length > 1) {
    const message =
      'The constructor of a class that extends another has the statement super(...), once and not in a block.'
    report(calls[1] ?? call ?? written.name, message)
    return { before: [], after: body.statements }
  }
  const [before, after] = [body.statements.slice(0, at), body.statements.slice(at + 1)]
  if (base === undefined) {
    if (call.args[0] !== undefined) report(call.args[0], 'The constructor of the base takes no arguments.')
    return { before, after }
  }
  const { range } = call.expression
  const self = compiler.Node.createThisExpression(range)
  const target = compiler.Node.createIdentifierExpression(base.name.text, range, false)
  call.expression = compiler.Node.createPropertyAccessExpression(self, target, range)
  return { before: body.statements.slice(0, at + 1), after }
}

/** Phase 2: the entry point that constructs, and its place in the ABI; without a constructor it only refuses value. */
export function completeConstructor(
  { snippets }: Tools,
  describer: Describer,
  shape: ContractShape,
): AbiItem | undefined {
  const { source, declaration, levels, constructorEntry } = shape
  const construct = levels.at(-1)?.construct
  if (construct === undefined) {
    constructorEntry.body = snippets.body(source, '__evmpp.refuseValue()\n return 0')
    return undefined
  }
  const signature = describer.signature(construct, describer.elementOf(source, declaration))
  if (signature === undefined) return undefined
  const { parameters, mutability } = signature
  constructorEntry.body = snippets.body(
    source,
    `${mutability === 'payable' ? '' : '__evmpp.refuseValue()\n'}
    const data = __evmpp.decoder(__evmpp.input(size), size, ${headsOf(parameters)})
    ${objectOf(shape)}.${construct.name.text}(${decodedArguments(construct)})
    return 0`,
    construct.name,
  )
  return { type: 'constructor', inputs: parameters.map(abiParameter), stateMutability: mutability }
}
