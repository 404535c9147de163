import type { NodeEvent } from '../node/index.ts'

/** One event as one line for people. */
export function renderEvent(event: NodeEvent): string {
  switch (event.kind) {
    case 'block':
      return `block ${event.number}  ${event.transactions} tx  ${event.gasUsed} gas  ${event.hash}`
    case 'idleBlocks':
      return `blocks ${event.first} to ${event.last}  ${event.last - event.first + 1n} blocks without transactions`
    case 'transaction':
      return `  ${event.hash}  ${event.error === undefined ? 'ok' : `failed: ${event.error}`}  ${event.gasUsed} gas${event.contractAddress === undefined ? '' : `  created ${event.contractAddress}`}`
    case 'dropped':
      return `  ${event.hash}  dropped: ${event.reason}`
    case 'peer':
      return `peer ${event.peer} ${event.isConnected ? 'connected' : `disconnected: ${event.reason}`}`
    case 'stateSync':
      return `state of block ${event.blockNumber}: ${event.parts} parts, ${event.bytes} bytes${event.isDone ? ', all of it' : ''}`
    case 'warning':
      return `warning: ${event.message}`
  }
}
