import type { Archive, Genesis, MempoolParts, Producer } from '../chain/index.ts'
import {
  createArchive,
  createMempool,
  createProducer,
  DEFAULT_POOL_LIMITS,
  devGenesis,
  parseGenesis,
  storedGenesis,
  systemClock,
} from '../chain/index.ts'
import { type Hash, InvariantError, messageOf, rulesOf, toHex } from '../primitives/index.ts'
import type { RpcContext, RpcServer } from '../rpc/index.ts'
import { createDevWallet, createRpcServer, DEV_LIMITS, isLoopback, type RpcLimits } from '../rpc/index.ts'
import { createMptTrie, nodeReader } from '../state/index.ts'
import { damageTellingArchive, tellingDamage } from './damage.ts'
import type { DataDirectory } from './dataDirectory.ts'
import { createEphemeralDirectory, goneError, openDataDirectory } from './dataDirectory.ts'
import type { DevAccount } from './devAccounts.ts'
import { DEV_BALANCE_WEI, devAccounts } from './devAccounts.ts'
import { nodeEvents } from './events.ts'
import { createNodeTeam, type LedgerTeam } from './executors.ts'
import { createDoubt, doubtingLedger, type Opened, opening } from './lifeCycle.ts'
import type { EvmEngineName } from './machines.ts'
import type { MetricSources, Metrics } from './metrics/metrics.ts'
import { startMetricsServer } from './metrics/metricsServer.ts'
import { type NodeStore, openNodeStore } from './nodeStore.ts'
import { checkOpenFiles } from './openFiles.ts'
import type { NodeInfo, NodeOptions, RunningNode } from './options.ts'
import { createKeptMempool, type KeptMempool } from './poolJournal.ts'
import { createReaderThread } from './readerThread.ts'
import { createDecoder } from './senders.ts'
import type { LedgerThread } from './threads.ts'
import { startLedgerThread, startSimulatorThread } from './threads.ts'

const DEV_GENESIS_GAS_LIMIT = 60_000_000n

/** Builds a development node from its parts and starts it. Throws a `BaseError` that says what to do. */
export function startNode(options: NodeOptions): Promise<RunningNode> {
  return opening((opened) => build(options, opened))
}

async function build(options: NodeOptions, opened: Opened): Promise<Omit<RunningNode, 'stop'>> {
  checkOpenFiles({ ...options, limits: limitsOf(options), maxPeers: 0 })
  const { genesis: wanted, acceptsAnyStart, accounts } = beginningOf(options)
  const path = options.dataDirectory
  const directory = path === undefined ? createEphemeralDirectory() : openDataDirectory(path)
  opened.push(() => directory.release())
  const warn = (error: unknown): void => options.onEvent({ kind: 'warning', message: messageOf(error) })
  const { storePath } = directory
  const nodeStore = await openNodeStore(storePath, { create: directory.isNew, durable: directory.isDurable })
  opened.push(() => nodeStore.close())
  const { store, startThread } = nodeStore
  const team = createNodeTeam(options, options.evm, nodeStore, warn)
  opened.push(() => team?.close())
  const start = { genesis: wanted, acceptsAnyStart }
  const { ledger, failed } = await openChain(directory, nodeStore, start, options.evm, team?.forLedger)
  opened.push(() => ledger.close())
  await team?.ready()

  const genesis = storedGenesis(store, wanted)
  const { chainId } = genesis
  const rules = rulesOf(genesis.hardfork, genesis.wasmRules)
  const simulator = startSimulatorThread(startThread, { storePath, chainId, rules, evm: options.evm })
  opened.push(() => simulator.close())
  const doubt = createDoubt(failed)
  opened.push(directory.watch(() => doubt.raise(goneError(directory.path))))
  const archive = damageTellingArchive(createArchive(store, createMptTrie(nodeReader(store))), doubt.raise)
  const metrics = options.metricsPort === undefined ? undefined : await loadMetrics(options.version)
  const onRejected = metrics?.onRejected
  const onDiscarded = (hash: Hash, reason: string): void => options.onEvent({ kind: 'dropped', hash, reason })
  const pool = { archive, rules, chainId, limits: DEFAULT_POOL_LIMITS, onRejected, onDiscarded }
  const { mempool, close } = openMempool(pool, directory, options.gasLimit, warn)
  opened.push(close)
  const producer = createProducer({
    archive,
    ledger: doubtingLedger(ledger, doubt.raise),
    mempool,
    clock: systemClock,
    mode: options.mining,
    coinbase: genesis.coinbase,
    gasLimit: options.gasLimit,
    onFailure: (error) => (error instanceof InvariantError ? doubt.raise(error) : warn(error)),
  })
  opened.push(() => producer.stop())
  // What an earlier run left in the pool is due.
  if (mempool.pendingCount > 0) producer.setMode(options.mining)

  const decoder = createDecoder(options.workers)
  opened.push(() => decoder.close())
  const setLogging = tellEvents(producer, options)
  const { host, port, rpc } = options
  const limits = limitsOf(options)
  const heavyReads = createReaderThread(startThread, { storePath, rules, limits })
  opened.push(() => heavyReads.close())
  const context: RpcContext = {
    archive,
    mempool,
    producer,
    simulator: tellingDamage(simulator, doubt.raise),
    wallet: createDevWallet(accounts),
    // Hardhat's network helpers look for "anvil" or "hardhat" in front before they work at all.
    config: { chainId, rules, clientVersion: `anvil/evmpp-${options.version}`, isDev: true },
    instance: directory.instance,
    heavyReads: tellingDamage(heavyReads, doubt.raise),
    consensus: undefined,
    onRequest: metrics?.onRequest,
    network: () => ({ isListening: true, peerCount: 0 }),
    decodeTransaction: decoder.decode,
    reportBug: (cause, method) => warn(`${method}: ${cause instanceof Error ? cause.stack : cause}`),
    setLogging,
  }
  if (accounts.length > 0 && !isLoopback(host))
    warn(`${host} lets other machines in, and the keys of the accounts are public`)
  const server = await createRpcServer(context, { ...rpc, host, port, limits })
  opened.push(() => server.close())
  const measured = { ...context, storePath, webSockets: () => server.webSockets() }
  const metricsUrl = await serveMetrics(metrics, options.metricsPort ?? 0, measured, opened)
  return { info: { ...describe(genesis, directory, archive, server, accounts), metricsUrl }, failed: doubt.failed }
}

/** A chain that is kept keeps its pool. */
function limitsOf({ rpc }: NodeOptions): RpcLimits {
  return { ...DEV_LIMITS, ...rpc.limits }
}

function openMempool(
  parts: MempoolParts,
  { path, isDurable }: DataDirectory,
  gasLimit: bigint,
  warn: (message: string) => void,
): KeptMempool {
  if (!isDurable) return { mempool: createMempool(parts), close: () => undefined }
  return createKeptMempool(parts, path, { gasLimit, minFeeCapWei: 0n }, warn)
}

/** Loaded when asked for: the library takes a tenth of the time that a node takes to start. */
async function loadMetrics(version: string): Promise<Metrics> {
  const { createMetrics } = await import('./metrics/metrics.ts')
  return createMetrics(version)
}

/** Serves the metrics if there are any; where. */
async function serveMetrics(
  metrics: Metrics | undefined,
  port: number,
  measured: RpcContext & Pick<MetricSources, 'storePath' | 'webSockets'>,
  opened: Opened,
) {
  if (metrics === undefined) return undefined
  const { archive, producer, network, consensus } = measured
  const subscribe: MetricSources['subscribe'] = (listener) => producer.subscribe(listener)
  const peerCount = () => network().peerCount
  opened.push(metrics.watch({ ...measured, subscribe, peerCount, consensus: undefined }))
  const server = await startMetricsServer(port, { metrics, archive, consensus })
  opened.push(() => server.close())
  return server.url
}

/** A chain's first block; `acceptsAnyStart` when nobody said at which time it begins: a stored one keeps its own. */
type ChainStart = { readonly genesis: Genesis; readonly acceptsAnyStart: boolean }

/** The chain's first block, and the accounts that the node signs for: never on a chain that does not fund them. */
function beginningOf(options: NodeOptions): ChainStart & { readonly accounts: readonly DevAccount[] } {
  const accounts = devAccounts()
  if (options.genesis !== undefined) {
    const genesis = parseGenesis(options.genesis)
    const funded = new Set(genesis.accounts.map(({ address }) => address))
    return { genesis, acceptsAnyStart: false, accounts: accounts.filter(({ address }) => funded.has(address)) }
  }
  const genesis = devGenesis({
    chainId: options.chainId,
    hardfork: options.hardfork,
    gasLimit: DEV_GENESIS_GAS_LIMIT,
    accounts: accounts.map(({ address }) => address),
    balanceWei: DEV_BALANCE_WEI,
    timestampSeconds: options.timestampSeconds ?? BigInt(Math.floor(Date.now() / 1000)),
  })
  return { genesis, acceptsAnyStart: options.timestampSeconds === undefined, accounts }
}

async function openChain(
  directory: DataDirectory,
  { startThread }: NodeStore,
  start: ChainStart,
  evm: EvmEngineName,
  team: LedgerTeam | undefined,
): Promise<LedgerThread> {
  const { storePath, isNew, isDurable } = directory
  const thread = await startLedgerThread(startThread, { ...start, storePath, durable: isDurable, evm, team })
  if (isNew) directory.markReady()
  return thread
}

/** Passes on what happens; returns the switch of `hardhat_setLoggingEnabled`. */
function tellEvents(producer: Producer, { onEvent }: NodeOptions): (isEnabled: boolean) => void {
  let isTold = true
  producer.subscribe((event) => {
    if (isTold) for (const line of nodeEvents(event)) onEvent(line)
  })
  return (isEnabled) => {
    isTold = isEnabled
  }
}

function describe(
  genesis: Genesis,
  directory: DataDirectory,
  archive: Archive,
  server: RpcServer,
  accounts: readonly DevAccount[],
): Omit<NodeInfo, 'metricsUrl'> {
  return {
    url: server.url,
    port: server.port,
    pid: process.pid,
    chainId: genesis.chainId,
    hardfork: genesis.hardfork,
    blockNumber: archive.head().blockNumber,
    dataDirectory: directory.isDurable ? directory.path : undefined,
    accounts: accounts.map(({ address, privateKey }) => ({ address, privateKey: toHex(privateKey) })),
  }
}
