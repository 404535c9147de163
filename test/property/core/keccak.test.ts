import { keccak_256 } from '@noble/hashes/sha3.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from '../../../src/primitives/index.ts'
import { createTestCore } from '../../harness/core.ts'

const { exports: core, memory } = createTestCore()
const FROM_A = core.allocate(4096)
const FROM_B = core.allocate(4096)
const OUT_A = core.allocate(32)
const OUT_B = core.allocate(32)

/** `length` bytes that no two lengths share. */
const message = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 131 + length * 7 + 1) & 255)
const theirs = (bytes: Uint8Array): string => toHex(keccak_256(bytes))
const ours = (pointer: number): string => toHex(memory.readBytes(pointer, 32))

/** Writes a message with other bytes right behind it: hashing may not see them. */
function put(pointer: number, bytes: Uint8Array): void {
  memory.writeBytes(pointer, bytes)
  memory.writeBytes(pointer + bytes.length, new Uint8Array(200).fill(0xa5))
}

test('Keccak-256 agrees with @noble/hashes for every length from 0 to 600', () => {
  for (let length = 0; length <= 600; length++) {
    const from = FROM_A + (length % 8)
    put(from, message(length))
    core.keccak256(from, length, OUT_A)
    expect(ours(OUT_A), `length ${length}`).toBe(theirs(message(length)))
    core.keccak256Word(from, length, OUT_B)
    expect(memory.readHash(OUT_B), `length ${length}`).toBe(theirs(message(length)))
    expect(toHex(memory.readBytes(from, length)), 'the message stays').toBe(toHex(message(length)))
  }
})

test('a pair is the hashes of its two messages, however unequal their lengths', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 700 }),
    fc.constantFrom(0, 135, 136, 137, 271, 272, 273, 532).map(message),
  )
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      put(FROM_A, a)
      put(FROM_B, b)
      core.keccak256Pair(FROM_A, a.length, FROM_B, b.length, OUT_A, OUT_B)
      expect([ours(OUT_A), ours(OUT_B)]).toEqual([theirs(a), theirs(b)])
    }),
    { numRuns: 500 },
  )
})

test('a pair is exact for every length up to three blocks', () => {
  for (let length = 0; length <= 410; length++) {
    const [a, b] = [message(length), message(410 - length)]
    put(FROM_A, a)
    put(FROM_B, b)
    core.keccak256Pair(FROM_A, a.length, FROM_B, b.length, OUT_A, OUT_B)
    expect([ours(OUT_A), ours(OUT_B)]).toEqual([theirs(a), theirs(b)])
  }
})

test('hashes that are kept are those of their messages, whatever was hashed in between', () => {
  // Few different halves, so that messages come again, and meet others in their place.
  const half = fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 4000 })).map((n) => n * 257)
  fc.assert(
    fc.property(fc.array(fc.tuple(half, half, fc.boolean()), { minLength: 1, maxLength: 200 }), (messages) => {
      for (const [key, slot, isAligned] of messages) {
        const bytes = new Uint8Array(64)
        new DataView(bytes.buffer).setUint32(28, key)
        new DataView(bytes.buffer).setUint32(60, slot)
        const from = isAligned ? FROM_A : FROM_A + 3
        put(from, bytes)
        core.keccak256Word(from, 64, OUT_A)
        expect(memory.readHash(OUT_A)).toBe(theirs(bytes))
      }
    }),
    { numRuns: 60 },
  )
})
