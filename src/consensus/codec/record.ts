import type { Bytes } from '../../primitives/index.ts'
import { rlpDecode, rlpEncode } from '../../primitives/index.ts'
import { MAX_PUBLIC_KEY_BYTES, MAX_VALIDATORS } from '../limits.ts'
import type { Epoch, Root, SafetyRecord, Validator, ValidatorSet } from '../types.ts'
import { address, bytes, type Codec, count, hash, list, optional, stake, struct, text } from './codec.ts'
import { certificateCodec, qcCodec, timeoutCodec, tipCodec, voteCodec } from './wire.ts'

/** Epochs of one record: the root's, the one before it and what is scheduled. */
const MAX_EPOCHS = 1_024
const MAX_REASON_BYTES = 1_000

const validator: Codec<Validator> = struct({ id: address, publicKey: bytes(MAX_PUBLIC_KEY_BYTES), stake })

const validatorSet: Codec<ValidatorSet> = struct({
  epoch: count,
  seed: hash,
  validators: list(validator, MAX_VALIDATORS),
  totalStake: stake,
})

const epoch: Codec<Epoch> = struct<Epoch>({
  epoch: count,
  boundaryId: hash,
  startRound: count,
  validators: optional(validatorSet),
})

const root: Codec<Root> = struct({ id: hash, height: count, round: count, timestampMs: count })

const record: Codec<SafetyRecord> = struct<SafetyRecord>({
  epochs: list(epoch, MAX_EPOCHS),
  highVote: count,
  lastVote: optional(voteCodec),
  lastTimeout: optional(timeoutCodec),
  highRefusal: optional(struct({ round: count, tipId: hash })),
  highPropose: count,
  highTip: optional(tipCodec),
  highQc: qcCodec,
  highCertificate: certificateCodec,
  root,
  haltReason: optional(text(MAX_REASON_BYTES)),
})

/** A safety record as bytes, for a disk. */
export function encodeRecord(value: SafetyRecord): Bytes {
  return rlpEncode(record.encode(value))
}

/** The record that `encodeRecord` made these bytes of. Throws `INVALID_RLP` or `RLP_INVALID_VALUE` for any other bytes. */
export function decodeRecord(encoded: Bytes): SafetyRecord {
  return record.decode(rlpDecode(encoded), 'safety record')
}
