import type { DialFault, PeerEvent } from '../../network/index.ts'
import type { NodeEvent } from '../options.ts'

const FAULTS: Readonly<Record<DialFault, string>> = {
  noAnswer: 'nobody answers at its address; it is tried again and again',
  wrongKey: 'whoever answers at its address has another key',
  otherNetwork: 'it belongs to another network (another genesis), or is of another version',
}

/** What a person wants to know of a connection. */
export function peerNodeEvent(event: PeerEvent): NodeEvent {
  const { peer } = event
  switch (event.kind) {
    case 'up':
      return { kind: 'peer', peer, isConnected: true, reason: undefined }
    case 'down':
      return { kind: 'peer', peer, isConnected: false, reason: `${event.reason}, by ${event.by}` }
    case 'unreachable':
      return { kind: 'warning', message: `cannot connect to ${peer}: ${FAULTS[event.fault]}` }
  }
}
