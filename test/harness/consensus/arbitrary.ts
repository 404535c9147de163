import fc from 'fast-check'
import type {
  Block,
  Evidence,
  Extension,
  Header,
  Message,
  QuorumCertificate,
  RoundCertificate,
  SafetyRecord,
  Timeout,
  TimeoutCertificate,
  Tip,
  Vote,
} from '../../../src/consensus/index.ts'
import { addressFromBytes, hashFromBytes } from '../../../src/primitives/index.ts'

const round = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 2 ** 48 - 1 }))
const signature = fc.uint8Array({ maxLength: 96 })
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hashFromBytes)
const address = fc.uint8Array({ minLength: 20, maxLength: 20 }).map(addressFromBytes)
const signer = fc.nat({ max: 299 })
const signers = fc.uniqueArray(signer, { maxLength: 9 }).map((some) => some.sort((a, b) => a - b))
const body = fc.uint8Array({ maxLength: 60 })
const maybe = <value>(one: fc.Arbitrary<value>) => fc.option(one, { nil: undefined })
const ballot = { epoch: round, round, blockId: hash }
const refusal = { epoch: round, round, tipId: hash, tipQcRound: round }

const vote: fc.Arbitrary<Vote> = fc.record({ ...ballot, signer, signature })
const qc: fc.Arbitrary<QuorumCertificate> = fc.record({ ...ballot, signers, signature })
const header: fc.Arbitrary<Header> = fc.record({
  epoch: round,
  round,
  height: round,
  qc,
  timestampMs: round,
  payloadHash: hash,
  executionHash: hash,
})
const group = fc.record({ qcRound: round, tipRound: round, signers, signature })
const plainTip: fc.Arbitrary<Tip> = fc.record({ header, signature, fresh: fc.constant(undefined) })
const extensionOf = (tip: fc.Arbitrary<Tip>): fc.Arbitrary<Extension> =>
  fc.oneof(fc.record({ kind: fc.constant('qc' as const), qc }), fc.record({ kind: fc.constant('tip' as const), tip }))
const tcOf = (tip: fc.Arbitrary<Tip>): fc.Arbitrary<TimeoutCertificate> =>
  fc.record({ epoch: round, round, groups: fc.array(group, { maxLength: 3 }), extension: extensionOf(tip) })
const tip: fc.Arbitrary<Tip> = fc.record({
  header,
  signature,
  fresh: maybe(
    fc.oneof(
      fc.record({ kind: fc.constant('noTip' as const), certificate: tcOf(plainTip) }),
      fc.record({
        kind: fc.constant('noEndorsement' as const),
        certificate: fc.record({ ...refusal, signers, signature }),
      }),
    ),
  ),
})
const tc = tcOf(tip)
const certificate: fc.Arbitrary<RoundCertificate> = fc.oneof(
  fc.record({ kind: fc.constant('qc' as const), qc }),
  fc.record({ kind: fc.constant('tc' as const), tc }),
)
const timeout: fc.Arbitrary<Timeout> = fc.record({
  epoch: round,
  round,
  qcRound: round,
  tipRound: round,
  signer,
  signature,
  extension: extensionOf(tip),
  voteSignature: maybe(signature),
  certificate: maybe(certificate),
})

export const blocks: fc.Arbitrary<Block> = fc.record({ header, body })

/** Any message, however senseless. */
export const messages: fc.Arbitrary<Message> = fc.oneof(
  fc.record({
    kind: fc.constant('proposal' as const),
    proposal: fc.record({ epoch: round, round, tip, body, tc: maybe(tc) }),
  }),
  fc.record({ kind: fc.constant('vote' as const), vote }),
  fc.record({ kind: fc.constant('timeout' as const), timeout }),
  fc.record({ kind: fc.constant('recovery' as const), recovery: fc.record({ epoch: round, round, tc }) }),
  fc.record({
    kind: fc.constant('noEndorsement' as const),
    noEndorsement: fc.record({ ...refusal, signer, signature }),
  }),
  fc.record({ kind: fc.constant('advance' as const), certificate }),
  fc.record({
    kind: fc.constant('blockRequest' as const),
    request: fc.record({ targetId: hash, afterHeight: round }),
  }),
  fc.record({ kind: fc.constant('blocks' as const), blocks: fc.array(blocks, { maxLength: 4 }) }),
)

const validators = fc.record({
  epoch: round,
  seed: hash,
  validators: fc.array(
    fc.record({ id: address, publicKey: fc.uint8Array({ maxLength: 48 }), stake: fc.bigInt(0n, 2n ** 128n - 1n) }),
    { maxLength: 3 },
  ),
  totalStake: fc.bigInt(0n, 2n ** 128n - 1n),
})

const offence = { validator: address, epoch: round, round }

/** Any proof against a validator, which proves nothing. */
export const proofs: fc.Arbitrary<Evidence> = fc.oneof(
  fc.record({ kind: fc.constant('doubleVote' as const), ...offence, first: vote, second: vote }),
  fc.record({ kind: fc.constant('doubleProposal' as const), ...offence, first: tip, second: tip }),
)

/** Any safety record, however senseless. */
export const records: fc.Arbitrary<SafetyRecord> = fc.record({
  epochs: fc.array(fc.record({ epoch: round, boundaryId: hash, startRound: round, validators: maybe(validators) }), {
    maxLength: 3,
  }),
  highVote: round,
  lastVote: maybe(vote),
  lastTimeout: maybe(timeout),
  highRefusal: maybe(fc.record({ round, tipId: hash })),
  highPropose: round,
  highTip: maybe(tip),
  highQc: qc,
  highCertificate: certificate,
  root: fc.record({ id: hash, height: round, round, timestampMs: round }),
  haltReason: maybe(fc.string({ unit: 'binary', maxLength: 40 })),
})
