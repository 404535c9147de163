import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeBlock,
  decodeEvidence,
  decodeMessage,
  decodeRecord,
  encodeBlock,
  encodeEvidence,
  encodeMessage,
  encodeRecord,
} from '../../../src/consensus/index.ts'
import { BaseError, type RlpItem, rlpDecode, rlpEncode, toHex } from '../../../src/primitives/index.ts'
import { blocks, messages, proofs, records } from '../../harness/consensus/arbitrary.ts'

/** The item with every string that is `hex` replaced. */
function replaced(item: RlpItem, hex: string, by: Uint8Array): RlpItem {
  if (!(item instanceof Uint8Array)) return item.map((child) => replaced(child, hex, by))
  return toHex(item) === `0x${hex}` ? by : item
}

/** What `decode` returns, or the code of its error. Anything else that it throws fails the test. */
function outcome<value>(decode: (bytes: Uint8Array) => value, bytes: Uint8Array): value | string {
  try {
    return decode(bytes)
  } catch (thrown) {
    if (thrown instanceof BaseError) return thrown.code
    throw thrown
  }
}

describe('invariant 15: one encoding per value', () => {
  test('messages: decode after encode is the identity', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeMessage(encodeMessage(message))).toEqual(message)
      }),
    )
  })

  test('safety records: decode after encode is the identity', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(decodeRecord(encodeRecord(record))).toEqual(record)
      }),
    )
  })

  test('proofs against a validator: decode after encode is the identity', () => {
    fc.assert(
      fc.property(proofs, (proof) => {
        expect(decodeEvidence(encodeEvidence(proof))).toEqual(proof)
      }),
    )
  })

  test('blocks: decode after encode is the identity', () => {
    fc.assert(
      fc.property(blocks, (block) => {
        expect(decodeBlock(encodeBlock(block))).toEqual(block)
      }),
    )
  })

  test('bytes that are changed somewhere are refused, or are the encoding of something else', () => {
    const places = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }))
    fc.assert(
      fc.property(messages, places, (message, [place, change]) => {
        const bytes = Uint8Array.from(encodeMessage(message))
        bytes[place % bytes.length] = (bytes[place % bytes.length] ?? 0) ^ change
        const decoded = outcome(decodeMessage, bytes)
        if (typeof decoded === 'string') expect(decoded).toMatch(/^(INVALID_RLP|RLP_INVALID_VALUE)$/)
        else expect(toHex(encodeMessage(decoded))).toBe(toHex(bytes))
      }),
      { numRuns: 1_000 },
    )
  })

  test('arbitrary bytes, and arbitrary RLP, throw nothing but the two errors', () => {
    const { item } = fc.letrec<{ item: Uint8Array | unknown[]; list: unknown[] }>((tie) => ({
      item: fc.oneof(fc.uint8Array({ maxLength: 40 }), tie('list')),
      list: fc.array(tie('item'), { maxLength: 5 }),
    }))
    const encoded = item.map((one) => rlpEncode(one as Parameters<typeof rlpEncode>[0]))
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), encoded), (bytes) => {
        for (const decode of [decodeMessage, decodeRecord, decodeBlock]) outcome<unknown>(decode, bytes)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('limits of the encoding', () => {
  const vote = {
    kind: 'vote' as const,
    vote: { epoch: 1, round: 2, blockId: `0x${'11'.repeat(32)}` as never, signer: 3 },
  }
  test('a signature of 97 bytes is refused', () => {
    const message = { ...vote, vote: { ...vote.vote, signature: new Uint8Array(97) } }
    expect(outcome(decodeMessage, encodeMessage(message))).toBe('RLP_INVALID_VALUE')
  })

  test('a round of 2^48 is refused, and is not encoded either', () => {
    const inRound = (round: number) => ({ ...vote, vote: { ...vote.vote, round, signature: new Uint8Array(1) } })
    expect(() => encodeMessage(inRound(2 ** 48))).toThrow()
    const last = encodeMessage(inRound(2 ** 48 - 1))
    expect(outcome(decodeMessage, last)).toMatchObject({ vote: { round: 2 ** 48 - 1 } })
    const next = replaced(rlpDecode(last), 'ff'.repeat(6), Uint8Array.of(1, 0, 0, 0, 0, 0, 0))
    expect(outcome(decodeMessage, rlpEncode(next))).toBe('RLP_INVALID_VALUE')
  })

  test('a bitmap has no zero byte at its end and names nobody beyond 300', () => {
    const [tag, qc] = [
      Uint8Array.of(5),
      (bitmap: Uint8Array) => [
        Uint8Array.of(1),
        Uint8Array.of(2),
        new Uint8Array(32).fill(1),
        bitmap,
        new Uint8Array(96),
      ],
    ]
    const advance = (bitmap: Uint8Array) => rlpEncode([tag, [[new Uint8Array(), [qc(bitmap)]]]])
    expect(outcome(decodeMessage, advance(Uint8Array.of(7)))).toMatchObject({
      certificate: { qc: { signers: [0, 1, 2] } },
    })
    expect(outcome(decodeMessage, advance(Uint8Array.of(7, 0)))).toBe('RLP_INVALID_VALUE')
    expect(outcome(decodeMessage, advance(new Uint8Array(39).fill(1)))).toBe('RLP_INVALID_VALUE')
    expect(rlpDecode(advance(Uint8Array.of(7)))).toBeDefined()
  })
})
