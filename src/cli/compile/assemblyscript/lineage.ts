import type { ClassDeclaration, DeclarationStatement, NamedTypeNode, Source } from 'assemblyscript'
import type { Signature } from './describe.ts'
import { mutabilityOf } from './describe.ts'
import { fieldsOf, methodsOf } from './members.ts'
import type { Scopes } from './scopes.ts'
import type { Tools } from './syntax.ts'
import { decoratorOf, textOf } from './syntax.ts'

/** A class of a contract and the source that it stands in. */
export type Ancestor = { readonly source: Source; readonly declaration: ClassDeclaration }

/** Classes that are no part of a contract, by their decorator, and what they are. */
const OTHERS = {
  struct: 'a struct',
  tuple: 'a tuple',
  event: 'an event',
  error: 'an error',
  remote: 'a remote contract',
}

/** A contract's classes: what it extends, the base of all first, and last itself. */
export function lineageOf(tools: Tools, scopes: Scopes, contract: Ancestor): readonly Ancestor[] {
  const lineage: Ancestor[] = []
  for (let at: Ancestor | undefined = contract; at !== undefined; at = baseOf(tools, scopes, at)) {
    if (lineage.some(({ declaration }) => declaration === at?.declaration)) break // reported by the compiler
    lineage.unshift(at)
  }
  for (const [index, { declaration }] of lineage.entries()) reportOverrides(tools, declaration, lineage.slice(0, index))
  return lineage
}

function baseOf(tools: Tools, scopes: Scopes, { source, declaration }: Ancestor): Ancestor | undefined {
  const { extendsType, implementsTypes } = declaration
  if (declaration.isGeneric) tools.report(declaration.name, 'A contract is not generic, nor is what it extends.')
  if (implementsTypes?.[0] !== undefined)
    tools.report(implementsTypes[0], 'A contract implements no interface: extend an abstract class instead.')
  if (extendsType === null) return undefined
  const found = scopes.find(source, extendsType.name)
  if (found === undefined || !(found.declaration instanceof tools.compiler.ClassDeclaration)) {
    tools.report(extendsType, `A contract extends a class of its own project; '${textOf(extendsType)}' is none.`)
    return undefined
  }
  reportKind(tools, extendsType, found.declaration)
  return { source: found.source, declaration: found.declaration }
}

function reportKind({ report }: Tools, extendsType: NamedTypeNode, base: ClassDeclaration): void {
  for (const [decorator, what] of Object.entries(OTHERS))
    if (decoratorOf(base, decorator) !== undefined)
      report(extendsType, `A contract cannot extend '${base.name.text}', which is ${what}.`)
}

/** Members that two classes of a contract declare: state cannot be declared again, functions are overridden knowingly. */
function reportOverrides(tools: Tools, declaration: ClassDeclaration, bases: readonly Ancestor[]): void {
  const { report, names } = tools
  const { Override } = names.CommonFlags
  for (const field of fieldsOf(tools, declaration))
    for (const base of bases)
      if (memberNamed(tools, base.declaration, field.name.text) !== undefined)
        report(field.name, `'${field.name.text}' is already declared in ${base.declaration.name.text}: rename it.`)
  for (const method of methodsOf(tools, declaration)) {
    const { text: name } = method.name
    const base = bases.findLast((each) => memberNamed(tools, each.declaration, name) !== undefined)
    const overridden = base === undefined ? undefined : memberNamed(tools, base.declaration, name)
    if (base !== undefined && overridden !== undefined)
      reportOverride(tools, method, overridden, base.declaration.name.text)
    else if (method.is(Override)) report(method.name, `'${name}' overrides nothing: no class that is extended has it.`)
  }
}

/** A field or a method of that name; constructors are nobody's. */
function memberNamed(tools: Tools, declaration: ClassDeclaration, name: string): DeclarationStatement | undefined {
  return [...fieldsOf(tools, declaration), ...methodsOf(tools, declaration)].find(
    (member) => member.name.text === name && !(member.name instanceof tools.compiler.ConstructorExpression),
  )
}

function reportOverride(tools: Tools, method: DeclarationStatement, base: DeclarationStatement, owner: string): void {
  const { compiler, names } = tools
  const { Private, Protected, Override } = names.CommonFlags
  const { text: name } = method.name
  const report = (message: string): void => tools.report(method.name, message)
  if (base instanceof compiler.FieldDeclaration) report(`'${name}' is a state variable of ${owner}: rename it.`)
  else if (base.is(Private)) report(`'${name}' is private in ${owner}: rename it, or make that one protected.`)
  else if (!method.is(Override)) report(`'${name}' overrides the one of ${owner}: write "override" before it.`)
  else if (!base.is(Protected) && method.isAny(Private | Protected))
    report(`'${name}' is public in ${owner} and stays so.`)
  if (!canOverride(mutabilityOf(method), mutabilityOf(base)))
    report(`'${name}' is ${mutabilityOf(base)} in ${owner}, so it cannot be ${mutabilityOf(method)}.`)
  const decorator = decoratorOf(method, 'named')
  if (decorator !== undefined) tools.report(decorator, `'${name}' keeps the name that it has in ${owner}.`)
}

/** A promise can be made stronger; value is accepted or not. Source: the Solidity documentation, "Function Overriding". */
function canOverride(method: Signature['mutability'], base: Signature['mutability']): boolean {
  const promises = ['nonpayable', 'view', 'pure']
  return method === base || (base !== 'payable' && promises.indexOf(method) > promises.indexOf(base))
}
