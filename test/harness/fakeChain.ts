import type {
  Archive,
  Block,
  BlockRequest,
  Head,
  Header,
  Ledger,
  ProducedBlock,
  Receipt,
  StateEdit,
} from '../../src/chain/index.ts'
import { nextBaseFee } from '../../src/chain/index.ts'
import type { Address, Hash, SignedTransaction } from '../../src/primitives/index.ts'
import { assert, BaseError, keccakHash, ZERO_HASH } from '../../src/primitives/index.ts'
import { effectiveGasPrice } from '../../src/router/index.ts'
import type { StateView } from '../../src/state/index.ts'
import { addr, type Holding, transaction, world } from './world.ts'

/** A signed transaction for tests: like `transaction()`, with a base fee's worth of room and a hash of its own. */
export function signed(parts: Partial<SignedTransaction> = {}): SignedTransaction {
  const body = {
    ...transaction({ gasLimit: 21_000n, maxFeePerGasWei: 10_000n, maxPriorityFeePerGasWei: 10n }),
    ...parts,
  }
  const text = JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? value.toString() : value))
  const bytes = new TextEncoder().encode(text)
  return { signature: { r: 1n, s: 1n, v: 0n }, raw: bytes.subarray(0, 100), hash: keccakHash(bytes), ...body }
}

/** A chain that lives in memory: every transaction is a transfer that costs 21,000 gas at its price, and its value. */
export type FakeChain = {
  readonly archive: Archive
  readonly ledger: Ledger
  /** All blocks, the genesis first. */
  blocks(): readonly ProducedBlock[]
  nonceOf(address: Address): bigint
  /** The next call of `produce` throws this. */
  failNext(error: Error): void
  /** Every `produce` from now on waits for this before it begins. */
  delay: () => Promise<void>
  /** Transactions that no block may hold. */
  readonly unwanted: Set<Hash>
}

type Moment = {
  readonly accounts: ReadonlyMap<Address, Holding>
  readonly blocks: readonly ProducedBlock[]
}

const GAS = 21_000n

/** A chain whose genesis has base fee 1,000 wei and timestamp 1,000,000. */
export function fakeChain(accounts: Readonly<Record<Address, Holding>>): FakeChain {
  const genesis = produced(genesisHeader, [], [], [])
  let moments: Moment[] = [{ accounts: new Map(Object.entries(accounts) as [Address, Holding][]), blocks: [genesis] }]
  let failure: Error | undefined
  const views = new WeakMap<Moment, StateView>()
  const viewOf = (moment: Moment): StateView => {
    const view = views.get(moment) ?? world(Object.fromEntries(moment.accounts))
    views.set(moment, view)
    return view
  }
  const now = (): Moment => at(moments, moments.length - 1)
  const find = (hash: Hash) => now().blocks.find(({ block }) => block.hash === hash)
  const head = (): Head => {
    const { block } = at(now().blocks, now().blocks.length - 1)
    const version = BigInt(moments.length - 1)
    return { version, blockHash: block.hash, blockNumber: block.header.number, stateRoot: block.header.stateRoot }
  }

  const chain: FakeChain = {
    archive: {
      head,
      firstBlock: () => 0n,
      headBlock: () => at(now().blocks, now().blocks.length - 1).block,
      block: (hash) => find(hash)?.block,
      header: (hash) => find(hash)?.block.header,
      blockHash: (number) => now().blocks[Number(number)]?.block.hash,
      receipts: (hash) => find(hash)?.receipts,
      headState: () => viewOf(now()),
      stateAt: (hash) => (find(hash) === undefined ? undefined : viewOf(now())),
      accessList: unsupported,
      teamRun: unsupported,
      transaction: unsupported,
      logs: unsupported,
      stateRootAt: unsupported,
      prove: unsupported,
    },
    ledger: {
      async produce(request) {
        await chain.delay()
        if (failure !== undefined) {
          const error = failure
          failure = undefined
          throw error
        }
        const parent = chain.archive.headBlock()
        const { block, accounts: after } = execute(parent, request, now().accounts, chain.unwanted)
        moments.push({ accounts: after, blocks: [...now().blocks, block] })
        return block
      },
      produceIdle: async () => 0,
      async edit(edits) {
        moments.push({ ...now(), accounts: edited(now().accounts, edits) })
        return head()
      },
      async rewind(version) {
        if (version >= BigInt(moments.length)) throw new BaseError('UNKNOWN_VERSION', `no version ${version}`)
        moments = moments.slice(0, Number(version) + 1)
        return head()
      },
      close: async () => undefined,
    },
    blocks: () => now().blocks,
    nonceOf: (address) => now().accounts.get(address)?.nonce ?? 0n,
    failNext(error) {
      failure = error
    },
    delay: async () => undefined,
    unwanted: new Set(),
  }
  return chain
}

function unsupported(): never {
  throw new Error('the fake chain does not answer that')
}

function at<item>(items: readonly item[], index: number): item {
  const item = items[index]
  assert(item !== undefined, 'the index is in range')
  return item
}

const genesisHeader: Header = {
  parentHash: ZERO_HASH,
  coinbase: addr(0xc0),
  stateRoot: ZERO_HASH,
  transactionsRoot: ZERO_HASH,
  receiptsRoot: ZERO_HASH,
  logsBloom: new Uint8Array(256),
  number: 0n,
  gasLimit: 30_000_000n,
  gasUsed: 0n,
  timestampSeconds: 1_000_000n,
  extraData: new Uint8Array(0),
  prevRandao: ZERO_HASH,
  baseFeeWei: 1_000n,
  withdrawalsRoot: ZERO_HASH,
  blobGasUsed: 0n,
  excessBlobGas: 0n,
  parentBeaconBlockRoot: ZERO_HASH,
  requestsHash: ZERO_HASH,
}

function produced(
  header: Header,
  transactions: readonly SignedTransaction[],
  receipts: readonly Receipt[],
  dropped: ProducedBlock['dropped'],
): ProducedBlock {
  const name = [header.parentHash, header.number, header.timestampSeconds, ...transactions.map(({ hash }) => hash)]
  const hash = keccakHash(new TextEncoder().encode(name.join()))
  return { block: { hash, header, transactions, sizeBytes: 1 }, receipts, dropped, failures: [] }
}

function execute(
  parent: Block,
  request: BlockRequest,
  before: ReadonlyMap<Address, Holding>,
  unwanted: ReadonlySet<Hash>,
) {
  assert(request.timestampSeconds > parent.header.timestampSeconds, 'B3: time goes forward')
  const { timestampSeconds, coinbase, prevRandao, gasLimit } = request
  const baseFeeWei = request.baseFeeWei ?? nextBaseFee(parent.header)
  const accounts = new Map(before)
  const included: SignedTransaction[] = []
  const receipts: Receipt[] = []
  const dropped: ProducedBlock['dropped'][number][] = []
  for (const sent of request.transactions) {
    const account = accounts.get(sent.sender)
    const { nonce = 0n, balanceWei = 0n } = account ?? {}
    const code = unwanted.has(sent.hash)
      ? 'SENDER_NOT_EOA'
      : sent.nonce > nonce
        ? 'NONCE_MISMATCH_TOO_HIGH'
        : sent.nonce < nonce
          ? 'NONCE_MISMATCH_TOO_LOW'
          : undefined
    if (code !== undefined) {
      dropped.push({ hash: sent.hash, rejection: { code, message: code } })
      continue
    }
    const effectiveGasPriceWei = effectiveGasPrice(sent, baseFeeWei)
    const cost = GAS * effectiveGasPriceWei + sent.valueWei
    accounts.set(sent.sender, { ...account, nonce: nonce + 1n, balanceWei: balanceWei - cost })
    included.push(sent)
    receipts.push(receipt(sent, effectiveGasPriceWei, GAS * BigInt(included.length)))
  }
  const header: Header = {
    ...genesisHeader,
    parentHash: parent.hash,
    number: parent.header.number + 1n,
    gasUsed: GAS * BigInt(included.length),
    timestampSeconds,
    coinbase,
    prevRandao,
    gasLimit,
    baseFeeWei,
  }
  return { block: produced(header, included, receipts, dropped), accounts }
}

function receipt({ type }: SignedTransaction, effectiveGasPriceWei: bigint, cumulativeGasUsed: bigint): Receipt {
  return {
    type,
    succeeded: true,
    gasUsed: GAS,
    cumulativeGasUsed,
    effectiveGasPriceWei,
    contractAddress: undefined,
    logs: [],
    logsBloom: new Uint8Array(256),
  }
}

function edited(before: ReadonlyMap<Address, Holding>, edits: readonly StateEdit[]): ReadonlyMap<Address, Holding> {
  const accounts = new Map(before)
  for (const edit of edits) {
    const account = accounts.get(edit.address)
    if (edit.kind === 'balance') accounts.set(edit.address, { ...account, balanceWei: edit.balanceWei })
    else if (edit.kind === 'nonce') accounts.set(edit.address, { ...account, nonce: edit.nonce })
    else unsupported()
  }
  return accounts
}
