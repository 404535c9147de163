import type { Node, Range, Source, TypeNode } from 'assemblyscript'
import type { Compiler } from './syntax.ts'
import { rewrite, textOf } from './syntax.ts'

/** What is written like a type and has to become another before the compiler sees it. */
export type TypeSugar = {
  /** Rewrites types below `root`, which belongs to `source` or was made for it. */
  expand(source: Source, root: Node): void
  /** True when something was expanded in the source that needs the SDK's names. */
  needsSdk(source: Source): boolean
}

/** A type has no number in it in AssemblyScript: `FixedArray<u8, '12'>` becomes `FixedArray<u8, Digits<D1, D2>>`. */
export function createTypeSugar(compiler: Compiler): TypeSugar {
  const withLengths = new Set<Source>()
  return {
    expand(source, root) {
      rewrite(compiler, root, (node) => {
        if (expandLength(compiler, node)) withLengths.add(source)
        return undefined
      })
    },
    needsSdk: (source) => withLengths.has(source),
  }
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
