import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BaseError, messageOf } from '../../primitives/index.ts'

/** Where to listen; port 0 takes a free one. */
export type Endpoint = { readonly host: string; readonly port: number }

/** Listens, and tells the port. Throws `PORT_IN_USE`, or `CANNOT_LISTEN` for a host or a port that may not be used. */
export async function listen(server: Server, { host, port }: Endpoint): Promise<number> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw listenError(cause, host, port)
  }
  const address = server.address() as AddressInfo
  return address.port
}

function listenError(cause: unknown, host: string, port: number): BaseError {
  if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    const advice = ['Stop the other program, or choose another port with --port.']
    return new BaseError('PORT_IN_USE', `port ${port} on ${host} is in use`, { advice, cause })
  }
  const advice = ['Choose another --host or --port.']
  return new BaseError('CANNOT_LISTEN', `cannot listen on ${host}:${port}: ${messageOf(cause)}`, { advice, cause })
}
