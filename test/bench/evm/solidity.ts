import { join } from 'node:path'
import { compileSources } from '../../../src/cli/compile/index.ts'
import type { Bytes, Hex } from '../../../src/primitives/index.ts'
import {
  concatBytes,
  EMPTY_CODE_HASH,
  fromHex,
  keccak256,
  keccakHash,
  rulesOf,
  toHex,
  wordToBytes,
} from '../../../src/primitives/index.ts'
import type { AccountDiff } from '../../../src/state/index.ts'
import { addr, testBlock, transaction } from '../../harness/world.ts'
import type { Program, ProgramKind } from './program.ts'

const CONTRACT = addr(0xbe4c)
const SENDER = addr(0x5e4d)
const FUNDS_WEI = 10n ** 24n

/** A contract of ours, what to call it with, and what must come back. */
type Source = {
  readonly contract: string
  readonly kind: ProgramKind
  readonly argumentTypes: string
  readonly arguments: readonly bigint[]
  readonly output: Bytes
}

/** 1 + 2 + ... + count. */
const sumTo = (count: bigint): bigint => (count * (count + 1n)) / 2n

const SOURCES: readonly Source[] = [
  source('Erc20Transfer', 'erc20', wordToBytes(2n ** 128n - sumTo(5_000n))),
  source('Erc20Mint', 'erc20', wordToBytes(sumTo(5_000n))),
  source('Erc20ApproveTransfer', 'erc20', concatBytes(wordToBytes(2n ** 128n - sumTo(2_500n)), wordToBytes(0n))),
  source('HashChain', 'other', hashChain(20_000)),
  {
    contract: 'RayTracer',
    kind: 'tracer',
    argumentTypes: 'int256,int256',
    arguments: [32n, 24n],
    // Anvil and @ethereumjs/evm agree on it.
    output: fromHex('0x25d46b4cae352bc2ae57ed383a4f08b2fa0e075858ca132f7eb7b93c3c2c4bbe'),
  },
]

function source(contract: string, kind: ProgramKind, output: Bytes): Source {
  return { contract, kind, argumentTypes: '', arguments: [], output }
}

function hashChain(length: number): Bytes {
  let hash: Bytes = new Uint8Array(32)
  for (let index = 0; index < length; index += 1) hash = keccak256(concatBytes(hash, wordToBytes(BigInt(index))))
  return hash
}

/** Compiles contracts/ and makes a program of each: Osaka, no fees, gas without end. */
export async function solidityPrograms(root: string): Promise<readonly Program[]> {
  const artifacts = await compileSources(['test/bench/evm/contracts'], {
    root,
    cacheFolder: join(root, 'dist/benchEvm'),
  })
  return SOURCES.map((source) => {
    const artifact = artifacts.find(({ contractName }) => contractName === source.contract)
    if (artifact === undefined) throw new Error(`there is no contract ${source.contract}`)
    return programOf(source, artifact.deployedBytecode)
  })
}

function programOf({ contract, kind, argumentTypes, arguments: words, output }: Source, code: Hex): Program {
  const selector = keccak256(new TextEncoder().encode(`run(${argumentTypes})`)).subarray(0, 4)
  return {
    name: contract,
    kind,
    rules: rulesOf('osaka'),
    block: { ...testBlock, baseFeeWei: 0n, gasLimit: 10n ** 12n },
    pre: [account(SENDER, FUNDS_WEI, new Uint8Array(0)), account(CONTRACT, 0n, fromHex(code))],
    transaction: {
      ...transaction({
        sender: SENDER,
        maxFeePerGasWei: 0n,
        maxPriorityFeePerGasWei: 0n,
        gasLimit: 10n ** 10n,
        data: concatBytes(selector, ...words.map(wordToBytes)),
      }),
      to: CONTRACT,
    },
    output: toHex(output),
    stateRoot: undefined,
  }
}

function account(address: AccountDiff['address'], balanceWei: bigint, code: Bytes): AccountDiff {
  const hasCode = code.length > 0
  const codeHash = hasCode ? keccakHash(code) : EMPTY_CODE_HASH
  return {
    address,
    account: { nonce: hasCode ? 1n : 0n, balanceWei, codeHash },
    code: hasCode ? code : undefined,
    storageReset: false,
    storage: [],
  }
}
