import { basename, join } from 'node:path'
import type { Abi, Hex } from 'viem'
import { type Artifact, CompileError, compileSources } from '../cli/index.ts'
import { BaseError } from '../primitives/index.ts'
import type { ContractSource } from './types.ts'

/** A contract that can be deployed. */
export type Compiled<abi extends Abi = Abi> = {
  readonly contractName: string
  readonly abi: abi
  readonly bytecode: Hex
}

/**
 * The contract that `source` means, compiled in the project at `root`. What is built is kept where `evmpp build` keeps it, and
 * only what has changed is compiled. Throws `NO_CONTRACT` and what the compiler throws.
 */
export async function loadContract<const abi extends Abi>(
  root: string,
  source: ContractSource<abi>,
): Promise<Compiled<abi>> {
  if (typeof source !== 'string') return { contractName: 'the contract', ...source }
  const [path, wanted] = splitSource(source)
  const artifacts = await compile(root, path)
  const deployable = artifacts.filter(({ bytecode }) => bytecode !== '0x')
  const name = wanted ?? basename(path).replace(/\.[^.]+$/, '')
  const only = wanted === undefined && deployable.length === 1 ? deployable[0] : undefined
  const found = deployable.find(({ contractName }) => contractName === name) ?? only
  if (found === undefined) {
    const names = deployable.map(({ contractName }) => `"${path}:${contractName}"`)
    throw new BaseError(
      'NO_CONTRACT',
      `${path} has no contract ${name} that can be deployed; it has ${names.join(', ') || 'none'}`,
    )
  }
  // Nothing can check an ABI that was just compiled against a type that was written before.
  return { contractName: found.contractName, abi: found.abi as Abi as abi, bytecode: found.bytecode }
}

/** `Tokens.sol:Gold` into file and contract. A drive's letter before a colon is no file. */
function splitSource(source: string): readonly [path: string, contractName: string | undefined] {
  const [, path, name] = /^(.+\.(?:sol|ts)):(\w+)$/.exec(source) ?? []
  return path === undefined ? [source, undefined] : [path, name]
}

async function compile(root: string, path: string): Promise<readonly Artifact[]> {
  try {
    return await compileSources([path], { root, cacheFolder: join(root, 'out', 'cache') })
  } catch (error) {
    if (!(error instanceof CompileError)) throw error
    throw new BaseError('COMPILE_FAILED', `${error.message}:\n${error.text.trimEnd()}`, { cause: error })
  }
}
