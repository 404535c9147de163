import type { Bytes, Hash } from '../../primitives/index.ts'
import { keccakHash, rlpEncode } from '../../primitives/index.ts'
import type { SignatureScheme } from './scheme.ts'

/**
 * `scheme`, remembering the last `capacity` checks that succeeded: a certificate arrives in many messages and is checked in
 * one. A look-up hashes the keys, the message and the signature: 10 us for 100 keys where a check takes 1.3 ms. Failures
 * are not remembered, so that garbage can not push out what is worth remembering.
 */
export function createVerifyOnce(scheme: SignatureScheme, capacity: number): SignatureScheme {
  const valid = new Set<Hash>()

  function once(publicKeys: readonly Bytes[], message: Bytes, signature: Bytes): boolean {
    const key = keccakHash(rlpEncode([publicKeys, message, signature]))
    if (valid.has(key)) return true
    if (!scheme.verifyAggregate(publicKeys, message, signature)) return false
    const oldest = valid.size >= capacity ? valid.values().next().value : undefined
    if (oldest !== undefined) valid.delete(oldest)
    valid.add(key)
    return true
  }

  return {
    ...scheme,
    verify: (publicKey, message, signature) => once([publicKey], message, signature),
    verifyAggregate: once,
  }
}
