import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BaseError } from '../../../primitives/index.ts'
import { SDK } from './types.ts'

/** Where the SDK lies below the package, in a checkout as in a published package. */
const SDK_FOLDER = join('asm-contracts', 'sdk')

/** The runtime that the SDK brings, by the name of the one it replaces. */
const RUNTIME: readonly [path: string, file: string] = ['rt/stub.ts', 'arena.ts']

/**
 * The SDK's sources under the paths where the compiler looks for libraries, so that `evmpp-sdk` means the SDK of this
 * very compiler wherever a contract lies: what the compiler generates calls it. Throws `SDK_NOT_FOUND`.
 */
export function loadSdk(): ReadonlyMap<string, string> {
  const folder = findFolder()
  const names = readdirSync(folder).filter((name) => name.endsWith('.ts'))
  const [runtimePath, runtimeFile] = RUNTIME
  const pathOf = (name: string): string => (name === runtimeFile ? runtimePath : `${SDK}/${name}`)
  return new Map(names.sort().map((name) => [pathOf(name), readFileSync(join(folder, name), 'utf8')]))
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
