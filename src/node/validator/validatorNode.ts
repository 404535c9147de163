import { type Archive, type BranchLedger, createArchive, type Mempool, NETWORK_POOL_LIMITS } from '../../chain/index.ts'
import { createBlstScheme, createVerifyOnce, type Output, type SignatureScheme } from '../../consensus/index.ts'
import {
  createLibp2pTransport,
  type ListeningTransport,
  type NetworkClock,
  peerIdOf,
  type Transport,
} from '../../network/index.ts'
import { type Address, type Hash, messageOf, rulesOf, ZERO_ADDRESS } from '../../primitives/index.ts'
import {
  type ConsensusView,
  createDevWallet,
  createRpcServer,
  DEFAULT_LIMITS,
  type RpcContext,
  type RpcLimits,
  type RpcServer,
} from '../../rpc/index.ts'
import { createMptTrie, nodeReader, type StoreReader } from '../../state/index.ts'
import { damageTellingArchive, tellingDamage } from '../damage.ts'
import { type DataDirectory, goneError, openDataDirectory } from '../dataDirectory.ts'
import { nodeEvents } from '../events.ts'
import { createNodeTeam } from '../executors.ts'
import { createDoubt, type Doubt, type Opened, opening } from '../lifeCycle.ts'
import { timedScheme } from '../metrics/timedScheme.ts'
import { openNodeStore, type StartThread } from '../nodeStore.ts'
import { checkOpenFiles } from '../openFiles.ts'
import { createKeptMempool } from '../poolJournal.ts'
import { createReaderThread } from '../readerThread.ts'
import { createDecoder, type Decoder } from '../senders.ts'
import { startBranchLedgerThread, startSimulatorThread } from '../threads.ts'
import { createClockWatch } from './clockWatch.ts'
import { createConsensusView } from './consensusView.ts'
import { minFeeCap } from './feed.ts'
import { openFinalBlocks } from './finalBlocks.ts'
import type { RunningValidatorNode, ValidatorNodeOptions } from './options.ts'
import { peerNodeEvent } from './peerEvents.ts'
import { createSuccessions, type Successions } from './succession.ts'
import { syncBeginning } from './sync/beginning.ts'
import { EXECUTION_LAG } from './sync/pivot.ts'
import { createValidator, type Validator } from './validator.ts'
import { openVoice } from './voice.ts'

/** Certificates whose check is remembered: some rounds of 300 validators. */
const REMEMBERED_CHECKS = 4_096

/** Nodes without a vote that may be connected. */
const MAX_PEERS = 100

/** Builds a node of a network from its parts and starts it. Throws a `BaseError` that says what to do. */
export function startValidatorNode(options: ValidatorNodeOptions): Promise<RunningValidatorNode> {
  return opening((opened) => build(options, opened))
}

/** What stands on the disk, open. */
type Stored = {
  readonly archive: Archive
  readonly mempool: Mempool
  /** The ledger's store. */
  readonly reader: StoreReader
  readonly storePath: string
  readonly startThread: StartThread
  readonly watch: DataDirectory['watch']
  readonly ledger: BranchLedger
  readonly doubt: Doubt
}

async function build(options: ValidatorNodeOptions, opened: Opened): Promise<Omit<RunningValidatorNode, 'stop'>> {
  checkOpenFiles({ ...options, limits: limitsOf(options), maxPeers: MAX_PEERS + options.network.members.length })
  const scheme = createVerifyOnce(schemeOf(options), REMEMBERED_CHECKS)
  const transport = await transportOf(options)
  opened.push(() => transport.close())
  transport.onPeer((event) => options.onEvent(peerNodeEvent(event)))
  let starting: Promise<void> | undefined
  const start = (): Promise<void> => {
    starting ??= transport.start()
    return starting
  }
  await syncBeginning(options, { scheme, transport, clock: systemClock, start })
  const stored = await openStored(options, opened)
  const { archive, mempool, reader } = stored
  const { consensus: config, validators } = options.network
  const successions = successionsOf(options, scheme, archive)
  const chain = openFinalBlocks(reader, config, validators, successions).record(Number(archive.head().blockNumber))
  const voice = await openVoice(options, scheme, chain, executedHeight(archive))
  opened.push(() => voice.close())
  const { doubt } = stored
  opened.push(stored.watch(() => doubt.raise(goneError(options.dataDirectory))))
  // Before the store is closed, too: closing it twice is closing it once.
  opened.push(() => transport.close())
  const decoder = createDecoder(options.workers)
  opened.push(() => decoder.close())
  const { decodeAll } = decoder
  const validator = createValidator({
    ...parts(options, doubt),
    ...stored,
    ...voice,
    feeRecipient: options.feeRecipient ?? voice.self ?? ZERO_ADDRESS,
    scheme,
    transport,
    decodeAll,
    successions,
  })
  opened.push(() => validator.stop())
  validator.feed.subscribe((event) => nodeEvents(event).forEach(options.onEvent))
  const consensus = createConsensusView({ ...voice, validator, transport, archive, network: options.network })
  if (voice.refusal !== undefined)
    options.onEvent({ kind: 'warning', message: `this node does not vote: ${voice.refusal}` })
  else if (voice.self !== undefined && options.feeRecipient === undefined)
    options.onEvent({ kind: 'warning', message: unspendableFees(voice.self) })
  validator.driver.onStep((_input, outputs) => tellOfEvidence(outputs, options.onEvent))
  tellOfClocks(validator, options)
  await start()
  await validator.start()

  const server = await serveRpc(options, opened, stored, { validator, transport, consensus, decoder })
  const { chainId, hardfork } = options.network.genesis
  const info = {
    url: server.url,
    port: server.port,
    pid: process.pid,
    chainId,
    hardfork,
    blockNumber: archive.head().blockNumber,
    dataDirectory: options.dataDirectory,
    accounts: [],
    p2pAddress: `${peerIdOf(options.keys.nodeKey)}@${transport.address}`,
    validatorId: voice.self,
    metricsUrl: undefined,
  }
  return {
    info,
    failed: doubt.failed,
    consensus,
    archive,
    mempool,
    storePath: stored.storePath,
    webSockets: () => server.webSockets(),
    subscribe: (listener) => validator.feed.subscribe(listener),
    onStep: (listener) => validator.driver.onStep(listener),
    peers: () => transport.peers(),
  }
}

function successionsOf({ network }: ValidatorNodeOptions, scheme: SignatureScheme, archive: Archive): Successions {
  const { consensus, validators, members } = network
  return createSuccessions({ consensus, scheme, first: { set: validators, members }, archive })
}

function limitsOf({ rpc }: ValidatorNodeOptions): RpcLimits {
  return { ...DEFAULT_LIMITS, ...rpc.limits }
}

function unspendableFees(validatorId: Address): string {
  return `the fees of its blocks go to ${validatorId}, its validator id: nobody can spend them. Say who gets them with feeRecipient in the config, or --fee-recipient`
}

function tellOfClocks({ driver, members }: Validator, { network, onEvent }: ValidatorNodeOptions): void {
  const watch = createClockWatch(
    network.consensus.maxClockDriftMs,
    () => new Set(members().map(({ id }) => id)).size - 1,
  )
  driver.onStep((input) => {
    for (const message of watch.hear(input, systemClock.nowMs())) onEvent({ kind: 'warning', message })
  })
}

function tellOfEvidence(outputs: readonly Output[], onEvent: ValidatorNodeOptions['onEvent']): void {
  for (const output of outputs) {
    if (output.kind !== 'evidence') continue
    const { kind, validator, round } = output.evidence
    const what = kind === 'doubleVote' ? 'two votes' : 'two blocks'
    onEvent({ kind: 'warning', message: `validator ${validator} signed ${what} for round ${round}` })
  }
}

/** How far this node itself has executed blocks: a state that others had says nothing of what it has seen. */
function executedHeight(archive: Archive): number {
  const head = archive.head().blockNumber
  const isAtBeginning = archive.firstBlock() > 0n && head === archive.firstBlock() + BigInt(EXECUTION_LAG)
  return isAtBeginning ? 0 : Number(head)
}

async function openStored(options: ValidatorNodeOptions, opened: Opened): Promise<Stored> {
  const { dataDirectory, evm, onEvent } = options
  const { genesis } = options.network
  const { path, storePath, isNew, isDurable, markReady, watch } = openDataDirectory(dataDirectory)
  const nodeStore = await openNodeStore(storePath, { create: isNew, durable: isDurable })
  opened.push(() => nodeStore.close())
  const { store: reader, startThread } = nodeStore
  const team = createNodeTeam(options, evm, nodeStore, (message) => onEvent({ kind: 'warning', message }))
  opened.push(() => team?.close())
  const data = { genesis, acceptsAnyStart: false, storePath, durable: isDurable, evm, team: team?.forLedger }
  const { ledger, failed } = await startBranchLedgerThread(startThread, data)
  opened.push(() => ledger.close())
  if (isNew) markReady()
  await team?.ready()
  const doubt = createDoubt(failed)
  const archive = damageTellingArchive(createArchive(reader, createMptTrie(nodeReader(reader))), doubt.raise)
  const rules = rulesOf(genesis.hardfork, genesis.wasmRules)
  const { chainId } = genesis
  const onRejected = options.observer?.onRejected
  const onDiscarded = (hash: Hash, reason: string): void => onEvent({ kind: 'dropped', hash, reason })
  const { mempool, close } = createKeptMempool(
    { archive, rules, chainId, limits: NETWORK_POOL_LIMITS, onRejected, onDiscarded, nowMs: systemClock.nowMs },
    path,
    { gasLimit: genesis.gasLimit, minFeeCapWei: minFeeCap(genesis) },
    (message) => onEvent({ kind: 'warning', message }),
  )
  opened.push(close)
  return { archive, mempool, reader, storePath, startThread, watch, ledger, doubt }
}

function schemeOf({ observer }: ValidatorNodeOptions): SignatureScheme {
  const scheme = createBlstScheme()
  return observer === undefined ? scheme : timedScheme(scheme, observer.onSignature)
}

/** The parts of a validator that come from the options and the process. */
function parts({ network, onEvent, observer }: ValidatorNodeOptions, doubt: Doubt) {
  const warn = (message: string): void => onEvent({ kind: 'warning', message })
  return {
    genesis: network.genesis,
    consensus: network.consensus,
    validators: network.validators,
    clock: systemClock,
    onMessage: observer?.onMessage,
    // A node that can not remember or execute must not go on as if nothing were.
    onFailure: (error: unknown) => doubt.raise(error instanceof Error ? error : new Error(messageOf(error))),
    onHalt: (reason: string, follows: boolean) =>
      warn(`this node does not vote any more${follows ? ', and goes on as one that follows' : ''}: ${reason}`),
  }
}

function transportOf({ network, keys, p2p, peers }: ValidatorNodeOptions): Promise<ListeningTransport> {
  const { chainId, genesisId } = network.consensus
  return createLibp2pTransport({
    // Who began otherwise is on another network.
    network: `${chainId}-${genesisId.slice(2, 10)}`,
    nodeKey: keys.nodeKey,
    host: p2p.host,
    port: p2p.port,
    validators: new Map(network.members.map(({ id, peerId, addresses }) => [id, { id: peerId, addresses }])),
    peers,
    maxPeers: MAX_PEERS,
  })
}

type Served = {
  readonly validator: Validator
  readonly transport: Transport
  readonly consensus: ConsensusView
  readonly decoder: Decoder
}

async function serveRpc(
  options: ValidatorNodeOptions,
  opened: Opened,
  { archive, mempool, storePath, startThread, doubt }: Stored,
  { validator, transport, consensus, decoder }: Served,
): Promise<RpcServer> {
  const { chainId, hardfork, wasmRules } = options.network.genesis
  const rules = rulesOf(hardfork, wasmRules)
  const simulator = startSimulatorThread(startThread, { storePath, chainId, rules, evm: options.evm })
  opened.push(() => simulator.close())
  const limits = limitsOf(options)
  const heavyReads = createReaderThread(startThread, { storePath, rules, limits })
  opened.push(() => heavyReads.close())
  const context: RpcContext = {
    archive,
    heavyReads: tellingDamage(heavyReads, doubt.raise),
    mempool,
    producer: validator.feed,
    simulator: tellingDamage(simulator, doubt.raise),
    wallet: createDevWallet([]),
    config: { chainId, rules, clientVersion: `evmpp/${options.version}`, isDev: false },
    consensus,
    onRequest: options.observer?.onRequest,
    network: () => ({ isListening: true, peerCount: transport.peers().length }),
    decodeTransaction: decoder.decode,
    reportBug: (cause, method) =>
      options.onEvent({ kind: 'warning', message: `${method}: ${cause instanceof Error ? cause.stack : cause}` }),
    setLogging: () => undefined,
  }
  const server = await createRpcServer(context, { ...options.rpc, limits })
  opened.push(() => server.close())
  return server
}

/** The machine's clock; the sockets keep the process alive anyway. */
const systemClock: NetworkClock = {
  nowMs: () => Date.now(),
  after(delayMs, action) {
    const timer = setTimeout(action, delayMs)
    return () => clearTimeout(timer)
  },
}
