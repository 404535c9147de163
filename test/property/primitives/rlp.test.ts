import { RLP } from '@ethereumjs/rlp'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  BaseError,
  fromHex,
  type RlpItem,
  rlpDecode,
  rlpEncode,
  rlpListOf,
  toHex,
} from '../../../src/primitives/index.ts'

const string = fc.oneof(
  fc.uint8Array({ maxLength: 3 }),
  fc.uint8Array({ minLength: 54, maxLength: 58 }),
  fc.uint8Array({ minLength: 254, maxLength: 258 }),
)
const item: fc.Arbitrary<RlpItem> = fc.letrec<{ item: RlpItem }>((tie) => ({
  item: fc.oneof({ maxDepth: 4, withCrossShrink: true }, string, fc.array(tie('item'), { maxLength: 5 })),
})).item

type TheirInput = Parameters<typeof RLP.encode>[0]

/** A comparable form that does not care whether a string is a view. */
function plain(value: RlpItem): unknown {
  return value instanceof Uint8Array ? toHex(value) : value.map(plain)
}

describe('RLP', () => {
  test('decode after encode is the identity, and @ethereumjs/rlp writes the same bytes', () => {
    fc.assert(
      fc.property(item, (value) => {
        const encoded = rlpEncode(value)
        expect(plain(rlpDecode(encoded))).toEqual(plain(value))
        expect(toHex(encoded)).toBe(toHex(RLP.encode(value as TheirInput)))
      }),
    )
  })

  test.each([55, 56, 255, 256, 65_535, 65_536, 16_777_216])('so it is for a string of %s bytes', (length) => {
    const value = new Uint8Array(length).fill(7)
    expect(Buffer.compare(rlpEncode(value), RLP.encode(value))).toBe(0)
    expect(Buffer.compare(rlpDecode(rlpEncode(value)) as Uint8Array, value)).toBe(0)
  })

  test('a list of encoded items is the encoded list', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 4 }), (items) => {
        expect(toHex(rlpListOf(items.map(rlpEncode)))).toBe(toHex(rlpEncode(items)))
      }),
    )
  })

  test('bytes that decode are the encoding of what they decode to, and @ethereumjs/rlp reads the same', () => {
    const prefixes = fc.constantFrom(0x00, 0x7f, 0x80, 0x81, 0xb7, 0xb8, 0xb9, 0xbf, 0xc0, 0xc1, 0xc2, 0xf7, 0xf8, 0xff)
    const bytes = fc
      .array(fc.oneof(prefixes, fc.nat(255)), { minLength: 1, maxLength: 70 })
      .map((b) => Uint8Array.from(b))
    fc.assert(
      fc.property(bytes, (given) => {
        let value: RlpItem
        try {
          value = rlpDecode(given)
        } catch (error) {
          expect(error).toBeInstanceOf(BaseError)
          expect(() => RLP.decode(given)).toThrow()
          return
        }
        expect(toHex(rlpEncode(value))).toBe(toHex(given))
        expect(plain(RLP.decode(given) as RlpItem)).toEqual(plain(value))
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['no bytes', '0x'],
    ['bytes after the item', '0x8080'],
    ['a string past the end', '0x8200'],
    ['a list past the end', '0xc200'],
    ['an element past the end of its list', '0xc28200'],
    ['a prefixed single byte', '0x8100'],
    ['a spelled-out short length', `0xb837${'00'.repeat(55)}`],
    ['a spelled-out short list', `0xf837${'00'.repeat(55)}`],
    ['a length with a leading zero', `0xb90038${'00'.repeat(56)}`],
    ['a length without its bytes', '0xb9'],
    ['a length of eight bytes', '0xbfffffffffffffffff'],
    [
      'lists 65 deep',
      `0x${Array.from({ length: 65 }, (_, i) => 64 - i).reduce((inner, n) => (n === 64 ? 'c0' : wrap(inner)), '')}`,
    ],
  ])('refuses %s', (_name, hex) => {
    expect(() => rlpDecode(fromHex(hex))).toThrow(expect.objectContaining({ code: 'INVALID_RLP' }))
  })

  test('survives a megabyte of opening brackets', () => {
    expect(() => rlpDecode(new Uint8Array(1_000_000).fill(0xc1))).toThrow('past the end')
    const nested = fromHex(`0x${'f9ffff'.repeat(20_000)}`)
    expect(() => rlpDecode(nested)).toThrow(BaseError)
  })
})

/** One list around encoded bytes in hex. */
function wrap(inner: string): string {
  return toHex(rlpListOf([fromHex(`0x${inner}`)])).slice(2)
}
