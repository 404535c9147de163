import type { Bytes, Hash, RlpItem } from '../../primitives/index.ts'
import { keccakHash, rlpDecode, rlpEncode } from '../../primitives/index.ts'
import { MAX_BODY_BYTES, MAX_SIGNATURE_BYTES, MAX_SYNC_BLOCKS, MAX_VALIDATORS } from '../limits.ts'
import type {
  Block,
  BlockRequest,
  Extension,
  FreshProof,
  Header,
  Message,
  NoEndorsement,
  NoEndorsementCertificate,
  Proposal,
  QuorumCertificate,
  Recovery,
  RoundCertificate,
  Timeout,
  TimeoutCertificate,
  TimeoutGroup,
  Tip,
  Vote,
} from '../types.ts'
import { bytes, type Codec, count, deferred, hash, list, optional, positions, struct, variant } from './codec.ts'

const signature = bytes(MAX_SIGNATURE_BYTES)
const signers = positions(MAX_VALIDATORS)
const body = bytes(MAX_BODY_BYTES)
const ballot = { epoch: count, round: count, blockId: hash }
const refusal = { epoch: count, round: count, tipId: hash, tipQcRound: count }

export const voteCodec: Codec<Vote> = struct({ ...ballot, signer: count, signature })

export const qcCodec: Codec<QuorumCertificate> = struct({ ...ballot, signers, signature })

const header: Codec<Header> = struct({
  epoch: count,
  round: count,
  height: count,
  qc: qcCodec,
  timestampMs: count,
  payloadHash: hash,
  executionHash: hash,
})

const block: Codec<Block> = struct({ header, body })

const noEndorsement: Codec<NoEndorsement> = struct({ ...refusal, signer: count, signature })

const noEndorsementCertificate: Codec<NoEndorsementCertificate> = struct({ ...refusal, signers, signature })

const timeoutGroup: Codec<TimeoutGroup> = struct({ qcRound: count, tipRound: count, signers, signature })

export const tipCodec: Codec<Tip> = struct({
  header,
  signature,
  fresh: optional(
    variant<FreshProof>({
      noEndorsement: struct({ certificate: noEndorsementCertificate }),
      noTip: struct({ certificate: deferred(() => timeoutCertificate) }),
    }),
  ),
})

const extension: Codec<Extension> = variant<Extension>({
  qc: struct({ qc: qcCodec }),
  tip: struct({ tip: tipCodec }),
})

const timeoutCertificate: Codec<TimeoutCertificate> = struct({
  epoch: count,
  round: count,
  groups: list(timeoutGroup, MAX_VALIDATORS),
  extension,
})

export const certificateCodec: Codec<RoundCertificate> = variant<RoundCertificate>({
  qc: struct({ qc: qcCodec }),
  tc: struct({ tc: timeoutCertificate }),
})

export const timeoutCodec: Codec<Timeout> = struct<Timeout>({
  epoch: count,
  round: count,
  qcRound: count,
  tipRound: count,
  signer: count,
  signature,
  extension,
  voteSignature: optional(signature),
  certificate: optional(certificateCodec),
})

const proposal: Codec<Proposal> = struct({
  epoch: count,
  round: count,
  tip: tipCodec,
  body,
  tc: optional(timeoutCertificate),
})

const recovery: Codec<Recovery> = struct({ epoch: count, round: count, tc: timeoutCertificate })

const blockRequest: Codec<BlockRequest> = struct({ targetId: hash, afterHeight: count })

const message: Codec<Message> = variant<Message>({
  proposal: struct({ proposal }),
  vote: struct({ vote: voteCodec }),
  timeout: struct({ timeout: timeoutCodec }),
  recovery: struct({ recovery }),
  noEndorsement: struct({ noEndorsement }),
  advance: struct({ certificate: certificateCodec }),
  blockRequest: struct({ request: blockRequest }),
  blocks: struct({ blocks: list(block, MAX_SYNC_BLOCKS) }),
})

/** A message as bytes. */
export function encodeMessage(value: Message): Bytes {
  return rlpEncode(message.encode(value))
}

/**
 * The message that `encodeMessage` made these bytes of. Throws `INVALID_RLP` or `RLP_INVALID_VALUE` for any other bytes and
 * nothing else (invariant 15). Signatures are not checked here.
 */
export function decodeMessage(encoded: Bytes): Message {
  return message.decode(rlpDecode(encoded), 'message')
}

/** A block as bytes, for a disk. */
export function encodeBlock(value: Block): Bytes {
  return rlpEncode(block.encode(value))
}

/** The block that `encodeBlock` made these bytes of. Throws `INVALID_RLP` or `RLP_INVALID_VALUE` for any other bytes. */
export function decodeBlock(encoded: Bytes): Block {
  return block.decode(rlpDecode(encoded), 'block')
}

const ids = new WeakMap<Header, Hash>()

/** Keccak-256 of the encoded header: the block's name, and the tip's. Remembered per header object. */
export function blockId(value: Header): Hash {
  const known = ids.get(value)
  if (known !== undefined) return known
  const id = keccakHash(rlpEncode(header.encode(value)))
  ids.set(value, id)
  return id
}

/** Numbers and hashes as RLP items: the fields that a signature covers (signing.ts). */
export function fieldsOf(...values: readonly (number | Hash)[]): readonly RlpItem[] {
  return values.map((value) => (typeof value === 'number' ? count.encode(value) : hash.encode(value)))
}
