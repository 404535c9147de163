import { isPeerId } from './peerId.ts'

/** A node and where it listens, `host:port` each. */
export type PeerAddress = { readonly id: string; readonly addresses: readonly string[] }

/** Whether the text is a name or an address and a port: `127.0.0.1:30300`, `[::1]:30300`, `validator.example:30300`. */
export function isHostAndPort(text: string): boolean {
  const match = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text)
  const port = Number(match?.[1])
  return port > 0 && port <= 65_535
}

/** Reads `<peer id>@<host>:<port>`; undefined for anything else. */
export function parsePeerAddress(text: string): PeerAddress | undefined {
  const [id = '', address = '', ...rest] = text.split('@')
  return isPeerId(id) && isHostAndPort(address) && rest.length === 0 ? { id, addresses: [address] } : undefined
}

/** The text that {@link parsePeerAddress} reads. */
export function peerAddressText(id: string, host: string, port: number): string {
  return `${id}@${host.includes(':') ? `[${host}]` : host}:${port}`
}
