import type { IncomingMessage } from 'node:http'

/**
 * A request's body as text; undefined when it is longer than `maxBytes`. Read from the socket: through the web streams
 * that fetch's Request promises, a small request takes 340 us of processor time instead of 220 us.
 */
export function readBody(incoming: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let bytes = 0
    incoming.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes <= maxBytes) parts.push(part)
      else resolve(undefined)
    })
    incoming.on('end', () => resolve(Buffer.concat(parts).toString()))
    // The client has gone: whatever is answered, nobody hears it.
    incoming.on('error', () => resolve(''))
  })
}
