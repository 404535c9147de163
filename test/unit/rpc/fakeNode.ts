import type {
  AddOutcome,
  Archive,
  Block,
  ChainEvent,
  EstimateOutcome,
  ExecutedBlock,
  Head,
  Header,
  Mempool,
  MiningMode,
  PendingBlock,
  Producer,
  Receipt,
  Simulation,
  SimulationOutcome,
  Simulator,
  StateEdit,
} from '../../../src/chain/index.ts'
import { bloomOf, sealBlock } from '../../../src/chain/index.ts'
import type { Address, Bytes, Hash, Log, SignedTransaction } from '../../../src/primitives/index.ts'
import {
  addressOfPrivateKey,
  assert,
  createAddress,
  decodeTransaction,
  EMPTY_BYTES,
  EMPTY_CODE_HASH,
  EMPTY_TRIE_ROOT,
  fromHex,
  keccakHash,
  rulesOf,
  ZERO_ADDRESS,
  ZERO_HASH,
} from '../../../src/primitives/index.ts'
import type { ConsensusView, RequestObserver, RpcContext } from '../../../src/rpc/index.ts'
import { createDevWallet } from '../../../src/rpc/index.ts'
import type { Account } from '../../../src/state/index.ts'

/** The first two keys of the well-known development phrase. */
export const KEYS = [
  '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80',
  '0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d',
].map(fromHex)
export const ALICE = addressOfPrivateKey(KEYS[0] ?? EMPTY_BYTES)
export const BOB = addressOfPrivateKey(KEYS[1] ?? EMPTY_BYTES)
export const STRANGER = `0x${'5a'.repeat(20)}` as Address
export const CONTRACT = `0x${'c0'.repeat(20)}` as Address
const CONTRACT_CODE = fromHex('0x6001600055')

/** A transaction to this address emits one log with its data. */
export const EMITTER = `0x${'e1'.repeat(20)}` as Address
export const EMITTED_TOPIC = `0x${'07'.repeat(32)}` as Hash

const GENESIS_TIMESTAMP = 1_700_000_000n
const SLOT_ONE_VALUE = 0x2an

/** A node of plain maps behind the ports that the RPC sees: it knows transactions, but runs no code. */
export type FakeNode = {
  readonly context: RpcContext
  readonly bugs: { readonly cause: unknown; readonly method: string }[]
  /** What was tried, newest last. */
  readonly simulations: Simulation[]
  /** How the next calls and estimates end. */
  outcome: SimulationOutcome
  estimate: EstimateOutcome
  /** How the pool answers; undefined takes everything. */
  poolAnswer: AddOutcome | undefined
  readonly edits: StateEdit[]
  /** Makes a block of what waits. */
  mine(): ExecutedBlock
  emit(event: ChainEvent): void
  mode: MiningMode
  /** What is executed and not final. */
  pending: PendingBlock | undefined
  /** What the setters of the next block were called with. */
  readonly wishes: Record<string, unknown>
}

export type FakeOptions = {
  readonly isDev?: boolean
  readonly clientVersion?: string
  readonly consensus?: ConsensusView
  readonly onRequest?: RequestObserver
}

const genesisHeader: Header = {
  parentHash: ZERO_HASH,
  coinbase: ZERO_ADDRESS,
  stateRoot: keccakHash(Uint8Array.of(1)),
  transactionsRoot: EMPTY_TRIE_ROOT,
  receiptsRoot: EMPTY_TRIE_ROOT,
  logsBloom: new Uint8Array(256),
  number: 0n,
  gasLimit: 60_000_000n,
  gasUsed: 0n,
  timestampSeconds: GENESIS_TIMESTAMP,
  extraData: EMPTY_BYTES,
  prevRandao: ZERO_HASH,
  baseFeeWei: 1_000_000_000n,
  withdrawalsRoot: EMPTY_TRIE_ROOT,
  blobGasUsed: 0n,
  excessBlobGas: 0n,
  parentBeaconBlockRoot: ZERO_HASH,
  requestsHash: keccakHash(Uint8Array.of(2)),
}

export function createFakeNode(options: FakeOptions = {}): FakeNode {
  const blocks: ExecutedBlock[] = [{ block: sealBlock(genesisHeader, []), receipts: [] }]
  const waiting = new Map<Hash, SignedTransaction>()
  const listeners = new Set<(event: ChainEvent) => void>()
  const accounts = new Map<Address, Account>(
    [ALICE, BOB].map((address) => [address, { nonce: 0n, balanceWei: 10n ** 22n, codeHash: EMPTY_CODE_HASH }]),
  )
  accounts.set(CONTRACT, { nonce: 1n, balanceWei: 5n, codeHash: keccakHash(CONTRACT_CODE) })

  const headBlock = (): Block => {
    const last = blocks.at(-1)
    assert(last !== undefined, 'there is a genesis block')
    return last.block
  }
  const byHash = (hash: Hash) => blocks.find(({ block }) => block.hash === hash)
  const head = (): Head => {
    const { hash, header } = headBlock()
    return { version: header.number, blockHash: hash, blockNumber: header.number, stateRoot: header.stateRoot }
  }
  const state = {
    account: (address: Address) => accounts.get(address),
    code: (hash: Hash) => (hash === EMPTY_CODE_HASH ? EMPTY_BYTES : CONTRACT_CODE),
    storage: (address: Address, slot: bigint) => (address === CONTRACT && slot === 1n ? SLOT_ONE_VALUE : 0n),
    hasStorage: (address: Address) => address === CONTRACT,
  }
  const archive: Archive = {
    head,
    firstBlock: () => 0n,
    headBlock,
    block: (hash) => byHash(hash)?.block,
    header: (hash) => byHash(hash)?.block.header,
    blockHash: (number) => blocks[Number(number)]?.block.hash,
    receipts: (hash) => byHash(hash)?.receipts,
    accessList: () => undefined,
    teamRun: () => undefined,
    transaction(hash) {
      for (const { block } of blocks) {
        const index = block.transactions.findIndex((transaction) => transaction.hash === hash)
        if (index >= 0) return { blockHash: block.hash, blockNumber: block.header.number, index }
      }
      return undefined
    },
    logs: (query) =>
      blocks
        .slice(Number(query.fromBlock), Number(query.toBlock) + 1)
        .flatMap(({ block, receipts }) =>
          receipts.flatMap(({ logs }, transactionIndex) =>
            logs.map((log) => ({
              ...log,
              blockHash: block.hash,
              blockNumber: block.header.number,
              blockTimestampSeconds: block.header.timestampSeconds,
              transactionHash: block.transactions[transactionIndex]?.hash ?? ZERO_HASH,
              transactionIndex,
              logIndex: transactionIndex,
            })),
          ),
        )
        .filter((log) => query.addresses.length === 0 || query.addresses.includes(log.address)),
    headState: () => state,
    stateAt: (hash) => (byHash(hash) === undefined ? undefined : state),
    stateRootAt: (hash) => byHash(hash)?.block.header.stateRoot,
    prove: async (_root, address, slots) => ({
      address,
      account: accounts.get(address),
      storageRoot: EMPTY_TRIE_ROOT,
      accountProof: [Uint8Array.of(0xc0)],
      storageProofs: slots.map((slot) => ({ slot, value: state.storage(address, slot), proof: [] })),
    }),
  }

  const nonceOf = (sender: Address) => accounts.get(sender)?.nonce ?? 0n
  const nextNonce = (sender: Address) => {
    const nonces = new Set([...waiting.values()].filter((item) => item.sender === sender).map((item) => item.nonce))
    let nonce = nonceOf(sender)
    while (nonces.has(nonce)) nonce += 1n
    return nonce
  }
  const isReady = ({ sender, nonce }: SignedTransaction) => nonce < nextNonce(sender)
  const content = (wanted: boolean) => {
    const bySender = new Map<Address, Map<bigint, SignedTransaction>>()
    for (const transaction of waiting.values()) {
      if (isReady(transaction) !== wanted) continue
      const own = bySender.get(transaction.sender) ?? new Map<bigint, SignedTransaction>()
      bySender.set(transaction.sender, own.set(transaction.nonce, transaction))
    }
    return bySender
  }
  const mempool: Mempool = {
    add: () => ({ kind: 'ready', replaced: undefined }),
    get: (hash) => waiting.get(hash),
    remove: (hash) => waiting.delete(hash),
    discard: (hash) => void waiting.delete(hash),
    nextNonce,
    content: () => ({ pending: content(true), queued: content(false) }),
    get pendingCount() {
      return [...waiting.values()].filter(isReady).length
    },
    get queuedCount() {
      return [...waiting.values()].filter((transaction) => !isReady(transaction)).length
    },
    select: () => [...waiting.values()].filter(isReady),
    refresh: () => {},
    clear: () => waiting.clear(),
    removeExpired: () => {},
  }

  const emit = (event: ChainEvent) => {
    for (const listener of listeners) listener(event)
  }
  const mineBlock = (): ExecutedBlock => {
    const parent = headBlock()
    const transactions = [...waiting.values()].filter(isReady)
    for (const { hash } of transactions) waiting.delete(hash)
    const receipts = receiptsOf(transactions, parent.header.baseFeeWei)
    for (const { sender } of transactions) {
      const before = accounts.get(sender) ?? { nonce: 0n, balanceWei: 0n, codeHash: EMPTY_CODE_HASH }
      accounts.set(sender, { ...before, nonce: before.nonce + 1n })
    }
    const header: Header = {
      ...parent.header,
      parentHash: parent.hash,
      number: parent.header.number + 1n,
      timestampSeconds: parent.header.timestampSeconds + 1n,
      gasUsed: receipts.at(-1)?.cumulativeGasUsed ?? 0n,
      logsBloom: bloomOf(receipts.flatMap(({ logs }) => logs)),
    }
    const executed = { block: sealBlock(header, transactions), receipts }
    blocks.push(executed)
    emit({
      kind: 'block',
      produced: { ...executed, dropped: [], failures: receipts.map(() => undefined) },
    })
    return executed
  }

  const node: FakeNode = {
    bugs: [],
    simulations: [],
    outcome: { status: 'success', output: fromHex('0xc0de'), gasUsed: 21_000n },
    estimate: { status: 'estimated', gas: 21_000n },
    poolAnswer: undefined,
    edits: [],
    mine: mineBlock,
    emit,
    mode: { kind: 'automine' },
    pending: undefined,
    wishes: {},
    context: {
      archive,
      mempool,
      producer: undefined as unknown as Producer,
      simulator: undefined as unknown as Simulator,
      wallet: createDevWallet(
        options.isDev === false
          ? []
          : KEYS.map((privateKey) => ({ address: addressOfPrivateKey(privateKey), privateKey })),
      ),
      config: {
        chainId: 31_337n,
        rules: rulesOf('osaka'),
        clientVersion: options.clientVersion ?? 'anvil/v1.7.1 (evmpp/0.1.0)',
        isDev: options.isDev ?? true,
      },
      consensus: options.consensus,
      onRequest: options.onRequest,
      network: () => ({ isListening: true, peerCount: 3 }),
      decodeTransaction: async (raw: Bytes) => decodeTransaction(raw),
      reportBug: (cause, method) => void node.bugs.push({ cause, method }),
      setLogging: (isEnabled) => {
        node.wishes.logging = isEnabled
      },
    },
  }
  const wish = (name: string) => (value?: unknown) => {
    node.wishes[name] = value
  }
  const producer: Producer = {
    pending: () => node.pending,
    async submit(transaction) {
      if (node.poolAnswer?.kind === 'rejected') return node.poolAnswer
      waiting.set(transaction.hash, transaction)
      emit({ kind: 'pendingTransaction', transaction })
      if (!isReady(transaction)) return { kind: 'queued', replaced: undefined }
      if (node.mode.kind === 'automine') mineBlock()
      return { kind: 'ready', replaced: undefined }
    },
    async mine(count, spacing) {
      node.wishes.mine = [count, spacing]
      for (let made = 0; made < count; made += 1) mineBlock()
    },
    get mode() {
      return node.mode
    },
    setMode(mode) {
      node.mode = mode
    },
    next() {
      const { header } = headBlock()
      return {
        number: header.number + 1n,
        timestampSeconds: header.timestampSeconds + 1n,
        baseFeeWei: header.baseFeeWei,
        gasLimit: header.gasLimit,
        coinbase: header.coinbase,
        prevRandao: header.prevRandao,
      }
    },
    increaseTime(seconds) {
      node.wishes.increaseTime = seconds
      return seconds
    },
    setTime: wish('time'),
    setNextTimestamp: wish('nextTimestamp'),
    setTimestampInterval: wish('timestampInterval'),
    setNextBaseFee: wish('nextBaseFee'),
    setNextPrevRandao: wish('nextPrevRandao'),
    setCoinbase: wish('coinbase'),
    setGasLimit: wish('gasLimit'),
    async edit(edits) {
      node.edits.push(...edits)
    },
    snapshot: () => 1,
    revert: async (snapshot) => snapshot === 1,
    async reset() {
      blocks.splice(1)
      emit({ kind: 'rewound', head: head() })
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: async () => {},
  }
  const simulator: Simulator = {
    async call(simulation) {
      node.simulations.push(simulation)
      return node.outcome
    },
    async estimateGas(simulation) {
      node.simulations.push(simulation)
      return node.estimate
    },
    async createAccessList(simulation) {
      node.simulations.push(simulation)
      return { accessList: [{ address: CONTRACT, storageKeys: [ZERO_HASH] }], gasUsed: 26_000n }
    },
    async pendingBlock({ request: { transactions, ...next } }) {
      const head = archive.headBlock()
      const header = { ...head.header, ...next, baseFeeWei: next.baseFeeWei ?? 0n, number: head.header.number + 1n }
      return { ...head, header: { ...header, parentHash: head.hash }, transactions }
    },
    async pendingProof({ blockHash, address, slots }) {
      const proof = await archive.prove(blockHash, address, slots)
      if (proof === undefined) throw new Error('the head has a state')
      return proof
    },
    async pendingAccount({ address, slots }) {
      const state = archive.headState()
      const account = state.account(address)
      const code = state.code(account?.codeHash ?? EMPTY_CODE_HASH)
      return { account, code, storage: slots.map((slot) => state.storage(address, slot)) }
    },
    async schedule({ workers }) {
      // As of a block without transactions.
      const criticalPath = { gas: 0n, transactions: [] }
      const lanes = Array.from({ length: workers }, () => [])
      return {
        gasUsed: 0n,
        dependencies: [],
        conflicts: [],
        criticalPath,
        lanes,
        laneSpeedUp: 1,
        idealSpeedUp: 1,
        inOrderMs: 0,
      }
    },
  }
  Object.assign(node.context, { producer, simulator })
  return node
}

function receiptsOf(transactions: readonly SignedTransaction[], baseFeeWei: bigint): readonly Receipt[] {
  return transactions.map((transaction, index) => {
    const isEmitter = transaction.to === EMITTER
    const logs: readonly Log[] = isEmitter
      ? [{ address: EMITTER, topics: [EMITTED_TOPIC], data: transaction.data }]
      : []
    const tip = transaction.maxPriorityFeePerGasWei
    const withTip = baseFeeWei + tip
    return {
      type: transaction.type,
      succeeded: true,
      gasUsed: 21_000n,
      cumulativeGasUsed: 21_000n * BigInt(index + 1),
      effectiveGasPriceWei: withTip < transaction.maxFeePerGasWei ? withTip : transaction.maxFeePerGasWei,
      contractAddress: transaction.to === undefined ? createAddress(transaction.sender, transaction.nonce) : undefined,
      logs,
      logsBloom: bloomOf(logs),
    }
  })
}
