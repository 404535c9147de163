import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, extname, join, relative, resolve, sep } from 'node:path'
import { BaseError } from '../../primitives/index.ts'

/** Reads the sources of one compilation and remembers what it read. */
export type SourceReader = {
  /** The text of a file, by its path relative to the project; undefined when there is none. */
  read(path: string): string | undefined
  /** {@link read}, and failing that in the `node_modules` folders of the project and above it. */
  readImport(path: string): string | undefined
  /** Every path that was asked for, with the digest of what was there. */
  inputs(): Readonly<Record<string, string>>
}

/** The digest of a file that is not there. */
export const ABSENT = 'absent'

/** The digest of a file's text, or of its absence. */
export function digestOf(text: string | undefined): string {
  return text === undefined ? ABSENT : createHash('sha256').update(text).digest('hex')
}

/** A reader of the project in folder `root`. */
export function createSourceReader(root: string): SourceReader {
  const seen = new Map<string, string>()
  const read = (path: string): string | undefined => {
    const text = readText(resolve(root, path))
    seen.set(posix(path), digestOf(text))
    return text
  }
  return {
    read,
    readImport(path) {
      for (const candidate of [path, ...modulePaths(root, path)]) {
        const text = read(candidate)
        if (text !== undefined) return text
      }
      return undefined
    },
    inputs: () => Object.fromEntries([...seen].sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/** The text of a file, undefined when there is no such file. */
export function readText(path: string): string | undefined {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined
}

/** `path` in each `node_modules` from the project upwards, relative to the project. */
function modulePaths(root: string, path: string): readonly string[] {
  const paths: string[] = []
  for (let at = resolve(root); ; at = dirname(at)) {
    paths.push(posix(relative(root, join(at, 'node_modules', path))))
    if (dirname(at) === at) return paths
  }
}

/** A source file that was asked for. */
export type SourceFile = {
  /** Path relative to the project, with forward slashes. */
  readonly name: string
  readonly language: 'solidity' | 'assemblyscript'
  /** False when it was found in a folder: then it need not hold a contract. */
  readonly isNamed: boolean
}

/**
 * The source files among `paths`, which may be folders. A folder's `.ts` files that are not contracts are no mistake,
 * nor are its `node_modules`. Throws `SOURCE_NOT_FOUND` and `SOURCE_NOT_SUPPORTED`.
 */
export function findSources(root: string, paths: readonly string[]): readonly SourceFile[] {
  const files = new Map<string, SourceFile>()
  for (const path of paths) {
    const full = resolve(root, path)
    if (!existsSync(full)) throw new BaseError('SOURCE_NOT_FOUND', `there is no file or folder "${path}"`)
    const isNamed = !statSync(full).isDirectory()
    for (const found of isNamed ? [full] : filesBelow(full)) {
      const language = languageOf(found)
      if (language === undefined) {
        throw new BaseError('SOURCE_NOT_SUPPORTED', `"${path}" is neither Solidity (.sol) nor AssemblyScript (.ts)`, {
          advice: ['Name a .sol or a .ts file, or a folder.'],
        })
      }
      const name = posix(relative(root, found))
      files.set(name, { name, language, isNamed })
    }
  }
  return [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function languageOf(path: string): SourceFile['language'] | undefined {
  if (extname(path) === '.sol') return 'solidity'
  return extname(path) === '.ts' && !path.endsWith('.d.ts') ? 'assemblyscript' : undefined
}

/** The sources in a folder, deep; not what is hidden or installed. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) return languageOf(path) === undefined ? [] : [path]
    return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : filesBelow(path)
  })
}

function posix(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/')
}
