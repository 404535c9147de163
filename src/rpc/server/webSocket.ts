import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Client, RpcHandler } from '../handler.ts'
import type { RpcLimits } from '../limits.ts'
import { unsubscribeAll } from '../live/subscriptions.ts'
import { type Connection, SUBSCRIPTION_KINDS, type Subscription } from '../scope.ts'
import { type AccessRules, accessRefusal } from './access.ts'
import { createSender, dropWebSocket } from './slowReaders.ts'

/** What the WebSocket side needs of the rest. */
export type WebSocketParts = {
  readonly handler: RpcHandler
  readonly limits: RpcLimits
  readonly access: AccessRules
}

/** How many WebSockets are open, and their subscriptions of each kind. */
export type WebSocketLoad = {
  readonly connections: number
  readonly subscriptions: ReadonlyMap<Subscription['kind'], number>
}

/** WebSocket connections on a port that HTTP owns. */
export interface WebSocketSide {
  /** Takes over a connection that asked to be upgraded, or refuses it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Says goodbye to all clients; those that do not answer are cut off when the caller says so. */
  close(): void
  terminate(): void
  load(): WebSocketLoad
}

/**
 * Messages of one client that are being answered; while there are so many, or so large ones that they exceed the limit of
 * one message, no more are read from its socket.
 */
const MAX_UNANSWERED = 100
/** "Going away", of RFC 6455. */
const GOING_AWAY = 1001

/** Serves JSON-RPC over WebSockets, with subscriptions. */
export function createWebSocketSide({ handler, limits, access }: WebSocketParts): WebSocketSide {
  const server = new WebSocketServer({ noServer: true, maxPayload: limits.maxBodyBytes })

  const connections = new Set<Connection>()
  const send = createSender(server.clients, limits)

  server.on('connection', (socket: WebSocket) => {
    const connection: Connection = {
      send: (text) => send(socket, text),
      drop: (reason) => dropWebSocket(socket, reason),
      subscriptions: new Map(),
    }
    const client = { key: socket, connection, isGone: () => socket.readyState !== socket.OPEN }
    let unanswered = 0
    let unansweredBytes = 0
    const isFull = () => unanswered >= MAX_UNANSWERED || unansweredBytes >= limits.maxBodyBytes
    socket.on('message', (data) => {
      const message = String(data)
      unanswered += 1
      unansweredBytes += message.length
      if (isFull()) socket.pause()
      void answer(handler, client, message).finally(() => {
        unanswered -= 1
        unansweredBytes -= message.length
        if (socket.isPaused && !isFull()) socket.resume()
      })
    })
    connections.add(connection)
    socket.on('close', () => {
      connections.delete(connection)
      unsubscribeAll(connection)
    })
    // The close event follows and cleans up.
    socket.on('error', () => {})
  })

  return {
    upgrade(request, socket, head) {
      const refusal = accessRefusal(request.headers, access)
      if (refusal !== undefined) return refuse(socket, '403 Forbidden', refusal)
      if (!isRoot(request.url)) return refuse(socket, '404 Not Found', 'There is nothing here: JSON-RPC is at /.')
      if (server.clients.size >= limits.maxConnections) {
        const problem = `There are ${limits.maxConnections} WebSockets open: --max-connections allows more.`
        return refuse(socket, '503 Service Unavailable', problem)
      }
      server.handleUpgrade(request, socket, head, (client) => server.emit('connection', client, request))
    },
    close() {
      for (const client of server.clients) client.close(GOING_AWAY, 'the node is stopping')
    },
    terminate() {
      for (const client of server.clients) client.terminate()
    },
    load: () => ({ connections: connections.size, subscriptions: subscriptionsOf(connections) }),
  }
}

/** Kinds without one are there, too: a number that goes to zero is told. */
function subscriptionsOf(connections: Iterable<Connection>): ReadonlyMap<Subscription['kind'], number> {
  const counts = new Map<Subscription['kind'], number>(SUBSCRIPTION_KINDS.map((kind) => [kind, 0]))
  for (const { subscriptions } of connections) {
    for (const { kind } of subscriptions.values()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return counts
}

type WebSocketClient = Client & { readonly connection: Connection }

async function answer(handler: RpcHandler, client: WebSocketClient, message: string): Promise<void> {
  const response = await handler.respond(message, client)
  if (response === undefined) return
  client.connection.send(response.text)
  response.afterSending()
}

/** Refuses an upgrade and says why. */
function refuse(socket: Duplex, status: string, problem: string): void {
  const body = `${problem}\n`
  const headers = ['Connection: close', 'Content-Type: text/plain', `Content-Length: ${Buffer.byteLength(body)}`]
  socket.end([`HTTP/1.1 ${status}`, ...headers, '', body].join('\r\n'))
}

/** True for `/`, with or without a query: keys of providers stand there. */
function isRoot(url: string | undefined): boolean {
  return url !== undefined && /^\/(?:\?|$)/.test(url)
}
