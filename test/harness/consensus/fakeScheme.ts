import type { SignatureScheme } from '../../../src/consensus/index.ts'

/** Bytes of a fake signature: two sums of 32 bits. */
const LENGTH = 8

/**
 * A signature scheme without security and 10,000 times as fast: the public key is the secret key, a signature is a hash of key and
 * message, and an aggregate is the sum. Who does not know a key in a simulation does not forge with it.
 */
export const fakeScheme: SignatureScheme = {
  publicKey: (secretKey) => secretKey,
  sign,
  verify: (publicKey, message, signature) => isEqual(sign(publicKey, message), signature),
  aggregate: (signatures) => (signatures.every(({ length }) => length === LENGTH) ? sum(signatures) : undefined),
  verifyAggregate: (publicKeys, message, signature) =>
    publicKeys.length > 0 && isEqual(sum(publicKeys.map((key) => sign(key, message))), signature),
}

/** The fake key of validator `index`. */
export function fakeKey(index: number): Uint8Array {
  return Uint8Array.of(0x6b, index >> 8, index & 0xff)
}

function sign(key: Uint8Array, message: Uint8Array): Uint8Array {
  let a = 0x811c9dc5
  let b = 0x9e3779b9
  for (const part of [key, message]) {
    for (const byte of part) {
      a = Math.imul(a ^ byte, 0x01000193)
      b = Math.imul(b ^ byte, 0x85ebca6b) ^ (b >>> 13)
    }
  }
  return words(a >>> 0, b >>> 0)
}

function sum(signatures: readonly Uint8Array[]): Uint8Array {
  let a = 0
  let b = 0
  for (const signature of signatures) {
    const view = new DataView(signature.buffer, signature.byteOffset, LENGTH)
    a = (a + view.getUint32(0)) >>> 0
    b = (b + view.getUint32(4)) >>> 0
  }
  return words(a, b)
}

function words(a: number, b: number): Uint8Array {
  const bytes = new Uint8Array(LENGTH)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, a)
  view.setUint32(4, b)
  return bytes
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
