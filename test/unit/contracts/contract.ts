import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Abi, Hex } from 'viem'
import { decodeErrorResult, decodeEventLog, decodeFunctionResult, encodeAbiParameters, encodeFunctionData } from 'viem'
import type { Artifact, StorageVariable } from '../../../src/cli/compile/index.ts'
import { compileSources } from '../../../src/cli/compile/index.ts'
import { assert, fromHex } from '../../../src/primitives/index.ts'
import type { FrameOptions, MockStorage, Outcome } from './mockHost.ts'
import { runFrame } from './mockHost.ts'
import { Module } from './v8.ts'

/** The checkout. */
export const root = resolve(import.meta.dirname, '../../..')

/** Compilers are slow; what they made of unchanged files is kept beside the other tools' caches. */
const cacheFolder = join(root, 'node_modules/.cache/evmpp-contracts')

/** Compiles one file of the project and returns the contract of that name. */
export async function compile(path: string, name: string): Promise<Artifact> {
  const artifacts = await compileSources([path], { root, cacheFolder })
  const artifact = artifacts.find(({ contractName }) => contractName === name)
  assert(artifact !== undefined, `${path} defines ${name}`)
  return artifact
}

/** Compiles sources that exist for one test only, `files` by name, and returns all their contracts, by name of the file. */
export async function compileText(files: Readonly<Record<string, string>>): Promise<readonly Artifact[]> {
  const folder = mkdtempSync(join(tmpdir(), 'evmpp-compile-'))
  try {
    for (const [name, source] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), source)
    }
    return await compileSources(['.'], { root: folder })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** A layout without what only solc knows: AST ids, the contract's name, and that a byte is a member of an enum. */
export function comparableLayout({ storageLayout: { storage, types } }: Artifact) {
  const plain = (text: string | undefined): string | undefined =>
    text
      ?.replaceAll(/t_enum\(\w+\)\d+|enum (\w+\.)?\w+/g, (each) => (each.startsWith('t') ? 't_uint8' : 'uint8'))
      .replaceAll(/(t_struct\(\w+\))\d+/g, '$1')
      .replaceAll(/struct \w+\./g, 'struct ')
  const variable = ({ label, slot, offset, type }: StorageVariable): unknown => {
    const { encoding, label: typeLabel, numberOfBytes, members } = types?.[type] ?? {}
    const parts = { encoding, typeLabel: plain(typeLabel), numberOfBytes, members: members?.map(variable) }
    return { label, slot, offset, type: plain(type), ...parts }
  }
  return storage.map(variable)
}

/** A contract on the mock host, called by name. */
export type Contract = {
  readonly storage: MockStorage
  readonly artifact: Artifact
  /** Runs a frame with raw data. */
  run(options: FrameOptions): Outcome
  /** Runs a function and expects success; the decoded result. */
  call(name: string, args?: readonly unknown[], options?: Partial<FrameOptions>): unknown
  /** Runs a function and expects success; its decoded logs. */
  logs(name: string, args?: readonly unknown[], options?: Partial<FrameOptions>): readonly unknown[]
  /** Runs a function and expects a revert; its decoded error, or the raw data when it is none. */
  fault(name: string, args?: readonly unknown[], options?: Partial<FrameOptions>): unknown
}

/** A fresh contract; runs the constructor when there is one. */
export function deploy(artifact: Artifact, args: readonly unknown[] = []): Contract {
  const module = new Module(fromHex(artifact.bytecode))
  const abi = artifact.abi as Abi
  const storage: MockStorage = new Map()
  const construct = artifact.abi.find(({ type }) => type === 'constructor')
  const run = (options: FrameOptions): Outcome => runFrame(module, storage, options)
  const runNamed = (name: string, values: readonly unknown[], options: Partial<FrameOptions> = {}): Outcome =>
    run({ data: encodeFunctionData({ abi, functionName: name, args: values }), ...options })
  if (construct !== undefined) {
    const data = encodeAbiParameters(construct.inputs ?? [], args)
    const outcome = run({ entry: 'user_constructor', data })
    assert(outcome.status === 'success', 'the constructor succeeds')
  }
  const succeed = (name: string, outcome: Outcome): Outcome => {
    assert(outcome.status === 'success', `${name} succeeds, not: ${outcome.output}`)
    return outcome
  }
  return {
    storage,
    artifact,
    run,
    call(name, values = [], options) {
      const { output } = succeed(name, runNamed(name, values, options))
      return decodeFunctionResult({ abi, functionName: name, data: output })
    },
    logs(name, values = [], options) {
      const { logs } = succeed(name, runNamed(name, values, options))
      return logs.map(({ topics, data }) => decodeEventLog({ abi, topics: topics as [Hex, ...Hex[]], data }))
    },
    fault(name, values = [], options) {
      const outcome = runNamed(name, values, options)
      assert(outcome.status === 'revert', `${name} reverts`)
      return outcome.output === '0x' ? '0x' : faultOf(abi, outcome.output)
    },
  }
}

function faultOf(abi: Abi, data: Hex): string {
  const { errorName, args = [] } = decodeErrorResult({ abi, data })
  return `${errorName}(${args.join(',')})`
}
