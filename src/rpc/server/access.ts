import { isIP } from 'node:net'
import { inspect } from '../../primitives/index.ts'

/** Whom a server answers, besides this machine: names of hosts, and origins of pages. `*` in a list means all. */
export type AccessRules = {
  /** Names in the Host header, in lower case. */
  readonly hosts: readonly string[]
  readonly corsOrigins: readonly string[]
}

const EXTENSION_PROTOCOLS = ['chrome-extension:', 'moz-extension:', 'safari-web-extension:']

/**
 * Why a request is not answered, a sentence that names the option; undefined when it is. Source: geth's `--http.vhosts` and
 * `--http.corsdomain`.
 */
export function accessRefusal(
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  { hosts, corsOrigins }: AccessRules,
): string | undefined {
  if (!isAllowedHost(headers.host, hosts)) {
    const name = headers.host === undefined ? undefined : hostName(headers.host)
    if (name === undefined) return 'The Host header cannot be read.'
    return `The host name ${inspect(name)} is not allowed: start the node with --vhosts ${name}, or use localhost or an IP address.`
  }
  if (isAllowedOrigin(headers.origin, corsOrigins)) return undefined
  return `Pages of the origin ${inspect(headers.origin)} are not allowed: start the node with --cors and that origin.`
}

/**
 * Whether a request's Host header is ours. A name that a stranger owns can be made to point here (DNS rebinding), and a
 * browser then takes the stranger's page for ours; only `localhost` and addresses written as numbers cannot.
 */
function isAllowedHost(header: string | undefined, added: readonly string[]): boolean {
  if (added.includes('*')) return true
  const name = header === undefined ? undefined : hostName(header)
  return name !== undefined && (name === 'localhost' || isIP(name) !== 0 || added.includes(name))
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
function isAllowedOrigin(origin: string | undefined, added: readonly string[]): boolean {
  if (origin === undefined || added.includes('*') || added.includes(origin)) return true
  const url = URL.canParse(origin) ? new URL(origin) : undefined
  if (url === undefined) return false
  return EXTENSION_PROTOCOLS.includes(url.protocol) || isLoopback(url.hostname)
}

/** True for a name or an address of this machine that no other reaches. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost')) return true
  if (hostname === '[::1]' || hostname === '::1') return true
  return isIP(hostname) === 4 && hostname.startsWith('127.')
}
