import { once } from 'node:events'
import { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { assert } from '../../primitives/index.ts'
import type { RpcContext } from '../context.ts'
import { createRpcHandler } from '../handler.ts'
import { DEFAULT_LIMITS, type RpcLimits } from '../limits.ts'
import { createHttpApp } from './http.ts'
import { listen } from './listen.ts'
import { createWebSocketSide, type WebSocketLoad, type WebSocketSide } from './webSocket.ts'

/** Where to serve, and whom. */
export type RpcServerOptions = {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Origins of pages that may call, besides this machine's and browser extensions; `*` means all. */
  readonly corsOrigins?: readonly string[]
  /** Names in the Host header that are answered, besides `localhost` and IP addresses; `*` means all. */
  readonly hosts?: readonly string[]
  readonly limits?: Partial<RpcLimits>
}

/** A server that listens. */
export type RpcServer = {
  readonly url: string
  readonly port: number
  webSockets(): WebSocketLoad
  /** Stops listening; requests and WebSockets under way have half a second to end. Calling it again changes nothing. */
  close(): Promise<void>
}

const CLOSING_TIME_MS = 500
/** How long an idle connection stays open. geth's figure: clients that pool connections reuse one just before it ends. */
const KEEP_ALIVE_MS = 120_000

/**
 * Serves JSON-RPC over HTTP and WebSocket on one port. Throws `PORT_IN_USE`, or `CANNOT_LISTEN` for a host or a port that
 * this process may not use.
 */
export async function createRpcServer(context: RpcContext, options: RpcServerOptions): Promise<RpcServer> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const hosts = options.hosts?.map((name) => name.toLowerCase()) ?? []
  const access = { hosts, corsOrigins: options.corsOrigins ?? [] }
  const handler = createRpcHandler(context, limits)
  const webSockets = createWebSocketSide({ handler, limits, access })
  const app = createHttpApp({ handler, limits, access, readiness: context })
  // Replacing the global Request and Response would reach every other room.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false })
  assert(server instanceof Server, 'an adaptor without options serves HTTP/1.1')
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.maxConnections = limits.maxConnections + limits.maxHttpConnections
  // The adaptor takes a Host of mixed case for a broken one; names of hosts have no case.
  server.prependListener('request', ({ headers }) => {
    if (headers.host !== undefined) headers.host = headers.host.toLowerCase()
  })
  server.on('upgrade', webSockets.upgrade)

  const port = await listen(server, options).catch((error: unknown) => {
    handler.close()
    throw error
  })

  let closing: Promise<void> | undefined
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    port,
    webSockets: webSockets.load,
    close() {
      closing ??= shutDown(server, webSockets).finally(handler.close)
      return closing
    },
  }
}

/** Lets clients end what is under way, but not for long. */
async function shutDown(server: Server, webSockets: WebSocketSide): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  webSockets.close()
  const timer = setTimeout(() => {
    webSockets.terminate()
    server.closeAllConnections()
  }, CLOSING_TIME_MS)
  await closed
  clearTimeout(timer)
}
