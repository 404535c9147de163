import { bls12_381 } from '@noble/curves/bls12-381.js'
import type { Bytes } from '../../primitives/index.ts'
import { BaseError } from '../../primitives/index.ts'
import { attempt } from '../attempt.ts'
import type { SignatureScheme } from './scheme.ts'

/** Hash to curve for signatures whose keys come with a proof of possession. Source: draft-irtf-cfrg-bls-signature-05, 4.2.3. */
const SUITE = 'BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_'

const bls = bls12_381.longSignatures
const { Point: PublicKeyPoint } = bls12_381.G1
const { Point: SignaturePoint } = bls12_381.G2

/**
 * BLS12-381 in TypeScript: public keys of 48 bytes, signatures of 96. Slow (a check takes tens of milliseconds) and
 * everywhere; `createBlstScheme` makes the same bytes and is what validators use.
 */
export function createNobleBlsScheme(): SignatureScheme {
  const hash = (message: Bytes) => bls.hash(message, SUITE)
  const verifyAggregate = (publicKeys: readonly Bytes[], message: Bytes, signature: Bytes) =>
    attempt(() => {
      const points = publicKeys.map(readPublicKey)
      return bls.verify(readSignature(signature), hash(message), bls.aggregatePublicKeys(points))
    }) ?? false
  return {
    publicKey: (secretKey) => withKey(() => bls.getPublicKey(secretKey).toBytes()),
    sign: (secretKey, message) => withKey(() => bls.sign(hash(message), secretKey).toBytes()),
    verify: (publicKey, message, signature) => verifyAggregate([publicKey], message, signature),
    aggregate: (signatures) => attempt(() => bls.aggregateSignatures(signatures.map(readSignature)).toBytes()),
    verifyAggregate,
  }
}

/** A point of the right group that is not its neutral element, or an exception. */
function readPublicKey(bytes: Bytes) {
  const point = PublicKeyPoint.fromBytes(bytes)
  point.assertValidity()
  return point
}

/** The same for signatures; their check lets the neutral element pass. */
function readSignature(bytes: Bytes) {
  const point = SignaturePoint.fromBytes(bytes)
  point.assertValidity()
  if (point.is0()) throw new BaseError('INVALID_CONSENSUS_KEY', 'the neutral element signs nothing')
  return point
}

function withKey(use: () => Bytes): Bytes {
  const result = attempt(use)
  if (result === undefined) throw new BaseError('INVALID_CONSENSUS_KEY', 'the bytes are no secret key of BLS12-381')
  return result
}
