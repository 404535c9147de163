import { BaseError } from '../primitives/index.ts'
import type { PeerName } from './transport.ts'

const SENTENCES = {
  PEER_UNREACHABLE: 'is not connected',
  PEER_TIMEOUT: 'did not answer in time',
  PEER_BUSY: 'has too many of our requests to answer',
  PEER_REFUSED: 'cannot answer this request',
} as const

/** Why a request has no answer. */
export type PeerErrorCode = keyof typeof SENTENCES

/** A request to a peer failed; another peer may do better. */
export class PeerError extends BaseError {
  override readonly name = 'PeerError'
  readonly peer: PeerName

  constructor(code: PeerErrorCode, peer: PeerName) {
    super(code, `${peer} ${SENTENCES[code]}`)
    this.peer = peer
  }
}
