import { secp256k1 as noble } from '@noble/curves/secp256k1.js'
import { insideNative, insideNativeAsync } from './nativeGate.ts'
import type { Bytes } from './types.ts'

/** A signature with the parity that lets its key be recovered. `compact` is r then s, 32 bytes each. */
export type CompactSignature = { readonly compact: Bytes; readonly yParity: 0 | 1 }

/**
 * The curve's three operations. Two implementations give the same bytes: signatures are deterministic (RFC 6979) with a
 * low s. Digests and private keys have 32 bytes, public keys 65 (uncompressed, the first byte is 4).
 */
export interface Curve {
  /** The signer's public key; undefined when the signature belongs to no key. `r` and `s` are in 1 to n-1. */
  recover(digest: Bytes, signature: CompactSignature): Bytes | undefined
  /** The private key is in 1 to n-1. */
  sign(digest: Bytes, privateKey: Bytes): CompactSignature
  /** The private key is in 1 to n-1. */
  publicKey(privateKey: Bytes): Bytes
}

/** Order of the curve's group. Source: SEC 2, section 2.4.1. */
export const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** The curve in pure TypeScript: 1.9-2.4 ms a recovery. */
export function createNobleCurve(): Curve {
  return {
    recover(digest, { compact, yParity }) {
      try {
        const point = noble.Signature.fromBytes(Uint8Array.of(yParity, ...compact), 'recovered').recoverPublicKey(
          digest,
        )
        return point.toBytes(false)
      } catch {
        return undefined
      }
    },
    sign(digest, privateKey) {
      const signature = noble.sign(digest, privateKey, { prehash: false, format: 'recovered' })
      return { compact: signature.subarray(1), yParity: signature[0] === 0 ? 0 : 1 }
    },
    publicKey: (privateKey) => noble.getPublicKey(privateKey, false),
  }
}

/** The curve in C: 69-71 us a recovery. Undefined where the package has no build for this machine. */
export async function loadNativeCurve(): Promise<Curve | undefined> {
  const bindings = await insideNativeAsync(() =>
    import('secp256k1/bindings.js').then(
      (module) => module.default,
      () => undefined,
    ),
  )
  if (bindings === undefined) return undefined
  return {
    recover(digest, { compact, yParity }) {
      try {
        return insideNative(() => bindings.ecdsaRecover(compact, yParity, digest, false))
      } catch {
        return undefined
      }
    },
    sign(digest, privateKey) {
      const { signature, recid } = insideNative(() => bindings.ecdsaSign(digest, privateKey))
      return { compact: signature, yParity: recid === 0 ? 0 : 1 }
    },
    publicKey: (privateKey) => insideNative(() => bindings.publicKeyCreate(privateKey, false)),
  }
}
