import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BaseError } from '../../../primitives/index.ts'
import { SDK } from './types.ts'

/** Where the SDK lies below the package, in a checkout as in a published package. */
const SDK_FOLDER = join('asm-contracts', 'sdk')

/** What the SDK brings in the place of AssemblyScript's own: its file by the name of the one it replaces. */
const REPLACEMENTS: Readonly<Record<string, string>> = { 'rt/stub.ts': 'arena.ts', 'util/error.ts': 'panics.ts' }

/** Sizes in bytes of the integers that AssemblyScript has not, but for the largest, which have files of their own. */
const INTEGER_SIZES = Array.from({ length: 31 }, (_, index) => index + 1).filter((size) => ![1, 2, 4, 8].includes(size))

/**
 * The SDK's sources under the paths where the compiler looks for libraries, so that `evmpp-sdk` means the SDK of this
 * very compiler wherever a contract lies: what the compiler generates calls it. Throws `SDK_NOT_FOUND`.
 */
export function loadSdk(): ReadonlyMap<string, string> {
  const folder = findFolder()
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  const ordinary = names.sort().filter((name) => !Object.values(REPLACEMENTS).includes(name))
  return new Map([
    ...Object.entries(REPLACEMENTS).map(([path, name]): [string, string] => [path, read(name)]),
    ...[...ordinary.map((name): [string, string] => [name, read(name)]), ...widths(read)].map(
      ([name, text]): [string, string] => [`${SDK}/${name}`, text],
    ),
  ])
}

/** The classes that differ from another in a number only, and the file that exports all of that kind. */
function widths(read: (name: string) => string): readonly [name: string, text: string][] {
  const [unsigned, signed, bytes] = [read('u128.ts'), read('i128.ts'), read('bytes4.ts')]
  const integers = INTEGER_SIZES.map((size) => size * 8).flatMap((bits): [string, string][] => [
    [`u${bits}`, unsigned.replaceAll('u128', `u${bits}`).replaceAll(/\b128\b/g, String(bits))],
    [`i${bits}`, signed.replaceAll('i128', `i${bits}`).replaceAll(/\b128\b/g, String(bits))],
  ])
  const strings = Array.from({ length: 31 }, (_, index): [string, string] => [
    `Bytes${index + 1}`,
    bytes.replaceAll('Bytes4', `Bytes${index + 1}`).replaceAll(/\b4\b/g, String(index + 1)),
  ])
  const classes = [...integers, ...strings]
  const all = classes.map(([name]) => `export { ${name} } from './${name.toLowerCase()}'\n`).join('')
  return [['widths.ts', all], ...classes.map(([name, text]): [string, string] => [`${name.toLowerCase()}.ts`, text])]
}

/** Upwards from this file: it runs from src/ in a checkout and from dist/ when bundled. */
function findFolder(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); ; at = dirname(at)) {
    const candidate = join(at, SDK_FOLDER)
    if (existsSync(join(candidate, 'index.ts'))) return candidate
    if (dirname(at) === at) {
      throw new BaseError('SDK_NOT_FOUND', `the AssemblyScript SDK (${SDK_FOLDER}) is not part of this installation`, {
        advice: ['Install evmpp again.'],
      })
    }
  }
}
