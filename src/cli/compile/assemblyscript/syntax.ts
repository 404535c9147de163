import type {
  BlockStatement,
  ClassDeclaration,
  DeclarationStatement,
  DecoratorNode,
  FunctionDeclaration,
  MethodDeclaration,
  Node,
  Parser,
  Source,
  Statement,
} from 'assemblyscript'
import { assert } from '../../../primitives/index.ts'

/** The AssemblyScript compiler as a library. It is loaded when first needed, so it is passed along. */
export type Compiler = typeof import('assemblyscript')

type Flag =
  | 'Private'
  | 'Protected'
  | 'Export'
  | 'Static'
  | 'Readonly'
  | 'Get'
  | 'Set'
  | 'Declare'
  | 'Ambient'
  | 'Abstract'
  | 'Override'

/** The operators that change what stands on their left. */
export const ASSIGNMENTS = [
  'Equals',
  'Plus_Equals',
  'Minus_Equals',
  'Asterisk_Equals',
  'Asterisk_Asterisk_Equals',
  'Slash_Equals',
  'Percent_Equals',
  'LessThan_LessThan_Equals',
  'GreaterThan_GreaterThan_Equals',
  'GreaterThan_GreaterThan_GreaterThan_Equals',
  'Ampersand_Equals',
  'Bar_Equals',
  'Caret_Equals',
] as const

type Operator =
  | (typeof ASSIGNMENTS)[number]
  | 'Plus'
  | 'Minus'
  | 'Plus_Plus'
  | 'Minus_Minus'
  | 'LessThan'
  | 'GreaterThan'
  | 'Ampersand_Ampersand'
  | 'Bar_Bar'

/**
 * The compiler's flags and diagnostic codes by name. Its typings declare them as `const enum`s, which a module compiled
 * on its own cannot use; at run time they are ordinary objects.
 */
type Names = {
  readonly CommonFlags: Readonly<Record<Flag, number>>
  readonly SourceKind: Readonly<Record<'UserEntry', number>>
  readonly DiagnosticCode: Readonly<Record<'User_defined_0', number>>
  readonly DiagnosticCategory: Readonly<Record<'Error', number>>
  readonly DecoratorKind: Readonly<Record<'Custom', number>>
  readonly ExpressionId: Readonly<Record<'Const', number>>
  readonly DecoratorFlags: Readonly<Record<'Inline', number>>
  readonly ParameterKind: Readonly<Record<'Optional' | 'Rest', number>>
  readonly Token: Readonly<Record<Operator, number>>
}

/** Turns text into syntax that belongs to an existing source, as if it had been written there. */
export type Snippets = {
  statements(source: Source, text: string): Statement[]
  /** `text` is what would stand between a class's braces. */
  members(source: Source, text: string): DeclarationStatement[]
  /** `text` is what would stand between a function's braces; what is wrong with it is reported at the node `at`. */
  body(source: Source, text: string, at?: Node): BlockStatement
}

/** What both phases work with. */
export type Tools = {
  readonly compiler: Compiler
  readonly parser: Parser
  readonly names: Names
  readonly snippets: Snippets
  /** The files of contracts: neither the SDK's nor those of the standard library. */
  readonly own: readonly Source[]
  /** Says what is wrong with a node. */
  report(node: Node, message: string): void
}

/** The compiler's numbers by name. */
export function namesOf(compiler: Compiler): Names {
  return compiler as unknown as Names
}

/** Tools for one compilation; `expand` is applied to all that snippets add to a source. */
export function createTools(
  compiler: Compiler,
  parser: Parser,
  own: readonly Source[],
  expand: (source: Source, root: Statement) => void,
): Tools {
  const names = namesOf(compiler)
  return {
    compiler,
    parser,
    names,
    own,
    snippets: createSnippets(compiler, parser, expand),
    report: (node, message) => parser.error(names.DiagnosticCode.User_defined_0, node.range, message, null, null),
  }
}

const writtenFor = new WeakMap<Source, Node>()

/** The node of the author's for which generated text was written, by the source that its nodes name. */
export function authorOf(source: Source): Node | undefined {
  return writtenFor.get(source)
}

/** Snippets parsed by `parser`, so that what they import is loaded and their mistakes are reported. */
function createSnippets(
  compiler: Compiler,
  parser: Parser,
  expand: (source: Source, root: Statement) => void,
): Snippets {
  const statements = (source: Source, text: string, at?: Node): Statement[] => {
    const snippet = new compiler.Source(source.sourceKind, source.normalizedPath, text)
    if (at !== undefined) writtenFor.set(snippet, at)
    const tokenizer = new compiler.Tokenizer(snippet, parser.diagnostics)
    const outer = parser.currentSource
    parser.currentSource = snippet
    const parsed: Statement[] = []
    while (snippet.range.end > tokenizer.pos) {
      const statement = parser.parseTopLevelStatement(tokenizer, null)
      if (statement === null) break
      expand(source, statement)
      parsed.push(statement)
    }
    parser.currentSource = outer
    return parsed
  }
  return {
    statements,
    members(source, text) {
      const [holder] = statements(source, `class Members {${text}}`)
      assert(holder instanceof compiler.ClassDeclaration, 'generated members parse')
      return holder.members
    },
    body(source, text, at) {
      const [holder] = statements(source, `function body(): void {${text}}`, at)
      assert(holder instanceof compiler.FunctionDeclaration, 'a generated body parses')
      assert(holder.body instanceof compiler.BlockStatement, 'a generated body is a block')
      return holder.body
    },
  }
}

/** The one method among `members` that is called `name`. */
export function methodNamed(
  compiler: Compiler,
  members: readonly DeclarationStatement[],
  name: string,
): MethodDeclaration {
  const method = members.find((member) => member.name.text === name)
  assert(method instanceof compiler.MethodDeclaration, `the generated class has ${name}`)
  return method
}

/** The source text of a node. */
export function textOf(node: Node): string {
  return node.range.source.text.substring(node.range.start, node.range.end)
}

/** The decorator `@name` or `@name(..)` of a declaration. The range of a decorator's name includes the `@`. */
export function decoratorOf(declaration: DeclarationStatement, name: string): DecoratorNode | undefined {
  return declaration.decorators?.find((decorator) => textOf(decorator.name) === `@${name}`)
}

/** The text that a decorator `@name('text')` holds; undefined when it holds none. */
export function decoratorText(compiler: Compiler, decorator: DecoratorNode): string | undefined {
  const [argument] = decorator.args ?? []
  return argument instanceof compiler.StringLiteralExpression ? argument.value : undefined
}

/** Takes decorators away, so that the compiler does not take them for its own. */
export function removeDecorators(declaration: DeclarationStatement, names: readonly string[]): void {
  declaration.decorators = declaration.decorators?.filter((each) => !names.includes(textOf(each.name).slice(1))) ?? null
}

/** The source text of a function's parameters, types included. */
export function parametersText(declaration: FunctionDeclaration): string {
  return declaration.signature.parameters.map(textOf).join(', ')
}

/** Top-level classes of a source that carry the decorator. */
export function classesWith(compiler: Compiler, source: Source, decorator: string): ClassDeclaration[] {
  return source.statements.filter(
    (statement): statement is ClassDeclaration =>
      statement instanceof compiler.ClassDeclaration && decoratorOf(statement, decorator) !== undefined,
  )
}

/**
 * Visits every node below `root`, outer ones first. What `replace` returns takes the node's place, and is not visited
 * again; undefined leaves it.
 */
export function rewrite(compiler: Compiler, root: Node, replace: (node: Node) => Node | undefined): void {
  const holders: object[] = [root]
  for (let holder = holders.pop(); holder !== undefined; holder = holders.pop()) {
    for (const [key, child] of Object.entries(holder)) {
      if (child instanceof compiler.Node) {
        const replacement = replace(child)
        if (replacement !== undefined) Object.assign(holder, { [key]: replacement })
        holders.push(child)
      } else if (Array.isArray(child)) {
        holders.push(child)
      }
    }
  }
}
