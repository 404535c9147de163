import type { Header } from '../../../src/chain/index.ts'
import { decodeHeader, hashHeader } from '../../../src/chain/index.ts'
import type { Address, Bytes, Hardfork, Hash, RlpItem } from '../../../src/primitives/index.ts'
import {
  BaseError,
  fromHex,
  isAtLeast,
  readFields,
  rlpDecode,
  rlpEncode,
  toHash,
} from '../../../src/primitives/index.ts'
import type { StateDiff } from '../../../src/state/index.ts'
import type { FixtureAccounts, Json } from '../fixtureJson.ts'
import { hasFields, isObject, objectsOf, readObject, stateOf, textOf } from '../fixtureJson.ts'
import { FIXTURE_FORKS } from '../forks.ts'

/** A withdrawal of a block: what an account is credited with after the transactions. Source: EIP-4895. */
export type Withdrawal = { readonly address: Address; readonly amountGwei: bigint }

/** A block of a test: its bytes, and the names of the faults of which it must have one; none when it is valid. */
export type FixtureBlock = { readonly rlp: Bytes; readonly exceptions: readonly string[] }

/** A chain of blocks under one fork. */
export type ChainCase = {
  readonly name: string
  readonly hardfork: Hardfork
  readonly chainId: bigint
  readonly pre: StateDiff
  readonly genesis: Header
  readonly genesisHash: Hash
  readonly blocks: readonly FixtureBlock[]
  readonly lastBlockHash: Hash
}

/** A case, or why there is none. */
export type Loaded =
  | { readonly kind: 'case'; readonly chainCase: ChainCase }
  | { readonly kind: 'skip'; readonly name: string; readonly reason: string }

/** All cases of a file of blockchain tests (https://eest.ethereum.org, "Blockchain Tests"). */
export function loadChains(path: string): readonly Loaded[] {
  return Object.entries(readObject(path)).map(([name, test]): Loaded => {
    if (!isChainTest(test)) return { kind: 'skip', name, reason: 'not a blockchain test' }
    const network = textOf(test, 'network')
    const hardfork = FIXTURE_FORKS.get(network)
    // Headers before Cancun have fewer fields than those of a chain of ours.
    if (hardfork === undefined || !isAtLeast(hardfork, 'cancun'))
      return { kind: 'skip', name, reason: `this suite has no rules for ${network} yet` }
    return { kind: 'case', chainCase: caseOf(name, hardfork, test) }
  })
}

function isChainTest(value: unknown): value is Json {
  return hasFields(value, ['network', 'pre', 'genesisRLP', 'blocks', 'lastblockhash'])
}

function caseOf(name: string, hardfork: Hardfork, test: Json): ChainCase {
  const genesis = decodeBlock(fromHex(textOf(test, 'genesisRLP'))).header
  const config = isObject(test.config) ? test.config : {}
  return {
    name,
    hardfork,
    chainId: 'chainid' in config ? BigInt(textOf(config, 'chainid')) : 1n,
    pre: stateOf(test.pre as FixtureAccounts),
    genesis,
    genesisHash: hashHeader(genesis),
    blocks: objectsOf(test, 'blocks').map((block) => ({
      rlp: fromHex(textOf(block, 'rlp')),
      exceptions: 'expectException' in block ? exceptionsOf(textOf(block, 'expectException')) : [],
    })),
    lastBlockHash: toHash(textOf(test, 'lastblockhash')),
  }
}

/** `BlockException.A|TransactionException.B` names A and B. */
function exceptionsOf(text: string): readonly string[] {
  return text.split('|').map((name) => name.slice(name.indexOf('.') + 1))
}

/** A block's parts, transactions as they are hashed. */
export type DecodedBlock = {
  readonly header: Header
  readonly transactions: readonly Bytes[]
  readonly withdrawals: readonly Withdrawal[]
  /** What the withdrawals root commits to. */
  readonly encodedWithdrawals: readonly Bytes[]
}

/** Decodes a block. Throws a `BaseError` for bytes that are none. Source: Yellow Paper 4.4.3, EIP-4895. */
export function decodeBlock(rlp: Bytes): DecodedBlock {
  const items = rlpDecode(rlp)
  const header = items instanceof Uint8Array ? undefined : items[0]
  if (header === undefined) throw new BaseError('RLP_INVALID_VALUE', 'a block without a header')
  const fields = readFields(items, 'block')
  fields.list('header', (item) => item)
  const transactions = fields.list('transactions', (item) => (item instanceof Uint8Array ? item : rlpEncode(item)))
  fields.list('ommers', (item) => item)
  const withdrawals = fields.list('withdrawals', (item) => item)
  fields.end()
  return {
    header: decodeHeader(rlpEncode(header)),
    transactions,
    withdrawals: withdrawals.map(withdrawalOf),
    encodedWithdrawals: withdrawals.map(rlpEncode),
  }
}

function withdrawalOf(item: RlpItem): Withdrawal {
  const fields = readFields(item, 'withdrawal')
  fields.integer('index', 64)
  fields.integer('validatorIndex', 64)
  const withdrawal = { address: fields.address('address'), amountGwei: fields.integer('amount', 64) }
  fields.end()
  return withdrawal
}
