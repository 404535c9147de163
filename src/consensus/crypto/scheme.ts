import type { Bytes } from '../../primitives/index.ts'
import { possessionMessage } from '../signing.ts'

/**
 * Signatures that add up: many signatures of one message become one, checked against all the keys at once. Pure: equal
 * arguments give equal results. Nothing here throws on bytes that came from a peer; they are simply not valid.
 *
 * Aggregates are only safe over keys whose owners have proved that they have them ({@link provesPossession}); otherwise a
 * key can be chosen so that it cancels others.
 */
export interface SignatureScheme {
  /** The public key of a secret key. Throws `INVALID_CONSENSUS_KEY` when the bytes are no secret key. */
  publicKey(secretKey: Bytes): Bytes
  /** Throws `INVALID_CONSENSUS_KEY` as above. Deterministic: a message has one signature per key. */
  sign(secretKey: Bytes, message: Bytes): Bytes
  verify(publicKey: Bytes, message: Bytes, signature: Bytes): boolean
  /** One signature of the same length for all; undefined when one of them is not a signature of anything. */
  aggregate(signatures: readonly Bytes[]): Bytes | undefined
  /** True when `signature` adds up signatures of `message` by exactly these keys, at least one. */
  verifyAggregate(publicKeys: readonly Bytes[], message: Bytes, signature: Bytes): boolean
}

/** One signature of a message that others sign too. `signer` is whatever the caller knows it by. */
export type SignedBy = { readonly signer: number; readonly publicKey: Bytes; readonly signature: Bytes }

/** Signatures that add up, and the signers of those that did not. */
export type Tally = {
  readonly signers: readonly number[]
  readonly signature: Bytes
  readonly forgers: readonly number[]
}

/**
 * Adds up all valid signatures of `message` among `signed`. One check when all are valid; otherwise halves are checked until
 * every bad one is found: about 2 b log2(n / b) checks for b of n, so that a liar costs little and stops nothing
 * (invariant 16). Source: notes 2.1, onVote.
 */
export function tally(scheme: SignatureScheme, message: Bytes, signed: readonly SignedBy[]): Tally {
  const forgers = findForgers(scheme, message, signed)
  const honest = signed.filter(({ signer }) => !forgers.includes(signer))
  const signature = scheme.aggregate(honest.map((one) => one.signature)) ?? new Uint8Array(0)
  return { signers: honest.map(({ signer }) => signer).sort((a, b) => a - b), signature, forgers }
}

function findForgers(scheme: SignatureScheme, message: Bytes, signed: readonly SignedBy[]): readonly number[] {
  if (signed.length === 0) return []
  const signature = scheme.aggregate(signed.map((one) => one.signature))
  const keys = signed.map(({ publicKey }) => publicKey)
  if (signature !== undefined && scheme.verifyAggregate(keys, message, signature)) return []
  const [only] = signed
  if (signed.length === 1 && only !== undefined) return [only.signer]
  const half = signed.length >> 1
  return [...findForgers(scheme, message, signed.slice(0, half)), ...findForgers(scheme, message, signed.slice(half))]
}

/** A proof that the owner of `secretKey` has it: its signature of its own public key. */
export function provePossession(scheme: SignatureScheme, chainId: number, secretKey: Bytes): Bytes {
  return scheme.sign(secretKey, possessionMessage(chainId, scheme.publicKey(secretKey)))
}

/** Checks {@link provePossession}; a validator's key is registered only with such a proof. */
export function provesPossession(scheme: SignatureScheme, chainId: number, publicKey: Bytes, proof: Bytes): boolean {
  return scheme.verify(publicKey, possessionMessage(chainId, publicKey), proof)
}
