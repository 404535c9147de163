import { createBlstScheme } from '../consensus/index.ts'
import { createMetrics } from './metrics/metrics.ts'
import { startMetricsServer } from './metrics/metricsServer.ts'
import type { RunningNode } from './options.ts'
import { parseNetworkGenesis } from './setup/networkGenesis.ts'
import type { RunningValidatorNode, ValidatorNodeOptions } from './validator/options.ts'
import { startValidatorNode } from './validator/validatorNode.ts'

/** What a node of a network is to be. */
export type NetworkNodeOptions = Omit<ValidatorNodeOptions, 'network' | 'observer'> & {
  /** The network's genesis file, parsed. */
  readonly genesis: unknown
  /** Where metrics are served, on loopback; 0 takes a free port, undefined measures nothing. */
  readonly metricsPort: number | undefined
}

/** What a person or a script wants to know of such a node. */
export type NetworkNodeInfo = RunningValidatorNode['info']

/** Starts a node of a network, and its metrics if they are wanted. Throws a `BaseError` that says what to do. */
export async function startNetworkNode({
  genesis,
  metricsPort,
  ...options
}: NetworkNodeOptions): Promise<RunningNode & { readonly info: NetworkNodeInfo }> {
  const network = parseNetworkGenesis(genesis, createBlstScheme())
  const metrics = metricsPort === undefined ? undefined : createMetrics(options.version)
  const node = await startValidatorNode({ ...options, network, observer: metrics })
  if (metrics === undefined) return node
  const { archive, consensus, onStep } = node
  const peerCount = () => node.peers().length
  const unwatch = metrics.watch({ ...node, peerCount, consensus: { view: consensus, onStep } })
  try {
    const server = await startMetricsServer(metricsPort ?? 0, { metrics, archive, consensus })
    const stop = async (): Promise<void> => {
      unwatch()
      await server.close()
      await node.stop()
    }
    return { ...node, info: { ...node.info, metricsUrl: server.url }, stop }
  } catch (error) {
    unwatch()
    await node.stop()
    throw error
  }
}
