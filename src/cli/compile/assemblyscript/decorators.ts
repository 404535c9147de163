import type { DeclarationStatement } from 'assemblyscript'
import type { Tools } from './syntax.ts'
import { decoratorOf, textOf } from './syntax.ts'

/** What may stand before a declaration, beside what AssemblyScript itself has. */
const KNOWN = {
  class: ['@contract', '@event', '@error', '@struct', '@tuple', '@remote'],
  method: ['@view', '@pure', '@payable', '@external', '@nonReentrant', '@named'],
  field: ['@indexed'],
  other: [],
} as const

/** A misspelt decorator would change what a contract does without a word: what is not known is an error. */
export function checkDecorators(tools: Tools): void {
  const { compiler, own } = tools
  for (const source of own)
    for (const statement of source.statements)
      if (statement instanceof compiler.ClassDeclaration) {
        check(tools, statement, 'class')
        for (const member of statement.members)
          check(tools, member, member instanceof compiler.MethodDeclaration ? 'method' : 'field')
      } else if (statement instanceof compiler.DeclarationStatement) check(tools, statement, 'other')
      else if (statement instanceof compiler.VariableStatement)
        for (const declared of statement.declarations) check(tools, declared, 'other')
}

function check({ names, report }: Tools, declaration: DeclarationStatement, kind: keyof typeof KNOWN): void {
  const known: readonly string[] = KNOWN[kind]
  for (const decorator of declaration.decorators ?? []) {
    const name = textOf(decorator.name)
    if (decorator.decoratorKind !== names.DecoratorKind.Custom || known.includes(name)) continue
    const place = kind === 'other' ? 'here' : `on a ${kind}`
    report(decorator, `There is no ${name} ${place}${known.length === 0 ? '' : `, there is ${known.join(', ')}`}.`)
  }
  const [, second] = ['view', 'pure', 'payable'].flatMap((name) => decoratorOf(declaration, name) ?? [])
  if (second !== undefined) report(second, 'A function has one of @view, @pure and @payable.')
}
