import { BaseError } from '../primitives/index.ts'
import type { RpcLimits } from '../rpc/index.ts'
import type { NodeEvent } from './options.ts'

/**
 * Files that a node may have open without any connection: Node's own, its threads', the store's and the
 * listening sockets. A development node that has just started has about 30; a network's node, more
 * threads and a database that compacts need more.
 */
const LEAST_FILES = 128

/** What a node is about to have open, and how it says that it is too much. */
export type OpenFilesParts = {
  readonly limits: Pick<RpcLimits, 'maxConnections' | 'maxHttpConnections'>
  /** Connections of other nodes. */
  readonly maxPeers: number
  readonly onEvent: (event: NodeEvent) => void
  /** Files that this process may open; undefined when nobody says. */
  readonly allowed?: number | undefined
}

/**
 * Compares what the system lets this process open with what the node may need. Throws `TOO_FEW_FILES` when it cannot run
 * on that, and warns when all the clients that it may have would not find room: then connections wait, and the store may
 * fail, which ends the node.
 */
export function checkOpenFiles({ limits, maxPeers, onEvent, allowed = allowedFiles() }: OpenFilesParts): void {
  if (allowed === undefined) return
  if (allowed < LEAST_FILES) {
    throw new BaseError('TOO_FEW_FILES', `this process may open ${allowed} files, and a node needs ${LEAST_FILES}`, {
      advice: ['Raise the limit: "ulimit -n 4096" in the same shell, LimitNOFILE= in a systemd unit.'],
    })
  }
  const needed = LEAST_FILES + limits.maxConnections + limits.maxHttpConnections + maxPeers
  if (allowed >= needed) return
  const message = `this process may open ${allowed} files, and with all clients that it may have it needs ${needed}: raise the limit ("ulimit -n 4096"), or lower --max-http-connections`
  onEvent({ kind: 'warning', message })
}

/** The process's limit of open files; undefined when there is none, or none is told (Windows). */
function allowedFiles(): number | undefined {
  const report: unknown = process.report.getReport()
  const limits = memberOf(memberOf(report, 'userLimits'), 'open_files')
  const soft = memberOf(limits, 'soft')
  return typeof soft === 'number' ? soft : undefined
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
