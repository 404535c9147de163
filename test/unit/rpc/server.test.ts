import { request } from 'node:http'
import { connect as connectTo } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createRpcServer, type RpcServer, type RpcServerOptions } from '../../../src/rpc/index.ts'
import { rawOf } from './call.ts'
import { createFakeNode, EMITTER, type FakeNode, STRANGER } from './fakeNode.ts'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function serve(options: Partial<RpcServerOptions> = {}): Promise<{ node: FakeNode; server: RpcServer }> {
  const node = createFakeNode()
  const server = await createRpcServer(node.context, { host: '127.0.0.1', port: 0, ...options })
  open.push(() => server.close())
  return { node, server }
}

type Reply = { readonly status: number; readonly headers: Record<string, unknown>; readonly body: string }

/** A request with the headers that are asked for and no others: fetch does not let one set Host or Origin. */
function send(
  port: number,
  {
    method = 'POST',
    path = '/',
    headers = {},
    body = '',
  }: { method?: string; path?: string; headers?: Record<string, string>; body?: string },
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, method, path, headers: { 'content-type': 'application/json', ...headers } },
      (incoming) => {
        let text = ''
        incoming.on('data', (part) => {
          text += part
        })
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text }))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function rawRequest(id: number): string {
  const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'eth_chainId' })
  const head = [
    'POST / HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
  ]
  return [...head, '', body].join('\r\n')
}

/** Sends all at once on one connection; what was answered until as many answers came, or it was closed. */
function pipeline(port: number, requests: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTo(port, '127.0.0.1', () => socket.write(requests.join('')))
    let text = ''
    socket.on('data', (part) => {
      text += part
      if (text.split('"id":').length > requests.length) socket.end()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(text))
  })
}

const ASK = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId' })
const ANSWER = '{"jsonrpc":"2.0","id":1,"result":"0x7a69"}'

describe('HTTP', () => {
  test('answers', async () => {
    const { server } = await serve()
    const { status, headers, body } = await send(server.port, { body: ASK })
    expect([status, headers['content-type'], body]).toEqual([200, 'application/json', ANSWER])
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
  })

  test('a lone notification gets 204', async () => {
    const { server } = await serve()
    const reply = await send(server.port, { body: '{"jsonrpc":"2.0","method":"eth_chainId"}' })
    expect([reply.status, reply.body]).toEqual([204, ''])
  })

  test.each([
    ['broken JSON', '{', 200],
    ['a revert', JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'nonsense' }), 200],
  ])('%s is status %s: clients retry others', async (_, body, status) => {
    const { server } = await serve()
    expect((await send(server.port, { body })).status).toBe(status)
  })

  test.each([
    ['application/json; charset=utf-8', 200],
    ['APPLICATION/JSON', 200],
    ['application/json-rpc', 200],
    ['text/plain', 415],
    ['', 415],
  ])('content-type %j: %s', async (type, status) => {
    const { server } = await serve()
    expect((await send(server.port, { body: ASK, headers: { 'content-type': type } })).status).toBe(status)
  })

  test.each([
    ['localhost', 200],
    ['LocalHost:8545', 200],
    ['127.0.0.1:1', 200],
    ['[::1]:8545', 200],
    ['[::1]', 200],
    ['192.168.1.7', 200],
    ['evil.example', 403],
    ['EVMPP:8545', 200],
    ['evmpp.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
  ])('Host %j: %s', async (host, status) => {
    const { server } = await serve({ hosts: ['evmpp'] })
    const reply = await send(server.port, { body: ASK, headers: { host } })
    expect(reply.status).toBe(status)
    if (status === 403) expect(reply.body).toContain(`--vhosts ${host}`)
  })

  test.each([
    ['http://localhost:3000', true],
    ['https://app.localhost', true],
    ['http://127.0.0.1:5173', true],
    ['http://[::1]:1', true],
    ['chrome-extension://nkbihfbeogaeaoehlefnkodbefgpgknn', true],
    ['moz-extension://0000', true],
    ['https://dapp.example', true],
    ['https://evil.example', false],
    ['http://192.168.1.7', false],
    ['http://localhost.evil.example', false],
    ['null', false],
  ])('Origin %j: %s', async (origin, isAllowed) => {
    const { server } = await serve({ corsOrigins: ['https://dapp.example'] })
    const reply = await send(server.port, { body: ASK, headers: { origin } })
    expect(reply.status).toBe(isAllowed ? 200 : 403)
    // Also whoever is refused can read why.
    expect(reply.headers['access-control-allow-origin']).toBe(origin)
    if (!isAllowed) expect(reply.body).toMatch(/not allowed: start the node with --cors/)
  })

  test('a browser may ask first', async () => {
    const { server } = await serve()
    const headers = {
      origin: 'http://localhost:3000',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-api-key,traceparent',
    }
    const reply = await send(server.port, { method: 'OPTIONS', headers })
    expect(reply.status).toBe(204)
    expect(reply.headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'content-type,x-api-key,traceparent',
    })
  })

  test('requests of one connection are answered one after the other, in order', async () => {
    const { server } = await serve()
    const ids = Array.from({ length: 50 }, (_, id) => id)
    const answers = await pipeline(server.port, ids.map(rawRequest))
    expect([...answers.matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id))).toEqual(ids)
  })

  test('a connection with too many requests that wait is cut off, and the node goes on', async () => {
    const { server } = await serve()
    const answers = await pipeline(
      server.port,
      Array.from({ length: 5_000 }, (_, id) => rawRequest(id)),
    )
    expect([...answers.matchAll(/"id":/g)].length).toBeLessThan(1_000)
    expect((await send(server.port, { body: ASK })).body).toBe(ANSWER)
  })

  test('a request too large is answered, so that nobody retries it', async () => {
    const { server } = await serve({ limits: { maxBodyBytes: 100 } })
    const { status, body } = await send(server.port, { body: JSON.stringify({ padding: 'x'.repeat(200) }) })
    expect(status).toBe(200)
    expect(JSON.parse(body)).toEqual({
      jsonrpc: '2.0',
      id: null,
      error: { code: -32602, message: 'request too large: at most 100 bytes' },
    })
  })

  test.each([
    ['GET', '/', 405],
    ['PUT', '/', 405],
    ['POST', '/other', 404],
    ['GET', '/livez', 200],
    ['GET', '/readyz', 200],
  ])('%s %s: %i', async (method, path, status) => {
    const { server } = await serve()
    expect((await send(server.port, { method, path })).status).toBe(status)
  })

  test('tells those who watch where it stands', async () => {
    const { node, server } = await serve()
    node.mine()
    expect(JSON.parse((await send(server.port, { method: 'GET', path: '/livez' })).body)).toEqual({ status: 'ok' })
    expect(JSON.parse((await send(server.port, { method: 'GET', path: '/readyz' })).body)).toEqual({
      status: 'ready',
      blockNumber: 1,
    })
  })

  test('a port that is taken', async () => {
    const { server } = await serve()
    await expect(serve({ port: server.port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `port ${server.port} on 127.0.0.1 is in use`,
    })
  })
})

/** A client that collects what it hears. */
async function connect(server: RpcServer, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}`, { headers })
  const heard: Record<string, unknown>[] = []
  socket.on('message', (data) => heard.push(JSON.parse(String(data))))
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  let id = 0
  const ask = async (method: string, ...params: unknown[]): Promise<Record<string, unknown>> => {
    id += 1
    const own = id
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: own, method, params }))
    return vi.waitFor(() => {
      const answer = heard.find((message) => message.id === own)
      if (answer === undefined) throw new Error(`no answer to ${method}`)
      return answer
    })
  }
  const notifications = () => heard.filter((message) => message.method === 'eth_subscription')
  return { socket, heard, ask, notifications }
}

describe('WebSocket', () => {
  test('answers requests and batches', async () => {
    const { server } = await serve()
    const { socket, heard, ask } = await connect(server)
    expect(await ask('eth_chainId')).toEqual(JSON.parse(ANSWER))
    socket.send(`[${ASK},${ASK}]`)
    await vi.waitFor(() => expect(heard).toHaveLength(2))
    expect(heard[1]).toEqual([JSON.parse(ANSWER), JSON.parse(ANSWER)])
  })

  test.each([
    ['newHeads', [], { number: '0x1', hash: expect.stringMatching(/^0x/), mixHash: expect.any(String) }],
    ['logs', [{ address: EMITTER }], { address: EMITTER, blockNumber: '0x1', data: '0xab', removed: false }],
    ['newPendingTransactions', [], expect.stringMatching(/^0x[0-9a-f]{64}$/)],
    ['newPendingTransactions', [true], { to: EMITTER, blockHash: null, nonce: '0x0' }],
  ])('subscribes to %s %j', async (kind, detail, expected) => {
    const { server } = await serve()
    const { ask, notifications } = await connect(server)
    const subscription = (await ask('eth_subscribe', kind, ...detail)).result
    await ask('eth_sendRawTransaction', rawOf())
    await vi.waitFor(() => expect(notifications()).toHaveLength(1))
    expect(notifications()[0]).toEqual({
      jsonrpc: '2.0',
      method: 'eth_subscription',
      params: {
        subscription,
        result:
          typeof expected === 'object' && !('asymmetricMatch' in expected)
            ? expect.objectContaining(expected)
            : expected,
      },
    })
    expect((await ask('eth_unsubscribe', subscription)).result).toBe(true)
    await ask('eth_sendRawTransaction', rawOf({ nonce: 1n }))
    expect(notifications()).toHaveLength(1)
    expect((await ask('eth_unsubscribe', subscription)).error).toEqual({
      code: -32000,
      message: 'subscription not found',
    })
  })

  test('does not tell of logs that nobody asked for', async () => {
    const { server } = await serve()
    const { ask, notifications } = await connect(server)
    await ask('eth_subscribe', 'logs', { address: STRANGER })
    await ask('eth_sendRawTransaction', rawOf())
    expect(notifications()).toEqual([])
  })

  test('the id of a subscription comes before its first message', async () => {
    const { node, server } = await serve()
    const { socket, heard } = await connect(server)
    const subscribe = { jsonrpc: '2.0', id: 1, method: 'eth_subscribe', params: ['newHeads'] }
    const mine = { jsonrpc: '2.0', id: 2, method: 'evm_mine', params: [] }
    // Within one batch the block is there before the answer is.
    socket.send(JSON.stringify([subscribe, mine]))
    await vi.waitFor(() => expect(heard).toHaveLength(2))
    expect(heard[0]).toMatchObject([{ id: 1 }, { id: 2 }])
    expect(heard[1]).toMatchObject({ method: 'eth_subscription' })
    expect(node.context.archive.head().blockNumber).toBe(1n)
  })

  test('receipts of chosen transactions are told, and that the node does not sync', async () => {
    const { node, server } = await serve()
    const { socket, ask } = await connect(server)
    const told: { subscription: unknown; result: unknown }[] = []
    socket.on('message', (data) => {
      const message = JSON.parse(String(data))
      if (message.method === 'eth_subscription') told.push(message.params)
    })
    const syncing = (await ask('eth_subscribe', 'syncing')).result
    const other = (await ask('eth_subscribe', 'transactionReceipts', { transactionHashes: [`0x${'11'.repeat(32)}`] }))
      .result
    const all = (await ask('eth_subscribe', 'transactionReceipts')).result
    const hash = (await ask('eth_sendRawTransaction', rawOf())).result
    node.emit({ kind: 'block', produced: { ...node.mine(), dropped: [], failures: [] } })
    await vi.waitFor(() => expect(told.length).toBeGreaterThan(1))
    expect(told[0]).toEqual({ subscription: syncing, result: false })
    const receipts = told.filter(({ subscription }) => subscription === all)
    expect(receipts[0]?.result).toMatchObject([{ transactionHash: hash, status: '0x1' }])
    expect(told.some(({ subscription }) => subscription === other)).toBe(false)
  })

  test('a path with a query is the same as without', async () => {
    const { server } = await serve()
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/?apikey=1`)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    socket.close()
  })

  test('there are no other subscriptions', async () => {
    const { server } = await serve()
    const { ask } = await connect(server)
    expect((await ask('eth_subscribe', 'weather')).error).toEqual({
      code: -32601,
      message: 'no "weather" subscription in eth namespace',
    })
  })

  test('open connections and their subscriptions are counted', async () => {
    const { server } = await serve()
    const [first, second] = [await connect(server), await connect(server)]
    const subscription = (await first.ask('eth_subscribe', 'newHeads')).result
    await second.ask('eth_subscribe', 'newHeads')
    await second.ask('eth_subscribe', 'logs', {})
    const load = () => {
      const { connections, subscriptions } = server.webSockets()
      return { connections, ...Object.fromEntries(subscriptions) }
    }
    expect(load()).toMatchObject({ connections: 2, newHeads: 2, logs: 1, newPendingTransactions: 0 })
    await first.ask('eth_unsubscribe', subscription)
    second.socket.close()
    await vi.waitFor(() =>
      expect(load()).toMatchObject({ connections: 1, newHeads: 0, logs: 0, newPendingTransactions: 0 }),
    )
  })

  test('subscriptions and connections have limits', async () => {
    const { server } = await serve({ limits: { maxSubscriptions: 1, maxConnections: 1 } })
    const { ask } = await connect(server)
    await ask('eth_subscribe', 'newHeads')
    expect((await ask('eth_subscribe', 'newHeads')).error).toEqual({
      code: -32000,
      message: 'this connection has 1 subscriptions: end some',
    })
    await expect(connect(server)).rejects.toThrow('503')
  })

  test('all connections together have eight times the subscriptions of one', async () => {
    const { server } = await serve({ limits: { maxSubscriptions: 2 } })
    const clients = await Promise.all(Array.from({ length: 9 }, () => connect(server)))
    for (const { ask } of clients.slice(0, 8))
      for (let count = 0; count < 2; count += 1) await ask('eth_subscribe', 'newHeads')
    const [first, last] = [clients[0], clients[8]]
    expect((await last?.ask('eth_subscribe', 'newHeads'))?.error).toEqual({
      code: -32000,
      message: 'this node has 16 subscriptions: try again later',
    })
    first?.socket.close()
    await vi.waitFor(async () => expect((await last?.ask('eth_subscribe', 'newHeads'))?.error).toBeUndefined())
  })

  test.each([
    ['a strange Origin', { origin: 'https://evil.example' }],
    ['a strange Host', { host: 'evil.example' }],
  ])('refuses %s', async (_, headers) => {
    const { server } = await serve()
    await expect(connect(server, headers as Record<string, string>)).rejects.toThrow('403')
  })

  test('a client that does not read is dropped', async () => {
    const { node, server } = await serve({ limits: { maxBufferedBytes: 1000 } })
    const { socket, ask } = await connect(server)
    await ask('eth_subscribe', 'newHeads')
    socket.pause()
    const closed = new Promise<string>((resolve) => socket.once('close', (_code, reason) => resolve(String(reason))))
    // Far more than the buffers of the operating system hold.
    for (let index = 0; index < 20_000; index += 1)
      node.emit({ kind: 'block', produced: { ...node.mine(), dropped: [], failures: [] } })
    socket.resume()
    expect(await closed).toMatch(/^(slow reader: \d+ bytes wait, at most 1000 may)?$/)
    await vi.waitFor(() => expect(socket.readyState).toBe(WebSocket.CLOSED))
  })
})

describe('closing', () => {
  test('does not wait for open connections', async () => {
    const { server } = await serve()
    const { socket } = await connect(server)
    // Kept alive: fetch does not close it by itself.
    await (
      await fetch(server.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: ASK })
    ).text()
    const code = new Promise((resolve) => socket.once('close', resolve))
    await server.close()
    expect(await code).toBe(1001)
    await expect(fetch(server.url)).rejects.toThrow()
  })

  test('does not wait for a request that never ends, nor for a client that does not answer', async () => {
    const { node, server } = await serve()
    let isCalled = false
    const call = () => {
      isCalled = true
      return new Promise(() => undefined)
    }
    Object.assign(node.context.simulator, { call })
    const { socket } = await connect(server)
    socket.pause()
    const hanging = send(server.port, {
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_call', params: [{}] }),
    })
    const cut = expect(hanging).rejects.toThrow()
    await vi.waitFor(() => expect(isCalled).toBe(true))
    await server.close()
    await cut
    socket.resume()
  })
})
