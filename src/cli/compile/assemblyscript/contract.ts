import type { ClassDeclaration, FieldDeclaration, FunctionDeclaration, MethodDeclaration, Source } from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'
import type { AbiItem } from '../artifact.ts'
import type { Describer } from './describe.ts'
import { abiParameter } from './describe.ts'
import { placesOf } from './layout.ts'
import { fieldsOf, isConstructor, methodsOf, typeOf, typeText } from './members.ts'
import type { Tools } from './syntax.ts'
import { methodNamed, removeDecorators, textOf } from './syntax.ts'
import type { TypeSugar } from './typeSugar.ts'
import type { Typed } from './types.ts'
import { headsOf, isAssignable, WORD } from './types.ts'

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

/** What a constructor becomes: it must not run whenever the class is instantiated. */
const CONSTRUCT_METHOD = '__construct'

/** Phase 1: state variables become accessors, the constructor a method, and the entry points appear. */
export function shapeContract(tools: Tools, source: Source, declaration: ClassDeclaration): ContractShape {
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
function reportMemory({ compiler, names, report }: Tools, declaration: ClassDeclaration): void {
  const { Static, Readonly } = names.CommonFlags
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

/** Phase 2: the bodies of the accessors. The variables with their types, in the order of their slots. */
export function completeVariables(
  { compiler, snippets }: Tools,

  describer: Describer,
  shape: ContractShape,
): readonly Typed[] {
  const { source, declaration, variables } = shape
  const scope = describer.elementOf(source, declaration)
  const typed = variables.map((variable): Typed => {
    // A type that cannot be was reported; any will do to go on.
    const type = describer.storageType(typeOf(variable.declaration), scope) ?? WORD
    return { name: variable.declaration.name.text, type }
  })
  const places = placesOf(typed)
  for (const [index, { declaration: field, getter, setter }] of variables.entries()) {
    const { slot, offset } = places[index] ?? { slot: 0, offset: 0 }
    const at = `<${typeText(field)}>(__evmpp.slot(${slot}), ${offset}`
    getter.body = snippets.body(source, `return __evmpp.read${at})`)
    setter.body = snippets.body(source, `__evmpp.write${at}, value)`)
    const member = scope instanceof compiler.ClassPrototype ? scope.instanceMembers?.get(field.name.text) : undefined
    // Without a setter, an assignment is an error where it stands.
    if (!isAssignable(typed[index]?.type ?? WORD) && member instanceof compiler.PropertyPrototype)
      member.setterPrototype = null
  }
  return typed
}

/** Phase 2: the entry point that constructs, and its place in the ABI. */
export function completeConstructor(
  { snippets }: Tools,
  describer: Describer,
  sugar: TypeSugar,
  shape: ContractShape,
): AbiItem | undefined {
  const { construct, constructorEntry } = shape
  if (construct === undefined || constructorEntry === undefined) return undefined
  const signature = describer.signature(construct, describer.elementOf(shape.source, shape.declaration))
  if (signature === undefined) return undefined
  const { parameters, mutability } = signature
  constructorEntry.body = snippets.body(
    shape.source,
    `${mutability === 'payable' ? '' : '__evmpp.refuseValue()\n'}
    const data = __evmpp.decoder(__evmpp.input(size), size, ${headsOf(parameters)})
    changetype<${shape.declaration.name.text}>(0).${construct.name.text}(${decodedArguments(sugar, construct)})
    return 0`,
  )
  return { type: 'constructor', inputs: parameters.map(abiParameter), stateMutability: mutability }
}

/** The arguments of a call, each decoded as the type of its parameter. */
export function decodedArguments(sugar: TypeSugar, method: MethodDeclaration): string {
  return method.signature.parameters
    .map(({ type }) => {
      const members = sugar.membersOf(type)
      return members === undefined ? `data.next<${textOf(type)}>()` : `__evmpp.member(data.next<u8>(), ${members})`
    })
    .join(', ')
}
