/** Types of what the package exports: dist/types holds a declaration file for each source file that they are made of. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { root } from './project.mjs'

const RELATIVE_IMPORT = /(from ')(\.[^']+)\.ts(')/g

/** Writes the declarations of a source file and of those that its own declarations import. No file is type-checked here. */
export function writeDeclarations(entry) {
  const written = new Set()
  const write = (path) => {
    if (written.has(path)) return
    written.add(path)
    const declarations = declarationsOf(path)
    const target = join(root, 'dist/types', relative('src', path)).replace(/\.ts$/, '.d.ts')
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, declarations.replaceAll(RELATIVE_IMPORT, '$1$2.js$3'))
    for (const [, , imported] of declarations.matchAll(RELATIVE_IMPORT)) write(join(dirname(path), `${imported}.ts`))
  }
  write(entry)
}

function declarationsOf(path) {
  const source = readFileSync(join(root, path), 'utf8')
  const compilerOptions = { declaration: true, target: ts.ScriptTarget.ES2023, isolatedDeclarations: true }
  const { outputText, diagnostics } = ts.transpileDeclaration(source, { fileName: path, compilerOptions })
  const [fault] = diagnostics ?? []
  if (fault === undefined) return outputText
  throw new Error(`${path}: ${ts.flattenDiagnosticMessageText(fault.messageText, '\n')}`)
}
