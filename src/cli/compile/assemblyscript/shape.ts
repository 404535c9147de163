import type {
  ClassDeclaration,
  FieldDeclaration,
  FunctionDeclaration,
  MethodDeclaration,
  Node,
  Source,
  TypeNode,
} from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'
import type { Tools } from './syntax.ts'
import { classesWith, methodNamed, parametersText, removeDecorators, textOf } from './syntax.ts'
import { SDK } from './types.ts'

/** A state variable: its declaration as written, and the accessors that took its place. */
export type Variable = {
  readonly declaration: FieldDeclaration
  readonly getter: MethodDeclaration
  readonly setter: MethodDeclaration
}

/** A `@contract` class, its bodies still to be written. */
export type ContractShape = {
  readonly source: Source
  readonly declaration: ClassDeclaration
  readonly variables: readonly Variable[]
  readonly methods: readonly MethodDeclaration[]
  readonly construct: MethodDeclaration | undefined
  readonly entry: FunctionDeclaration
  readonly constructorEntry: FunctionDeclaration | undefined
}

/** An `@event` or `@error` class and the method that writes one. */
export type RecordShape = {
  readonly kind: 'event' | 'error'
  readonly source: Source
  readonly declaration: ClassDeclaration
  readonly fields: readonly FieldDeclaration[]
  readonly write: MethodDeclaration
}

/** A `@remote` class: what another contract offers, each method with the stub that calls it. */
export type RemoteShape = {
  readonly source: Source
  readonly declaration: ClassDeclaration
  readonly stubs: readonly { readonly declared: MethodDeclaration; readonly stub: MethodDeclaration }[]
}

/** All that the second phase has to fill in. */
export type Shapes = {
  readonly contracts: readonly ContractShape[]
  readonly records: readonly RecordShape[]
  readonly remotes: readonly RemoteShape[]
}

/** The method that writes an event, or ends the frame with an error. */
export const WRITE_METHOD = { event: '__emit', error: '__raise' } as const

/** What a constructor becomes: it must not run whenever the class is instantiated. */
const CONSTRUCT_METHOD = '__construct'

/**
 * Phase 1, before the program knows any type: gives every decorated class the members that it will have, with empty
 * bodies. Types stay as their author wrote them and are looked at in phase 2.
 */
export function shapeSources(tools: Tools): Shapes {
  const { compiler, parser, snippets } = tools
  const contracts: ContractShape[] = []
  const records: RecordShape[] = []
  const remotes: RemoteShape[] = []
  for (const source of parser.sources) {
    const before = contracts.length + records.length + remotes.length
    for (const each of classesWith(compiler, source, 'contract')) contracts.push(shapeContract(tools, source, each))
    for (const kind of ['event', 'error'] as const)
      for (const each of classesWith(compiler, source, kind)) records.push(shapeRecord(tools, source, each, kind))
    for (const each of classesWith(compiler, source, 'remote')) remotes.push(shapeRemote(tools, source, each))
    if (contracts.length + records.length + remotes.length > before)
      source.statements.unshift(...snippets.statements(source, `import * as __evmpp from "${SDK}/entry"`))
  }
  return { contracts, records, remotes }
}

function shapeContract(tools: Tools, source: Source, declaration: ClassDeclaration): ContractShape {
  const { names } = tools
  reportMemory(tools, declaration)
  const variables = fieldsOf(tools, declaration).map((field) => shapeVariable(tools, source, field))
  const all = methodsOf(tools, declaration)
  const written = all.find((method) => isConstructor(tools, method))
  const methods = all.filter((method) => method !== written)
  const construct = shapeConstructor(tools, source, written, variables)
  for (const method of methods) removeDecorators(method, ['external'])
  // Nobody imports a contract, and the compiler would warn that a class is no export of a module.
  declaration.flags &= ~names.CommonFlags.Export
  declaration.members = [
    ...declaration.members.filter((member) => member.is(names.CommonFlags.Static)),
    ...variables.flatMap(({ getter, setter }) => [getter, setter]),
    ...methods,
    ...(construct === undefined ? [] : [construct]),
  ]
  return {
    source,
    declaration,
    variables,
    methods,
    construct,
    entry: shapeEntry(tools, source, 'user_entrypoint'),
    constructorEntry: construct === undefined ? undefined : shapeEntry(tools, source, 'user_constructor'),
  }
}

/** What looks like state and would be memory, gone after the call, is an error. */
function reportMemory({ compiler, names, parser }: Tools, declaration: ClassDeclaration): void {
  const { Static, Readonly } = names.CommonFlags
  const report = ({ range }: Node, message: string): void =>
    parser.error(names.DiagnosticCode.User_defined_0, range, message, null, null)
  if (declaration.extendsType !== null) report(declaration.extendsType, 'A contract cannot extend another class.')
  for (const member of declaration.members)
    if (member instanceof compiler.FieldDeclaration && member.is(Static) && !member.is(Readonly))
      report(member.name, 'A static field is not stored: make it an ordinary field, or readonly.')
}

function shapeVariable(tools: Tools, source: Source, declaration: FieldDeclaration): Variable {
  const { compiler, snippets } = tools
  const { text: name } = declaration.name
  const type = typeText(declaration)
  const [getter, setter] = snippets.members(source, `get ${name}(): ${type} {} set ${name}(value: ${type}) {}`)
  assert(getter instanceof compiler.MethodDeclaration, 'a getter is a method')
  assert(setter instanceof compiler.MethodDeclaration, 'a setter is a method')
  return { declaration, getter, setter }
}

/** A constructor's parameters and body, after the variables' initial values, in a method of their own. */
function shapeConstructor(
  { compiler, snippets }: Tools,
  source: Source,
  written: MethodDeclaration | undefined,
  variables: readonly Variable[],
): MethodDeclaration | undefined {
  const initial = variables.flatMap(({ declaration: { name, initializer } }) =>
    initializer === null ? [] : [`this.${name.text} = ${textOf(initializer)};`],
  )
  if (written === undefined && initial.length === 0) return undefined
  const members = snippets.members(source, `${CONSTRUCT_METHOD}(): void {${initial.join('')}}`)
  const method = methodNamed(compiler, members, CONSTRUCT_METHOD)
  if (written === undefined) return method
  method.decorators = written.decorators
  method.signature.parameters = written.signature.parameters
  assert(method.body instanceof compiler.BlockStatement, 'a generated body is a block')
  if (written.body instanceof compiler.BlockStatement) method.body.statements.push(...written.body.statements)
  return method
}

function shapeEntry({ compiler, snippets }: Tools, source: Source, name: string): FunctionDeclaration {
  const [entry] = snippets.statements(source, `export function ${name}(size: i32): i32 {}`)
  assert(entry instanceof compiler.FunctionDeclaration, 'an entry point is a function')
  source.statements.push(entry)
  return entry
}

function shapeRecord(
  tools: Tools,
  source: Source,
  declaration: ClassDeclaration,
  kind: RecordShape['kind'],
): RecordShape {
  const fields = fieldsOf(tools, declaration)
  const name = WRITE_METHOD[kind]
  const parameters = fields.map((field) => `${field.name.text}: ${typeText(field)}`).join(', ')
  const assignments = fields.map(({ name: { text } }) => `this.${text} = ${text};`).join('')
  const hasConstructor = methodsOf(tools, declaration).some((method) => isConstructor(tools, method))
  const constructorText = hasConstructor ? '' : `constructor(${parameters}) {${assignments}}`
  const members = tools.snippets.members(source, `${name}(): void {} ${constructorText}`)
  declaration.members.push(...members)
  return { kind, source, declaration, fields, write: methodNamed(tools.compiler, members, name) }
}

function shapeRemote(tools: Tools, source: Source, declaration: ClassDeclaration): RemoteShape {
  const { compiler, names, snippets } = tools
  const stubs = methodsOf(tools, declaration).map((declared) => {
    const { text: name } = declared.name
    const text = `${name}(${parametersText(declared)}): ${textOf(declared.signature.returnType)} {}`
    return { declared, stub: methodNamed(compiler, snippets.members(source, text), name) }
  })
  const target = 'readonly __target: __evmpp.Address, readonly __value: __evmpp.u256 | null = null'
  declaration.flags &= ~(names.CommonFlags.Declare | names.CommonFlags.Ambient)
  declaration.members = [...snippets.members(source, `constructor(${target}) {}`), ...stubs.map(({ stub }) => stub)]
  return { source, declaration, stubs }
}

function isConstructor({ compiler }: Tools, method: MethodDeclaration): boolean {
  return method.name instanceof compiler.ConstructorExpression
}

function fieldsOf({ compiler, names }: Tools, declaration: ClassDeclaration): FieldDeclaration[] {
  return declaration.members
    .filter((member): member is FieldDeclaration => member instanceof compiler.FieldDeclaration)
    .filter((member) => !member.is(names.CommonFlags.Static))
}

function methodsOf({ compiler, names }: Tools, declaration: ClassDeclaration): MethodDeclaration[] {
  return declaration.members
    .filter((member): member is MethodDeclaration => member instanceof compiler.MethodDeclaration)
    .filter((member) => !member.is(names.CommonFlags.Static))
}

/** A field's type as written. */
function typeText(field: FieldDeclaration): string {
  return textOf(typeOf(field))
}

/** A field's type. */
export function typeOf(field: FieldDeclaration): TypeNode {
  assert(field.type !== null, 'the parser asks for the type of a field')
  return field.type
}
