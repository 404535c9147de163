import { isIP } from 'node:net'

const EXTENSION_PROTOCOLS = ['chrome-extension:', 'moz-extension:', 'safari-web-extension:']

/**
 * Whether a request's Host header is ours. A name that a stranger owns can be made to point here (DNS rebinding), and a
 * browser then takes the stranger's page for ours; only `localhost` and addresses written as numbers cannot.
 */
export function isAllowedHost(header: string | undefined): boolean {
  const name = header === undefined ? undefined : hostName(header)
  return name !== undefined && (name === 'localhost' || isIP(name) !== 0)
}

/** The name in a Host header, without port and brackets, in lower case. */
function hostName(header: string): string | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(header)
  return (match?.[1] ?? match?.[2])?.toLowerCase()
}

/**
 * Whether a page of this origin may talk to us: pages on this machine, browser extensions, and what the operator added
 * (`*` adds all). No Origin header means no browser.
 */
export function isAllowedOrigin(origin: string | undefined, added: readonly string[]): boolean {
  if (origin === undefined || added.includes('*') || added.includes(origin)) return true
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url === undefined) return false
  return EXTENSION_PROTOCOLS.includes(url.protocol) || isLoopback(url.hostname)
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]') return true
  return isIP(hostname) === 4 && hostname.startsWith('127.')
}
