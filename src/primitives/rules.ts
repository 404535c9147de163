/**
 * The protocol's rules as data: each fork copies the one before and lists what it changes. What an opcode costs is the
 * engines' business; these are the rules of a transaction and of a block.
 */

/** Forks in the order in which they came. */
export const HARDFORKS = [
  'frontier',
  'homestead',
  'tangerineWhistle',
  'spuriousDragon',
  'byzantium',
  'constantinople',
  'petersburg',
  'istanbul',
  'berlin',
  'london',
  'paris',
  'shanghai',
  'cancun',
  'prague',
  'osaka',
] as const

/** A fork's name. */
export type Hardfork = (typeof HARDFORKS)[number]

/** Versions of the rules of WebAssembly contracts, oldest first. Source: docs/decisions/003-wasm-rules.md. */
export const WASM_RULES_VERSIONS = [1, 2] as const

/** One of {@link WASM_RULES_VERSIONS}. A chain keeps one version from its first block to its last. */
export type WasmRulesVersion = (typeof WASM_RULES_VERSIONS)[number]

/** The version that new chains begin with. */
export const NEWEST_WASM_RULES: WasmRulesVersion = 2

/** Blob parameters. Source: EIP-4844, EIP-7691, EIP-7918. */
export type BlobRules = {
  readonly targetPerBlock: bigint
  readonly maxPerBlock: bigint
  readonly maxPerTransaction: bigint
  readonly baseFeeUpdateFraction: bigint
}

/** The rules of one fork. Gas figures are in gas, sizes in bytes. */
export type Rules = {
  readonly hardfork: Hardfork
  /** Transaction types that a block may hold. */
  readonly transactionTypes: readonly number[]
  /** EIP-2: creation costs more and must pay for its code; s must be low. */
  readonly isHomestead: boolean
  /** EIP-161: touched empty accounts vanish, a new contract's nonce is 1. EIP-170 came with it. */
  readonly clearsEmptyAccounts: boolean
  /** EIP-170; undefined is unlimited. */
  readonly maxCodeBytes: number | undefined
  readonly calldataNonZeroByteGas: bigint
  /** EIP-2929 and 2930. */
  readonly hasAccessLists: boolean
  /** EIP-1559: the base fee is burnt. */
  readonly hasBaseFee: boolean
  /** EIP-3529: a refund is at most this fraction of the gas used. */
  readonly maxRefundQuotient: bigint
  readonly selfDestructRefundGas: bigint
  /** EIP-3541: new code may not begin with 0xEF. */
  readonly rejectsEfCode: boolean
  /** EIP-3651. */
  readonly coinbaseIsWarm: boolean
  /** EIP-3860; undefined is unlimited and unpriced. */
  readonly maxInitCodeBytes: number | undefined
  /** EIP-6780: only what was created in this transaction can be destroyed. */
  readonly selfDestructOnlyNew: boolean
  readonly hasBeaconRoot: boolean
  readonly blobs: BlobRules | undefined
  /** EIP-7623: the least that a transaction pays for a token of call data. */
  readonly calldataFloorTokenGas: bigint | undefined
  /** EIP-7702. */
  readonly hasDelegation: boolean
  /** EIP-2935. */
  readonly storesBlockHashes: boolean
  /** EIP-7685. */
  readonly hasRequests: boolean
  /** EIP-7825; undefined is unlimited. */
  readonly maxTransactionGas: bigint | undefined
  /** Validity and prices of WebAssembly contracts: the chain's choice, not the fork's. */
  readonly wasmRules: WasmRulesVersion
}

const frontier: Rules = {
  hardfork: 'frontier',
  transactionTypes: [0],
  isHomestead: false,
  clearsEmptyAccounts: false,
  maxCodeBytes: undefined,
  calldataNonZeroByteGas: 68n,
  hasAccessLists: false,
  hasBaseFee: false,
  maxRefundQuotient: 2n,
  selfDestructRefundGas: 24_000n,
  rejectsEfCode: false,
  coinbaseIsWarm: false,
  maxInitCodeBytes: undefined,
  selfDestructOnlyNew: false,
  hasBeaconRoot: false,
  blobs: undefined,
  calldataFloorTokenGas: undefined,
  hasDelegation: false,
  storesBlockHashes: false,
  hasRequests: false,
  maxTransactionGas: undefined,
  wasmRules: NEWEST_WASM_RULES,
}
const homestead: Rules = { ...frontier, hardfork: 'homestead', isHomestead: true }
const tangerineWhistle: Rules = { ...homestead, hardfork: 'tangerineWhistle' }
const spuriousDragon: Rules = {
  ...tangerineWhistle,
  hardfork: 'spuriousDragon',
  clearsEmptyAccounts: true,
  maxCodeBytes: 24_576,
}
const byzantium: Rules = { ...spuriousDragon, hardfork: 'byzantium' }
const constantinople: Rules = { ...byzantium, hardfork: 'constantinople' }
const petersburg: Rules = { ...constantinople, hardfork: 'petersburg' }
const istanbul: Rules = { ...petersburg, hardfork: 'istanbul', calldataNonZeroByteGas: 16n }
const berlin: Rules = { ...istanbul, hardfork: 'berlin', transactionTypes: [0, 1], hasAccessLists: true }
const london: Rules = {
  ...berlin,
  hardfork: 'london',
  transactionTypes: [0, 1, 2],
  hasBaseFee: true,
  maxRefundQuotient: 5n,
  selfDestructRefundGas: 0n,
  rejectsEfCode: true,
}
const paris: Rules = { ...london, hardfork: 'paris' }
const shanghai: Rules = { ...paris, hardfork: 'shanghai', coinbaseIsWarm: true, maxInitCodeBytes: 49_152 }
const cancun: Rules = {
  ...shanghai,
  hardfork: 'cancun',
  transactionTypes: [0, 1, 2, 3],
  selfDestructOnlyNew: true,
  hasBeaconRoot: true,
  blobs: { targetPerBlock: 3n, maxPerBlock: 6n, maxPerTransaction: 6n, baseFeeUpdateFraction: 3_338_477n },
}
const prague: Rules = {
  ...cancun,
  hardfork: 'prague',
  transactionTypes: [0, 1, 2, 3, 4],
  calldataFloorTokenGas: 10n,
  hasDelegation: true,
  storesBlockHashes: true,
  hasRequests: true,
  blobs: { targetPerBlock: 6n, maxPerBlock: 9n, maxPerTransaction: 9n, baseFeeUpdateFraction: 5_007_716n },
}
const osaka: Rules = {
  ...prague,
  hardfork: 'osaka',
  maxTransactionGas: 16_777_216n,
  blobs: { targetPerBlock: 6n, maxPerBlock: 9n, maxPerTransaction: 6n, baseFeeUpdateFraction: 5_007_716n },
}

const table: Readonly<Record<Hardfork, Rules>> = {
  frontier,
  homestead,
  tangerineWhistle,
  spuriousDragon,
  byzantium,
  constantinople,
  petersburg,
  istanbul,
  berlin,
  london,
  paris,
  shanghai,
  cancun,
  prague,
  osaka,
}

/** The rules of `hardfork` on a chain whose WebAssembly contracts keep the rules `wasmRules`. */
export function rulesOf(hardfork: Hardfork, wasmRules: WasmRulesVersion = NEWEST_WASM_RULES): Rules {
  const rules = table[hardfork]
  return wasmRules === rules.wasmRules ? rules : { ...rules, wasmRules }
}

/** True when `hardfork` is `since` or came later. */
export function isAtLeast(hardfork: Hardfork, since: Hardfork): boolean {
  return HARDFORKS.indexOf(hardfork) >= HARDFORKS.indexOf(since)
}
