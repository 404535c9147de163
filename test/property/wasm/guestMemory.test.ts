import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GuestMemory } from '../../../src/wasm/guestMemory.ts'
import type { LinearMemory } from '../../../src/wasm/v8.ts'

/** 128 bytes of which two words, perhaps overlapping, are operands. Limbs of all ones and zeros make carries run. */
const bytes = fc.array(fc.oneof(fc.constantFrom(0, 0xff), fc.nat(0xff)), { minLength: 128, maxLength: 128 })
const pointer = fc.nat(96)

function memoryOf(content: readonly number[]): GuestMemory {
  const { buffer } = Uint8Array.from(content)
  const memory: LinearMemory = { buffer, grow: () => 0 }
  return new GuestMemory(memory)
}

const MODULUS = 2n ** 256n

test('addition, subtraction and comparison in the memory are those of bigints, where words overlap, too', () => {
  fc.assert(
    fc.property(bytes, pointer, pointer, (content, a, b) => {
      const [left, right] = [memoryOf(content).readWord(a), memoryOf(content).readWord(b)]
      const added = memoryOf(content)
      expect(added.addWord(a, b)).toBe(left + right >= MODULUS ? 1 : 0)
      expect(added.readWord(a)).toBe((left + right) % MODULUS)
      const subtracted = memoryOf(content)
      expect(subtracted.subtractWord(a, b)).toBe(left < right ? 1 : 0)
      expect(subtracted.readWord(a)).toBe((left - right + MODULUS) % MODULUS)
      expect(memoryOf(content).compareWords(a, b)).toBe(left === right ? 0 : left < right ? -1 : 1)
    }),
    { numRuns: 2_000 },
  )
})
