/**
 * The contract compiler behind `evmpp build`: sources in, artifacts out.
 *
 *   Counter.sol ── solc ──────────────────────┐
 *                                             ├── Artifact ── out/Counter.json (Hardhat), out/Counter.sol/… (Foundry)
 *   Counter.ts ─── assemblyscript + SDK ──────┘
 *
 * - C1 *The file type decides.* Both languages give artifacts of one shape; nothing after this folder asks which it was.
 * - C2 *The compiler has the word.* What it says of a source is passed on as it was written.
 * - C3 *Equal inputs give equal bytes*: each file is compiled alone, with pinned compilers and fixed settings.
 * - C4 *Nothing is compiled twice.* A file whose inputs, imports included, are as they were is taken from the cache, and
 *   then its compiler is not even loaded: solc takes a second to load, AssemblyScript half of one.
 */
import { resolve } from 'node:path'
import { BaseError } from '../../primitives/index.ts'
import type { Artifact } from './artifact.ts'
import { assemblyScriptFingerprint, compileAssemblyScript } from './assemblyscript/index.ts'
import { createCache } from './cache.ts'
import { compileSolidity, solidityFingerprint } from './solidity.ts'
import type { SourceFile } from './sources.ts'
import { createSourceReader, findSources } from './sources.ts'

export type * from './artifact.ts'
export { assemblyScriptBinding } from './bind/assemblyscript.ts'
export { solidityBinding } from './bind/solidity.ts'
export { CompileError } from './errors.ts'
export type { ArtifactFile } from './output.ts'
export { readArtifact, writeArtifacts } from './output.ts'
export { type Verification, verifyCode } from './verify.ts'

/** How to build. */
export type CompileOptions = {
  /** The project's folder: sources are named relative to it, imports found in its `node_modules`. Default: where we are. */
  readonly root?: string
  /** Where compiled files are kept from build to build; without it everything is compiled. */
  readonly cacheFolder?: string
  /** Gets what a compiler says that is not an error. Default: nobody. */
  readonly warn?: (text: string) => void
  /** Gets the contracts in AssemblyScript before Solidity is compiled, which may import their interfaces. */
  readonly beforeSolidity?: (artifacts: readonly Artifact[]) => void
}

/**
 * Compiles files and folders (their `.sol` and `.ts` files, deep) and returns the contracts that they define, sorted by
 * source. Throws {@link CompileError} for the first file that does not compile, `NO_CONTRACT` for an AssemblyScript file
 * that was named and holds none, `SOURCE_NOT_FOUND` and `SOURCE_NOT_SUPPORTED`.
 */
export async function compileSources(
  paths: readonly string[],
  options: CompileOptions = {},
): Promise<readonly Artifact[]> {
  const root = resolve(options.root ?? '.')
  const cache = createCache(root, options.cacheFolder)
  const compileFile = async (file: SourceFile): Promise<readonly Artifact[]> => {
    const fingerprint = file.language === 'solidity' ? solidityFingerprint : assemblyScriptFingerprint()
    const known = cache.find(file.name, fingerprint)
    if (known !== undefined) return known
    const reader = createSourceReader(root)
    if (file.language === 'assemblyscript' && !mayHoldContract(reader.read(file.name))) return []
    const compile = file.language === 'solidity' ? compileSolidity : compileAssemblyScript
    const artifacts = await compile(file.name, reader, options.warn ?? (() => undefined))
    cache.store(file.name, { fingerprint, inputs: reader.inputs(), artifacts })
    return artifacts
  }
  const files = findSources(root, paths)
  const built = new Map<SourceFile, readonly Artifact[]>()
  for (const file of files.filter(({ language }) => language === 'assemblyscript')) {
    const artifacts = await compileFile(file)
    if (artifacts.length === 0 && file.isNamed) {
      throw new BaseError('NO_CONTRACT', `${file.name} holds no contract`, {
        advice: ['Mark the contract\'s class with "@contract".'],
      })
    }
    built.set(file, artifacts)
  }
  options.beforeSolidity?.([...built.values()].flat())
  for (const file of files) if (!built.has(file)) built.set(file, await compileFile(file))
  return files.flatMap((file) => built.get(file) ?? [])
}

/** Most files beside contracts are not contracts; those that cannot be need not be compiled to find out. */
function mayHoldContract(text: string | undefined): boolean {
  return /^\s*@contract\b/m.test(text ?? '')
}
