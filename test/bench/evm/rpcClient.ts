import { Agent, request } from 'node:http'

/** JSON-RPC over one HTTP connection that is kept open. */
export type RpcClient = {
  /** The result. Throws what the server says. */
  call(method: string, params: readonly unknown[]): Promise<unknown>
  close(): void
}

/** A client of the server on this port of the loopback. */
export function createRpcClient(port: number): RpcClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    async call(method, params) {
      const text = await post(agent, port, JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }))
      const answer = JSON.parse(text) as { readonly result?: unknown; readonly error?: { readonly message: string } }
      if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`)
      return answer.result
    },
    close: () => agent.destroy(),
  }
}

function post(agent: Agent, port: number, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, agent, method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
