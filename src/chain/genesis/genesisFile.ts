import { REQUEST_CONTRACTS } from '../../parallel/index.ts'
import type { Address, Bytes, WasmRulesVersion, Word } from '../../primitives/index.ts'
import {
  BaseError,
  EMPTY_BYTES,
  fromHex,
  inspect,
  isHex,
  isWord,
  MAX_UINT64,
  rulesOf,
  toAddress,
  toHash,
  toHex,
  toQuantity,
  WASM_RULES_VERSIONS,
  wordToHash,
  ZERO_ADDRESS,
  ZERO_HASH,
} from '../../primitives/index.ts'
import { MAX_GAS_LIMIT, MAX_TIMESTAMP_SECONDS, MIN_GAS_LIMIT } from '../bounds.ts'
import { INITIAL_BASE_FEE_WEI } from '../fees.ts'
import type { Genesis, GenesisAccount } from './genesis.ts'
import { CHAIN_HARDFORKS, type ChainHardfork } from './genesis.ts'

/** Forks of `config` that this node has no rules for: named so that a file which wants them is refused, not misread. */
const FUTURE_FORKS = ['amsterdamTime', 'bogotaTime', 'verkleTime', 'ubtTime']

/**
 * Reads a genesis in geth's format (the parsed JSON). Throws `GENESIS_INVALID` naming the place in the file for what
 * cannot be, and for what this node does not do: rules older than Cancun, a fork after the genesis, proof of work.
 * Ours in `config` are `wasmRules`, the version of the rules of WebAssembly contracts, and `minBaseFee` in wei. Parameters of blobs are ignored, for this chain carries none.
 */
export function parseGenesis(json: unknown): Genesis {
  const file = objectAt(json, 'genesis')
  const timestampSeconds = between(
    integerAt(file.timestamp ?? 0, 'genesis.timestamp', 64),
    'genesis.timestamp',
    0n,
    MAX_TIMESTAMP_SECONDS,
  )
  for (const name of ['difficulty', 'nonce', 'number', 'gasUsed', 'parentHash', 'blobGasUsed', 'excessBlobGas']) {
    const path = `genesis.${name}`
    if (integerAt(file[name] ?? 0, path, 256) !== 0n) throw invalid(path, 'must be 0 on a chain that begins here')
  }
  const config = objectAt(file.config, 'genesis.config')
  const genesis: Genesis = {
    chainId: between(integerAt(config.chainId, 'genesis.config.chainId', 64), 'genesis.config.chainId', 1n, MAX_UINT64),
    hardfork: hardforkAt(config, timestampSeconds),
    wasmRules: wasmRulesAt(config.wasmRules, 'genesis.config.wasmRules'),
    minBaseFeeWei:
      config.minBaseFee === undefined ? undefined : integerAt(config.minBaseFee, 'genesis.config.minBaseFee', 64),
    timestampSeconds,
    gasLimit: between(
      integerAt(file.gasLimit, 'genesis.gasLimit', 64),
      'genesis.gasLimit',
      MIN_GAS_LIMIT,
      MAX_GAS_LIMIT,
    ),
    baseFeeWei: integerAt(file.baseFeePerGas ?? INITIAL_BASE_FEE_WEI, 'genesis.baseFeePerGas', 256),
    coinbase: addressAt(file.coinbase ?? ZERO_ADDRESS, 'genesis.coinbase'),
    extraData: bytesAt(file.extraData ?? '0x', 'genesis.extraData', 32),
    prevRandao: toHash(fixedHexAt(file.mixHash ?? ZERO_HASH, 'genesis.mixHash', 32)),
    accounts: accountsAt(objectAt(file.alloc ?? {}, 'genesis.alloc')),
  }
  checkRequestContracts(genesis)
  return genesis
}

/** The file in geth's format that {@link parseGenesis} reads as this genesis. */
export function genesisFile(genesis: Genesis): object {
  const { chainId, hardfork, wasmRules, minBaseFeeWei, timestampSeconds } = genesis
  const { gasLimit, baseFeeWei, coinbase, extraData, prevRandao } = genesis
  const forks = ['shanghai', ...CHAIN_HARDFORKS.slice(0, CHAIN_HARDFORKS.indexOf(hardfork) + 1)]
  return {
    config: {
      chainId: isSafe(chainId) ? Number(chainId) : toQuantity(chainId),
      ...Object.fromEntries(forks.map((fork) => [`${fork}Time`, 0])),
      ...(wasmRules === undefined ? {} : { wasmRules }),
      ...(minBaseFeeWei === undefined ? {} : { minBaseFee: toQuantity(minBaseFeeWei) }),
    },
    timestamp: toQuantity(timestampSeconds),
    gasLimit: toQuantity(gasLimit),
    baseFeePerGas: toQuantity(baseFeeWei),
    coinbase,
    extraData: toHex(extraData),
    mixHash: prevRandao,
    alloc: Object.fromEntries(genesis.accounts.map((account) => [account.address, accountFile(account)])),
  }
}

function isSafe(integer: bigint): boolean {
  return integer <= BigInt(Number.MAX_SAFE_INTEGER)
}

function accountFile({ nonce, balanceWei, code, storage }: GenesisAccount): object {
  return {
    balance: toQuantity(balanceWei),
    nonce: toQuantity(nonce),
    ...(code.length === 0 ? {} : { code: toHex(code) }),
    ...(storage.size === 0 ? {} : { storage: slotsFile(storage) }),
  }
}

function slotsFile(storage: ReadonlyMap<Word, Word>): object {
  return Object.fromEntries([...storage].map(([slot, value]) => [wordToHash(slot), wordToHash(value)]))
}

type JsonObject = Readonly<Record<string, unknown>>

/** The newest fork that is active at the genesis. Every fork named in the file must be, and those up to Cancun. */
function hardforkAt(config: JsonObject, timestampSeconds: bigint): ChainHardfork {
  const isActive = (name: string): boolean => {
    if (config[name] === undefined || config[name] === null) return false
    const path = `genesis.config.${name}`
    const since = integerAt(config[name], path, 64)
    if (since <= (name.endsWith('Block') ? 0n : timestampSeconds)) return true
    throw invalid(path, 'is a fork after the genesis: this node keeps one set of rules from the first block on', [
      `Set config.${name} to 0, or leave it out.`,
    ])
  }
  for (const name of FUTURE_FORKS) {
    if (isActive(name)) throw invalid(`genesis.config.${name}`, 'is a fork that this node does not know')
  }
  // Files leave old forks out or set them to 0; isActive refuses one that would come later.
  Object.keys(config)
    .filter((name) => name.endsWith('Block'))
    .forEach(isActive)
  for (const name of ['shanghaiTime', 'cancunTime']) {
    if (!isActive(name)) {
      throw invalid(`genesis.config.${name}`, 'is missing: the rules of this node begin with Cancun', [
        'Set config.shanghaiTime and config.cancunTime to 0.',
      ])
    }
  }
  const [prague, osaka] = [isActive('pragueTime'), isActive('osakaTime')]
  if (osaka && !prague) throw invalid('genesis.config.pragueTime', 'is missing, and Osaka builds on Prague')
  return osaka ? 'osaka' : prague ? 'prague' : 'cancun'
}

/** No block can follow a genesis without the contracts that make requests. Source: EIP-7002, EIP-7251. */
function checkRequestContracts({ hardfork, accounts }: Genesis): void {
  if (!rulesOf(hardfork).hasRequests) return
  for (const { address } of REQUEST_CONTRACTS) {
    const account = accounts.find((candidate) => candidate.address === address)
    if (account !== undefined && account.code.length > 0) continue
    throw invalid(
      `genesis.alloc["${address}"]`,
      `has no code, and without this system contract ${hardfork} has no blocks`,
      [
        'Add the contracts of EIP-7002 and EIP-7251 to the alloc, with the code that their EIPs give.',
        'Or leave config.pragueTime and what comes after it out, for the rules of Cancun.',
      ],
    )
  }
}

function wasmRulesAt(value: unknown, path: string): WasmRulesVersion | undefined {
  if (value === undefined || value === null) return undefined
  const known = WASM_RULES_VERSIONS.find((version) => version === value)
  if (known !== undefined) return known
  throw invalid(path, `is ${inspect(value)}, not one of the versions ${WASM_RULES_VERSIONS.join(', ')}`)
}

function accountsAt(alloc: JsonObject): readonly GenesisAccount[] {
  const seen = new Set<Address>()
  let sumWei = 0n
  return Object.entries(alloc).map(([key, value]) => {
    const path = `genesis.alloc[${inspect(key)}]`
    const address = addressAt(key.startsWith('0x') ? key : `0x${key}`, path)
    if (seen.has(address)) throw invalid(path, 'names an account that the file names twice')
    seen.add(address)
    const account = objectAt(value, path)
    const balanceWei = integerAt(account.balance ?? 0, `${path}.balance`, 256)
    // Nothing makes wei later, so no balance of this chain ever comes to its end.
    sumWei += balanceWei
    if (!isWord(sumWei)) throw invalid(`${path}.balance`, 'makes the sum of all balances more than 2^256 - 1')
    return {
      address,
      nonce: integerAt(account.nonce ?? 0, `${path}.nonce`, 64),
      balanceWei,
      code: bytesAt(account.code ?? '0x', `${path}.code`),
      storage: storageAt(objectAt(account.storage ?? {}, `${path}.storage`), `${path}.storage`),
    }
  })
}

function storageAt(storage: JsonObject, path: string): ReadonlyMap<Word, Word> {
  return new Map(
    Object.entries(storage).map(([slot, value]) => [
      wordAt(slot, `${path}[${inspect(slot)}]`),
      wordAt(value, `${path}[${inspect(slot)}]`),
    ]),
  )
}

function objectAt(value: unknown, path: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw invalid(path, value === undefined ? 'is missing' : `is ${inspect(value)}, not an object`)
}

/** An unsigned integer below 2^bits: a JSON number, or a string of decimal or (after `0x`) hexadecimal digits. */
function integerAt(value: unknown, path: string, bits: number): bigint {
  if (value === undefined) throw invalid(path, 'is missing')
  const isNumeric =
    typeof value === 'bigint' ||
    (typeof value === 'number' && Number.isSafeInteger(value)) ||
    (typeof value === 'string' && /^(0x[0-9a-fA-F]+|[0-9]+)$/.test(value))
  if (!isNumeric) throw invalid(path, `is ${inspect(value)}, not an integer`)
  const integer = BigInt(value)
  if (integer < 0n || integer >= 1n << BigInt(bits)) throw invalid(path, `is ${inspect(value)}: out of range`)
  return integer
}

function between(integer: bigint, path: string, least: bigint, most: bigint): bigint {
  if (integer < least || integer > most) throw invalid(path, `is ${integer}, not from ${least} to ${most}`)
  return integer
}

/** Up to 32 bytes of hex, with or without `0x`, as geth reads slots and their values. */
function wordAt(value: unknown, path: string): Word {
  const text = typeof value === 'string' ? value.replace(/^0x/, '') : ''
  if (/^[0-9a-fA-F]{1,64}$/.test(text)) return BigInt(`0x${text}`)
  throw invalid(path, `is ${inspect(value)}, not a word of at most 32 bytes of hex`)
}

function bytesAt(value: unknown, path: string, maxLength = Number.POSITIVE_INFINITY): Bytes {
  if (value === '') return EMPTY_BYTES
  if (!isHex(value) || value.length % 2 !== 0) throw invalid(path, `is ${inspect(value)}, not bytes of hex`)
  const bytes = fromHex(value)
  if (bytes.length > maxLength) throw invalid(path, `has ${bytes.length} bytes, more than ${maxLength}`)
  return bytes
}

function addressAt(value: unknown, path: string): Address {
  return toAddress(fixedHexAt(value, path, 20))
}

function fixedHexAt(value: unknown, path: string, length: number): string {
  if (isHex(value) && value.length === 2 + 2 * length) return value
  throw invalid(path, `is ${inspect(value)}, not ${length} bytes of hex`)
}

function invalid(path: string, fault: string, advice: readonly string[] = []): BaseError {
  return new BaseError('GENESIS_INVALID', `${path} ${fault}`, { advice })
}
