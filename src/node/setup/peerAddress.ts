import type { PeerId } from '../../network/index.ts'

/** Whether the text can be the peer id of an ed25519 key: the prefix decides the first digits, the length the rest. */
export function isPeerId(text: string): text is PeerId {
  return /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/.test(text)
}

/** Whether the text is a name or an address and a port: `127.0.0.1:30300`, `[::1]:30300`, `validator.example:30300`. */
export function isHostAndPort(text: string): boolean {
  const match = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})$/.exec(text)
  const port = Number(match?.[1])
  return port > 0 && port <= 65_535
}

/** A node and where it listens as people write it: `<peer id>@<host>:<port>`. The network room's `parseContact` reads it. */
export function contactText(id: PeerId, host: string, port: number): string {
  return `${id}@${host.includes(':') ? `[${host}]` : host}:${port}`
}
