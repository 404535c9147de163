import type { Bytes } from '../../primitives/index.ts'
import { rlpDecode, rlpEncode } from '../../primitives/index.ts'
import type { Evidence } from '../types.ts'
import { address, type Codec, count, struct, variant } from './codec.ts'
import { tipCodec, voteCodec } from './wire.ts'

const offence = { validator: address, epoch: count, round: count }

const evidence: Codec<Evidence> = variant<Evidence>({
  doubleVote: struct({ ...offence, first: voteCodec, second: voteCodec }),
  doubleProposal: struct({ ...offence, first: tipCodec, second: tipCodec }),
})

/** A proof as bytes, for a disk. */
export function encodeEvidence(value: Evidence): Bytes {
  return rlpEncode(evidence.encode(value))
}

/** The proof that `encodeEvidence` made these bytes of. Throws `INVALID_RLP` or `RLP_INVALID_VALUE` for any other bytes. */
export function decodeEvidence(encoded: Bytes): Evidence {
  return evidence.decode(rlpDecode(encoded), 'evidence')
}
