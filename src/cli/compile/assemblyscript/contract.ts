import type {
  ClassDeclaration,
  DeclarationStatement,
  FieldDeclaration,
  FunctionDeclaration,
  MethodDeclaration,
  Source,
} from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'
import { shapeConstructor } from './construct.ts'
import type { ContractShape, Level, Variable } from './contractShape.ts'
import type { Describer } from './describe.ts'
import { placesOf } from './layout.ts'
import type { Ancestor } from './lineage.ts'
import { lineageOf } from './lineage.ts'
import { fieldsOf, isConstructor, isPublic, methodsOf, typeOf, typeText } from './members.ts'
import { checkPromises } from './promises.ts'
import type { Scopes } from './scopes.ts'
import type { Tools } from './syntax.ts'
import { decoratorOf, methodNamed } from './syntax.ts'
import type { Typed } from './types.ts'
import { isAssignable, WORD } from './types.ts'

/** Phase 1: state variables become accessors, constructors methods, and the entry points appear. */
export function shapeContract(
  tools: Tools,
  scopes: Scopes,
  source: Source,
  declaration: ClassDeclaration,
): ContractShape {
  const { Abstract, Export } = tools.names.CommonFlags
  if (declaration.is(Abstract))
    tools.report(declaration.name, 'An abstract class is no contract: take @contract away, and extend it with one.')
  const lineage = lineageOf(tools, scopes, { source, declaration })
  const levels: Level[] = []
  for (const [depth, ancestor] of lineage.entries()) {
    const later = lineage.slice(depth + 1).flatMap((each) => methodsOf(tools, each.declaration))
    levels.push(shapeLevel(tools, ancestor, levels, new Set(later.map(({ name }) => name.text))))
    // Nobody imports a contract, and the compiler would warn that a class is no export of a module.
    if (ancestor.source === source) ancestor.declaration.flags &= ~Export
  }
  checkPromises(tools, levels)
  return {
    source,
    declaration,
    levels,
    entry: shapeEntry(tools, source, 'user_entrypoint'),
    constructorEntry: shapeEntry(tools, source, 'user_constructor'),
  }
}

function shapeLevel(tools: Tools, ancestor: Ancestor, bases: readonly Level[], overridden: ReadonlySet<string>): Level {
  const { source, declaration } = ancestor
  reportMemory(tools, declaration)
  reportAccessors(tools, declaration)
  const variables = fieldsOf(tools, declaration).map((field) => shapeVariable(tools, source, field))
  const all = methodsOf(tools, declaration)
  const written = all.find((method) => isConstructor(tools, method))
  const methods = all.filter((method) => method !== written)
  for (const method of methods) inheritName(method, bases)
  const construct = shapeConstructor(tools, ancestor, written, variables, bases)
  const asked = [
    ...variables.map((each) => each.declaration),
    ...methods.filter(({ name }) => !overridden.has(name.text)),
  ]
  const answers = new Map(
    asked
      .filter((member) => isPublic(tools, member))
      .map((member) => [member, shapeAnswer(tools, source, member)] as const),
  )
  declaration.members = [
    ...declaration.members.filter((member) => member.is(tools.names.CommonFlags.Static)),
    ...variables.flatMap(({ getter, setter }) => [getter, setter]),
    ...methods,
    ...(construct === undefined ? [] : [construct]),
    ...answers.values(),
  ]
  return { source, declaration, variables, methods, construct, answers }
}

/** What looks like state and would be memory, gone after the call, is an error. */
function reportMemory({ compiler, names, report }: Tools, declaration: ClassDeclaration): void {
  const { Static, Readonly } = names.CommonFlags
  for (const member of declaration.members)
    if (member instanceof compiler.FieldDeclaration && member.is(Static) && !member.is(Readonly))
      report(member.name, 'A static field is not stored: make it an ordinary field, or readonly.')
}

/** The ABI has functions only: what a getter answers would silently be no part of it. */
function reportAccessors(tools: Tools, declaration: ClassDeclaration): void {
  const { Get, Set: Setter, Private, Protected } = tools.names.CommonFlags
  for (const method of methodsOf(tools, declaration)) {
    if (!method.isAny(Get | Setter) || method.isAny(Private | Protected) || method.name.text.startsWith('_')) continue
    tools.report(
      method.name,
      `A getter or setter is no part of the ABI: make '${method.name.text}' a method, or private.`,
    )
  }
}

function shapeVariable(tools: Tools, source: Source, declaration: FieldDeclaration): Variable {
  const { compiler, names, snippets } = tools
  const { text: name } = declaration.name
  const type = typeText(declaration)
  const [getter, setter] = snippets.members(source, `get ${name}(): ${type} {} set ${name}(value: ${type}) {}`)
  assert(getter instanceof compiler.MethodDeclaration, 'a getter is a method')
  assert(setter instanceof compiler.MethodDeclaration, 'a setter is a method')
  const { Private, Protected } = names.CommonFlags
  for (const accessor of [getter, setter]) accessor.flags |= declaration.flags & (Private | Protected)
  return { declaration, getter, setter }
}

/** A function that overrides another has its name in the ABI, whatever `@named` made of it. */
function inheritName(method: MethodDeclaration, bases: readonly Level[]): void {
  const base = bases.flatMap(({ methods }) => methods).findLast(({ name }) => name.text === method.name.text)
  const decorator = base === undefined ? undefined : decoratorOf(base, 'named')
  if (decorator !== undefined) method.decorators = [...(method.decorators ?? []), decorator]
}

function shapeAnswer(tools: Tools, source: Source, { name }: DeclarationStatement): MethodDeclaration {
  const method = `__answer_${name.text}`
  return methodNamed(
    tools.compiler,
    tools.snippets.members(source, `${method}(data: __evmpp.Decoder): void {}`),
    method,
  )
}

function shapeEntry({ compiler, snippets }: Tools, source: Source, name: string): FunctionDeclaration {
  const [entry] = snippets.statements(source, `export function ${name}(size: i32): i32 {}`)
  assert(entry instanceof compiler.FunctionDeclaration, 'an entry point is a function')
  source.statements.push(entry)
  return entry
}

/** Phase 2: the bodies of the accessors. The variables of all levels with their types, in the order of their slots. */
export function completeVariables(tools: Tools, describer: Describer, { levels }: ContractShape): readonly Typed[] {
  const variables = levels.flatMap((level) => {
    const scope = describer.elementOf(level.source, level.declaration)
    return level.variables.map((variable) => ({
      level,
      scope,
      variable,
      name: variable.declaration.name.text,
      // A type that cannot be was reported; any will do to go on.
      type: describer.storageType(typeOf(variable.declaration), scope) ?? WORD,
    }))
  })
  const places = placesOf(variables)
  for (const [index, { level, scope, variable, name, type }] of variables.entries()) {
    const { slot, offset } = places[index] ?? { slot: 0, offset: 0 }
    const at = `<${typeText(variable.declaration)}>(__evmpp.slot(${slot}), ${offset}`
    variable.getter.body = tools.snippets.body(level.source, `return __evmpp.read${at})`)
    variable.setter.body = tools.snippets.body(level.source, `__evmpp.write${at}, value)`)
    const member = scope instanceof tools.compiler.ClassPrototype ? scope.instanceMembers?.get(name) : undefined
    // Without a setter, an assignment is an error where it stands.
    if (!isAssignable(type) && member instanceof tools.compiler.PropertyPrototype) member.setterPrototype = null
  }
  return variables.map(({ name, type }) => ({ name, type }))
}
