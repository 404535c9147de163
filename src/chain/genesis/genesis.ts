import { sha256 } from '@noble/hashes/sha2.js'
import type { Address, Bytes, Hash, WasmRulesVersion, Word } from '../../primitives/index.ts'
import {
  concatBytes,
  EMPTY_BYTES,
  EMPTY_TRIE_ROOT,
  hashFromBytes,
  keccakHash,
  rulesOf,
  ZERO_ADDRESS,
  ZERO_HASH,
} from '../../primitives/index.ts'
import { type AccountDiff, type StateDiff, stateRootOf } from '../../state/index.ts'
import type { Block } from '../block.ts'
import { sealBlock } from '../codec/block.ts'
import { bloomOf } from '../codec/bloom.ts'
import { INITIAL_BASE_FEE_WEI } from '../fees.ts'
import { predeploysOf } from './predeploys.ts'

/** Forks that a chain of ours can follow. */
export const CHAIN_HARDFORKS = ['cancun', 'prague', 'osaka'] as const

/** The fork that a chain follows, from its first block to its last. */
export type ChainHardfork = (typeof CHAIN_HARDFORKS)[number]

/** An account that exists before the first block. `code` may be for either VM. */
export type GenesisAccount = {
  readonly address: Address
  readonly nonce: bigint
  readonly balanceWei: bigint
  readonly code: Bytes
  readonly storage: ReadonlyMap<Word, Word>
}

/** How a chain begins, and the rules that it keeps. */
export type Genesis = {
  readonly chainId: bigint
  readonly hardfork: ChainHardfork
  /**
   * Rules of WebAssembly contracts. Undefined leaves it to the store: the version of the chain that
   * it holds, or the newest for a chain that begins.
   */
  readonly wasmRules?: WasmRulesVersion | undefined
  /** The base fee of a network never falls below it; undefined is no floor. Of no effect on a development chain. */
  readonly minBaseFeeWei?: bigint | undefined
  readonly timestampSeconds: bigint
  readonly gasLimit: bigint
  readonly baseFeeWei: bigint
  readonly coinbase: Address
  /** At most 32 bytes. */
  readonly extraData: Bytes
  readonly prevRandao: Hash
  /** Each address once. */
  readonly accounts: readonly GenesisAccount[]
}

/** What a development chain is made of. */
export type DevGenesisOptions = {
  readonly chainId: bigint
  readonly hardfork: ChainHardfork
  readonly gasLimit: bigint
  /** Who gets `balanceWei` each. */
  readonly accounts: readonly Address[]
  readonly balanceWei: bigint
  readonly timestampSeconds: bigint
}

/** The beginning of a development chain: funded accounts, the protocol's contracts, and those that tools expect. */
export function devGenesis(options: DevGenesisOptions): Genesis {
  const { chainId, hardfork, gasLimit, accounts, balanceWei, timestampSeconds } = options
  const funded = accounts.map((address) => ({ address, nonce: 0n, balanceWei, code: EMPTY_BYTES, storage: new Map() }))
  // A contract's nonce is 1 from its creation on (EIP-161).
  const contracts = predeploysOf(hardfork).map((predeploy) => ({
    ...predeploy,
    nonce: 1n,
    balanceWei: 0n,
    storage: new Map(),
  }))
  return {
    chainId,
    hardfork,
    timestampSeconds,
    gasLimit,
    baseFeeWei: INITIAL_BASE_FEE_WEI,
    coinbase: ZERO_ADDRESS,
    extraData: EMPTY_BYTES,
    prevRandao: ZERO_HASH,
    accounts: [...funded, ...contracts],
  }
}

/** The first block and the state that it stands on, as a change of the empty state. Its state root is the state's. */
export function genesisBlock(genesis: Genesis): { readonly block: Block; readonly diff: StateDiff } {
  const diff = genesis.accounts.map(accountDiff).sort((a, b) => (a.address < b.address ? -1 : 1))
  const { timestampSeconds, gasLimit, baseFeeWei, coinbase, extraData, prevRandao } = genesis
  const header = {
    parentHash: ZERO_HASH,
    coinbase,
    stateRoot: stateRootOf(diff),
    transactionsRoot: EMPTY_TRIE_ROOT,
    receiptsRoot: EMPTY_TRIE_ROOT,
    logsBloom: bloomOf([]),
    number: 0n,
    gasLimit,
    gasUsed: 0n,
    timestampSeconds,
    extraData,
    prevRandao,
    baseFeeWei,
    withdrawalsRoot: EMPTY_TRIE_ROOT,
    blobGasUsed: 0n,
    excessBlobGas: 0n,
    parentBeaconBlockRoot: ZERO_HASH,
    requestsHash: rulesOf(genesis.hardfork).hasRequests ? hashRequests([]) : undefined,
  }
  return { block: sealBlock(header, []), diff }
}

/** The commitment to a block's requests, each a type byte and data. Source: EIP-7685. */
export function hashRequests(requests: readonly Bytes[]): Hash {
  return hashFromBytes(sha256(concatBytes(...requests.map((request) => sha256(request)))))
}

function accountDiff({ address, nonce, balanceWei, code, storage }: GenesisAccount): AccountDiff {
  return {
    address,
    account: { nonce, balanceWei, codeHash: keccakHash(code) },
    code: code.length === 0 ? undefined : code,
    storageReset: false,
    storage: [...storage].filter(([, value]) => value !== 0n).sort(([a], [b]) => (a < b ? -1 : 1)),
  }
}
