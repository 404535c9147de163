import {
  type Archive,
  type BranchLedger,
  createArchive,
  createMempool,
  DEFAULT_POOL_LIMITS,
  decodeInTurns,
  type Genesis,
  genesisBlock,
  openBranchLedger,
} from '../../../src/chain/index.ts'
import {
  type Block,
  blockId,
  type ConsensusConfig,
  createValidatorSet,
  type Evidence,
  genesisRecord,
  RULES,
  type SafetyRecord,
  type SignatureScheme,
  stakeWeightedLeader,
  type ValidatorSet,
} from '../../../src/consensus/index.ts'
import {
  createMemoryNetwork,
  faultyLink,
  type MemoryNetwork,
  type PeerId,
  type RequestHandler,
  type Transport,
} from '../../../src/network/index.ts'
import { createExecution } from '../../../src/node/machines.ts'
import type { Member } from '../../../src/node/setup/networkGenesis.ts'
import { createSuccessions } from '../../../src/node/validator/succession.ts'
import { createStateSync, type StateSync } from '../../../src/node/validator/sync/stateSync.ts'
import { createValidator, type Validator } from '../../../src/node/validator/validator.ts'
import { type BlockExecutor, createSequentialExecutor } from '../../../src/parallel/index.ts'
import {
  type Address,
  addressFromBytes,
  type Bytes,
  type Hash,
  keccak256,
  rulesOf,
  type SignedTransaction,
  toAddress,
  ZERO_ADDRESS,
} from '../../../src/primitives/index.ts'
import { createMemoryStore, createMptTrie, nodeReader, type Store } from '../../../src/state/index.ts'
import { Random } from '../../fuzz/random.ts'
import { fakeKey, fakeScheme } from '../consensus/fakeScheme.ts'
import { EventClock } from '../network/eventClock.ts'
import { testGenesis } from '../testChain.ts'

/** Blocks are executed one after the other in this thread, so all nodes share one. */
const EXECUTOR = createSequentialExecutor(createExecution('interpreter'))

/** What survives a crash: what was synced. */
export type TestDisk = {
  record: SafetyRecord
  readonly blocks: Map<Hash, Block>
  readonly evidence: Evidence[]
  readonly store: Store
  /** What the pool took: its journal. */
  readonly pool: SignedTransaction[]
}

/** One node of a network in one process. */
export type TestNode = {
  readonly name: string
  /** Of a validator, whether it is one from the beginning or not. */
  readonly index: number | undefined
  readonly id: Address | undefined
  readonly disk: TestDisk
  readonly halts: string[]
  /** What stands between the chain and its ledger. */
  alter: (ledger: BranchLedger) => BranchLedger
  /** Ends the process at a write of its record: what it lost, if anything, is for the caller to decide. */
  onWrite: () => 'go on' | 'die before' | 'die after'
  validator: Validator
  archive: Archive
  transport: Transport
  /** How it answers questions about its state. */
  stateHandler: RequestHandler | undefined
  isUp: boolean
}

/** Who the validators are: for each number a name, a key, and what its node is called by peers. */
export type Cast = {
  readonly scheme: SignatureScheme
  readonly id: (index: number) => Address
  readonly secretKey: (index: number) => Bytes
  readonly peerId: (index: number) => PeerId
}

/** Names that ascend with the number. */
const PLAIN: Cast = {
  scheme: fakeScheme,
  id: (index) => toAddress(`0x${(index + 1).toString(16).padStart(40, '0')}`),
  secretKey: fakeKey,
  peerId: (index) => `peer-v${index}` as PeerId,
}

/** What a test chooses of a network. */
export type NetworkParts = {
  readonly genesis?: Genesis
  readonly cast?: Cast
  readonly executor?: BlockExecutor
}

/** Real drivers and chains over a network in memory, under a virtual clock. */
export class TestNetwork {
  readonly clock = new EventClock()
  readonly network: MemoryNetwork
  readonly config: ConsensusConfig
  readonly set: ValidatorSet
  readonly genesis: Genesis
  readonly #members: readonly Member[]
  readonly #cast: Cast
  readonly nodes: TestNode[] = []
  readonly failures: unknown[] = []

  /** Executes the blocks of nodes that start from now on. */
  executor: BlockExecutor

  constructor(validators: number, config: Partial<ConsensusConfig> = {}, parts: NetworkParts = {}) {
    const { genesis = testGenesis(), cast = PLAIN, executor = EXECUTOR } = parts
    const random = new Random(1, 0)
    this.executor = executor
    this.genesis = genesis
    this.#cast = cast
    const faults = { minDelayMs: 1, maxDelayMs: 8, lossRate: 0, duplicationRate: 0 }
    this.network = createMemoryNetwork(
      this.clock,
      faultyLink(() => random.below(1_000_000) / 1_000_000, faults),
    )
    this.config = {
      chainId: 31337,
      genesisId: genesisBlock(this.genesis).block.hash,
      deltaMs: 50,
      votePaceMs: 100,
      maxClockDriftMs: 500,
      epochLength: 1_000_000,
      epochDelayRounds: 100,
      ...config,
    }
    this.#members = Array.from({ length: validators }, (_, index) => ({
      id: cast.id(index),
      publicKey: cast.scheme.publicKey(cast.secretKey(index)),
      stake: 1n,
      peerId: cast.peerId(index),
      addresses: [],
    }))
    this.set = createValidatorSet(
      0,
      this.config.genesisId,
      this.#members.map(({ id, publicKey, stake }) => ({ id, publicKey, stake })),
    )
  }

  /** Adds all validators and starts them. */
  async start(): Promise<void> {
    for (let index = 0; index < this.set.validators.length; index += 1) await this.add(`v${index}`, index)
  }

  /** Adds a node and, once it is prepared, starts it; `index` is a validator's, undefined for one that only follows. */
  async add(
    name: string,
    index: number | undefined,
    prepare: (node: TestNode) => void = () => undefined,
  ): Promise<TestNode> {
    const disk = {
      record: genesisRecord(this.config, this.set),
      blocks: new Map(),
      evidence: [],
      store: createMemoryStore(),
      pool: [],
    }
    const id = index === undefined ? undefined : this.#cast.id(index)
    const beginning = { name, index, id, disk, halts: [], isUp: false }
    const node = Object.assign(beginning, { alter: unaltered, onWrite: goOn }) as unknown as TestNode
    prepare(node)
    this.nodes.push(node)
    await this.restart(node)
    return node
  }

  /** The process ends between two outputs. */
  async crash(node: TestNode): Promise<void> {
    node.isUp = false
    await Promise.all([node.validator.stop(), node.transport.close()])
  }

  /** What is asked for states by a node that has nothing yet; `name` is its own on the network, until it closes the transport. */
  stateSync(name: string): { readonly sync: StateSync; readonly transport: Transport } {
    const transport = this.network.join(peerOf(name), this.#contacts())
    const env = {
      nowMs: this.clock.nowMs(),
      self: ZERO_ADDRESS,
      sign: () => new Uint8Array(),
      scheme: fakeScheme,
      leader: stakeWeightedLeader,
      config: this.config,
      rules: RULES,
    }
    const { clock, genesis, config: consensus, set: validators } = this
    return { sync: createStateSync({ transport, clock, genesis, consensus, validators, env }), transport }
  }

  #contacts() {
    return new Map(this.#members.map((member) => [member.id, { id: member.peerId, addresses: [] }]))
  }

  /** Starts a node on what its disk holds. */
  async restart(node: TestNode): Promise<void> {
    const { store } = node.disk
    const ledger = await openBranchLedger({
      store,
      trieOf: createMptTrie,
      executor: this.executor,
      genesis: this.genesis,
    })
    const archive = createArchive(store, createMptTrie(nodeReader(store)))
    const rules = rulesOf(this.genesis.hardfork)
    const { scheme, secretKey, peerId } = this.#cast
    const { index } = node
    const ownId = index === undefined ? peerOf(node.name) : peerId(index)
    const onAdded = (transaction: SignedTransaction): void => void node.disk.pool.push(transaction)
    const mempool = createMempool({
      archive,
      rules,
      chainId: this.genesis.chainId,
      limits: DEFAULT_POOL_LIMITS,
      onAdded,
    })
    for (const transaction of node.disk.pool.splice(0)) {
      mempool.add(transaction, { gasLimit: this.genesis.gasLimit, minFeeCapWei: 0n })
    }
    node.transport = this.network.join(ownId, this.#contacts())
    const { transport } = node
    const serve = transport.serve.bind(transport)
    transport.serve = (protocol, handler) => {
      if (protocol === 'state' && node.stateHandler === undefined) node.stateHandler = handler
      serve(protocol, handler)
    }
    node.stateHandler = undefined
    const beforeStart = new Set(node.disk.blocks.keys())
    node.archive = archive
    node.validator = createValidator({
      genesis: this.genesis,
      consensus: this.config,
      validators: this.set,
      signer:
        node.id === undefined || index === undefined
          ? undefined
          : {
              id: node.id,
              secretKey: secretKey(index),
              record: node.disk.record,
              blocks: [...node.disk.blocks.values()],
            },
      scheme,
      feeRecipient: feeRecipientOf(node.name),
      successions: createSuccessions({
        consensus: this.config,
        scheme,
        first: { set: this.set, members: this.#members },
        archive,
      }),
      disk: {
        write: async (record, blocks) => this.#write(node, record, blocks),
        keep: async (evidence) => void node.disk.evidence.push(evidence),
        prune: async (height) => prune(node.disk, beforeStart, height),
      },
      ledger: node.alter(ledger),
      archive,
      mempool,
      reader: store,
      clock: this.clock,
      transport: node.transport,
      onMessage: undefined,
      decodeAll: decodeInTurns(async () => undefined),
      onFailure: (error) => this.failures.push(error),
      onHalt: (reason) => node.halts.push(reason),
    })
    node.isUp = true
    await node.transport.start()
    await node.validator.start()
  }

  #write(node: TestNode, record: SafetyRecord, blocks: readonly Block[]): void {
    const fate = node.isUp ? node.onWrite() : 'die before'
    if (fate !== 'die before') {
      node.disk.record = record
      for (const block of blocks) node.disk.blocks.set(blockId(block.header), block)
    }
    if (fate !== 'go on' && node.isUp) void this.crash(node)
  }

  heights(): readonly number[] {
    return this.nodes.map(({ archive }) => Number(archive.head().blockNumber))
  }
}

/** Who gets the fees of a node's blocks: another account for each. */
export function feeRecipientOf(name: string): Address {
  return addressFromBytes(keccak256(new TextEncoder().encode(`fees of ${name}`)).subarray(12))
}

/** As the block log does: what a process has written stays until the next one is done with it. */
function prune({ blocks }: TestDisk, beforeStart: ReadonlySet<Hash>, height: number): void {
  for (const [id, { header }] of blocks) if (header.height <= height && beforeStart.has(id)) blocks.delete(id)
}

const goOn = () => 'go on' as const
function peerOf(name: string): PeerId {
  return `peer-${name}` as PeerId
}

const unaltered = (ledger: BranchLedger) => ledger
