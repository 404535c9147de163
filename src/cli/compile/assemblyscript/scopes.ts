import type { DeclarationStatement, Parser, Source, TypeName } from 'assemblyscript'
import type { Compiler } from './syntax.ts'

/** A top-level declaration and the source that it stands in. */
export type Declared = { readonly source: Source; readonly declaration: DeclarationStatement }

/** What names mean, by syntax alone: phase 1 has to know before the compiler resolves anything. */
export type Scopes = {
  /** What a name, `Token` or `tokens.Token`, means in a source; undefined when it is no top-level declaration. */
  find(source: Source, name: TypeName): Declared | undefined
  /** What a source imports by name: each name that it uses, with what it stands for. */
  imports(source: Source): ReadonlyMap<string, Declared>
}

/** Scopes of all that was parsed; imports and exports that pass something on are followed. */
export function createScopes(compiler: Compiler, parser: Parser): Scopes {
  const sourceOf = (path: string | null): Source | undefined =>
    parser.sources.find((each) => each.internalPath === path || each.internalPath === `${path}/index`)

  const local = (source: Source, name: string): Declared | undefined => {
    for (const declaration of source.statements)
      if (declaration instanceof compiler.DeclarationStatement && declaration.name.text === name)
        return { source, declaration }
    return undefined
  }

  const exported = (source: Source | undefined, name: string, seen: ReadonlySet<Source>): Declared | undefined => {
    if (source === undefined || seen.has(source)) return undefined
    const passed = new Set([...seen, source])
    for (const statement of source.statements) {
      if (!(statement instanceof compiler.ExportStatement)) continue
      if (statement.members === null) {
        const found = exported(sourceOf(statement.internalPath), name, passed)
        if (found !== undefined) return found
      }
      const member = statement.members?.find(({ exportedName }) => exportedName.text === name)
      if (member === undefined) continue
      const { text } = member.localName
      return statement.path === null
        ? (local(source, text) ?? imported(source, text, passed))
        : exported(sourceOf(statement.internalPath), text, passed)
    }
    return local(source, name)
  }

  const imported = (source: Source, name: string, seen: ReadonlySet<Source>): Declared | undefined => {
    for (const statement of source.statements) {
      if (!(statement instanceof compiler.ImportStatement)) continue
      const declaration = statement.declarations?.find((each) => each.name.text === name)
      if (declaration !== undefined)
        return exported(sourceOf(statement.internalPath), declaration.foreignName.text, seen)
    }
    return undefined
  }

  const inNamespace = (source: Source, namespace: string, name: string): Declared | undefined => {
    for (const statement of source.statements)
      if (statement instanceof compiler.ImportStatement && statement.namespaceName?.text === namespace)
        return exported(sourceOf(statement.internalPath), name, new Set())
    return undefined
  }

  return {
    find(source, { identifier, next }) {
      if (next !== null) return inNamespace(source, identifier.text, next.identifier.text)
      return local(source, identifier.text) ?? imported(source, identifier.text, new Set())
    },
    imports(source) {
      const names = source.statements.flatMap((statement) =>
        statement instanceof compiler.ImportStatement
          ? (statement.declarations ?? []).map(({ name }) => name.text)
          : [],
      )
      const entries = names.flatMap((name): [string, Declared][] => {
        const found = imported(source, name, new Set())
        return found === undefined ? [] : [[name, found]]
      })
      return new Map(entries)
    },
  }
}
