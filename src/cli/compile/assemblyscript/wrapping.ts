import type { Tools } from './syntax.ts'

/** The integers of the machine, as AssemblyScript calls the classes in which their methods are. */
const CLASSES = ['I8', 'I16', 'I32', 'I64', 'Isize', 'U8', 'U16', 'U32', 'U64', 'Usize']

/** Gives the integers of the machine the methods that the numbers of the SDK have: arithmetic that wraps, on request. */
export function addWrapping({ compiler, parser, snippets }: Tools): void {
  const source = parser.sources.find(({ normalizedPath }) => normalizedPath === '~lib/number.ts')
  for (const statement of source?.statements ?? []) {
    if (!(statement instanceof compiler.ClassDeclaration) || !CLASSES.includes(statement.name.text)) continue
    const type = statement.name.text.toLowerCase()
    const method = (name: string, operator: string): string =>
      `@inline wrapping${name}(this: ${type}, other: ${type}): ${type} { return <${type}>(this ${operator} other) }\n`
    const text = `${method('Add', '+')}${method('Sub', '-')}${method('Mul', '*')}`
    if (source !== undefined) statement.members.push(...snippets.members(source, text))
  }
}
