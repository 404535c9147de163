import { beforeAll, describe, expect, test } from 'vitest'
import { tally } from '../../../src/consensus/crypto/scheme.ts'
import { provePossession, provesPossession, type SignatureScheme } from '../../../src/consensus/index.ts'

const message = new TextEncoder().encode('a message')
const other = new TextEncoder().encode('another')

/** What every {@link SignatureScheme} must do. `keyOf` makes secret key `index`. */
export function signatureSchemeSuite(
  name: string,
  scheme: SignatureScheme,
  keyOf: (index: number) => Uint8Array,
): void {
  describe(name, () => {
    const secrets = Array.from({ length: 5 }, (_, index) => keyOf(index))
    let keys: readonly Uint8Array[] = []
    let signatures: readonly Uint8Array[] = []
    beforeAll(() => {
      keys = secrets.map((secret) => scheme.publicKey(secret))
      signatures = secrets.map((secret) => scheme.sign(secret, message))
    })
    const key = (index: number) => keys[index] ?? new Uint8Array()
    const signature = (index: number) => signatures[index] ?? new Uint8Array()

    test('a signature is of one key and one message', () => {
      expect(scheme.verify(key(0), message, signature(0))).toBe(true)
      expect(scheme.verify(key(1), message, signature(0))).toBe(false)
      expect(scheme.verify(key(0), other, signature(0))).toBe(false)
      expect(scheme.sign(keyOf(0), message)).toEqual(signature(0))
    })

    test('signatures of one message add up', () => {
      const sum = scheme.aggregate(signatures) ?? new Uint8Array()
      expect(sum.length).toBe(signature(0).length)
      expect(scheme.verifyAggregate(keys, message, sum)).toBe(true)
      expect(scheme.verifyAggregate(keys.slice(1), message, sum)).toBe(false)
      expect(scheme.verifyAggregate([...keys, key(0)], message, sum)).toBe(false)
      expect(scheme.verifyAggregate(keys, other, sum)).toBe(false)
      expect(scheme.verifyAggregate([], message, sum)).toBe(false)
    })

    test('bytes that are no signature or no key are not valid, and throw nothing', () => {
      for (const garbage of [new Uint8Array(), new Uint8Array(signature(0).length), new Uint8Array(7).fill(0xff)]) {
        expect(scheme.verify(key(0), message, garbage)).toBe(false)
        expect(scheme.verifyAggregate([key(0), key(1)], message, garbage)).toBe(false)
      }
      expect(scheme.verify(new Uint8Array(3), message, signature(0))).toBe(false)
      expect(scheme.aggregate([signature(0), new Uint8Array(3)])).toBeUndefined()
    })

    test('a tally finds who signed wrongly and adds up the others', () => {
      const forged = scheme.sign(keyOf(2), other)
      const signed = keys.map((publicKey, signer) => ({ signer, publicKey, signature: signature(signer) }))
      const spoilt = signed.map((one) => (one.signer === 2 ? { ...one, signature: forged } : one))
      const broken = spoilt.map((one) => (one.signer === 4 ? { ...one, signature: Uint8Array.of(1) } : one))
      const sum = tally(scheme, message, broken)
      expect(sum.forgers).toEqual([2, 4])
      expect(sum.signers).toEqual([0, 1, 3])
      expect(scheme.verifyAggregate([key(0), key(1), key(3)], message, sum.signature)).toBe(true)
      expect(tally(scheme, message, signed).forgers).toEqual([])
    })

    test('possession is proved for one key and one chain', () => {
      const proof = provePossession(scheme, 1, keyOf(0))
      expect(provesPossession(scheme, 1, key(0), proof)).toBe(true)
      expect(provesPossession(scheme, 2, key(0), proof)).toBe(false)
      expect(provesPossession(scheme, 1, key(1), proof)).toBe(false)
    })
  })
}
