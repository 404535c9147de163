import { basename, join } from 'node:path'
import type { Arguments, Option } from './command.ts'
import { UsageError } from './command.ts'
import type { Artifact, ArtifactFile } from './compile/index.ts'
import { compileSources, readArtifact } from './compile/index.ts'

/** Where built contracts are, for every command that reads or writes them. */
export const outOption = {
  out: { type: 'string', value: 'folder', default: 'out', summary: 'where built contracts are' },
} as const satisfies Readonly<Record<string, Option>>

/** Options of every command that takes one contract. */
export const contractOptions = {
  contract: { type: 'string', value: 'name', summary: 'which contract of the file, when it has several' },
  ...outOption,
} as const satisfies Readonly<Record<string, Option>>

/** Compiles files and folders; warnings go to stderr, unchanged sources are taken from the last build. */
export function compile(paths: readonly string[], out: string): Promise<readonly Artifact[]> {
  return compileSources(paths, {
    cacheFolder: join(out, 'cache'),
    warn: (text) => process.stderr.write(`${text.trimEnd()}\n`),
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
  return /\.(sol|ts)$/.test(name) ? sourceArgument(name, args, out) : readArtifact(out, name)
}

/** The contract of a source file that the arguments mean, compiled if need be. */
export async function sourceArgument(path: string, args: Arguments, out = args.text('out') ?? ''): Promise<Artifact> {
  const artifacts = await compile([path], out)
  return pick(
    path,
    artifacts.filter(({ bytecode }) => bytecode !== '0x'),
    args.text('contract'),
  )
}

/** One of a file's contracts: the named one, the one that is called like the file, or the only one. */
function pick(path: string, artifacts: readonly Artifact[], wanted: string | undefined): Artifact {
  const name = wanted ?? basename(path).replace(/\.[^.]+$/, '')
  const only = wanted === undefined && artifacts.length === 1 ? artifacts[0] : undefined
  const found = artifacts.find(({ contractName }) => contractName === name) ?? only
  if (found !== undefined) return found
  const names = artifacts.map(({ contractName }) => contractName).join(', ')
  throw new UsageError(
    artifacts.length === 0
      ? `${path} has no contract that can be deployed.`
      : `${path} has no contract ${name}: choose one of ${names} with --contract.`,
  )
}
