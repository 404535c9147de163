import type { GenesisAccount } from '../../../src/chain/index.ts'
import type { BlockInput } from '../../../src/parallel/index.ts'
import type { Address, Bytes, Hardfork, Transaction } from '../../../src/primitives/index.ts'
import {
  concatBytes,
  create2Address,
  EMPTY_BYTES,
  fromHex,
  rulesOf,
  toAddress,
  ZERO_HASH,
} from '../../../src/primitives/index.ts'
import { LARGE_BALANCE_WEI, type StateView } from '../../../src/state/index.ts'
import type { VmKind } from '../../../src/vm/index.ts'
import type { Random } from '../../fuzz/random.ts'
import { type Act, ADDER_CODE, encodeActs } from '../wasm/adder.ts'
import { randomTree } from '../wasm/callTrees.ts'
import { CONTRACTS, DESTROYER, DESTROYER_CODE, OTHERS, target } from '../wasm/treeContracts.ts'
import { addr, type Holding, hash, testBlock, transaction, world } from '../world.ts'

/** A block that a seed decides, and the state that it begins with. */
export type RandomBlock = { readonly input: BlockInput; readonly view: StateView }

/** The abstract contract in both VMs' code: `buildTreeContracts` makes it. */
export type TreeCodes = Readonly<Record<VmKind, Bytes>>

const ETHER = 10n ** 18n
const PRICE_WEI = 10n
/** Destroys itself in favour of the address in its call data; since Cancun only in the transaction that created it. */
const MORTAL = addr(0x9009)
const MORTAL_CODE = fromHex('0x5f35ff')
/**
 * Counts at slot 1 when it is created and at slot 2 when it is called without data; with data it destroys itself in favour of
 * the address there. The factory makes it at one address, again and again: it must not find its old storage.
 */
const PHOENIX_CODE = fromHex('0x36600e57600280546001019055005b5f35ff')
const PHOENIX_INIT_CODE = concatBytes(fromHex('0x60018054600101905560128060125f395ff3'), PHOENIX_CODE)
/** CREATE2 of its call data, with salt 0. */
const FACTORY = addr(0x900a)
const FACTORY_CODE = fromHex('0x365f5f375f365f5ff5')
const PHOENIX = create2Address(FACTORY, ZERO_HASH, PHOENIX_INIT_CODE)
/** Comes and goes at one address, as the phoenix does. */
const ADDER = create2Address(FACTORY, ZERO_HASH, ADDER_CODE)
const MAX_WORD = 2n ** 256n - 1n
const SENDERS = 6
const FORKS: readonly (readonly [number, Hardfork])[] = [
  [4, 'osaka'],
  [2, 'cancun'],
  [5, 'shanghai'],
]

/** Any block: transfers, calls across both VMs, creations, ends of contracts, transactions that may not be in it. */
export function randomBlock(random: Random, codes: TreeCodes): RandomBlock {
  const hardfork = random.weighted(FORKS)
  const senders = Array.from({ length: random.between(1, SENDERS) }, (_, index) => addr(0x100 + index))
  const coinbase = random.oneIn(4) ? random.pick(senders) : random.oneIn(6) ? target(0) : addr(0xc0)
  const transactions = randomTransactions(random, senders, coinbase)
  const gas = transactions.reduce((sum, { gasLimit }) => sum + gasLimit, 0n)
  const gasLimit = random.oneIn(3) ? (gas * BigInt(random.between(20, 90))) / 100n + 21_000n : 30_000_000n
  return {
    view: stateOf(random, codes, senders, coinbase),
    input: {
      rules: rulesOf(hardfork),
      context: { ...testBlock, gasLimit, coinbase, baseFeeWei: random.oneIn(4) ? PRICE_WEI : 2n },
      parentHash: hash(0xaa),
      parentBeaconBlockRoot: ZERO_HASH,
      transactions,
      blockHash: (number) => (number === 0n ? hash(0xbb) : undefined),
    },
  }
}

function stateOf(random: Random, codes: TreeCodes, senders: readonly Address[], coinbase: Address): StateView {
  const holdings = contracts(random, codes)
  // Some can only just pay for a transaction or two.
  for (const sender of senders) {
    holdings[sender] = { balanceWei: random.oneIn(4) ? BigInt(random.below(9_000_000)) : ETHER }
  }
  // In some blocks a balance is where credits stop, or where they stop to commute.
  if (random.oneIn(5)) {
    const balanceWei = random.oneIn(2)
      ? MAX_WORD - BigInt(random.below(3_000_000))
      : LARGE_BALANCE_WEI - BigInt(random.below(3))
    const rich = random.pick([...senders, coinbase, target(0), target(6)])
    holdings[rich] = { ...holdings[rich], balanceWei }
  }
  return world(holdings)
}

function contracts(random: Random, codes: TreeCodes): Record<Address, Holding> {
  const holdings: Record<Address, Holding> = {
    [target(6)]: { balanceWei: 5n },
    [DESTROYER]: { nonce: 1n, code: DESTROYER_CODE },
    [MORTAL]: { nonce: 1n, code: MORTAL_CODE, balanceWei: 7n, storage: [[0n, 3n]] },
    [FACTORY]: { nonce: 1n, code: FACTORY_CODE },
  }
  if (!random.oneIn(4)) holdings[ADDER] = { nonce: 1n, code: ADDER_CODE, storage: [[0n, 10n]] }
  if (random.oneIn(2)) holdings[PHOENIX] = { nonce: 1n, code: PHOENIX_CODE, storage: [[2n, 9n]] }
  for (let index = 0; index < CONTRACTS; index += 1) {
    const code = codes[random.oneIn(2) ? 'evm' : 'wasm']
    holdings[target(index)] = { balanceWei: 10n, nonce: 1n, code, storage: [[1n, 1n]] }
  }
  return holdings
}

/** The contracts that random transactions are about, for a chain that begins with them. */
export function genesisAccounts(random: Random, codes: TreeCodes): readonly GenesisAccount[] {
  return Object.entries(contracts(random, codes)).map(([address, holding]) => ({
    address: toAddress(address),
    nonce: holding.nonce ?? 0n,
    balanceWei: holding.balanceWei ?? 0n,
    code: holding.code ?? EMPTY_BYTES,
    storage: new Map(holding.storage),
  }))
}

function randomTransactions(random: Random, senders: readonly Address[], coinbase: Address): readonly Transaction[] {
  const nonces = new Map<Address, bigint>()
  // In some blocks everybody is at one contract, or sees one come and go.
  const make = random.weighted<(() => Partial<Transaction>) | undefined>([
    [7, undefined],
    [2, () => ({ ...treeCall(random), to: target(0) })],
    [1, () => ({ ...phoenixCall(random), gasLimit: 200_000n })],
    [2, () => ({ ...adderCall(random), gasLimit: 300_000n })],
  ])
  return Array.from({ length: random.between(1, 20) }, () => {
    const sender = random.pick(senders)
    const known = nonces.get(sender) ?? 0n
    // A wrong one now and then; what follows it may be wrong too.
    const nonce = random.oneIn(16) ? known + BigInt(random.below(3)) - (known > 0n ? 1n : 0n) : known
    nonces.set(sender, nonce === known ? known + 1n : known)
    return { ...randomTransaction(random, senders, coinbase), ...make?.(), sender, nonce }
  })
}

/** Any transaction: of both VMs, or about accounts that come and go. */
export function randomTransaction(random: Random, senders: readonly Address[], coinbase: Address): Transaction {
  const make = random.weighted<() => Partial<Transaction>>([
    [4, () => transfer(random, [...senders, coinbase, addr(0x200 + random.below(3)), target(random.below(CONTRACTS))])],
    [10, () => treeCall(random)],
    [6, () => phoenixCall(random)],
    [6, () => adderCall(random)],
    [1, () => ({ to: undefined, data: PHOENIX_INIT_CODE })],
    [1, () => ({ to: undefined, data: concatBytes(fromHex('0x6000ff'), random.bytes(3)) })],
    [2, () => ({ to: MORTAL, data: beneficiary(random), valueWei: BigInt(random.below(3)) })],
  ])
  const gasLimit = BigInt(
    random.weighted([
      [1, 21_000],
      [4, 100_000],
      [8, 600_000],
    ]) + random.below(50_000),
  )
  const price = random.oneIn(30) ? 1n : PRICE_WEI
  const maxPriorityFeePerGasWei = random.oneIn(4) ? 0n : price
  return transaction({ gasLimit, maxFeePerGasWei: price, maxPriorityFeePerGasWei, ...make() })
}

function transfer(random: Random, to: readonly Address[]): Partial<Transaction> {
  return { to: random.pick(to), valueWei: random.oneIn(5) ? ETHER / 2n : BigInt(random.below(3)), data: EMPTY_BYTES }
}

function treeCall(random: Random): Partial<Transaction> {
  const { root, valueWei, script } = randomTree(random)
  return { to: target(root), valueWei, data: script }
}

function phoenixCall(random: Random): Partial<Transaction> {
  if (random.oneIn(3)) return { to: FACTORY, data: PHOENIX_INIT_CODE }
  return { to: PHOENIX, data: random.oneIn(2) ? EMPTY_BYTES : beneficiary(random) }
}

function adderCall(random: Random): Partial<Transaction> {
  if (random.oneIn(12)) return { to: FACTORY, data: ADDER_CODE }
  const acts = Array.from({ length: random.between(1, 3) }, (): Act => {
    const act = random.weighted<Act['act']>([
      [24, 'add'],
      [3, 'read'],
      [2, 'write'],
      [1, 'destroy'],
      [1, 'fail'],
    ])
    if (act !== 'add') return { act, slot: BigInt(random.below(2)), value: BigInt(random.below(4)) }
    // Most bounds are far away; some are where the slots are.
    const minimum = random.oneIn(4) ? BigInt(random.below(12)) : 0n
    const maximum = random.oneIn(4) ? BigInt(random.between(8, 20)) : MAX_WORD
    return { act, slot: BigInt(random.below(2)), value: BigInt(random.between(-2, 3)), minimum, maximum }
  })
  return { to: ADDER, data: encodeActs(acts) }
}

function beneficiary(random: Random): Bytes {
  const heir = random.oneIn(3) ? MORTAL : target(random.oneIn(2) ? random.pick(OTHERS) : random.below(CONTRACTS))
  return concatBytes(new Uint8Array(12), fromHex(heir))
}
