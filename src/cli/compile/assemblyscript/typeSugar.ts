import type { EnumDeclaration, Expression, Node, Parser, Range, Source, TypeNode } from 'assemblyscript'
import type { Scopes } from './scopes.ts'
import type { Compiler } from './syntax.ts'
import { namesOf, rewrite, textOf } from './syntax.ts'

/** What is written like a type and has to become another before the compiler sees it. */
export type TypeSugar = {
  /** Rewrites types below `root`, which belongs to `source` or was made for it. */
  expand(source: Source, root: Node): void
  /** True when something was expanded in the source that needs the SDK's names. */
  needsSdk(source: Source): boolean
  /** How many members the enumeration has that was written where this type is; undefined when none was. */
  membersOf(node: TypeNode): number | undefined
}

/**
 * Two things that AssemblyScript's types cannot say:
 *
 * - The compiler takes an enum for an `i32`, also in `Mapping<Address, Status>`. In the ABI and in storage it is a
 *   `uint8`, so the type `Status` becomes `u8`, and `Status.Open` becomes `<u8>Status.Open`.
 * - A type has no number in it: `FixedArray<u8, '12'>` becomes `FixedArray<u8, Digits<D1, D2>>`.
 */
export function createTypeSugar(compiler: Compiler, parser: Parser, own: readonly Source[], scopes: Scopes): TypeSugar {
  const enums = new Map(own.map((source) => [source, enumsOf(compiler, parser, scopes, source)]))
  const members = new WeakMap<TypeNode, number>()
  const withLengths = new Set<Source>()
  return {
    expand(source, root) {
      const known = enums.get(source) ?? new Map<string, number>()
      rewrite(compiler, root, (node) => {
        if (expandLength(compiler, node)) withLengths.add(source)
        if (known.size === 0) return undefined
        if (node instanceof compiler.NamedTypeNode) {
          const count = known.get(textOf(node))
          if (count === undefined) return undefined
          members.set(node, count)
          node.name = compiler.Node.createSimpleTypeName('u8', node.range)
        }
        return isMember(compiler, node, known) ? asByte(compiler, node) : undefined
      })
    },
    needsSdk: (source) => withLengths.has(source),
    membersOf: (node) => members.get(node),
  }
}

/** Enumerations that a source declares or imports, by the name that it uses, with the number of their members. */
function enumsOf(compiler: Compiler, parser: Parser, scopes: Scopes, source: Source): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const statement of source.statements) {
    if (!(statement instanceof compiler.EnumDeclaration)) continue
    found.set(statement.name.text, statement.values.length)
    reportNumbers(compiler, parser, statement)
  }
  for (const [name, { declaration }] of scopes.imports(source))
    if (declaration instanceof compiler.EnumDeclaration) found.set(name, declaration.values.length)
  return found
}

/** A member's number is its place in the list, as in Solidity, so that it fits a byte and every smaller byte is a member. */
function reportNumbers(compiler: Compiler, parser: Parser, { name, values }: EnumDeclaration): void {
  const { User_defined_0: code } = namesOf(compiler).DiagnosticCode
  for (const { initializer } of values)
    if (initializer !== null)
      parser.error(code, initializer.range, 'An enum numbers its members itself, from 0.', null, null)
  if (values.length > 256) parser.error(code, name.range, 'An enum has at most 256 members.', null, null)
}

function isMember(compiler: Compiler, node: Node, known: ReadonlyMap<string, number>): node is Expression {
  return (
    node instanceof compiler.PropertyAccessExpression &&
    node.expression instanceof compiler.IdentifierExpression &&
    known.has(node.expression.text)
  )
}

function asByte(compiler: Compiler, member: Expression): Node {
  const { Node } = compiler
  const type = Node.createNamedType(Node.createSimpleTypeName('u8', member.range), null, false, member.range)
  return Node.createAssertionExpression(namesOf(compiler).AssertionKind.Prefix, member, type, member.range)
}

/** Spells the length of a `FixedArray`, wherever it stands; says whether there was one. */
function expandLength(compiler: Compiler, node: Node): boolean {
  const isType = node instanceof compiler.NamedTypeNode
  if (!isType && !(node instanceof compiler.NewExpression)) return false
  const { typeArguments } = node
  const length = typeArguments?.[1]
  if (typeArguments === null || length === undefined) return false
  if (textOf(isType ? node.name : node.typeName) !== 'FixedArray') return false
  const digits = /^["']([1-9]\d{0,8})["']$/.exec(textOf(length))?.[1]
  if (digits === undefined) return false
  typeArguments[1] = digitsType(compiler, digits, length.range)
  return true
}

function digitsType(compiler: Compiler, digits: string, range: Range): TypeNode {
  const { Node } = compiler
  const named = (name: string, args: TypeNode[] | null): TypeNode => {
    const path = Node.createSimpleTypeName('__evmpp', range)
    path.next = Node.createSimpleTypeName(name, range)
    return Node.createNamedType(path, args, false, range)
  }
  const last = named(`D${digits.at(-1)}`, null)
  return digits.length === 1 ? last : named('Digits', [digitsType(compiler, digits.slice(0, -1), range), last])
}
