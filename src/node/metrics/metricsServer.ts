import { once } from 'node:events'
import { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import type { Archive } from '../../chain/index.ts'
import { assert } from '../../primitives/index.ts'
import type { ConsensusView } from '../../rpc/index.ts'
import { addHealthRoutes, listen } from '../../rpc/index.ts'
import type { Metrics } from './metrics.ts'

/** Loopback only: the numbers tell strangers too much, and who collects them can come through a proxy. */
const HOST = '127.0.0.1'

/** A server that listens. */
export type MetricsServer = { readonly url: string; close(): Promise<void> }

/** What it tells of. */
export type MetricsServerParts = {
  readonly metrics: Metrics
  readonly archive: Archive
  readonly consensus: ConsensusView | undefined
}

/** Serves `/metrics`, `/livez` and `/readyz` on a port of their own; 0 takes a free one. Throws `PORT_IN_USE`. */
export async function startMetricsServer(port: number, parts: MetricsServerParts): Promise<MetricsServer> {
  const app = new Hono()
  addHealthRoutes(app, parts)
  app.get('/metrics', async (context) =>
    context.body(await parts.metrics.text(), 200, { 'content-type': parts.metrics.contentType }),
  )
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })
  assert(server instanceof Server, 'an adaptor without options serves HTTP/1.1')
  const listening = await listen(server, { host: HOST, port })
  return {
    url: `http://${HOST}:${listening}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
