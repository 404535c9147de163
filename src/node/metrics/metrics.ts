import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Archive, ChainEvent, Mempool, MempoolParts } from '../../chain/index.ts'
import type { Input, Output } from '../../consensus/index.ts'
import type { ConsensusView, RequestObserver, WebSocketLoad } from '../../rpc/index.ts'
import type { MessageObserver } from '../validator/validator.ts'
import { countChain, gaugeHead } from './chainMetrics.ts'
import { countMessages, timeSignatures, watchClocks, watchConsensus } from './consensusMetrics.ts'
import { gaugeStore } from './storeMetrics.ts'
import type { SignatureObserver } from './timedScheme.ts'

/** What is measured of a node. */
export type MetricSources = {
  readonly archive: Archive
  readonly mempool: Mempool
  /** The store's folder. */
  readonly storePath: string
  peerCount(): number
  webSockets(): WebSocketLoad
  subscribe(listener: (event: ChainEvent) => void): () => void
  /** Undefined on a development node. */
  readonly consensus:
    | {
        readonly view: ConsensusView
        onStep(listener: (input: Input, outputs: readonly Output[]) => void): () => void
      }
    | undefined
}

/** What a node tells while it works. */
export type NodeObserver = {
  /** For the RPC. Two numbers are counted up per request: 0.6 us where a small request takes 200. */
  readonly onRequest: RequestObserver
  /** For the pool. */
  readonly onRejected: NonNullable<MempoolParts['onRejected']>
  /** For a validator's network. */
  readonly onMessage: MessageObserver
  /** For a validator's signatures. */
  readonly onSignature: SignatureObserver
}

/** A node's numbers. The names are part of the interface: docs/operating.md lists them. */
export type Metrics = NodeObserver & {
  /** Begins to measure a node that has been built; returns how to stop. */
  watch(sources: MetricSources): () => void
  /** All numbers in Prometheus's text format, and the content type of that. */
  text(): Promise<string>
  readonly contentType: string
}

/** Request times from 0.1 ms to 10 s. */
const REQUEST_BUCKETS_SECONDS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10]

/**
 * Makes a node's metrics. What is cheap to ask (head, pool, peers, round) is asked when somebody reads the metrics; only
 * what would be lost is counted as it happens.
 */
export function createMetrics(version: string): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'evmpp_build_info',
    help: 'Always 1; the labels tell what runs.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1)
  const requests = new Counter({
    name: 'rpc_requests_total',
    help: 'JSON-RPC requests answered; code 0 is success.',
    labelNames: ['method', 'code'],
    registers,
  })
  const duration = new Histogram({
    name: 'rpc_request_duration_seconds',
    help: 'From a request read to its answer.',
    labelNames: ['method'],
    buckets: REQUEST_BUCKETS_SECONDS,
    registers,
  })
  const rejected = new Counter({
    name: 'mempool_rejected_total',
    help: 'Transactions that the pool did not take.',
    labelNames: ['reason'],
    registers,
  })
  return {
    onRequest(method, code, durationMs) {
      requests.inc({ method, code })
      duration.observe({ method }, durationMs / 1000)
    },
    onRejected: (reason) => rejected.inc({ reason }),
    onMessage: countMessages(registry),
    onSignature: timeSignatures(registry),
    watch: (sources) => watch(registry, sources),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

function watch(registry: Registry, sources: MetricSources): () => void {
  const { archive, mempool, consensus, peerCount, webSockets } = sources
  const registers = [registry]
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value())
      },
    })
  gaugeHead(registry, archive)
  gaugeStore(registry, sources.storePath)
  gauge('mempool_pending', 'Transactions that the next block could hold.', () => mempool.pendingCount)
  gauge('mempool_queued', 'Transactions that wait for an earlier nonce.', () => mempool.queuedCount)
  gauge('p2p_peers', 'Nodes that this one is connected to.', peerCount)
  gauge('ws_connections', 'Open WebSockets.', () => webSockets().connections)
  new Gauge({
    name: 'ws_subscriptions',
    help: 'Their subscriptions.',
    labelNames: ['kind'],
    registers,
    collect() {
      for (const [kind, count] of webSockets().subscriptions) this.set({ kind }, count)
    },
  })
  const stops = [sources.subscribe(countChain(registry, archive))]
  if (consensus !== undefined) {
    const view = consensus.view
    gauge('evmpp_chain_finalized_block', 'Number of the newest final block.', () => view.status().finalized.height)
    const [observe, compareClocks] = [watchConsensus(registry, view), watchClocks(registry)]
    const onStep = (input: Input, outputs: readonly Output[]): void => {
      observe(input, outputs)
      compareClocks(input)
    }
    stops.push(consensus.onStep(onStep))
  }
  return () => {
    for (const stop of stops) stop()
  }
}
