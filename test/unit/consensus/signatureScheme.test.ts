import { describe, expect, test } from 'vitest'
import { createBlstScheme, createNobleBlsScheme, createVerifyOnce } from '../../../src/consensus/index.ts'
import { keccak256 } from '../../../src/primitives/index.ts'
import { signatureSchemeSuite } from '../../compliance/consensus/signatureScheme.ts'
import { fakeKey, fakeScheme } from '../../harness/consensus/fakeScheme.ts'

/** A secret key of BLS12-381: below 2^254, so below the group's order. */
function blsKey(index: number): Uint8Array {
  const key = keccak256(Uint8Array.of(index))
  key[0] = 1
  return key
}

signatureSchemeSuite('fake', fakeScheme, fakeKey)
signatureSchemeSuite('noble', createNobleBlsScheme(), blsKey)
signatureSchemeSuite('blst', createBlstScheme(), blsKey)
signatureSchemeSuite('blst, checked once', createVerifyOnce(createBlstScheme(), 2), blsKey)

describe('BLS12-381', () => {
  const message = Uint8Array.of(1, 2, 3)
  const [native, plain] = [createBlstScheme(), createNobleBlsScheme()]

  test('both make the same bytes', () => {
    expect(native.publicKey(blsKey(3))).toEqual(plain.publicKey(blsKey(3)))
    expect(native.sign(blsKey(3), message)).toEqual(plain.sign(blsKey(3), message))
    const two = [native.sign(blsKey(1), message), native.sign(blsKey(2), message)]
    expect(native.aggregate(two)).toEqual(plain.aggregate(two))
  })

  test.each([
    ['blst', native],
    ['noble', plain],
  ])('%s takes no neutral elements and no bad keys', (_, scheme) => {
    const infinityKey = Uint8Array.from({ length: 48 }, (_, index) => (index === 0 ? 0xc0 : 0))
    const infinity = Uint8Array.from({ length: 96 }, (_, index) => (index === 0 ? 0xc0 : 0))
    expect(scheme.verify(infinityKey, message, infinity)).toBe(false)
    expect(scheme.aggregate([infinity])).toBeUndefined()
    expect(() => scheme.sign(new Uint8Array(32), message)).toThrow('no secret key')
    expect(() => scheme.publicKey(new Uint8Array(5))).toThrow('no secret key')
  })
})

describe('verify once', () => {
  test('asks the scheme once for what is valid, and every time for what is not', () => {
    let checks = 0
    const counting = {
      ...fakeScheme,
      verifyAggregate: (...args: Parameters<typeof fakeScheme.verifyAggregate>) => {
        checks += 1
        return fakeScheme.verifyAggregate(...args)
      },
    }
    const once = createVerifyOnce(counting, 2)
    const message = Uint8Array.of(9)
    const signed = [0, 1, 2].map((index) => fakeScheme.sign(fakeKey(index), message))
    const ask = (index: number, signature = signed[index]) => once.verify(fakeKey(index), message, signature ?? message)
    expect([ask(0), ask(0), ask(1), ask(0)]).toEqual([true, true, true, true])
    expect(checks).toBe(2)
    expect([ask(2), ask(0)]).toEqual([true, true])
    expect(checks).toBe(4)
    expect([ask(0, signed[1]), ask(0, signed[1])]).toEqual([false, false])
    expect(checks).toBe(6)
  })
})
