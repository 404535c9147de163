import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { BaseError, fromHex } from '../../primitives/index.ts'
import { didYouMean } from '../suggestion.ts'
import type { Artifact } from './artifact.ts'
import { solidityBinding } from './bind/solidity.ts'
import { readText } from './sources.ts'

/** What was written, for people: paths below the output folder, and names that more than one source defines. */
export type Written = { readonly files: readonly string[]; readonly ambiguous: readonly string[] }

/**
 * Writes artifacts below `outDir`:
 *
 * - `<File>/<Name>.json`, Foundry's shape, e.g. `Counter.sol/Counter.json` and `Counter.ts/Counter.json`;
 * - `<Name>.json`, Hardhat 3's shape, unless two of `artifacts` have that name: then none is written, as Hardhat refuses
 *   an ambiguous name, and one left from an earlier build is removed;
 * - `<File>/I<Name>.sol` beside an AssemblyScript contract's JSON: the interface through which Solidity calls it;
 * - `<File>/<Name>.wasm` beside an AssemblyScript contract's JSON, and `<Name>.wasm` under the same rule.
 *
 * `isPartial` says that they are some of the project's contracts only: then a `<Name>.json` of another source stays.
 */
export function writeArtifacts(
  outDir: string,
  artifacts: readonly Artifact[],
  { isPartial = false }: { readonly isPartial?: boolean } = {},
): Written {
  const files: string[] = []
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(join(outDir, path, '..'), { recursive: true })
    writeFileSync(join(outDir, path), content)
    files.push(path)
  }
  const isAmbiguous = ({ contractName }: Artifact): boolean =>
    artifacts.filter((other) => other.contractName === contractName).length > 1
  const isTaken = ({ contractName, sourceName }: Artifact): boolean => {
    const other = isPartial ? readText(join(outDir, `${contractName}.json`)) : undefined
    return other !== undefined && sourceOf(other) !== sourceName
  }
  for (const artifact of artifacts) {
    const inFolder = join(basename(artifact.sourceName), artifact.contractName)
    write(`${inFolder}.json`, toJson(foundryShape(artifact)))
    if (artifact.language === 'assemblyscript') {
      write(`${inFolder}.wasm`, fromHex(artifact.bytecode))
      const name = `I${artifact.contractName}`
      write(join(basename(artifact.sourceName), `${name}.sol`), solidityBinding(artifact.abi, name))
    }
    if (isTaken(artifact)) continue
    for (const stale of ['json', 'wasm']) rmSync(join(outDir, `${artifact.contractName}.${stale}`), { force: true })
    if (isAmbiguous(artifact)) continue
    write(`${artifact.contractName}.json`, toJson(hardhatShape(artifact)))
    if (artifact.language === 'assemblyscript') write(`${artifact.contractName}.wasm`, fromHex(artifact.bytecode))
  }
  return { files, ambiguous: [...new Set(artifacts.filter(isAmbiguous).map(({ contractName }) => contractName))] }
}

/** What tools need of a contract; every artifact file has it. */
export type ArtifactFile = Pick<
  Artifact,
  'contractName' | 'sourceName' | 'abi' | 'bytecode' | 'deployedBytecode' | 'linkReferences'
>

/**
 * Reads a written artifact by its contract's name, or by file and name (`Counter.ts:Counter`). Throws
 * `ARTIFACT_NOT_FOUND` and `ARTIFACT_DAMAGED`.
 */
export function readArtifact(outDir: string, name: string): ArtifactFile {
  const [file, contract] = name.includes(':') ? name.split(':') : [undefined, name]
  const path = file === undefined ? `${contract}.json` : join(file, `${contract}.json`)
  const text = readText(join(outDir, path))
  if (text === undefined) {
    const advice = ['Run "evmpp build" first.', 'A name that two files define needs the file too: Counter.sol:Counter.']
    const suggestion = didYouMean(name, builtNames(outDir)).trim()
    throw new BaseError('ARTIFACT_NOT_FOUND', `there is no artifact ${join(outDir, path)}`, {
      advice: suggestion === '' ? advice : [suggestion],
    })
  }
  try {
    return artifactFile(JSON.parse(text))
  } catch (cause) {
    throw new BaseError('ARTIFACT_DAMAGED', `${join(outDir, path)} is not an artifact`, {
      advice: ['Run "evmpp build" again.'],
      cause,
    })
  }
}

/** The names by which artifacts can be asked for. */
function builtNames(outDir: string): readonly string[] {
  if (!existsSync(outDir)) return []
  const paths = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).map((path) => path.split(sep))
  return paths.flatMap(([first = '', second, ...rest]) => {
    if (rest.length > 0 || first === 'cache') return []
    const json = /^(.+)\.json$/.exec(second ?? first)?.[1]
    return json === undefined ? [] : [second === undefined ? json : `${first}:${json}`]
  })
}

/** The source that an artifact of Hardhat's shape names; undefined for what is none. */
function sourceOf(text: string): string | undefined {
  try {
    return Object(JSON.parse(text)).sourceName
  } catch {
    return undefined
  }
}

function artifactFile(json: ReturnType<typeof hardhatShape> | ReturnType<typeof foundryShape>): ArtifactFile {
  if ('_format' in json) return json
  const [sourceName, contractName] = Object.entries(json.metadata.settings.compilationTarget)[0] ?? ['', '']
  const { abi, bytecode, deployedBytecode } = json
  return {
    contractName,
    sourceName,
    abi,
    bytecode: bytecode.object,
    deployedBytecode: deployedBytecode.object,
    linkReferences: bytecode.linkReferences,
  }
}

/** Hardhat 3's artifact. Source: Hardhat's `Artifact` type. */
function hardhatShape(artifact: Artifact) {
  const { contractName, sourceName, abi, bytecode, deployedBytecode } = artifact
  const { linkReferences, deployedLinkReferences, immutableReferences } = artifact
  return {
    _format: 'hh3-artifact-1',
    contractName,
    sourceName,
    abi,
    bytecode,
    deployedBytecode,
    linkReferences,
    deployedLinkReferences,
    immutableReferences,
    inputSourceName: sourceName,
  } as const
}

/** Foundry's artifact, as `forge build` writes it. */
function foundryShape(artifact: Artifact) {
  const { contractName, sourceName, abi, bytecode, deployedBytecode, methodIdentifiers, storageLayout } = artifact
  return {
    abi,
    bytecode: { object: bytecode, linkReferences: artifact.linkReferences },
    deployedBytecode: {
      object: deployedBytecode,
      linkReferences: artifact.deployedLinkReferences,
      immutableReferences: artifact.immutableReferences,
    },
    methodIdentifiers,
    storageLayout,
    metadata: { language: artifact.language, settings: { compilationTarget: { [sourceName]: contractName } } },
  } as const
}

function toJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
