import type {
  ClassDeclaration,
  DeclarationStatement,
  FieldDeclaration,
  MethodDeclaration,
  TypeNode,
} from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'
import type { Tools } from './syntax.ts'
import { textOf } from './syntax.ts'

/** A class's fields, without static ones. */
export function fieldsOf({ compiler, names }: Tools, declaration: ClassDeclaration): readonly FieldDeclaration[] {
  return declaration.members
    .filter((member): member is FieldDeclaration => member instanceof compiler.FieldDeclaration)
    .filter((member) => !member.is(names.CommonFlags.Static))
}

/** A class's methods, its constructor among them, without static ones. */
export function methodsOf({ compiler, names }: Tools, declaration: ClassDeclaration): readonly MethodDeclaration[] {
  return declaration.members
    .filter((member): member is MethodDeclaration => member instanceof compiler.MethodDeclaration)
    .filter((member) => !member.is(names.CommonFlags.Static))
}

export function isConstructor({ compiler }: Tools, method: MethodDeclaration): boolean {
  return method.name instanceof compiler.ConstructorExpression
}

/** What is neither private nor protected, nor an accessor that the author wrote, nor begins with an underscore. */
export function isPublic({ names: { CommonFlags } }: Tools, member: DeclarationStatement): boolean {
  const { Private, Protected, Get, Set: Setter } = CommonFlags
  return !member.isAny(Private | Protected | Get | Setter) && !member.name.text.startsWith('_')
}

/** A field's type. */
export function typeOf(field: FieldDeclaration): TypeNode {
  assert(field.type !== null, 'the parser asks for the type of a field')
  return field.type
}

/** A field's type as written. */
export function typeText(field: FieldDeclaration): string {
  return textOf(typeOf(field))
}

/** Fields as parameters: `from: Address, to: Address`. */
export function fieldParameters(fields: readonly FieldDeclaration[]): string {
  return fields.map((field) => `${field.name.text}: ${typeText(field)}`).join(', ')
}

/** Writes the fields of `this` to an encoder called `data`, in order. */
export function putFields(fields: readonly { readonly name: string }[]): string {
  return fields.map(({ name }) => `data.put(this.${name})`).join('\n')
}

/** The arguments of a call, each decoded as the type of its parameter. */
export function decodedArguments(method: MethodDeclaration): string {
  return method.signature.parameters.map(({ type }) => `data.next<${textOf(type)}>()`).join(', ')
}
