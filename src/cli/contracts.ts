import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Arguments, Option } from './command.ts'
import { UsageError } from './command.ts'
import type { Artifact, ArtifactFile } from './compile/index.ts'
import { compileSources, readArtifact, writeArtifacts } from './compile/index.ts'
import { didYouMean } from './suggestion.ts'

/** Where built contracts are, unless `--out` says otherwise. */
export const OUT = 'out'

/** Where built contracts are, for every command that reads or writes them. */
export const outOption = {
  out: { type: 'string', value: 'folder', default: OUT, summary: 'where built contracts are' },
} as const satisfies Readonly<Record<string, Option>>

/** Where contracts are looked for when nothing is named. */
const CONTRACT_FOLDERS = ['contracts', 'sol-contracts', 'asm-contracts']

/** Those of the usual folders that the project has. */
export function contractFolders(): readonly string[] {
  return CONTRACT_FOLDERS.filter((path) => existsSync(path))
}

/** A contract of the project in each language, best one that takes no arguments. */
export function exampleContracts(): readonly string[] {
  const paths = contractFolders().flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  const isContract: Readonly<Record<string, RegExp>> = { '.sol': /^contract \w+/m, '.ts': /^\s*@contract\b/m }
  return Object.entries(isContract).flatMap(([extension, pattern]) => {
    const own = paths.filter((path) => path.endsWith(extension) && !path.includes('node_modules')).sort()
    const texts = own
      .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
      .filter(({ text }) => pattern.test(text))
    const found = texts.find(({ text }) => !/\bconstructor\s*\(\s*\w/.test(text)) ?? texts[0]
    return found === undefined ? [] : [found.path]
  })
}

/** Options of every command that takes one contract. */
export const contractOptions = {
  contract: { type: 'string', value: 'name', summary: 'which contract of the file, when it has several' },
  ...outOption,
} as const satisfies Readonly<Record<string, Option>>

/**
 * Compiles files and folders; warnings go to stderr, unchanged sources are taken from the last build. What Solidity may import
 * of contracts in AssemblyScript, their interfaces, is written before Solidity is compiled.
 */
export function compile(paths: readonly string[], out: string): Promise<readonly Artifact[]> {
  return compileSources(paths, {
    cacheFolder: join(out, 'cache'),
    warn: (text) => process.stderr.write(`${text.trimEnd()}\n`),
    beforeSolidity: (artifacts) => writeArtifacts(out, artifacts, { isPartial: true }),
  })
}

/**
 * The contract that the first argument names: a source file, compiled if need be, or the name of one that was built to
 * the folder that the option `folder` names.
 */
export async function contractArgument(args: Arguments, folder = 'out'): Promise<ArtifactFile> {
  const [name] = args.positionals
  const out = args.text(folder) ?? ''
  if (name === undefined) {
    throw new UsageError('A contract is needed: a .sol or .ts file, or the name of a built contract.')
  }
  const [, path, contract] = /^(.*\.(?:sol|ts))(?::(\w+))?$/.exec(name) ?? []
  if (path === undefined || (contract !== undefined && !existsSync(path))) return readArtifact(out, name)
  return sourceArgument(path, args, out, contract)
}

/** The contract of a source file that the arguments mean, compiled if need be; its artifacts are written as by a build. */
export async function sourceArgument(
  path: string,
  args: Arguments,
  out = args.text('out') ?? '',
  contract = args.text('contract'),
): Promise<Artifact> {
  const artifacts = await compile([path], out)
  writeArtifacts(out, artifacts, { isPartial: true })
  return pick(path, artifacts, contract)
}

/** One of a file's contracts: the named one, the one that is called like the file, or the only one. */
function pick(path: string, artifacts: readonly Artifact[], wanted: string | undefined): Artifact {
  const name = wanted ?? basename(path).replace(/\.[^.]+$/, '')
  const usable = artifacts.filter(({ bytecode }) => bytecode !== '0x')
  const only = wanted === undefined && usable.length === 1 ? usable[0] : undefined
  const found = usable.find(({ contractName }) => contractName === name) ?? only
  if (found !== undefined) return found
  const names = usable.map(({ contractName }) => contractName)
  if (names.length === 0) throw new UsageError(`${path} has no contract that can be deployed.`)
  if (wanted === undefined)
    throw new UsageError(`${path} has several contracts: choose ${names.join(' or ')} with --contract.`)
  if (artifacts.some(({ contractName }) => contractName === wanted))
    throw new UsageError(`${wanted} in ${path} has no code: it is abstract, or an interface.`)
  throw new UsageError(`${path} has no contract ${wanted}, it has ${names.join(', ')}.${didYouMean(wanted, names)}`)
}
