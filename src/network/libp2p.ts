import type { Libp2pTransportOptions, ListeningTransport } from './libp2p/libp2pTransport.ts'

/**
 * A transport over libp2p, not started. Loads libp2p (a quarter of a second), which a node without a network never does:
 * this is the only place that imports it.
 */
export async function createLibp2pTransport(options: Libp2pTransportOptions): Promise<ListeningTransport> {
  const { openLibp2pTransport } = await import('./libp2p/libp2pTransport.ts')
  return openLibp2pTransport(options)
}
