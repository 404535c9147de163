import { assert, inspect } from '../../primitives/index.ts'
import type { AbiItem, Artifact, ImmutableReferences, LinkReferences, StorageLayout } from './artifact.ts'
import { CompileError } from './errors.ts'
import type { SourceReader } from './sources.ts'

/** Compiler settings. Metadata keeps solc's defaults, so that Sourcify can verify what was deployed. */
const SETTINGS = {
  evmVersion: 'osaka',
  optimizer: { enabled: true, runs: 200 },
  outputSelection: {
    '*': { '*': ['abi', 'storageLayout', 'evm.bytecode', 'evm.deployedBytecode', 'evm.methodIdentifiers'] },
  },
} as const

/** Of solc's package, what is used. */
type Solc = {
  version(): string
  compile(input: string, callbacks: { import(path: string): { contents: string } | { error: string } }): string
}

type Bytecode = {
  readonly object: string
  readonly linkReferences: LinkReferences
  readonly immutableReferences?: ImmutableReferences
}

/** Of solc's standard JSON output, what is used. */
type SolcOutput = {
  readonly errors?: readonly { readonly severity: 'error' | 'warning' | 'info'; readonly formattedMessage: string }[]
  readonly contracts?: Readonly<Record<string, Readonly<Record<string, SolcContract>>>>
}

type SolcContract = {
  readonly abi: readonly AbiItem[]
  readonly storageLayout: StorageLayout
  readonly evm: {
    readonly bytecode: Bytecode
    readonly deployedBytecode: Bytecode
    readonly methodIdentifiers: Readonly<Record<string, string>>
  }
}

/** What the compiler and its settings contribute to a build: equal fingerprints and sources give equal artifacts. */
export const solidityFingerprint = JSON.stringify(['solc 0.8.37', SETTINGS])

/**
 * Compiles one file and returns the contracts that it defines, imported ones left out. One file at a time, so that what
 * comes out does not depend on what else is built. Throws {@link CompileError}; `warn` gets what is not an error.
 */
export async function compileSolidity(
  sourceName: string,
  reader: SourceReader,
  warn: (text: string) => void,
): Promise<readonly Artifact[]> {
  const solc = await loadSolc()
  const input = {
    language: 'Solidity',
    sources: { [sourceName]: { content: reader.read(sourceName) } },
    settings: SETTINGS,
  }
  const output = parseOutput(solc.compile(JSON.stringify(input), { import: (path) => importFrom(reader, path) }))
  const messages = (output.errors ?? []).map((error) => error.formattedMessage).join('\n')
  if (output.errors?.some(({ severity }) => severity === 'error')) throw new CompileError(sourceName, messages)
  if (messages !== '') warn(messages)
  const contracts = Object.entries(output.contracts?.[sourceName] ?? {})
  return contracts.map(([name, contract]) => artifactOf(sourceName, name, contract))
}

function importFrom(reader: SourceReader, path: string): { contents: string } | { error: string } {
  const contents = reader.readImport(path)
  return contents === undefined ? { error: `File not found: ${path}` } : { contents }
}

/** Loads the compiler, 9 MB of JavaScript, which takes about a second. */
async function loadSolc(): Promise<Solc> {
  const before = process.listeners('unhandledRejection')
  const { default: solc } = await import('solc')
  // The compiler's own build adds a handler that would make our rejections its business.
  for (const listener of process.listeners('unhandledRejection'))
    if (!before.includes(listener)) process.off('unhandledRejection', listener)
  return solc
}

function parseOutput(text: string): SolcOutput {
  const output: unknown = JSON.parse(text)
  assert(typeof output === 'object' && output !== null, `solc answers with an object, not ${inspect(output)}`)
  return output
}

function artifactOf(sourceName: string, contractName: string, contract: SolcContract): Artifact {
  const { bytecode, deployedBytecode, methodIdentifiers } = contract.evm
  return {
    contractName,
    sourceName,
    language: 'solidity',
    abi: contract.abi,
    bytecode: `0x${bytecode.object}`,
    deployedBytecode: `0x${deployedBytecode.object}`,
    methodIdentifiers,
    storageLayout: contract.storageLayout,
    linkReferences: bytecode.linkReferences,
    deployedLinkReferences: deployedBytecode.linkReferences,
    immutableReferences: deployedBytecode.immutableReferences ?? {},
  }
}
