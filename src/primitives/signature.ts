import { assert, BaseError } from './errors.ts'
import { addressFromBytes, concatBytes, fromHex, wordFromBytes, wordToBytes } from './hex.ts'
import { keccak256 } from './keccak.ts'
import { CURVE_ORDER, createNobleCurve, loadNativeCurve } from './secp256k1.ts'
import type { Address, Bytes, Hash } from './types.ts'

const curve = (await loadNativeCurve()) ?? createNobleCurve()

/** An ECDSA signature over secp256k1 with the parity of the curve point behind `r`. */
export type RecoverableSignature = { readonly r: bigint; readonly s: bigint; readonly yParity: 0 | 1 }

/** EIP-2: a transaction's s may not lie above this; the other half would be a second signature of the same thing. */
export const MAX_LOW_S = CURVE_ORDER / 2n

/** True when r and s are in 1 to n-1: what ECDSA itself asks for. */
export function isSignatureInRange(signature: { readonly r: bigint; readonly s: bigint }): boolean {
  const { r, s } = signature
  return r > 0n && r < CURVE_ORDER && s > 0n && s < CURVE_ORDER
}

/**
 * The address whose key signed `digest` (32 bytes); undefined when the signature is out of range or belongs to no key.
 * A high s is accepted, as the ECRECOVER precompile does. Source: Yellow Paper, appendix F.
 */
export function recoverAddress(digest: Hash | Bytes, signature: RecoverableSignature): Address | undefined {
  if (!isSignatureInRange(signature)) return undefined
  const compact = concatBytes(wordToBytes(signature.r), wordToBytes(signature.s))
  const publicKey = curve.recover(digestBytes(digest), { compact, yParity: signature.yParity })
  return publicKey === undefined ? undefined : publicKeyToAddress(publicKey)
}

/** Signs `digest` (32 bytes): deterministic (RFC 6979), low s. Throws `INVALID_PRIVATE_KEY`. */
export function signDigest(digest: Hash | Bytes, privateKey: Bytes): RecoverableSignature {
  const { compact, yParity } = curve.sign(digestBytes(digest), checkPrivateKey(privateKey))
  return { r: wordFromBytes(compact.subarray(0, 32)), s: wordFromBytes(compact.subarray(32)), yParity }
}

/** The address of an uncompressed public key: 65 bytes, the first of which is 4. */
export function publicKeyToAddress(publicKey: Bytes): Address {
  assert(publicKey.length === 65 && publicKey[0] === 4, 'a public key is an uncompressed point')
  return addressFromBytes(keccak256(publicKey.subarray(1)).subarray(12))
}

/** The address of the account that a private key controls. Throws `INVALID_PRIVATE_KEY`. */
export function addressOfPrivateKey(privateKey: Bytes): Address {
  return publicKeyToAddress(curve.publicKey(checkPrivateKey(privateKey)))
}

function checkPrivateKey(privateKey: Bytes): Bytes {
  const value = privateKey.length === 32 ? wordFromBytes(privateKey) : 0n
  if (value > 0n && value < CURVE_ORDER) return privateKey
  throw new BaseError('INVALID_PRIVATE_KEY', 'the private key is not 32 bytes between 1 and the order of secp256k1')
}

function digestBytes(digest: Hash | Bytes): Bytes {
  const bytes = typeof digest === 'string' ? fromHex(digest) : digest
  assert(bytes.length === 32, 'a digest has 32 bytes')
  return bytes
}
